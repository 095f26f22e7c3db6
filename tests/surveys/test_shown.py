"""Which evaluations of a campaign are shown: two that differ by a few answers would tell what these said."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import campaigns, frames, responses
from surveys.campaigns import CampaignView, close_campaign
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, evaluate
from surveys.models import Response, ReviewAct
from surveys.publication import find_publication, find_shown, get_publication, publish_as_it_is
from surveys.publication.choosing import choose_rule
from surveys.remembering import SHELVES, Memory, remember
from surveys.responses import ImportedResponse
from tests import factories
from tests.factories import NOW


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """Closed, with 24 parents at each of the three schools."""
    factories.add_campaign(session)
    made = close_campaign(session, name="tiny", now=NOW)
    more(session, made, 24)
    return made


def more(session: Session, campaign: CampaignView, people: int) -> None:
    """So many more parents at each of the schools, brought in late."""
    (paper, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
    schools = {cell.school_id for cell in frames.list_cells(session, frame_id=campaign.frame_id) if cell.school_id}
    begun = session.scalar(select(func.count()).select_from(Response)) or 0
    rows = [
        ImportedResponse(
            key=f"{begun}|{school}|{number}",
            group="parent",
            school_id=school,
            version_id=paper.version_id,
            answers=bytes([1, 1, 1]) if number % 4 == 3 else bytes([4, 4, 4]),
            language="zh-CN",
            received_on=factories.TODAY,
        )
        for school in sorted(schools)
        for number in range(people)
    ]
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=factories.SECRET)


def score(session: Session, **changes: object) -> EvaluationView:
    return evaluate(session, name="tiny", now=NOW, **changes)  # type: ignore[arg-type]


def sign(session: Session, campaign: CampaignView, number: int) -> None:
    about = {"campaign_id": campaign.id, "number": 1, "stage": "county", "kind": "signed", "at": NOW, "by": "officer"}
    session.add(ReviewAct(**about, evaluation=number, digest="0" * 64, rule="renke-default@1", text=""))
    session.flush()


def numbers(session: Session) -> list[int]:
    asked = (find_publication(session, name="tiny", now=NOW, number=number) for number in (1, 2, 3))
    return [each.evaluation.number for each in asked if each is not None]


def test_an_older_one_that_differs_by_a_few_is_not_shown(session: Session, campaign: CampaignView) -> None:
    score(session)
    more(session, campaign, 3)
    score(session)
    found = find_shown(session, campaign=campaign)
    assert (found.settled, found.shown, found.near) == ((2, 1), (2,), {1: 2})
    assert numbers(session) == [2]
    with pytest.raises(SurveyError) as caught:
        get_publication(session, name="tiny", now=NOW, number=1)
    assert (caught.value.code, caught.value.params) == (
        "score.too_near", {"number": 1, "other": 2, "smallest": 10},
    )  # fmt: skip
    assert find_publication(session, name="tiny", now=NOW, number=1, handed_out=True) is not None


def test_one_that_differs_by_many_is_shown(session: Session, campaign: CampaignView) -> None:
    score(session)
    more(session, campaign, 10)
    score(session)
    assert numbers(session) == [1, 2]


def test_many_in_a_group_are_few_at_its_schools(session: Session, campaign: CampaignView) -> None:
    """Nine more at each of three schools are 27 in the county."""
    score(session)
    more(session, campaign, 9)
    score(session)
    assert numbers(session) == [2]


def test_the_same_answers_weighed_otherwise_are_shown(session: Session, campaign: CampaignView) -> None:
    score(session)
    score(session, weighting="none")
    assert numbers(session) == [1, 2]


def test_what_was_signed_stays_and_a_newer_one_waits(session: Session, campaign: CampaignView) -> None:
    score(session)
    more(session, campaign, 3)
    second = score(session)
    sign(session, campaign, 1)
    shown = find_publication(session, name="tiny", now=NOW)
    assert shown is not None
    assert shown.evaluation.number == 1
    assert find_shown(session, campaign=campaign).near == {2: 1}
    with pytest.raises(SurveyError, match=r"score\.too_near"):
        publish_as_it_is(session, made=second, now=NOW)
    more(session, campaign, 7)
    score(session)
    assert numbers(session) == [1, 3], "the third differs from the first by ten at each school, the second by three"


def test_a_publication_is_worked_out_once(database: Database) -> None:
    """The same object for the same state; another one by another rule."""
    with database.begin() as session:
        factories.add_campaign(session)
        made = close_campaign(session, name="tiny", now=NOW)
        more(session, made, 12)
        score(session)
    found = []
    for rule in (None, None, "renke-strict"):
        with database.begin() as session:
            if rule is not None:
                choose_rule(session, campaign_id=made.id, reference=rule, now=NOW, by="officer")
            found.append(get_publication(session, name="tiny", now=NOW))
    assert found[0] is found[1]
    assert (found[1].smallest, found[2].smallest) == (10, 20)


def test_a_memory_is_bounded_and_keeps_what_was_used_last(session: Session) -> None:
    memory, most = Memory(), SHELVES["publications"]
    for number in range(most):
        memory.get("publications", number, lambda: object())
    first = memory.get("publications", 0, lambda: object())
    memory.get("publications", most, lambda: object())
    assert memory.get("publications", 0, lambda: object()) is first
    again = object()
    assert memory.get("publications", 1, lambda: again) is again, "the oldest went"
    assert remember(session, "counts", "key", lambda: 1) == 1, "a session of a test knows no memory"
    assert remember(session, "counts", "key", lambda: 2) == 2
