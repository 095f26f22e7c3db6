"""What became of everybody who was asked, place by place, and the rates that follow.

Complete and partial follow from the answers, and how many were asked from the codes; the rest is what officers and
interviewers recorded. Of whom nothing is known, nothing is known: they are what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.dispositions import Dispositions, outcome_rates
from surveys.codes.counts import Issued, count_issued
from surveys.datasets.finishing import Finished, count_finished
from surveys.fieldwork.called import RECORDED, Place, count_called
from surveys.frames import list_cells
from surveys.groups import GROUPS
from surveys.hiding import hide
from surveys.models import NOWHERE, Campaign, PlaceOutcome, School

CASES = ("complete", "partial", *RECORDED, "unknown")


@dataclass(frozen=True)
class Rates:
    """Shares, 0 to 1; None where there is nothing to divide by, or no list of who was asked.

    rr1, rr2, rr3, ref1, con1 : as AAPOR defines them, see `analysis.dispositions`
    participation : complete and partial responses for each person of the frame, where there is no such list
    """

    rr1: float | None = None
    rr2: float | None = None
    rr3: float | None = None
    ref1: float | None = None
    con1: float | None = None
    participation: float | None = None


@dataclass(frozen=True)
class DispositionRow:
    """A group at a school or in the county; a group in all; without a group, all of them.

    listed : whether everybody who was asked got a code of their own, so that there are response rates. By posters
             anybody may come who reads them, and only participation can be told
    asked  : codes issued, or people of the frame where there is no list
    refused : those who broke off among them
    excess : how many more cases are known than were asked: answers by other ways, or a frame that is wrong
    recorded : what the officer recorded of the place, as part of the above; calls are counted by themselves
    hidden : whether nothing of this is told but how many were asked, see `cover_small`
    """

    group: str | None
    school_code: str | None
    school_name: str | None
    listed: bool
    asked: int
    complete: int
    partial: int
    refused: int
    not_reached: int
    not_eligible: int
    other: int
    unknown: int
    excess: int
    recorded: Mapping[str, int]
    rates: Rates = Rates()
    hidden: bool = False

    @property
    def responses(self) -> int:
        return self.complete + self.partial

    @property
    def left(self) -> int:
        """How many may be recorded in the place of what is."""
        return max(0, self.unknown - self.excess + sum(self.recorded.values()))


@dataclass(frozen=True)
class DispositionTable:
    """`groups` and `totals` are sums, of places with a list and without one apart.

    `eligibility` is e, the share of the unknown that is taken to be eligible: that of all places with a list.
    """

    places: tuple[DispositionRow, ...]
    groups: tuple[DispositionRow, ...]
    totals: tuple[DispositionRow, ...]
    eligibility: float | None


def list_dispositions(session: Session, *, campaign_id: int) -> DispositionTable:
    """The dispositions of a campaign, in the order of school and group. Raises SurveyError(`responses.misfit`)."""
    places = count_cases(session, campaign_id=campaign_id)
    groups = _sums([replace(row, school_code=None, school_name=None) for row in places])
    totals = _sums([replace(row, group=None) for row in groups])
    rates = outcome_rates(_cases([row for row in totals if row.listed]))
    likely = _number(rates.eligibility[0]) if rates.eligibility.size else None
    return DispositionTable(_with_rates(places), _with_rates(groups), _with_rates(totals), likely)


def cover_small(table: DispositionTable) -> DispositionTable:
    """The table for whoever does not record it: nothing of places and groups of a few, nor what would tell of them.

    One who refused among three teachers is known to all who work there. Totals stand over groups and groups over
    places, so that is a line of counts at a time: see `surveys.hiding`.
    """
    groups, places = [], []
    for listed in (True, False):
        own = [row for row in table.groups if row.listed == listed]
        small = hide({row.group: row.asked for row in own})
        groups += [_covered(row, row.group in small) for row in own]
        for group in own:
            line = [row for row in table.places if (row.listed, row.group) == (listed, group.group)]
            gone = hide({row.school_code: row.asked for row in line})
            places += [_covered(row, group.group in small or row.school_code in gone) for row in line]
    order = {(row.listed, row.group, row.school_code): place for place, row in enumerate(table.places)}
    places.sort(key=lambda row: order[row.listed, row.group, row.school_code])
    return replace(table, groups=tuple(groups), places=tuple(places))


def _covered(row: DispositionRow, hidden: bool) -> DispositionRow:
    nothing: dict[str, Any] = dict.fromkeys((*CASES, "excess"), 0)
    return replace(row, **nothing, recorded={}, rates=Rates(), hidden=True) if hidden else row


def count_cases(
    session: Session, *, campaign_id: int, finished: Mapping[Place, Finished] | None = None
) -> tuple[DispositionRow, ...]:
    """Every place where people are, codes are, or anything came from or was recorded; without rates.

    `finished` are the forms where they have been read already. Raises SurveyError(`responses.misfit`).
    """
    frame_id = session.scalars(select(Campaign.frame_id).where(Campaign.id == campaign_id)).one()
    people = {(cell.group, cell.school_id): cell.population for cell in list_cells(session, frame_id=frame_id)}
    issued = count_issued(session, campaign_id=campaign_id)
    finished = count_finished(session, campaign_id=campaign_id) if finished is None else finished
    recorded = _count_recorded(session, campaign_id)
    called = count_called(session, campaign_id=campaign_id)
    places = {*people, *issued, *finished, *recorded, *called}
    schools = _name_schools(session, {school for _, school in places if school is not None})
    rows = (
        _row(
            (group, *schools[school]),
            people.get((group, school), 0),
            issued.get((group, school), Issued()),
            finished.get((group, school), Finished()),
            recorded.get((group, school), {}),
            called.get((group, school), {}),
        )
        for group, school in places
    )
    return tuple(sorted(rows, key=_order))


def _row(
    names: tuple[str, str | None, str | None],
    population: int,
    issued: Issued,
    finished: Finished,
    recorded: Mapping[str, int],
    called: Mapping[str, int],
) -> DispositionRow:
    listed = issued.personal > 0 and issued.open == 0
    asked = issued.personal if listed else population
    cases = {outcome: recorded.get(outcome, 0) + called.get(outcome, 0) for outcome in RECORDED}
    cases["refused"] += finished.broken_off
    unknown = asked - finished.complete - finished.partial - sum(cases.values())
    return DispositionRow(
        *names,
        listed,
        asked=asked,
        complete=finished.complete,
        partial=finished.partial,
        refused=cases["refused"],
        not_reached=cases["not_reached"],
        not_eligible=cases["not_eligible"],
        other=cases["other"],
        unknown=max(0, unknown),
        excess=max(0, -unknown),
        recorded=recorded,
    )


def _order(row: DispositionRow) -> tuple[bool, str, int]:
    return row.school_code is None, row.school_code or "", GROUPS.index(row.group or "")


# What was recorded


def _count_recorded(session: Session, campaign_id: int) -> Mapping[Place, dict[str, int]]:
    found: dict[Place, dict[str, int]] = {}
    for row in session.scalars(select(PlaceOutcome).where(PlaceOutcome.campaign_id == campaign_id)):
        place = row.group, None if row.school_key == NOWHERE else row.school_key
        found.setdefault(place, {})[row.outcome] = row.people
    return found


def _name_schools(session: Session, ids: set[int]) -> Mapping[int | None, tuple[str | None, str | None]]:
    rows = session.execute(select(School.id, School.code, School.name).where(School.id.in_(ids)))
    return {None: (None, None), **{key: (code, name) for key, code, name in rows}}


# Sums and rates


def _sums(rows: Sequence[DispositionRow]) -> tuple[DispositionRow, ...]:
    """Rows of one group added up, those with a list first."""
    order = [group for group in (*GROUPS, None) if any(row.group == group for row in rows)]
    parts = ([row for row in rows if (row.group, row.listed) == (each, way)] for each in order for way in (True, False))
    return tuple(_sum(each) for each in parts if each)


def _sum(rows: Sequence[DispositionRow]) -> DispositionRow:
    """A place with more cases than were asked takes nothing from what is unknown elsewhere."""
    recorded: Counter[str] = Counter()
    for row in rows:
        recorded.update(row.recorded)
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("asked", "excess", *CASES)}
    return replace(rows[0], recorded=dict(recorded), **sums)


def _with_rates(rows: Sequence[DispositionRow]) -> tuple[DispositionRow, ...]:
    """Places without a list tell nothing of the others: e is that of the places with one."""
    found = outcome_rates(_cases([row for row in rows if row.listed]))
    columns = iter(zip(*found.response[:3], found.refusal[0], found.contact[0], strict=True))
    return tuple(
        replace(row, rates=Rates(*map(_number, next(columns))) if row.listed else Rates(participation=_share(row)))
        for row in rows
    )


def _cases(rows: Sequence[DispositionRow]) -> Dispositions:
    return Dispositions(**{name: np.array([getattr(row, name) for row in rows], float) for name in CASES})


def _share(row: DispositionRow) -> float | None:
    return row.responses / row.asked if row.asked else None


def _number(value: float) -> float | None:
    return None if isnan(value) else float(value)
