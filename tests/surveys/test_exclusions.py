"""Rules of exclusion: decided by name before the score, on record, taken back until sealed; both scores are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from surveys import campaigns, honesty, trail
from surveys.campaigns import CampaignView, papers_of
from surveys.counts import recount
from surveys.datasets import load_dataset
from surveys.errors import SurveyError
from surveys.evaluations import derive, evaluate, preview
from surveys.honesty.excluding import find_cuts, load_orders
from surveys.honesty.rules import parse_rule
from surveys.models import Campaign, Response, School
from surveys.responses import ImportedResponse, add_imported
from surveys.scorecards.versions import find_latest
from tests import factories
from tests.factories import NOW, SECRET, TODAY
from tests.surveys.coached import add_coached

REASON = "县督导室会议 5 月 6 日商定，见纪要。"
SLOW, FAST = 6, 0


def add_people(session: Session, campaign: CampaignView, people: dict[tuple[str, str | None, int, int], int]) -> None:
    """How many people by group, school, answer to everything, and pace."""
    schools = {code: key for code, key in session.execute(select(School.code, School.id))}  # noqa: C416 - rows, not pairs
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    rows = [
        ImportedResponse(
            f"{group}|{school}|{answer}|{pace}|{number}",
            group,
            schools.get(school or ""),
            version,
            bytes([answer] * 3),
            "zh-CN",
            TODAY,
            pace=pace,
        )
        for (group, school, answer, pace), count in people.items()
        for number in range(count)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """At P01 twelve content parents, six discontented ones, and six content ones who cannot have read a question."""
    campaign = factories.add_campaign(session)
    people = {
        ("parent", "P01", 4, SLOW): 12,
        ("parent", "P01", 1, SLOW): 6,
        ("parent", "P01", 4, FAST): 6,
        ("parent", "J01", 4, SLOW): 20,
        ("parent", "P02", 1, SLOW): 10,
    }
    add_people(session, campaign, people)
    return campaign


def decide(session: Session, rule: str = "too-fast", **changes: Any) -> honesty.ExclusionView:
    wanted = {"campaign": "tiny", "reason": REASON, "now": NOW, "by": "officer"} | changes
    return honesty.decide(session, rule=rule, **wanted)


def withdraw(session: Session, number: int = 1, **changes: Any) -> honesty.ExclusionView:
    wanted = {"campaign": "tiny", "reason": REASON, "now": NOW, "by": "admin"} | changes
    return honesty.withdraw(session, number=number, **wanted)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SurveyError) as error:
        call()
    return error.value.code


def test_the_score_leaves_out_what_a_decided_rule_flags_and_stands_beside_the_other(
    session: Session, campaign: CampaignView
) -> None:
    decide(session)
    result = evaluate(session, name="tiny", now=NOW).result
    # P01 has 60 parents of 180, P02 40, J01 80: those who stay stand for all of their school
    assert result["composite"]["value"] == pytest.approx(100 * (60 * 12 / 18 + 80) / 180)
    assert result["excluded"]["answers"] == 6
    (rule,) = result["excluded"]["rules"]
    assert (rule["rule"], rule["answers"]) == ("too-fast", {"parent": 6})
    beside = result["beside"]
    assert (beside["answers"], beside["responses"], beside["difference"]) == ("all", 54, 6)
    assert beside["composite"]["value"] == pytest.approx(100 * (60 * 18 / 24 + 80) / 180)
    (parents,) = (row for row in result["groups"] if row["group"] == "parent")
    assert parents["responses"] == 48


def test_without_a_rule_the_score_stands_beside_that_without_the_certainly_careless(
    session: Session, campaign: CampaignView
) -> None:
    result = evaluate(session, name="tiny", now=NOW).result
    assert result["composite"]["value"] == pytest.approx(100 * (60 * 18 / 24 + 80) / 180)
    assert result["excluded"] == {"rules": [], "answers": 0}
    beside = result["beside"]
    assert (beside["answers"], beside["responses"], beside["difference"]) == ("without_certain", 48, 6)
    assert beside["composite"]["value"] == pytest.approx(100 * (60 * 12 / 18 + 80) / 180)


def test_a_county_of_hasty_people_has_no_other_score(session: Session) -> None:
    add_people(session, factories.add_campaign(session), {("parent", "P01", 4, FAST): 12})
    beside = evaluate(session, name="tiny", now=NOW).result["beside"]
    assert (beside["difference"], beside["composite"], beside["verdict"]) == (12, None, None)


def test_nothing_is_deleted(session: Session, campaign: CampaignView) -> None:
    before = session.scalar(select(func.count()).select_from(Response))
    decide(session)
    made = evaluate(session, name="tiny", now=NOW)
    assert session.scalar(select(func.count()).select_from(Response)) == before == made.responses


def test_the_recipe_names_the_rules_and_gives_the_result_again(session: Session, campaign: CampaignView) -> None:
    decided = decide(session)
    made = evaluate(session, name="tiny", now=NOW)
    assert made.recipe["excluded"] == [{"rule": "too-fast", "digest": decided.digest}]
    card = find_latest(session, name=made.scorecard, number=made.scorecard_number)
    assert card is not None
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    orders = load_orders(session, campaign_id=campaign.id)
    assert derive(dataset, card, made.recipe, issued={}, orders=orders) == made.result
    with pytest.raises(LookupError):
        derive(dataset, card, made.recipe, issued={})
    assert evaluate(session, name="tiny", now=NOW) == made


def test_a_rule_is_decided_before_any_score_is_seen(session: Session, campaign: CampaignView) -> None:
    evaluate(session, name="tiny", now=NOW)
    assert refused(lambda: decide(session)) == "exclusion.score_seen"
    assert honesty.list_exclusions(session, campaign_id=campaign.id) == ()


def test_a_preview_is_a_score_that_was_seen(session: Session, campaign: CampaignView) -> None:
    recount(session, campaign_id=campaign.id, now=NOW + timedelta(days=1), today=TODAY + timedelta(days=1))
    preview(session, name="tiny", now=NOW)
    assert refused(lambda: decide(session)) == "exclusion.score_seen"


def test_what_a_decision_needs(session: Session, campaign: CampaignView) -> None:
    assert refused(lambda: decide(session, "no-such-rule")) == "exclusion.unknown_rule"
    assert refused(lambda: decide(session, "../rules")) == "exclusion.unknown_rule"
    for reason in ("", "太短", " " * 20, "长" * 1001, "有不能显示的字符\0在这里面"):
        assert refused(lambda reason=reason: decide(session, reason=reason)) == "exclusion.reason"  # type: ignore[misc]
    decide(session)
    assert refused(lambda: decide(session)) == "exclusion.decided_already"
    decide(session, "careless-two-signs")
    session.execute(update(Campaign).values(sealed_on=TODAY))
    assert refused(lambda: decide(session, "copies")) == "exclusion.sealed"
    assert refused(lambda: withdraw(session)) == "exclusion.sealed"


def test_a_decision_is_taken_back_and_stays_on_record(session: Session, campaign: CampaignView) -> None:
    decide(session)
    made = evaluate(session, name="tiny", now=NOW)
    later = NOW + timedelta(hours=1)
    row = withdraw(session, now=later)
    assert (row.rule, row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason) == ("too-fast", later, "admin", REASON)
    assert refused(lambda: withdraw(session)) == "exclusion.withdrawn_already"
    assert refused(lambda: withdraw(session, 7)) == "exclusion.unknown"
    assert honesty.list_exclusions(session, campaign_id=campaign.id) == (row,)
    again = evaluate(session, name="tiny", now=later)
    assert (again.number, again.recipe["excluded"]) == (made.number + 1, [])
    assert again.result["composite"] == made.result["beside"]["composite"]
    deeds = trail.list_deeds(session, campaign_id=campaign.id)
    kept_again, taken_back, kept, decided = deeds
    assert [each.action for each in (kept, kept_again)] == [trail.SCORE_KEPT] * 2
    assert (decided.action, decided.by, decided.facts["score_seen"]) == ("exclusion.decided", "officer", False)
    assert (taken_back.action, taken_back.by, taken_back.facts["score_seen"]) == ("exclusion.withdrawn", "admin", True)


def test_a_rule_may_be_decided_anew_after_it_was_taken_back(session: Session, campaign: CampaignView) -> None:
    decide(session)
    withdraw(session)
    assert decide(session).number == 2


def test_rules_of_the_library_can_be_read() -> None:
    rules = honesty.library_rules()
    assert [rule.name for rule in rules] == [
        "too-fast", "careless-certain", "careless-two-signs", "copies", "unusual-schools",
    ]  # fmt: skip
    assert {rule.takes for rule in rules} == {"forms", "schools"}
    assert len({rule.digest for rule in rules}) == len(rules)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("takes: both", "exclusion.shape"),
        ("takes: forms", "exclusion.shape"),
        ("takes: forms\nflags: [ugly]", "exclusion.shape"),
        ("takes: schools\nflags: [speed]\ngroups: [parent]", "exclusion.shape"),
        ("takes: forms\nflags: [speed]\nlimits: {nonsense: 1}", "exclusion.limits"),
        ("takes: schools\ngroups: [parent]\nlimits: {q: 7}", "exclusion.limits"),
        ("takes: [", "exclusion.malformed"),
    ],
)
def test_a_rule_that_makes_no_sense(text: str, code: str) -> None:
    words = "{zh-CN: 规则, en: Rule}"
    content = f"rule: mine\norder: 1\ntitle: {words}\nexplanation: {words}\n{text}\n"
    assert refused(lambda: parse_rule(content)) == code


def test_forms_and_schools_of_a_coached_county(session: Session) -> None:
    campaign = add_coached(session)
    for rule in honesty.library_rules():
        decide(session, rule.name)
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    orders = load_orders(session, campaign_id=campaign.id)
    cuts = find_cuts(dataset, orders)
    count = {name: int(flags.sum()) for name, flags in cuts.by_rule.items()}
    assert count["too-fast"] <= count["careless-certain"] <= count["careless-two-signs"]
    assert (cuts.by_rule["careless-certain"] == cuts.certain).all()
    unusual = cuts.by_rule["unusual-schools"]
    sample = dataset.sample
    assert {sample.schools[place] for place in np.unique(sample.school[unusual])} == {"S00", "S01"}
    assert {sample.groups[place] for place in np.unique(sample.group[unusual])} == {"parent"}
    again = find_cuts(dataset, orders)
    assert all((again.by_rule[name] == flags).all() for name, flags in cuts.by_rule.items())
    campaigns.close_campaign(session, name="tiny", now=NOW)
    result = evaluate(session, name="tiny", now=NOW + timedelta(seconds=1)).result
    assert result["excluded"]["answers"] == int(cuts.any_rule.sum())
    assert result["beside"]["composite"]["value"] > result["composite"]["value"], "coached forms are all praise"
