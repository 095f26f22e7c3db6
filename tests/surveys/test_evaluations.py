"""An evaluation is kept with its recipe, and the recipe gives it again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import campaigns
from surveys.campaigns import CampaignView
from surveys.datasets import load_dataset
from surveys.errors import SurveyError
from surveys.evaluations import derive, evaluate, find_evaluation
from surveys.evaluations.making import count_issued
from surveys.models import Code, Evaluation
from surveys.scorecards.versions import find_latest
from tests import factories
from tests.factories import NOW


def answered(session: Session) -> CampaignView:
    """Four parents at each school: satisfied, satisfied, not satisfied, don't know; one deputy, satisfied."""
    campaign = factories.add_campaign(session)
    posters = factories.add_posters(session, campaign)
    for slip in posters:
        if slip.group == "parent":
            for code in ("4", "3", "1", "9"):
                send(session, slip.token, code)
        if slip.group == "npc_deputy":
            send(session, slip.token, "4")
    return campaign


def send(session: Session, token: str, code: str) -> None:
    door = factories.open_door(session, token)
    raw = {item.id: [code] for item in door.papers[0].instrument.items}
    factories.send(session, door, raw=raw)


def test_some_slips_beside_posters_are_not_all_who_were_asked(session: Session) -> None:
    """Everybody may answer where a poster hangs: else six slips would make the return of a county complete."""
    campaign = answered(session)
    factories.add_slips(session, campaign, count=6)
    assert count_issued(session, campaign.id) == {}
    made = evaluate(session, name="tiny", now=NOW).result
    (parents,) = (row for row in made["silence"]["groups"] if row["group"] == "parent")
    assert parents["response_rate"] == pytest.approx(12 / 180)
    factories.void(session, Code.kind == "open", Code.group == "parent")
    assert count_issued(session, campaign.id) == {"parent": 6}, "without a poster the slips are all who were asked"


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Evaluation)) or 0


def test_the_score_of_a_campaign(session: Session) -> None:
    answered(session)
    made = evaluate(session, name="tiny", now=NOW)
    groups = {row["group"]: row for row in made.result["groups"]}
    assert groups["parent"]["value"] == pytest.approx(100 * 2 / 3)
    assert groups["parent"]["dont_know"] == pytest.approx(1 / 4)
    assert groups["parent"]["responses"] == 12
    assert groups["parent"]["population"] == 180
    assert groups["parent"]["response_rate"] == pytest.approx(12 / 180)
    assert groups["npc_deputy"]["value"] == pytest.approx(100)
    # parents weigh 300 of the 350 that are there: 600/7 * 2/3 + 100/7
    assert made.result["composite"]["value"] == pytest.approx((300 * 200 / 3 + 50 * 100) / 350)
    assert made.result["group_weights"]["parent"] == pytest.approx(300 / 350)
    assert set(made.result["missing_groups"]) == {
        "student", "teacher", "principal", "cppcc_member", "public",
    }  # fmt: skip
    assert made.result["comparable"] is False
    assert {row["school"] for row in made.result["schools"]} == {"P01", "P02", "J01"}
    assert json.loads(json.dumps(made.result)) == made.result


def test_the_same_recipe_is_kept_once(session: Session) -> None:
    answered(session)
    first = evaluate(session, name="tiny", now=NOW)
    again = evaluate(session, name="tiny", now=NOW + timedelta(hours=1))
    assert again == first
    assert kept(session) == 1
    other = evaluate(session, name="tiny", now=NOW, weighting="none")
    assert other.number == 2
    assert kept(session) == 2
    assert find_evaluation(session, name="tiny", number=1) == first
    assert find_evaluation(session, name="tiny") == other


def test_another_answer_makes_another_evaluation(session: Session) -> None:
    campaign = answered(session)
    first = evaluate(session, name="tiny", now=NOW)
    slip = factories.list_slips(session, campaign, kind="open", group="parent")[0]
    send(session, slip.token, "4")
    second = evaluate(session, name="tiny", now=NOW)
    assert second.number == 2
    assert second.data_digest != first.data_digest
    assert second.responses == first.responses + 1


def test_the_recipe_gives_the_result_again(session: Session) -> None:
    campaign = answered(session)
    made = evaluate(session, name="tiny", now=NOW)
    name, number = made.recipe["scorecard"].split("@")
    card = find_latest(session, name=name, number=int(number))
    assert card is not None
    assert card.digest == made.recipe["scorecard_digest"]
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    assert dataset.digest == made.data_digest == made.recipe["data_digest"]
    assert derive(dataset, card, made.recipe, issued={}) == made.result


def test_a_score_of_an_open_campaign_is_provisional(session: Session) -> None:
    answered(session)
    assert evaluate(session, name="tiny", now=NOW).provisional
    campaigns.close_campaign(session, name="tiny", now=NOW)
    final = evaluate(session, name="tiny", now=NOW + timedelta(seconds=1))
    assert not final.provisional
    assert final.number == 2


def test_another_scorecard_of_the_library_is_published_on_demand(session: Session) -> None:
    answered(session)
    made = evaluate(session, name="tiny", now=NOW, scorecard="top-three-of-five")
    assert (made.scorecard, made.scorecard_number) == ("top-three-of-five", 1)
    assert evaluate(session, name="tiny", now=NOW, scorecard="top-three-of-five@1") == made


@pytest.mark.parametrize(
    "name",
    [
        "no-such-card",
        *(f"renke-default@{number}" for number in ("7", "0", "x", "", "-1", "１", "9" * 30, "9" * 5000)),
        "../x",
    ],
)
def test_a_scorecard_that_is_not_there(session: Session, name: str) -> None:
    answered(session)
    with pytest.raises(SurveyError) as refused:
        evaluate(session, name="tiny", now=NOW, scorecard=name)
    assert refused.value.code == "scorecard.unknown"
    assert kept(session) == 0


def test_a_campaign_without_responses_has_no_score(session: Session) -> None:
    factories.add_campaign(session)
    with pytest.raises(SurveyError) as refused:
        evaluate(session, name="tiny", now=NOW)
    assert (refused.value.code, refused.value.kind) == ("score.no_responses", "conflict")


def test_extra_answers_gain_a_school_nothing(session: Session) -> None:
    """The one deputy's poster is answered thirty times, the frame knows twenty: they weigh as twenty, and are named."""
    campaign = answered(session)
    slip = factories.list_slips(session, campaign, kind="open", group="npc_deputy")[0]
    before = evaluate(session, name="tiny", now=NOW)
    for _ in range(29):
        send(session, slip.token, "4")
    after = evaluate(session, name="tiny", now=NOW)
    assert after.result["pooled"]["value"] == pytest.approx(before.result["pooled"]["value"])
    notices = {notice["code"]: notice["params"] for notice in after.result["notices"]}
    assert notices["more_answers_than_roster"]["answers"] == 30
    assert notices["more_answers_than_roster"]["population"] == 20
