"""How many codes each place has: kept with every change, because counting a million codes takes too long for a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import NOWHERE, IssuedCount

Place = tuple[str, int | None]  # group, school
POSTER = "poster"  # the way of open codes, and of no other


@dataclass(frozen=True)
class Issued:
    """The codes of one place: those that count, by their way, and those that were voided."""

    by_way: Mapping[str, int] = field(default_factory=dict)
    voided: int = 0

    @property
    def open(self) -> int:
        """Posters."""
        return self.by_way.get(POSTER, 0)

    @property
    def personal(self) -> int:
        """Codes for one use, however they reach people."""
        return sum(self.by_way.values()) - self.open


def count_issued(session: Session, *, campaign_id: int) -> Mapping[Place, Issued]:
    """The codes of every place that ever had one."""
    found: dict[Place, Counter[str]] = {}
    voided: Counter[Place] = Counter()
    for row in session.scalars(select(IssuedCount).where(IssuedCount.campaign_id == campaign_id)):
        place = row.group, None if row.school_key == NOWHERE else row.school_key
        found.setdefault(place, Counter())[row.way] += row.issued
        voided[place] += row.voided
    return {place: Issued(by_way, voided[place]) for place, by_way in found.items()}


def add_issued(session: Session, *, campaign_id: int, way: str, places: Iterable[Place]) -> None:
    """Count codes that were just issued, one for each of `places`. The campaign is locked by whoever issues."""
    for place, count in Counter(places).items():
        _row(session, campaign_id, way, place).issued += count
    session.flush()


def add_voided(session: Session, *, campaign_id: int, way: str, places: Iterable[Place]) -> None:
    """Count codes that were just voided, one for each of `places`."""
    for place, count in Counter(places).items():
        row = _row(session, campaign_id, way, place)
        row.issued, row.voided = row.issued - count, row.voided + count
    session.flush()


def _row(session: Session, campaign_id: int, way: str, place: Place) -> IssuedCount:
    key = {"campaign_id": campaign_id, "group": place[0], "school_key": place[1] or NOWHERE, "way": way}
    row = session.get(IssuedCount, key, with_for_update=True)
    if row is None:
        row = IssuedCount(**key, issued=0, voided=0)
        session.add(row)
    return row
