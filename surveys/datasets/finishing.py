"""How much of a paper was answered: complete, partial or broken off, by group and school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.frame import MISSING
from surveys.datasets import Dataset, Roster, Version, load_piles, load_versions
from surveys.instruments.model import Instrument
from surveys.models import Response

KINDS = 3  # complete, partial, broken off
COMPLETE, PARTIAL = 0.8, 0.5  # shares of the questions that were answered, as AAPOR draws the lines

Place = tuple[str, int | None]  # group, school
Answers = NDArray[np.uint8]
Integers = NDArray[np.int64]


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
    forms = ((each.answers, np.repeat(each.group, each.size), np.repeat(each.school, each.size)) for each in piles)
    return _sum(forms, roster)


def finished_of(dataset: Dataset) -> Mapping[Place, Finished]:
    """The same of forms that were read already; the dataset needs its stacks."""
    return _sum(((each.answers, each.group, each.school) for each in dataset.stacks), dataset.roster)


def _sum(forms: Iterable[tuple[Answers, Integers, Integers]], roster: Roster) -> Mapping[Place, Finished]:
    """By place; of each paper its (n, J) answers, and where each of the n people is."""
    shape = (len(roster.groups), len(roster.school_ids) + 1, KINDS)  # the last school is none: -1
    counts = np.zeros(shape, np.int64)
    for answers, group, school in forms:
        keys = np.ravel_multi_index((group, school % shape[1], kinds_of(answers)), shape)
        counts += np.bincount(keys, minlength=counts.size).reshape(shape)
    return {
        (roster.groups[group], None if school == shape[1] - 1 else roster.school_ids[school]): Finished(
            *counts[group, school].tolist()
        )
        for group, school in np.argwhere(counts.any(axis=2)).tolist()
    }


def kinds_of(answers: Answers) -> Integers:
    """(n,) 0 for complete, 1 for partial, 2 for broken off."""
    answered = (answers != MISSING).mean(axis=1)
    return np.asarray((answered < COMPLETE).astype(np.int64) + (answered < PARTIAL))
