"""Reading the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from surveys.models import Region, TrailEntry
from surveys.trail.model import EVERYWHERE, INSTALLATION, SEEN, TAKEN, Deed

SIZE = 50  # entries of a page
MANY = 1_000  # entries that are in memory at a time


@dataclass(frozen=True)
class Wanted:
    """Which entries. `path` is a subtree: of the installation's entries, those about a `region` (its code) in it, and
    those that are about every region (`/`). One that names no region at all is for nobody who sees but a part.
    """

    campaign_id: int | None
    action: str | None = None
    by: str | None = None
    path: str = EVERYWHERE
    reading: bool = True  # whether also who saw results, or took them along: most of a trail, after a while


@dataclass(frozen=True)
class Page:
    """A page of entries, the newest first, with what can be chosen from: every action and person of the chain."""

    deeds: tuple[Deed, ...]
    page: int
    pages: int
    count: int
    actions: tuple[str, ...]
    people: tuple[str, ...]


def list_deeds(session: Session, *, campaign_id: int, action: str | None = None) -> tuple[Deed, ...]:
    """The entries of a campaign, the newest first; all, or those of one action."""
    wanted = _conditions(Wanted(campaign_id, action))
    query = select(TrailEntry).where(*wanted).order_by(TrailEntry.number.desc())
    return tuple(map(_deed, session.scalars(query)))


def read_deeds(session: Session, *, wanted: Wanted, page: int = 1, size: int = SIZE) -> Page:
    """One page of the entries that are wanted; the last where there are fewer."""
    conditions = _conditions(wanted)
    count = session.scalar(select(func.count()).select_from(TrailEntry).where(*conditions)) or 0
    pages = max(1, -(-count // size))
    page = min(max(page, 1), pages)
    query = select(TrailEntry).where(*conditions).order_by(TrailEntry.number.desc())
    entries = session.scalars(query.limit(size).offset((page - 1) * size))
    whole = _conditions(Wanted(wanted.campaign_id, path=wanted.path))
    actions = session.scalars(select(TrailEntry.action).where(*whole).distinct().order_by(TrailEntry.action))
    people = session.scalars(select(TrailEntry.by).where(*whole).distinct().order_by(TrailEntry.by))
    return Page(tuple(map(_deed, entries)), page, pages, count, tuple(actions), tuple(people))


def stream_deeds(session: Session, *, wanted: Wanted) -> Iterator[Deed]:
    """All entries that are wanted, the oldest first, a thousand in memory at a time."""
    last = 0
    while entries := session.scalars(_after(wanted, last)).all():
        for entry in entries:
            yield _deed(entry)
        last = entries[-1].number
        session.expunge_all()


def _after(wanted: Wanted, number: int) -> Select[TrailEntry]:
    query = select(TrailEntry).where(*_conditions(wanted), TrailEntry.number > number)
    return query.order_by(TrailEntry.number).limit(MANY)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [TrailEntry.chain == (wanted.campaign_id or INSTALLATION)]
    if wanted.action is not None:
        conditions.append(TrailEntry.action == wanted.action)
    if not wanted.reading:
        conditions.append(TrailEntry.action.not_in((SEEN, TAKEN)))
    if wanted.by is not None:
        conditions.append(TrailEntry.by == wanted.by)
    if wanted.path != EVERYWHERE:
        inside = select(Region.code).where(Region.path.startswith(wanted.path, autoescape=True))
        about = TrailEntry.facts["region"].as_string()
        conditions.append(or_(about == EVERYWHERE, about.in_(inside)))
    return conditions


def _deed(entry: TrailEntry) -> Deed:
    return Deed(entry.number, entry.at, entry.by, entry.action, entry.facts, entry.digest)
