"""How much of a paper was answered: complete, partial or broken off, by group and school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.frame import MISSING
from surveys.datasets import NO_SCHOOL, Pile, Version, load_piles, load_versions
from surveys.instruments.model import Instrument
from surveys.models import Response

COMPLETE, PARTIAL = 0.8, 0.5  # shares of the questions that were answered, as AAPOR draws the lines

Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class Finished:
    """Responses with at least 80 % of the questions answered, at least half of them, and fewer."""

    complete: int = 0
    partial: int = 0
    broken_off: int = 0


def count_finished(session: Session, *, campaign_id: int) -> Mapping[Place, Finished]:
    """The responses of every place that has any.

    Nobody can leave out a question that must be answered, so answers are read only where a paper has many others.
    Raises SurveyError(`responses.misfit`).
    """
    versions = load_versions(session, campaign_id=campaign_id)
    if all(_is_always_complete(version.instrument) for version in versions):
        return {place: Finished(complete=count) for place, count in _count_all(session, campaign_id)}
    return _count_each(session, campaign_id, versions)


def _is_always_complete(instrument: Instrument) -> bool:
    return sum(item.required for item in instrument.items) >= COMPLETE * len(instrument.items)


def _count_all(session: Session, campaign_id: int) -> Iterable[tuple[Place, int]]:
    query = (
        select(Response.group, Response.school_id, func.count())
        .where(Response.campaign_id == campaign_id)
        .group_by(Response.group, Response.school_id)
    )
    return (((group, school), count) for group, school, count in session.execute(query))


def _count_each(session: Session, campaign_id: int, versions: Sequence[Version]) -> Mapping[Place, Finished]:
    piles, roster = load_piles(session, campaign_id=campaign_id, versions=versions)
    found: dict[Place, Counter[str]] = {}
    for pile in piles:
        counts = _count_pile(pile)
        for place, (group, school) in enumerate(zip(pile.group, pile.school, strict=True)):
            key = roster.groups[group], None if school == NO_SCHOOL else roster.school_ids[school]
            found.setdefault(key, Counter()).update({name: int(column[place]) for name, column in counts.items()})
    return {place: Finished(**counter) for place, counter in found.items()}


def _count_pile(pile: Pile) -> Mapping[str, np.ndarray]:
    """(C,) of each kind, for the runs of the pile."""
    answered = (pile.answers != MISSING).mean(axis=1)
    run = np.repeat(np.arange(pile.size.size), pile.size)
    complete, partial = answered >= COMPLETE, (answered >= PARTIAL) & (answered < COMPLETE)
    kinds = {"complete": complete, "partial": partial, "broken_off": answered < PARTIAL}
    return {name: np.bincount(run[these], minlength=pile.size.size) for name, these in kinds.items()}
