"""What came to a campaign until now, summed by the database: a county has a million answers, and many more slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from surveys.fieldwork.arrivals import SLOT
from surveys.fieldwork.standings import Arrived
from surveys.models import NOWHERE, ArrivalCount, Response

A_DAY = timedelta(days=1)
Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class Came:
    """What came to one place: in all, lately, and the slot of the last answer."""

    opened: int = 0
    completed: int = 0
    lately: int = 0
    last: int | None = None


@dataclass(frozen=True)
class Moments:
    """The moments that are asked for: now, and a day ago; `timezone` says where days begin."""

    now: datetime
    timezone: tzinfo

    @property
    def since(self) -> int:
        """The slot of a day ago."""
        return int((self.now - A_DAY).timestamp()) // SLOT

    @property
    def midnight(self) -> int:
        """The slot that holds what came today to places of few people; see `arrivals.slot_of`."""
        local = self.now.astimezone(self.timezone)
        return int(datetime.combine(local, time(), self.timezone).timestamp()) // SLOT


def count_completed(session: Session, *, campaign_id: int) -> Mapping[Place, int]:
    """Stored answers by place: the true number, arrivals of which were lost, or that were imported, among them."""
    query = (
        select(Response.group, Response.school_id, func.count())
        .where(Response.campaign_id == campaign_id)
        .group_by(Response.group, Response.school_id)
    )
    return {(group, school): count for group, school, count in session.execute(query)}


def sum_places(session: Session, *, campaign_id: int, moments: Moments) -> Mapping[Place, Came]:
    """What came by place. Lately is the last day; of places of few people today, because their hours are not known."""
    row = ArrivalCount
    query = (
        select(
            row.group,
            row.school_key,
            func.sum(row.opened),
            func.sum(row.completed),
            func.sum(case((row.slot >= moments.since, row.completed), else_=0)),
            func.max(case((row.completed > 0, row.slot))),
        )
        .where(row.campaign_id == campaign_id)
        .group_by(row.group, row.school_key)
    )
    return {
        _place(group, key): Came(int(opened), int(completed), int(lately), last)
        for group, key, opened, completed, lately, last in session.execute(query)
    }


def sum_slots(session: Session, *, campaign_id: int) -> Mapping[int, tuple[int, int]]:
    """Opened and completed by slot, all places together."""
    row = ArrivalCount
    query = select(row.slot, func.sum(row.opened), func.sum(row.completed)).where(row.campaign_id == campaign_id)
    return {slot: (int(opened), int(done)) for slot, opened, done in session.execute(query.group_by(row.slot))}


def sum_few(session: Session, *, campaign_id: int, few: set[Place], moments: Moments) -> tuple[int, int]:
    """What stands under midnight only because it came to places of few people today."""
    row = ArrivalCount
    query = select(row.group, row.school_key, row.opened, row.completed)
    rows = session.execute(query.where(row.campaign_id == campaign_id, row.slot == moments.midnight))
    found = [(opened, done) for group, key, opened, done in rows if _place(group, key) in few]
    return sum(opened for opened, _ in found), sum(done for _, done in found)


def hours_of(slots: Mapping[int, tuple[int, int]], few: tuple[int, int], moments: Moments) -> tuple[Arrived, ...]:
    """The last 24 hours, the one that is not over yet among them, those without anything too."""
    end = moments.now.astimezone(moments.timezone).replace(minute=0, second=0, microsecond=0)
    begins = [(end.astimezone(UTC) - timedelta(hours=back)).astimezone(moments.timezone) for back in range(23, -1, -1)]
    known = {**slots}
    if moments.midnight in known:
        opened, done = known[moments.midnight]
        known[moments.midnight] = opened - few[0], done - few[1]
    return tuple(_arrived(begin, known, timedelta(hours=1)) for begin in begins)


def days_of(slots: Mapping[int, tuple[int, int]], first: datetime, moments: Moments) -> tuple[Arrived, ...]:
    """Every day since `first`."""
    return tuple(_arrived(begin, slots, A_DAY) for begin in _midnights(first, moments))


def _midnights(first: datetime, moments: Moments) -> Iterator[datetime]:
    day, last = (each.astimezone(moments.timezone).date() for each in (first, moments.now))
    while day <= last:
        yield datetime.combine(day, time(), moments.timezone)
        day += A_DAY


def _arrived(begins: datetime, slots: Mapping[int, tuple[int, int]], length: timedelta) -> Arrived:
    first = int(begins.timestamp()) // SLOT
    found = [slots[slot] for slot in range(first, first + int(length.total_seconds()) // SLOT) if slot in slots]
    return Arrived(begins, sum(opened for opened, _ in found), sum(done for _, done in found))


def _place(group: str, key: int) -> Place:
    return group, None if key == NOWHERE else key
