"""Tallies: which personal codes were used, and on which day; the days of many codes in one row.

A row for each code would remember what the ledger must not: PostgreSQL moves a row that changes behind the others, and
writes the number of the transaction into it, the same as into the answers. A tally has one place and one number for all
its codes, and is cheaper to change than one row for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Table,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from surveys.db import Access, connection_of, dialect_of
from surveys.models import Code, CodeTally

SIZE = 256  # codes of one tally; migrations 0010 know it too
WIDTH = 2  # bytes of one code
UNUSED, VOID = b"\x00\x00", b"\xff\xff"  # anything else is the day of its use
EPOCH = date(2000, 1, 1)  # days count from here

_codes, _table = Code.__table__.c, cast(Table, CodeTally.__table__)
_THESE = (_table.c.campaign_id == bindparam("campaign"), _table.c.number.in_(bindparam("numbers", expanding=True)))
# All in one row: at each step SQLite's driver lets go of the interpreter, and in a crowd has to wait for it.
_READ = select(func.json_group_object(_table.c.number, func.hex(_table.c.days))).where(*_THESE)
# In the order of their numbers, so that two who take several never wait for each other.
_LOCK = select(_table.c.number, _table.c.days).where(*_THESE).order_by(_table.c.number).with_for_update()
_WRITE = (
    update(_table)
    .where(_table.c.campaign_id == bindparam("campaign"), _table.c.number == bindparam("tally"))
    .values(days=bindparam("marks"))
)

# Written out, as surveys.looking takes only what is given by name.
_SIZE, _WIDTH, _ONE = (literal_column(str(number), Integer) for number in (SIZE, WIDTH, 1))
MARK: ColumnElement[bytes] = type_coerce(
    func.substr(_table.c.days, _codes.number % _SIZE * _WIDTH + _ONE, _WIDTH), LargeBinary
)
USED = case((MARK.not_in([UNUSED, VOID]), 1))  # else NULL, for counting


def with_marks(codes: FromClause) -> FromClause:
    """`codes` joined to their tallies, so that MARK and USED can be selected; an open code has neither."""
    own = and_(_table.c.campaign_id == _codes.campaign_id, _table.c.number == _codes.number // _SIZE)
    return codes.outerjoin(_table, own)


def mark_of(day: date) -> bytes:
    return (day - EPOCH).days.to_bytes(WIDTH, "big")


def day_of(mark: bytes | None) -> date | None:
    """The day on which a code was used; None where it was not, is void, or is open."""
    if mark is None or mark in (UNUSED, VOID):
        return None
    return EPOCH + timedelta(days=int.from_bytes(mark, "big"))


class Tallies:
    """Those of some codes of one campaign, while nobody else can change them."""

    def __init__(self, session: Access, campaign_id: int, numbers: Iterable[int]) -> None:
        self._session, self._campaign_id = session, campaign_id
        self._changed: set[int] = set()
        self._days = _lock(session, campaign_id, {number // SIZE for number in numbers})

    def __getitem__(self, number: int) -> bytes | None:
        """What is marked at the code of this number; None where there is no such code (any more)."""
        days = self._days.get(number // SIZE)
        place = number % SIZE * WIDTH
        return None if days is None else bytes(days[place : place + WIDTH])

    def __setitem__(self, number: int, mark: bytes) -> None:
        place = number % SIZE * WIDTH
        self._days[number // SIZE][place : place + WIDTH] = mark
        self._changed.add(number // SIZE)

    def write(self) -> None:
        """What was marked."""
        rows = [(self._campaign_id, tally, bytes(self._days[tally])) for tally in sorted(self._changed)]
        if rows and dialect_of(self._session) == "sqlite":
            connection_of(self._session).exec_driver_sql(_upsert(len(rows)), sum(rows, ()))
        elif rows:
            self._session.execute(_WRITE, [dict(zip(("campaign", "tally", "marks"), row, strict=True)) for row in rows])


def add_tallies(session: Session, *, campaign_id: int, first: int, last: int) -> None:
    """Room for the codes numbered from `first` to `last`."""
    kept = select(func.max(_table.c.number)).where(_table.c.campaign_id == campaign_id)
    known = session.scalar(kept)
    start = first // SIZE if known is None else known + 1
    empty = UNUSED * SIZE
    rows = [{"campaign_id": campaign_id, "number": tally, "days": empty} for tally in range(start, last // SIZE + 1)]
    if rows:
        session.execute(insert(CodeTally), rows)


def _lock(session: Access, campaign_id: int, tallies: set[int]) -> Mapping[int, bytearray]:
    wanted: dict[str, Any] = {"campaign": campaign_id, "numbers": sorted(tallies)}
    if dialect_of(session) == "sqlite":  # whose writers have the file for themselves
        found = json.loads(session.scalar(_READ, wanted) or "{}")
        return {int(tally): bytearray.fromhex(days) for tally, days in found.items()}
    return {tally: bytearray(days) for tally, days in session.execute(_LOCK, wanted)}


@cache
def _upsert(count: int) -> str:
    """One step for all."""
    rows = ", ".join(["(?, ?, ?)"] * count)
    return (
        f"INSERT INTO code_tallies (campaign_id, number, days) VALUES {rows} "  # noqa: S608 - our own names
        "ON CONFLICT (campaign_id, number) DO UPDATE SET days = excluded.days"
    )
