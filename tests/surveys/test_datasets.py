"""Rows into arrays: every answer in its place, and the frame beside them."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED
from surveys.campaigns import CampaignView, papers_of
from surveys.datasets import NO_SCHOOL, UNPLACED, Dataset, load_dataset
from surveys.models import School
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


def add_answers(session: Session, campaign: CampaignView) -> None:
    schools = {code: key for code, key in session.execute(select(School.code, School.id))}  # noqa: C416 - rows, not pairs
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    rows = [
        ImportedResponse(str(place), group, schools.get(school or ""), version, answers, "zh-CN", TODAY)
        for place, (group, school, answers) in enumerate(PEOPLE)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


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
