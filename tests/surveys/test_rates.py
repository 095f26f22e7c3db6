"""The rates beside a score: of those on a list where there is one, of the people of the frame where posters hang."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, close_campaign
from surveys.datasets import load_dataset
from surveys.disclosure.versions import library_rule
from surveys.evaluations import evaluate
from surveys.evaluations.asking import Asked, digest_asked, load_asked
from surveys.fieldwork.outcomes import record_outcomes
from surveys.publication import Publication, find_publication, publish
from surveys.publication.figures import school_of
from tests import factories
from tests.factories import NOW
from tests.surveys.drawn import add_drawable
from tests.surveys.test_draws import draw, issue

SHARE = 0.6


def answer(session: Session, campaign: CampaignView, *, share: float = SHARE) -> None:
    """So many of the invited of each place answer, the same share of them satisfied."""
    by_place: dict[tuple[str, str | None], list[factories.Slip]] = {}
    for slip in factories.list_slips(session, campaign, kind="personal"):
        by_place.setdefault((slip.group, slip.school_code), []).append(slip)
    for slips in by_place.values():
        for number, slip in enumerate(slips[: round(share * len(slips))]):
            door = factories.open_door(session, slip)
            code = "1" if number % 4 == 3 else "4"
            factories.send(session, door, raw={item.id: [code] for item in door.papers[0].instrument.items})


@pytest.fixture
def drawn(session: Session) -> CampaignView:
    """A few of the county were drawn, and six of ten of them answered."""
    campaign = add_drawable(session)
    draw(session, campaign)
    issue(session, campaign)
    answer(session, campaign)
    return campaign


def published(session: Session) -> Publication:
    close_campaign(session, name="tiny", now=NOW)
    evaluate(session, name="tiny", now=NOW)
    found = find_publication(session, name="tiny", now=NOW)
    assert found is not None
    return found


def test_those_who_were_drawn_are_those_who_were_asked(session: Session, drawn: CampaignView) -> None:
    shown = published(session)
    rates = {each.group: each for each in shown.groups if not each.hidden}
    for group in ("student", "parent"):
        figure, kept = rates[group], next(e for e in shown.evaluation.result["groups"] if e["group"] == group)
        assert (figure.rate_kind, figure.rate) == ("response", pytest.approx(SHARE, abs=0.05))
        assert kept["response_rate"] < 0.1, "of the people of the frame few were asked"
        assert kept["invited"] * figure.rate == pytest.approx(figure.responses)
    assert (shown.composite.rate_kind, shown.composite.rate) == ("response", pytest.approx(SHARE, abs=0.05))
    assert [each for each in shown if "low_rate" in each.caveats] == []
    strict = publish(shown.evaluation, replace(library_rule("renke-strict"), smallest=10))
    assert [each.hidden for each in strict if each.hidden == "rate"] == [], "and nothing is blocked"
    assert strict.composite.value is not None


def test_schools_have_the_rate_of_their_lists(session: Session, drawn: CampaignView) -> None:
    kept = evaluate(session, name="tiny", now=NOW).result["schools"]
    schools = [school_of(each) for each in kept if each["invited"] and each["invited"] >= 10]
    assert {each.kind for each in schools} == {"school", "cell"}
    assert {each.rate_kind for each in schools} == {"response"}
    assert all(each.rate == pytest.approx(SHARE, abs=0.07) for each in schools)


def test_who_was_not_eligible_was_not_to_answer(session: Session, drawn: CampaignView) -> None:
    """RR2, as the page of the outcomes has it; and it makes another evaluation, since the recipe is another."""
    before = evaluate(session, name="tiny", now=NOW)
    record_outcomes(
        session,
        campaign_id=drawn.id,
        group="npc_deputy",
        school=None,
        counts={"not_eligible": 2},
        now=NOW,
        by="officer",
    )
    after = evaluate(session, name="tiny", now=NOW)
    invited, answered = 12, 7
    old, new = (next(e for e in each.result["groups"] if e["group"] == "npc_deputy") for each in (before, after))
    assert (old["invited"], old["rate"]) == (invited, pytest.approx(answered / invited))
    assert (new["invited"], new["rate"]) == (invited, pytest.approx(answered / (invited - 2)))
    assert after.recipe["asked"] != before.recipe["asked"]


def test_where_posters_hang_people_take_part(session: Session) -> None:
    campaign = factories.add_campaign(session)
    posters = factories.add_posters(session, campaign)
    for slip in posters:
        if slip.group in ("parent", "npc_deputy"):
            for _ in range(12):
                door = factories.open_door(session, slip)
                factories.send(session, door, raw={item.id: ["4"] for item in door.papers[0].instrument.items})
    shown = published(session)
    parents = next(each for each in shown.groups if each.group == "parent")
    assert (parents.rate_kind, parents.rate) == ("participation", pytest.approx(36 / 180))
    assert "low_rate" in parents.caveats
    assert shown.composite.rate_kind == "participation"
    assert shown.evaluation.recipe["asked"] is None, "nobody knows who was asked"


def test_slips_beside_posters_are_no_list(session: Session, drawn: CampaignView) -> None:
    dataset = load_dataset(session, campaign_id=drawn.id, beside=True)
    assert ("student", None) in load_asked(session, campaign_id=drawn.id, dataset=dataset)
    factories.add_posters(session, drawn)
    assert load_asked(session, campaign_id=drawn.id, dataset=dataset) == {}


def test_an_evaluation_that_does_not_say_falls_back_to_the_frame(session: Session, drawn: CampaignView) -> None:
    made = evaluate(session, name="tiny", now=NOW)
    new = ("invited", "rate", "rate_kind")
    older = [{key: value for key, value in each.items() if key not in new} for each in made.result["groups"]]
    shown = publish(replace(made, result={**made.result, "groups": older}), library_rule("renke-default"))
    students = next(each for each in shown.groups if each.group == "student")
    of_frame = next(each for each in older if each["group"] == "student")["response_rate"]
    assert (students.rate_kind, students.rate) == ("", of_frame)


def test_the_digest_says_who_was_asked_and_not_who_answered() -> None:
    one = {("student", None): Asked(10, 1, 5)}
    assert digest_asked(one) == digest_asked({("student", None): Asked(10, 1, 9)})
    assert digest_asked(one) != digest_asked({("student", None): Asked(10, 2, 5)})
    assert (digest_asked({}), Asked(0, 0, 0).rate, Asked(4, 0, 5, excess=1).rate) == (None, None, 1.0)
