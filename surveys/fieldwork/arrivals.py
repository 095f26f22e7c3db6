"""Arrivals: how many pages were opened and answers received at each place in ten minutes, joined to no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import cast

from sqlalchemy import Insert, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.db import Access, dialect_of
from surveys.models import NOWHERE, ArrivalCount, Campaign

SLOT = 600  # seconds

Key = tuple[int, int, str, int | None]  # campaign, slot, group, school
Counts = Mapping[Key, tuple[int, int]]  # opened, completed

_TABLE = cast(Table, ArrivalCount.__table__)
_KEY = ("campaign_id", "slot", "group", "school_key")
_LOCK = (
    select(Campaign.id)
    .where(Campaign.id.in_(bindparam("campaigns", expanding=True)))
    .order_by(Campaign.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True)
class ArrivalRow:
    """What came to one place in one slot. `slot` counts tens of minutes since 1970; see `slot_of` for small places."""

    slot: int
    group: str
    school_id: int | None  # None: the county
    opened: int
    completed: int


def slot_of(now: datetime, *, few: bool, timezone: tzinfo) -> int:
    """The slot in which an arrival is counted: the ten minutes that it falls in.

    At a place of few people that would say when one of them answered. There it is the first slot of the day, as if
    all of them had come at midnight: an answer itself tells no more than its day.
    """
    if few:
        now = datetime.combine(now.astimezone(timezone), time(), timezone)
    return int(now.timestamp()) // SLOT


def list_arrivals(session: Session, *, campaign_id: int, since: int | None = None) -> tuple[ArrivalRow, ...]:
    """The arrivals of a campaign in the order of time, from the slot `since` on; places in an order of their own."""
    query = select(ArrivalCount).where(ArrivalCount.campaign_id == campaign_id)
    if since is not None:
        query = query.where(ArrivalCount.slot >= since)
    rows = session.scalars(query.order_by(ArrivalCount.slot, ArrivalCount.group, ArrivalCount.school_key))
    return tuple(
        ArrivalRow(
            row.slot, row.group, None if row.school_key == NOWHERE else row.school_key, row.opened, row.completed
        )
        for row in rows
    )


def add_arrivals(access: Access, counts: Counts) -> None:
    """Add to what is counted. Whoever does the same for one of the campaigns waits; who answers meanwhile does not."""
    rows = [
        dict(zip(_KEY, (campaign_id, slot, group, school_id or NOWHERE), strict=True))
        | {"opened": opened, "completed": completed}
        for (campaign_id, slot, group, school_id), (opened, completed) in counts.items()
    ]
    if rows:
        access.execute(_LOCK, {"campaigns": sorted({campaign_id for campaign_id, *_ in counts})})
        access.execute(_ADD[dialect_of(access)], rows)


def _adding(insert: sqlite.Insert | postgresql.Insert) -> Insert:
    more = {name: _TABLE.c[name] + insert.excluded[name] for name in ("opened", "completed")}
    return insert.on_conflict_do_update(index_elements=_KEY, set_=more)


_ADD = {"sqlite": _adding(sqlite.insert(_TABLE)), "postgresql": _adding(postgresql.insert(_TABLE))}
