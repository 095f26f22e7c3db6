"""Counts are what the responses say, of days that are over; taking them is in nobody's way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import product
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from surveys import campaigns
from surveys.campaigns import CampaignView, papers_of
from surveys.counts import StoredCounts, drop_counts, keep_counts, load_counts, recount, take_counts
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.models import AnswerCount, CountStamp, Response, School
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import NOW, SECRET, TODAY, both

TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
CODES = (0, 1, 2, 3, 4, 9)
SCORED = {"other": ("overall", "meals"), "tiny": ("teaching", "homework", "overall")}
WITH_BACKGROUND = {
    "instrument": "other",
    "sections": [
        {
            "id": "all",
            "title": both("全部"),
            "items": [
                {"id": "home", "role": "background", "text": both("home"), "scale": "satisfaction-4"},
                {"id": "overall", "role": "overall", "text": both("overall"), "scale": "satisfaction-4"},
                {
                    "id": "meals",
                    "role": "item",
                    "dimension": "regulated_schooling",
                    "text": both("meals"),
                    "scale": "satisfaction-4",
                },
            ],
        }
    ],
}
Person = tuple[str, str | None, str, bytes]  # group, school, paper, answers


def two_papers(session: Session) -> CampaignView:
    """Parents have two papers, the others one."""
    factories.add_county(session)
    factories.publish_paper(session)
    factories.publish_paper(session, **WITH_BACKGROUND)
    papers = {group: ["tiny"] for group in ("student", "teacher", "principal", "npc_deputy")}
    return factories.add_campaign(session, papers={**papers, "parent": ["tiny", "other"]})


def draw_people(seed: int, count: int) -> list[Person]:
    """Parents of all schools and of none, teachers of two, deputies of the county."""
    draw = random.Random(seed)
    people: list[Person] = []
    for _ in range(count):
        group = draw.choice(("parent", "parent", "teacher", "npc_deputy"))
        schools = {"parent": (*factories.SCHOOLS, None), "teacher": ("P01", "J01"), "npc_deputy": (None,)}[group]
        paper = draw.choice(("tiny", "other")) if group == "parent" else "tiny"
        answers = bytes(draw.choice((*CODES, 255) if draw.random() < 0.1 else CODES) for _ in range(3))
        people.append((group, draw.choice(schools), paper, answers))
    return people


def store(
    session: Session, campaign: CampaignView, people: Sequence[Person], day: date = YESTERDAY, name: str = ""
) -> None:
    schools = {code: key for code, key in session.execute(select(School.code, School.id))}  # noqa: C416 - rows, not pairs
    papers = {paper.instrument.name: paper.version_id for paper in papers_of(session, campaign_id=campaign.id)}
    rows = [
        ImportedResponse(f"{name}{place}", group, schools.get(school or ""), papers[paper], answers, "zh-CN", day)
        for place, (group, school, paper, answers) in enumerate(people)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


def expected(people: Sequence[Person]) -> tuple[Counter[object], Counter[object]]:
    """How many gave each answer, by cell; and how many of those without a school gave each two answers."""
    single: Counter[object] = Counter()
    double: Counter[object] = Counter()
    for group, school, paper, answers in people:
        own = dict(zip(("home", "overall", "meals") if paper == "other" else SCORED["tiny"], answers, strict=True))
        given = [(item, code) for item, code in own.items() if item != "home" and code != 255]
        single.update((group, school, *each) for each in given)
        if school is None:
            double.update((group, *one, *other) for one, other in product(given, given))
    return single, double


def found(stored: StoredCounts) -> tuple[Counter[object], Counter[object]]:
    counts = stored.counts
    answers = [(item, int(code)) for item in counts.items for code in counts.codes]
    single: Counter[object] = Counter()
    double: Counter[object] = Counter()
    for cell, (group, school) in enumerate(zip(counts.group, counts.school, strict=True)):
        name = counts.groups[group]
        code = None if school < 0 else counts.schools[school]
        numbers = counts.table[cell].ravel().tolist()
        single.update({(name, code, *answer): number for answer, number in zip(answers, numbers, strict=True)})
        if cell in counts.pairs:
            numbers = counts.pairs[cell].ravel().tolist()
            both_of = product(answers, answers)
            double.update({(name, *one, *other): n for (one, other), n in zip(both_of, numbers, strict=True)})
    return +single, +double


def number(session: Session, table: type[AnswerCount] | type[CountStamp]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("seed", "count"), [(1, 300), (2, 40), (3, 5), (4, 1)])
def test_counts_are_what_the_responses_say(session: Session, seed: int, count: int) -> None:
    campaign, people = two_papers(session), draw_people(seed, count)
    store(session, campaign, people)
    stamp = recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    stored = load_counts(session, campaign_id=campaign.id)
    assert (stored.stamp, stored.stale, stored.stored) == (stamp, False, count)
    assert (stamp.counted_at, stamp.before, stamp.responses) == (NOW, TODAY, count)
    assert found(stored) == expected(people)
    assert set(stored.counts.items) == {"teaching", "homework", "overall", "meals"}
    cells = Counter((group, school) for group, school, _, _ in people)
    at = zip(stored.counts.group, stored.counts.school, stored.counts.people, strict=True)
    assert cells == {
        (stored.counts.groups[group], None if school < 0 else stored.counts.schools[school]): size
        for group, school, size in at
    }


def test_counting_again_changes_nothing(session: Session) -> None:
    campaign = two_papers(session)
    store(session, campaign, draw_people(5, 60))
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    before = session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all()
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    assert session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all() == before
    assert number(session, CountStamp) == 1


def test_a_campaign_of_its_own(session: Session) -> None:
    """Counts of one campaign leave those of another alone."""
    campaign = two_papers(session)
    other = factories.add_campaign(session, campaign="other")
    people = draw_people(6, 50)
    store(session, campaign, people)
    store(session, other, [("teacher", "P01", "tiny", bytes([4, 4, 4]))])
    for each in (campaign, other):
        recount(session, campaign_id=each.id, now=NOW, today=TODAY)
    drop_counts(session, campaign_id=other.id)
    assert found(load_counts(session, campaign_id=campaign.id)) == expected(people)


def test_nothing_to_count(session: Session) -> None:
    campaign = two_papers(session)
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    stored = load_counts(session, campaign_id=campaign.id)
    assert (stored.stamp.responses, stored.counts.people.size, stored.stale) == (0, 0, False)


def test_nothing_was_counted(session: Session) -> None:
    campaign = two_papers(session)
    with pytest.raises(SurveyError) as refused:
        load_counts(session, campaign_id=campaign.id)
    assert (refused.value.code, refused.value.kind) == ("counts.none", "conflict")


# Which responses


def test_while_answers_come_in_only_days_that_are_over_are_counted(session: Session) -> None:
    """Else the counts of one hour beside the responses of the next would tell which came in between."""
    campaign, people = two_papers(session), draw_people(7, 30)
    store(session, campaign, people)
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    before = session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all()
    store(session, campaign, draw_people(8, 20), TODAY, "later")
    assert load_counts(session, campaign_id=campaign.id).stale
    recount(session, campaign_id=campaign.id, now=NOW + timedelta(hours=2), today=TODAY)
    assert session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all() == before
    stored = load_counts(session, campaign_id=campaign.id)
    assert (stored.stale, stored.stamp.responses, stored.stored) == (True, 30, 50)


def test_the_next_day_and_after_closing_all_are_counted(session: Session) -> None:
    campaign, people = two_papers(session), draw_people(9, 30)
    store(session, campaign, people, TODAY)
    recount(session, campaign_id=campaign.id, now=NOW + timedelta(days=1), today=TOMORROW)
    assert found(load_counts(session, campaign_id=campaign.id)) == expected(people)
    drop_counts(session, campaign_id=campaign.id)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    stamp = recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    assert (stamp.before, stamp.responses) == (None, 30)
    assert found(load_counts(session, campaign_id=campaign.id)) == expected(people)


# What cannot be counted


def test_codes_outside_the_paper_are_named_and_nothing_is_written(session: Session) -> None:
    campaign = two_papers(session)
    store(session, campaign, draw_people(10, 20))
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    before = session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all()
    store(
        session,
        campaign,
        [("parent", "P01", "other", bytes([4, 7, 200])), ("teacher", "P01", "tiny", b"\x05\1\1")],
        name="x",
    )
    with pytest.raises(SurveyError) as refused:
        recount(session, campaign_id=campaign.id, now=NOW, today=TOMORROW)
    assert (refused.value.code, refused.value.kind) == ("counts.strange_codes", "conflict")
    assert {(problem.params["version"], problem.field) for problem in refused.value.problems} == {
        ("other@1", "overall"), ("other@1", "meals"), ("tiny@1", "teaching"),
    }  # fmt: skip
    assert session.execute(select(AnswerCount.__table__).order_by(AnswerCount.number)).all() == before


def test_counts_of_deleted_responses_are_not_given(session: Session) -> None:
    campaign = two_papers(session)
    store(session, campaign, draw_people(11, 20))
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    one = select(Response.id).limit(1).scalar_subquery()
    session.execute(delete(Response).where(Response.id == one))
    with pytest.raises(SurveyError) as refused:
        load_counts(session, campaign_id=campaign.id)
    assert refused.value.code == "counts.none"
    drop_counts(session, campaign_id=campaign.id)
    assert number(session, AnswerCount) == number(session, CountStamp) == 0


def test_counts_go_with_their_campaign(session: Session) -> None:
    campaign = two_papers(session)
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    for table in ("campaign_papers", "campaigns"):
        column = "id" if table == "campaigns" else "campaign_id"
        session.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": campaign.id})
    assert number(session, AnswerCount) == number(session, CountStamp) == 0


# In nobody's way


def test_two_may_count_at_once(database: Database) -> None:
    with database.begin() as session:
        campaign, people = two_papers(session), draw_people(12, 200)
        store(session, campaign, people)
    start = Barrier(4)

    def count(_: int) -> int:
        start.wait()
        with database.begin() as session:
            return recount(session, campaign_id=campaign.id, now=NOW, today=TODAY).responses

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(count, range(4))) == [200] * 4
    with database.read() as session:
        assert found(load_counts(session, campaign_id=campaign.id)) == expected(people)


def test_answers_come_in_while_somebody_counts(database: Database) -> None:
    with database.begin() as session:
        campaign = two_papers(session)
        slip = factories.add_slips(session, campaign)[0]
        store(session, campaign, draw_people(13, 30))
    with database.read() as reading:
        fresh = take_counts(reading, campaign_id=campaign.id, now=NOW, today=TODAY)
        with database.begin() as session:
            factories.send(session, factories.open_door(session, slip))
    with database.begin() as session:
        keep_counts(session, fresh)
    with database.read() as session:
        stored = load_counts(session, campaign_id=campaign.id)
    assert (stored.stamp.responses, stored.stored, stored.stale) == (30, 31, True)


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_response_does_not_wait_for_counts_that_are_being_kept(database: Database) -> None:
    with database.begin() as session:
        campaign = two_papers(session)
        slip = factories.add_slips(session, campaign)[0]
        store(session, campaign, draw_people(14, 30))
    with database.begin() as counting:
        recount(counting, campaign_id=campaign.id, now=NOW, today=TODAY)
        with database.begin() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            factories.send(session, factories.open_door(session, slip))


def test_no_id_of_a_response_is_in_the_counts(session: Session) -> None:
    campaign = two_papers(session)
    store(session, campaign, draw_people(15, 100))
    recount(session, campaign_id=campaign.id, now=NOW, today=TODAY)
    kept = b"".join(
        value
        for row in session.execute(select(AnswerCount.codes, AnswerCount.given, AnswerCount.pairs))
        for value in row
        if value is not None
    )
    assert not [each for each in session.scalars(select(Response.id)) if each[:4] in kept]
