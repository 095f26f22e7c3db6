"""How many codes each place has: kept with every change, because counting a million codes takes too long for a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import NOWHERE, IssuedCount

Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class Issued:
    """The codes of one place: those that count, and those that were voided."""

    open: int = 0
    personal: int = 0
    voided: int = 0


def count_issued(session: Session, *, campaign_id: int) -> Mapping[Place, Issued]:
    """The codes of every place that ever had one."""
    found: dict[Place, Counter[str]] = {}
    for row in session.scalars(select(IssuedCount).where(IssuedCount.campaign_id == campaign_id)):
        place = row.group, None if row.school_key == NOWHERE else row.school_key
        counted = found.setdefault(place, Counter())
        counted[row.kind] += row.issued
        counted["voided"] += row.voided
    return {place: Issued(each["open"], each["personal"], each["voided"]) for place, each in found.items()}


def add_issued(session: Session, *, campaign_id: int, kind: str, places: Iterable[Place]) -> None:
    """Count codes that were just issued, one for each of `places`. The campaign is locked by whoever issues."""
    for place, count in Counter(places).items():
        _row(session, campaign_id, kind, place).issued += count
    session.flush()


def add_voided(session: Session, *, campaign_id: int, kind: str, places: Iterable[Place]) -> None:
    """Count codes that were just voided, one for each of `places`."""
    for place, count in Counter(places).items():
        row = _row(session, campaign_id, kind, place)
        row.issued, row.voided = row.issued - count, row.voided + count
    session.flush()


def _row(session: Session, campaign_id: int, kind: str, place: Place) -> IssuedCount:
    key = {"campaign_id": campaign_id, "group": place[0], "school_key": place[1] or NOWHERE, "kind": kind}
    row = session.get(IssuedCount, key, with_for_update=True)
    if row is None:
        row = IssuedCount(**key, issued=0, voided=0)
        session.add(row)
    return row
