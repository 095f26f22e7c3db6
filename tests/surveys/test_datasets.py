"""Rows into arrays: every answer in its place, and the frame beside them."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED
from surveys.campaigns import CampaignView, papers_of
from surveys.datasets import NO_SCHOOL, UNPLACED, Dataset, load_dataset
from surveys.datasets.reading import read_rows
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.models import InstrumentVersion, Response, School
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import SECRET, TODAY

OTHER_PAPER = {
    "instrument": "other",
    "sections": [
        {
            "id": "all",
            "title": factories.both("全部"),
            "items": [
                {"id": "overall", "role": "overall", "text": factories.both("overall"), "scale": "satisfaction-4"},
                {
                    "id": "meals",
                    "role": "item",
                    "dimension": "regulated_schooling",
                    "text": factories.both("meals"),
                    "scale": "satisfaction-4",
                },
            ],
        }
    ],
}
PEOPLE = (
    ("parent", "P01", bytes([4, 0, 3])),
    ("parent", "P02", bytes([1, 9, 2])),
    ("npc_deputy", None, bytes([4, 3, 2])),
    ("parent", None, bytes([2, 2, 2])),  # a school group without a school: the frame cannot place it
)


Person = tuple[str, str | None, bytes]


def add_answers(session: Session, campaign: CampaignView, people: Sequence[Person] = PEOPLE) -> None:
    schools = {code: key for code, key in session.execute(select(School.code, School.id))}  # noqa: C416 - rows, not pairs
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    rows = [
        ImportedResponse(str(place), group, schools.get(school or ""), version, answers, "zh-CN", TODAY)
        for place, (group, school, answers) in enumerate(people)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


def strangers(count: int, seed: int = 5) -> list[Person]:
    """People of every group and school, with answers of every byte there is."""
    draw = random.Random(seed)
    groups = (*factories.PEOPLE["P01"], "npc_deputy")
    return [
        (draw.choice(groups), draw.choice((*factories.SCHOOLS, None)), draw.randbytes(3).replace(b"\x07", b"\0"))
        for _ in range(count)
    ]


def as_rows(dataset: Dataset) -> set[tuple[str, str | None, str, tuple[int, ...]]]:
    """Group, school, stratum and answers of everybody."""
    sample = dataset.sample
    return {
        (
            sample.groups[group],
            None if school == NO_SCHOOL else sample.schools[school],
            sample.strata[stratum],
            tuple(int(code) for code in answers),
        )
        for group, school, stratum, answers in zip(
            sample.group, sample.school, sample.stratum, sample.answers, strict=True
        )
    }


def test_every_answer_is_in_its_place(session: Session) -> None:
    campaign = factories.add_campaign(session)
    add_answers(session, campaign)
    dataset = load_dataset(session, campaign_id=campaign.id)
    assert dataset.sample.items == ("teaching", "homework", "overall")
    assert as_rows(dataset) == {
        ("parent", "P01", "urban.primary", (4, 0, 3)),
        ("parent", "P02", "rural.primary", (1, 9, 2)),
        ("npc_deputy", None, "county.npc_deputy", (4, 3, 2)),
        ("parent", None, UNPLACED, (2, 2, 2)),
    }


def test_clusters_are_schools_or_single_people(session: Session) -> None:
    campaign = factories.add_campaign(session)
    add_answers(session, campaign)
    sample = load_dataset(session, campaign_id=campaign.id).sample
    in_school = sample.school != NO_SCHOOL
    assert (sample.cluster[in_school] == sample.school[in_school]).all()
    alone = sample.cluster[~in_school]
    assert len(set(alone)) == alone.size == 2
    assert not set(alone) & set(sample.cluster[in_school])


def test_the_population_is_the_frame(session: Session) -> None:
    campaign = factories.add_campaign(session)
    roster = load_dataset(session, campaign_id=campaign.id).roster
    assert roster.by_group == {"student": 180, "parent": 180, "teacher": 25, "principal": 3, "npc_deputy": 20}
    cells = roster.population
    assert int(cells.size.sum()) == sum(roster.by_group.values())
    deputies = cells.group == roster.groups.index("npc_deputy")
    assert cells.school[deputies].tolist() == [NO_SCHOOL]


def test_items_of_another_paper_are_not_asked(session: Session) -> None:
    factories.add_county(session)
    factories.publish_paper(session)
    factories.publish_paper(session, **OTHER_PAPER)
    papers = {group: ["tiny"] for group in ("student", "teacher", "principal", "npc_deputy")}
    campaign = factories.add_campaign(session, papers={**papers, "parent": ["other"]})
    versions = {paper.group: paper.version_id for paper in papers_of(session, campaign_id=campaign.id)}
    rows = [
        ImportedResponse("a", "parent", None, versions["parent"], bytes([4, 3]), "zh-CN", TODAY),
        ImportedResponse("b", "teacher", None, versions["teacher"], bytes([1, 2, 3]), "zh-CN", TODAY),
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    sample = load_dataset(session, campaign_id=campaign.id).sample
    found = {
        sample.groups[group]: dict(zip(sample.items, answers.tolist(), strict=True))
        for group, answers in zip(sample.group, sample.answers, strict=True)
    }
    assert found["parent"] == {"overall": 4, "meals": 3, "teaching": NOT_ASKED, "homework": NOT_ASKED}
    assert found["teacher"] == {"overall": 3, "meals": NOT_ASKED, "teaching": 1, "homework": 2}


def test_the_digest_is_of_the_responses(session: Session) -> None:
    campaign = factories.add_campaign(session)
    empty = load_dataset(session, campaign_id=campaign.id)
    assert empty.sample.answers.shape == (0, 3)
    add_answers(session, campaign)
    first = load_dataset(session, campaign_id=campaign.id)
    again = load_dataset(session, campaign_id=campaign.id)
    assert empty.digest != first.digest == again.digest
    assert np.array_equal(first.sample.answers, again.sample.answers)


def test_no_byte_is_lost(session: Session) -> None:
    """Zeros, which end a text for some, bytes that are no text at all, and commas."""
    campaign = factories.add_campaign(session)
    people = [*strangers(400), ("parent", "P01", bytes([0, 0, 0])), ("parent", "P01", b"\xff,\0")]
    add_answers(session, campaign, people)
    sample = load_dataset(session, campaign_id=campaign.id).sample
    found = sorted(
        (sample.groups[group], None if school == NO_SCHOOL else sample.schools[school], answers.tobytes())
        for group, school, answers in zip(sample.group, sample.school, sample.answers, strict=True)
        if school != NO_SCHOOL
    )
    assert found == sorted(person for person in people if person[1] is not None)
    assert len(sample.group) == len(people)


def test_the_digest_is_what_its_documentation_says(session: Session) -> None:
    campaign = factories.add_campaign(session)
    people = strangers(200)
    add_answers(session, campaign, people)
    version = session.scalars(select(InstrumentVersion.digest)).one()
    runs: dict[tuple[str, str | None], list[bytes]] = defaultdict(list)
    for group, school, answers in people:
        runs[group, school].append(answers)
    content = b"".join(
        json.dumps([version, group, school, len(sheets)]).encode() + b"\n" + b"".join(sorted(sheets))
        for (group, school), sheets in sorted(runs.items(), key=lambda run: (run[0][0], run[0][1] or ""))
    )
    assert load_dataset(session, campaign_id=campaign.id).digest == hashlib.sha256(content).hexdigest()


def test_neither_digest_nor_order_depend_on_storage(session: Session) -> None:
    people = strangers(100)
    first = factories.add_campaign(session)
    second = factories.add_campaign(session, campaign="again")
    add_answers(session, first, people)
    add_answers(session, second, random.Random(1).sample(people, len(people)))
    one, other = (load_dataset(session, campaign_id=campaign.id) for campaign in (first, second))
    assert one.digest == other.digest
    assert np.array_equal(one.sample.answers, other.sample.answers)
    assert np.array_equal(one.sample.school, other.sample.school)


@pytest.mark.parametrize(
    "change", [{"answers": bytes([4, 3])}, {"answers": bytes([4, 3, 2, 1])}, {"version_id": 2}, {"group": "visitor"}]
)
def test_answers_that_fit_no_paper_are_refused(session: Session, change: dict[str, object]) -> None:
    campaign = factories.add_campaign(session)
    factories.publish_paper(session, **OTHER_PAPER)
    add_answers(session, campaign, PEOPLE)
    other = session.scalars(select(InstrumentVersion.id).order_by(InstrumentVersion.id.desc())).first()
    change = change | ({"version_id": other} if "version_id" in change else {})
    one = select(Response.id).where(Response.group == "npc_deputy").scalar_subquery()
    session.execute(update(Response).where(Response.id == one).values(change))
    with pytest.raises(SurveyError) as refused:
        load_dataset(session, campaign_id=campaign.id)
    assert (refused.value.code, refused.value.kind) == ("responses.misfit", "conflict")


def test_sqlite_reads_responses_as_they_lie(migrated_sqlite: Database) -> None:
    """By the statistics of a table that was once filled anew, it would go through another index."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def listen(*call: Any) -> None:
        asked.append((call[2], call[3]))

    with migrated_sqlite.engine.connect() as connection:
        outer = connection.begin()
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES ('responses', 'responses', '1000000 1000000 1')")
        connection.exec_driver_sql("ANALYZE sqlite_schema")
        event.listen(connection, "before_cursor_execute", listen)
        read_rows(Session(connection), campaign_id=1)
        (statement, values), *_ = asked
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        outer.rollback()
    assert [row[-1] for row in plan] == ["SEARCH responses USING PRIMARY KEY (campaign_id=? AND id>?)"]
