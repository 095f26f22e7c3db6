"""Sheets that arrive together are stored by one call of PostgreSQL exactly as one by one, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from surveys import campaigns, models
from surveys.codes import Slip
from surveys.codes.tallies import SIZE, UNUSED
from surveys.db import Database
from surveys.responses import Outcome, Receipt, Sheet, fill_sheet, store, store_at_once, ticket_of
from tests.factories import (
    NOW,
    SECRET,
    TODAY,
    add_campaign,
    add_posters,
    add_slips,
    fill_in,
    fresh_key,
    open_door,
    used_codes,
    void,
)

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database", ["postgres"], indirect=True)]


@dataclass
class Hall:
    """An open campaign with slips and a poster."""

    database: Database
    slips: tuple[Slip, ...]
    poster: Slip

    def sheet(self, slip: Slip, *, key: str | None = None, comment: str | None = None) -> Sheet:
        with self.database.read() as session:
            door = open_door(session, slip)
        paper = door.papers[0]
        return fill_sheet(
            door,
            ticket_of(door.campaign.id, key or fresh_key(), SECRET),
            version_id=paper.version_id,
            raw=fill_in(paper.instrument),
            comment=comment,
            language="zh-CN",
            pace=None,
            repeat_device=False,
            now=NOW,
            today=TODAY,
        )

    def at_once(self, sheets: Sequence[Sheet], **moment: Any) -> list[Outcome] | None:
        with self.database.look() as look:
            return store_at_once(look, sheets, now=moment.get("now", NOW))

    def rows(self) -> tuple[list[tuple[Any, ...]], list[str], int]:
        """Responses but for their ids, comments, and how many codes are used."""
        columns = [column for column in models.Response.__table__.c if column.name != "id"]
        with self.database.read() as session:
            used = used_codes(session)
            return (
                sorted(map(tuple, session.execute(select(*columns)))),
                sorted(session.scalars(select(models.Comment.text))),
                len(used),
            )


@pytest.fixture
def hall(database: Database) -> Hall:
    with database.begin() as session:
        campaign = add_campaign(session)
        slips = add_slips(session, campaign, count=12)
        poster = next(each for each in add_posters(session, campaign) if each.group == "npc_deputy")
    return Hall(database, slips, poster)


def mixture(hall: Hall) -> list[Sheet]:
    """Slips, a poster of the county (no school), comments and none."""
    slips = [hall.sheet(slip, comment="好" if number % 2 else None) for number, slip in enumerate(hall.slips[:6])]
    return [*slips, hall.sheet(hall.poster), hall.sheet(hall.poster, comment="也好")]


def test_all_are_stored_as_one_by_one(hall: Hall) -> None:
    sheets = mixture(hall)
    receipts = hall.at_once(sheets)
    assert receipts == [Receipt(sheet.ticket.number, TODAY, repeated=False) for sheet in sheets]
    stored = hall.rows()
    assert (len(stored[0]), stored[1], stored[2]) == (8, ["也好", "好", "好", "好"], 6)
    with hall.database.begin() as session:
        for table in ("responses", "comments"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(update(models.CodeTally).values(days=UNUSED * SIZE))
        assert store(session, sheets, now=NOW) == receipts
    assert hall.rows() == stored


SPECIAL = ["a key that has come before", "a used code", "a void code", "one key twice", "one code twice"]


def specials(hall: Hall, case: str) -> list[Sheet]:
    if case == "one key twice":
        return [hall.sheet(hall.poster, key="k" * 16), hall.sheet(hall.poster, key="k" * 16)]
    if case == "one code twice":
        return [hall.sheet(hall.slips[0]), hall.sheet(hall.slips[0])]
    sheets = [hall.sheet(hall.poster, key="k" * 16), hall.sheet(hall.slips[0])]
    with hall.database.begin() as session:
        if case == "a void code":
            void(session, models.Code.kind == "personal", models.Code.position == 1)
        else:
            store(session, [sheets[0] if case == SPECIAL[0] else hall.sheet(hall.slips[0])], now=NOW)
    return sheets


@pytest.mark.parametrize("case", SPECIAL)
def test_where_one_is_special_nothing_is_stored(hall: Hall, case: str) -> None:
    sheets = [*mixture(hall)[1:4], *specials(hall, case)]
    before = hall.rows()
    assert hall.at_once(sheets) is None
    assert hall.rows() == before


@pytest.mark.parametrize("moment", [NOW - timedelta(days=9), NOW + timedelta(days=9)])
def test_a_campaign_that_takes_no_answers_is_special(hall: Hall, moment: Any) -> None:
    sheets = mixture(hall)
    with hall.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=NOW)
    assert hall.at_once(sheets, now=moment) is None
    assert hall.rows() == ([], [], 0)


def test_nothing_lies_in_the_order_in_which_it_came(hall: Hall) -> None:
    hall.at_once(mixture(hall))
    with hall.database.read() as session:
        for table in ("responses", "comments"):
            ids = [bytes(each) for each in session.scalars(text(f"SELECT id FROM {table} ORDER BY ctid"))]
            assert ids == sorted(ids)
