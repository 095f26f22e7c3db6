"""A sealed campaign: how many codes were used is known, which is not; answers have ids that derive from nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from surveys import campaigns, codes, evaluations, imports, models
from surveys.campaigns import CampaignView
from surveys.codes import Slip
from surveys.db import Database
from surveys.digests import keyed
from surveys.errors import SurveyError
from tests.factories import (
    NOW,
    SECRET,
    TODAY,
    add_campaign,
    add_posters,
    add_slips,
    fresh_key,
    issue_slips,
    open_door,
    send,
    void,
)

USED = 7


@pytest.fixture
def answered(database: Database) -> tuple[CampaignView, tuple[Slip, ...], list[str]]:
    """Seven of ten slips are used, one of the others is void; the campaign is closed."""
    keys = [fresh_key() for _ in range(USED)]
    with database.begin() as session:
        campaign = add_campaign(session)
        add_posters(session, campaign)
        slips = add_slips(session, campaign, count=10)
        for slip, key in zip(slips, keys, strict=False):
            send(session, open_door(session, slip), key=key, comment="好")
        void(session, models.Code.kind == "personal", models.Code.position == 10)
    with database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=NOW)
    return campaign, slips, keys


def seal(database: Database) -> None:
    with database.begin() as session:
        campaigns.seal_campaign(session, name="tiny", now=NOW, today=TODAY)


def everything(database: Database) -> list[tuple[Any, ...]]:
    columns = models.Response.__table__.c
    with database.read() as session:
        return sorted(tuple(row) for row in session.execute(select(*(c for c in columns if c.name != "id"))).all())


def test_nothing_says_which_codes_were_used(database: Database, answered: Any) -> None:
    campaign, _slips, keys = answered
    before, progress = everything(database), read_progress(database, campaign)
    seal(database)
    with database.read() as session:
        assert session.scalars(select(models.CodeTally)).all() == []
        ids = set(session.scalars(select(models.Response.id)))
        comments = set(session.scalars(select(models.Comment.id)))
    for key in keys:
        assert keyed(SECRET, "response", campaign.id, key)[:16] not in ids
        assert keyed(SECRET, "comment", campaign.id, key)[:16] not in comments
    assert len(ids) == len(comments) == USED
    assert everything(database) == before, "no answer changes"
    assert read_progress(database, campaign) == progress, "nor how many there are"


def read_progress(database: Database, campaign: CampaignView) -> Any:
    with database.read() as session:
        return campaigns.progress(session, campaign_id=campaign.id)


def test_the_counts_are_those_of_the_ledger(database: Database, answered: Any) -> None:
    seal(database)
    with database.read() as session:
        rows = session.scalars(select(models.CodeCount).where(models.CodeCount.kind == "personal")).all()
        posters = session.scalars(select(models.CodeCount).where(models.CodeCount.kind == "open")).all()
    assert [(row.group, row.issued, row.used, row.voided) for row in rows] == [("parent", 9, USED, 1)]
    assert sum(row.issued for row in posters) == 13


def test_rows_of_a_sealed_campaign_lie_in_the_order_of_their_new_ids(database: Database, answered: Any) -> None:
    seal(database)
    order = " ORDER BY ctid" if database.engine.dialect.name == "postgresql" else ""
    with database.read() as session:
        for table in ("responses", "comments"):
            ids = [bytes(row["id"]) for row in session.execute(text(f"SELECT * FROM {table}{order}")).mappings()]
            assert ids == sorted(ids)
        if order:
            writers = session.execute(text("SELECT xmin::text FROM responses UNION SELECT xmin::text FROM comments"))
            assert len(writers.all()) == 1


def test_a_sealed_campaign_takes_nothing_more(database: Database, answered: Any) -> None:
    campaign, slips, keys = answered
    seal(database)
    with database.begin() as session:
        for slip in slips[:9]:
            assert open_door(session, slip).used_on is None
            with pytest.raises(SurveyError, match=r"campaign\.closed"):
                send(session, open_door(session, slip), key=keys[0])
        for work in (
            lambda: issue_slips(session, campaign),
            lambda: codes.issue_open(
                session, campaign_id=campaign.id, secret=SECRET, now=NOW, today=TODAY, draw=lambda size: b"x" * size
            ),
            lambda: imports.import_responses(
                session,
                campaign=campaigns.get_campaign(session, name="tiny", now=NOW),
                papers=(),
                content=b"a\n1\n",
                filename="a.csv",
                mapping=None,
                today=TODAY,
                secret=SECRET,
            ),
        ):
            with pytest.raises(SurveyError, match=r"campaign\.sealed"):
                work()


def test_sealing_twice_changes_nothing_and_an_open_campaign_is_not_sealed(database: Database, answered: Any) -> None:
    seal(database)
    with database.read() as session:
        first = session.scalars(select(models.Response.id)).all()
    seal(database)
    with database.read() as session:
        assert session.scalars(select(models.Response.id)).all() == first
    with database.begin() as session:
        add_campaign(session, campaign="running", county="other")
        with pytest.raises(SurveyError, match=r"campaign\.not_closed"):
            campaigns.seal_campaign(session, name="running", now=NOW, today=TODAY)


def test_a_sealed_campaign_still_has_its_score(database: Database, answered: Any) -> None:
    with database.begin() as session:
        before = evaluations.evaluate(session, name="tiny", now=NOW)
    seal(database)
    with database.begin() as session:
        after = evaluations.evaluate(session, name="tiny", now=NOW)
    assert after == before, "the very same evaluation: it is of the answers, not of their ids"


def test_compacting_keeps_every_row(database: Database, answered: Any) -> None:
    seal(database)
    before = everything(database)
    database.compact("codes", "responses", "comments")
    assert everything(database) == before
