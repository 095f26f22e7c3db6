"""A preview says what an evaluation of the counted responses would say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, papers_of
from surveys.counts import recount
from surveys.errors import SurveyError
from surveys.evaluations import Preview, Weighting, evaluate, preview
from surveys.models import Evaluation, School
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import NOW, SECRET, TODAY

SCHOOLS = {
    f"S{place:02}": (stage, locality)
    for place, (stage, locality) in enumerate(
        [(stage, locality) for stage in ("primary", "junior") for locality in ("urban", "town", "rural")] * 2
    )
}
OF_SCHOOL = {"student": 60, "parent": 80, "teacher": 9, "principal": 1}
OF_COUNTY = {"npc_deputy": 30, "cppcc_member": 20, "public": 5000}
NEAR = 1e-12
ABOUT_THE_ANSWERS = ("no_error_from_counts", "schools_silent", "lone_people")
WITHOUT_ERROR = ("se", "low", "high", "interval")  # what counts do not give of a school's score


def answered(session: Session, seed: int) -> CampaignView:
    """A county of twelve schools in which all groups answer, some of them hardly."""
    factories.add_county(session, people={**dict.fromkeys(SCHOOLS, OF_SCHOOL), None: OF_COUNTY}, schools=SCHOOLS)
    groups = {group: ["tiny"] for group in (*OF_SCHOOL, *OF_COUNTY)}
    campaign = factories.add_campaign(session, papers=groups)
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    rows = [
        ImportedResponse(str(place), group, school, version, answers, "zh-CN", TODAY - timedelta(days=1))
        for place, (group, school, answers) in enumerate(_people(session, seed))
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    return campaign


def _people(session: Session, seed: int) -> Iterator[tuple[str, int | None, bytes]]:
    draw = random.Random(seed)
    places = [(group, school) for group in OF_SCHOOL for school in session.scalars(select(School.id))]
    for group, school in [*places, *((group, None) for group in OF_COUNTY)]:
        for _ in range(draw.choice((0, 1, 4, 12, 25))):
            yield group, school, bytes(draw.choices((4, 3, 2, 1, 9, 0), (9, 5, 2, 2, 1, 1), k=3))


def differences(whole: Any, seen: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a preview says something else than the evaluation, numbers to NEAR of 100."""
    if isinstance(whole, dict):
        assert set(whole) == set(seen), path
        for key in whole:
            yield from differences(whole[key], seen[key], (*path, key))
    elif isinstance(whole, list):
        assert len(whole) == len(seen), path
        for place, pair in enumerate(zip(whole, seen, strict=True)):
            yield from differences(*pair, (*path, place))
    elif isinstance(whole, float) and isinstance(seen, float):
        if abs(whole - seen) > NEAR * max(100, abs(whole)):
            yield path
    elif whole != seen:
        yield path


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("scorecard", "weighting"),
    [
        (None, "frame"),
        (None, "none"),
        ("top-three-of-five", "frame"),
        ("roster-majority", "frame"),
    ],
)
def test_a_preview_says_what_the_evaluation_says(
    session: Session, seed: int, scorecard: str | None, weighting: Weighting
) -> None:
    campaign = answered(session, seed)
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    made = evaluate(session, name="tiny", now=NOW, scorecard=scorecard, weighting=weighting)
    found = preview(session, name="tiny", now=NOW, scorecard=scorecard, weighting=weighting)
    whole, seen = dict(made.result), json.loads(json.dumps(found.result))
    unknown = [notice["params"]["lines"] for notice in seen["notices"] if notice["code"] == "no_error_from_counts"]
    for each in (whole, seen):
        each["notices"] = [notice for notice in each["notices"] if notice["code"] not in ABOUT_THE_ANSWERS]
        for name in ("excluded", "beside"):  # counts do not tell whose answers they are
            each.pop(name)
        each.pop("term", None)  # the error between the people of one school, which takes the answers themselves
    other = list(differences(whole, seen))
    assert [path for path in other if path[0] != "schools" or path[2] not in WITHOUT_ERROR] == []
    rows = {path[1] for path in other}
    assert all(seen["schools"][row]["se"] is None for row in rows)
    assert len(rows) <= sum(unknown)
    assert bool(unknown) is (scorecard != "roster-majority")  # which is about one question
    assert (found.scorecard, found.scorecard_number) == (made.scorecard, made.scorecard_number)


def test_a_preview_is_as_of_its_counts_and_kept_nowhere(session: Session) -> None:
    campaign = answered(session, 1)
    stamp = recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    first = preview(session, name="tiny", now=NOW)
    assert (first.stamp, first.stale, first.stored, first.provisional) == (stamp, False, stamp.responses, True)
    _answer_once(session, campaign)
    later = preview(session, name="tiny", now=NOW)
    assert (later.stale, later.stored) == (True, stamp.responses + 1)
    assert later.result == first.result
    assert isinstance(later, Preview)
    assert session.scalar(select(func.count()).select_from(Evaluation)) == 0


def _answer_once(session: Session, campaign: CampaignView) -> None:
    poster = next(slip for slip in factories.add_posters(session, campaign) if slip.group == "public")
    factories.send(session, factories.open_door(session, poster))


def test_nothing_counted_nothing_answered(session: Session) -> None:
    campaign = factories.add_campaign(session)
    with pytest.raises(SurveyError) as refused:
        preview(session, name="tiny", now=NOW)
    assert refused.value.code == "counts.none"
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    with pytest.raises(SurveyError) as refused:
        preview(session, name="tiny", now=NOW)
    assert refused.value.code == "score.no_responses"


def test_a_scorecard_that_counts_persons_needs_their_answers(session: Session) -> None:
    campaign = answered(session, 2)
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    with pytest.raises(SurveyError) as refused:
        preview(session, name="tiny", now=NOW, scorecard="respondent-mean-four")
    assert (refused.value.code, refused.value.kind) == ("score.needs_answers", "conflict")
