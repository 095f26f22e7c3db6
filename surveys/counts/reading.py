"""Counts as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.counting import Counts
from surveys.counts.model import WHOLE, Stamp, StoredCounts
from surveys.datasets import NO_SCHOOL, Roster, Version, load_roster, load_versions, scored_items
from surveys.errors import SurveyError
from surveys.models import AnswerCount, CountStamp, Response

Integers = NDArray[np.int64]

# One statement, so that the stamp is that of the rows also while others count.
_counts, _stamps = AnswerCount.__table__.c, CountStamp.__table__.c
_COUNTS = (
    select(
        *(_stamps.counted_at, _stamps.before, _stamps.responses),
        *(_counts.number, _counts.group, _counts.school_id, _counts.version_id),
        *(_counts.people, _counts.codes, _counts.given, _counts.pairs),
    )
    .join_from(CountStamp.__table__, AnswerCount.__table__, _counts.campaign_id == _stamps.campaign_id, isouter=True)
    .order_by(_counts.number)
)


def load_counts(session: Session, *, campaign_id: int) -> StoredCounts:
    """The campaign's counts, the frame beside them, and how old they are.

    Raises SurveyError(`counts.none`) where nothing was counted yet, or responses were deleted since.
    """
    found = session.execute(_COUNTS.where(CountStamp.campaign_id == campaign_id)).all()
    stored = _count_responses(session, campaign_id)
    if not found or stored < found[0].responses:
        raise SurveyError("counts.none", "conflict")
    rows = [row for row in found if row.number is not None]
    roster = load_roster(session, campaign_id=campaign_id, seen={row.group for row in rows})
    versions = load_versions(session, campaign_id=campaign_id)
    return StoredCounts(
        counts=_assemble(rows, versions, roster),
        roster=roster,
        instruments=tuple(version.instrument for version in versions),
        stamp=Stamp(found[0].counted_at, found[0].before, found[0].responses),
        stored=stored,
    )


def _count_responses(session: Session, campaign_id: int) -> int:
    query = select(func.count()).select_from(Response).where(Response.campaign_id == campaign_id)
    return session.execute(query).scalar_one()


@dataclass(frozen=True)
class _Axes:
    """Where cells, items and codes stand in the counts of all versions together."""

    cells: Mapping[tuple[int, int], int]  # school, group -> cell
    items: tuple[str, ...]
    codes: tuple[int, ...]

    def columns(self, version: Version, codes: bytes) -> tuple[Integers, Integers, Integers]:
        """Of a version: its items that are counted, where they stand, and where its codes do."""
        asked = [item.id for item in version.instrument.items]
        own = [place for place, item in enumerate(asked) if item in self.items]
        there = [self.items.index(asked[place]) for place in own]
        return np.array(own, np.int64), np.array(there, np.int64), np.array([self.codes.index(code) for code in codes])


def _assemble(rows: Sequence[Any], versions: Sequence[Version], roster: Roster) -> Counts:
    """The counts of all versions as one: cells by school (those without one first) and group."""
    school_at: dict[int | None, int] = {school: place for place, school in enumerate(roster.school_ids)}
    school_at[None] = NO_SCHOOL
    keys = [(school_at[row.school_id], roster.groups.index(row.group)) for row in rows]
    axes = _Axes(
        cells={key: place for place, key in enumerate(sorted(set(keys)))},
        items=scored_items(version.instrument for version in versions),
        codes=tuple(sorted(set(b"".join(row.codes for row in rows)))),
    )
    school, group = np.array(list(axes.cells), np.int64).reshape(-1, 2).T
    people = np.zeros(len(axes.cells), np.int64)
    np.add.at(people, [axes.cells[key] for key in keys], [row.people for row in rows])
    return Counts(
        items=axes.items,
        groups=roster.groups,
        schools=roster.school_codes,
        strata=roster.strata,
        group=group,
        school=school,
        stratum=roster.strata_of(group, school),
        people=people,
        codes=np.array(axes.codes, np.uint8),
        table=_table(rows, keys, versions, axes),
        pairs=_pairs(rows, keys, versions, axes),
    )


def _table(rows: Sequence[Any], keys: Sequence[tuple[int, int]], versions: Sequence[Version], axes: _Axes) -> Integers:
    """(C, J, B): the rows of a version with the same codes as one block."""
    table = np.zeros((len(axes.cells), len(axes.items), len(axes.codes)), np.int64)
    by_id = {version.id: version for version in versions}
    blocks: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        blocks[row.version_id, row.codes].append(place)
    for (version, codes), places in blocks.items():
        own, there, at = axes.columns(by_id[version], codes)
        given = np.frombuffer(b"".join(rows[place].given for place in places), WHOLE)
        cells = np.array([axes.cells[keys[place]] for place in places])
        table[np.ix_(cells, there, at)] += given.reshape(len(places), -1, len(codes))[:, own]
    return table


def _pairs(
    rows: Sequence[Any], keys: Sequence[tuple[int, int]], versions: Sequence[Version], axes: _Axes
) -> dict[int, Integers]:
    """(J B, J B) of each cell without a school; nobody answers two versions."""
    by_id, wide = {version.id: version for version in versions}, len(axes.items) * len(axes.codes)
    found: dict[int, Integers] = {}
    for row, key in zip(rows, keys, strict=True):
        if row.pairs is None:
            continue
        own, there, at = axes.columns(by_id[row.version_id], row.codes)
        mine = np.add.outer(own * len(row.codes), np.arange(len(row.codes))).ravel()
        theirs = np.add.outer(there * len(axes.codes), at).ravel()
        size = len(by_id[row.version_id].instrument.items) * len(row.codes)
        pairs = np.frombuffer(row.pairs, WHOLE).reshape(size, size)
        cell = found.setdefault(axes.cells[key], np.zeros((wide, wide), np.int64))
        cell[np.ix_(theirs, theirs)] += pairs[np.ix_(mine, mine)]
    return found
