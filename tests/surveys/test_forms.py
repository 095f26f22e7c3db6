"""Whole forms: what is known beside the answers stays with them, in the order of the sample."""

from __future__ import annotations

import random

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, papers_of
from surveys.datasets import Dataset, load_dataset
from surveys.datasets.reading import CHANNELS
from surveys.models import Response, School
from surveys.responses import ImportedResponse, add_imported
from tests import factories
from tests.factories import SECRET, TODAY


def add_forms(session: Session, campaign: CampaignView, count: int, seed: int = 3) -> None:
    """Few different answers, so that many forms differ only by their pace."""
    draw = random.Random(seed)
    schools = [*session.scalars(select(School.id)), None]
    version = papers_of(session, campaign_id=campaign.id)[0].version_id
    rows = [
        ImportedResponse(
            f"{seed}|{place}",
            draw.choice(("parent", "student")),
            draw.choice(schools),
            version,
            bytes(draw.choices((0, 1, 4), k=3)),
            "zh-CN",
            TODAY,
            pace=draw.choice((None, 0, 3, 60)),
        )
        for place in range(count)
    ]
    add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)


def as_sets(dataset: Dataset) -> list[tuple[object, ...]]:
    return sorted(
        (
            dataset.sample.groups[stack.group[place]],
            "" if stack.school[place] < 0 else dataset.sample.schools[stack.school[place]],
            stack.answers[place].tobytes(),
            -1 if np.isnan(stack.pace[place]) else int(stack.pace[place]),
            CHANNELS[stack.channel[place]],
        )
        for stack in dataset.stacks
        for place in range(len(stack.answers))
    )


def test_what_is_beside_the_answers_stays_with_them(session: Session) -> None:
    campaign = factories.add_campaign(session)
    add_forms(session, campaign, 300)
    codes = {school.id: school.code for school in session.scalars(select(School))}
    stored = sorted(
        (each.group, codes.get(each.school_id or 0, ""), each.answers, -1 if each.pace is None else each.pace, "import")
        for each in session.scalars(select(Response))
    )
    assert as_sets(load_dataset(session, campaign_id=campaign.id, beside=True)) == stored


def test_forms_stand_in_the_order_of_the_sample(session: Session) -> None:
    campaign = factories.add_campaign(session)
    add_forms(session, campaign, 200)
    plain, whole = (load_dataset(session, campaign_id=campaign.id, beside=beside) for beside in (False, True))
    assert plain.digest == whole.digest
    assert (plain.sample.answers == whole.sample.answers).all()
    assert plain.stacks == ()
    for stack in whole.stacks:
        sample = whole.sample
        assert (sample.answers[stack.rows] == stack.answers).all()
        assert (sample.group[stack.rows] == stack.group).all()
        assert (sample.school[stack.rows] == stack.school).all()


def test_the_order_is_not_that_of_the_database(session: Session) -> None:
    """Ids are random: the same people in two campaigns lie otherwise, and are the same forms in the same order."""
    found = []
    for name in ("one", "two"):
        campaign = factories.add_campaign(session, campaign=name)
        add_forms(session, campaign, 200)
        found.append(load_dataset(session, campaign_id=campaign.id, beside=True))
    one, two = (each.stacks[0] for each in found)
    assert (one.answers == two.answers).all()
    assert np.array_equal(one.pace, two.pace, equal_nan=True)
    assert found[0].forms_digest == found[1].forms_digest


def test_another_pace_is_another_form(session: Session) -> None:
    campaign = factories.add_campaign(session)
    add_forms(session, campaign, 20)
    before = load_dataset(session, campaign_id=campaign.id, beside=True)
    row = session.scalars(select(Response).where(Response.pace == 3)).first()
    assert row is not None
    row.pace = 4
    session.flush()
    after = load_dataset(session, campaign_id=campaign.id, beside=True)
    assert after.digest == before.digest
    assert after.forms_digest != before.forms_digest
