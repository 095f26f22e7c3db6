"""Which cells to hide: the small ones, and as many others as it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.disclosure.audit import PROTECTION, Audit, audit, check_marks, wanted_width
from analysis.disclosure.ranges import NEAR, Search, narrow, search
from analysis.disclosure.tables import Floats, Integers, Marks, Table
from analysis.errors import AnalysisError
from analysis.results import Notice

SMALLEST = 10


@dataclass(frozen=True)
class Suppression:
    """What is hidden of a table of m cells, and why.

    hidden        : (m,) bool, all that is not shown
    small         : (m,) bool, fewer people than the minimum, but not nobody
    complementary : (m,) bool, hidden so that no hidden cell can be worked out
    audit         : the range of every hidden cell that must stay unknown
    notices       : cannot_hide (cells): nothing is left to hide, and what is known from elsewhere still gives them away
    """

    hidden: Marks
    small: Marks
    complementary: Marks
    audit: Audit
    notices: tuple[Notice, ...] = ()


@checked
def find_small(counts: ArrayLike, *, smallest: int = SMALLEST) -> Marks:
    """Cells with somebody in them but fewer than `smallest` people: (m,) or any shape, bool.

    Parameters
    ----------
    counts : (m,) or any shape, people
    smallest : number of people from which a cell may be shown

    Returns
    -------
    bool, of the shape of `counts`

    Raises
    ------
    AnalysisError
        Counts that are not whole and of 0 or more, a minimum below 1.

    References
    ----------
    NCES 2011-603, SLDS Technical Brief 3: a minimum of 10 is the commonest rule of the states.
    """
    counts = np.asarray(counts)
    if smallest < 1 or not np.all(np.isfinite(counts)) or np.any(counts < 0):
        raise AnalysisError("find_small", "counts of people and a minimum of 1 or more", f"minimum {smallest}")
    return np.asarray((counts > 0) & (counts < smallest))


@checked
def protect(
    table: Table,
    *,
    smallest: int = SMALLEST,
    protection: float = PROTECTION,
    withhold: Marks | None = None,
    absent: Marks | None = None,
) -> Suppression:
    """Hide small cells and then the next smallest beside them, until the auditor finds nothing.

    Parameters
    ----------
    table : Table
    smallest : people that a shown cell needs; an empty cell may be shown, it is about nobody
    protection : people either side, see `audit`
    withhold : (m,) bool, cells that are not to be shown or worked out whatever their size (principals of one school)
    absent : (m,) bool, cells that the publication simply does not have (a total nobody prints); they count as unknown
        to the reader, but nobody minds if they can be worked out, unless they are small

    Returns
    -------
    Suppression

    Notes
    -----
    Hidden cells that a reader could narrow down to less than 2 x protection people are looked for, first sum by sum,
    then by linear programmes. For each, the smallest shown part of its tightest sum is hidden too (it costs least);
    where a sum has no such part left, its total. Cells hidden in this way must stay unknown themselves. In the end
    those that, sum by sum, are not needed any more are shown again, the largest first, and the search is repeated. A
    greedy choice: safe, but not the least that would have been enough.

    Every hidden cell lies in no derivable sum of fewer than 2 x protection people, since its own range would be
    narrower otherwise.

    Raises
    ------
    AnalysisError
        As `audit`; a minimum under 1.

    References
    ----------
    Cox 1980, JASA 75:377. Hundepool et al. 2012, Statistical Disclosure Control.
    """
    none = np.zeros(table.value.size, bool)
    withhold = none if withhold is None else check_marks("withhold", table, withhold)
    absent = none if absent is None else check_marks("absent", table, absent)
    small, enough = find_small(table.value, smallest=smallest), wanted_width(table, protection)
    first = small | withhold
    secret = _hide_more(table, first, first, absent, enough)
    secret = _hide_more(table, first, _show_again(table, first, secret, absent, enough), absent, enough)
    hidden = secret | absent
    checked = _only(audit(table, hidden, protection=protection), secret)
    cells = checked.exposed.tolist()
    notices = (Notice("cannot_hide", {"cells": cells}),) if cells else ()
    return Suppression(hidden, small, secret & ~small & ~withhold, checked, notices)


def _hide_more(table: Table, first: Marks, secret: Marks, absent: Marks, enough: Floats) -> Marks:
    """The secrets and what must hide with them."""
    secret, stuck, found = secret.copy(), np.zeros(secret.size, bool), None
    while True:
        hidden = secret | absent
        exposed, found = _exposed(table, hidden, secret & ~stuck, enough, found)
        if not exposed.size:
            return secret
        # What was hidden for another's sake is often safe as soon as that other is.
        urgent = exposed[first[exposed]]
        exposed = urgent if urgent.size else exposed
        more = _next(table, hidden, exposed)
        stuck[exposed] = not more.size
        secret[more] = True


def _show_again(table: Table, first: Marks, secret: Marks, absent: Marks, enough: Floats) -> Marks:
    """The secrets without those that, sum by sum, nobody needs any more: the largest first."""
    secret = secret.copy()
    given_up = _narrow_ones(table, secret, absent, enough)
    needless = np.flatnonzero(secret & ~first)
    for cell in needless[np.argsort(-table.value[needless], kind="stable")]:
        secret[cell] = False
        secret[cell] = bool(np.any(_narrow_ones(table, secret, absent, enough) & ~given_up))
    return secret


def _narrow_ones(table: Table, secret: Marks, absent: Marks, enough: Floats) -> Marks:
    """Secrets that can be worked out sum by sum."""
    low, high = narrow(table, secret | absent)
    return np.asarray(secret & (high - low < enough - NEAR))


def _exposed(
    table: Table, hidden: Marks, secret: Marks, enough: Floats, before: Search | None
) -> tuple[Integers, Search | None]:
    """Positions of secrets that can be worked out; the slow search only where the quick one finds none."""
    if not secret.any():
        return np.zeros(0, np.int64), before
    found = np.flatnonzero(_narrow_ones(table, secret, hidden, enough))
    if found.size:
        return found, before
    state = search(table, hidden, np.where(secret, enough, -1.0), before)
    return np.flatnonzero(secret & (state.high - state.low < enough - NEAR)), state


def _only(checked: Audit, secret: Marks) -> Audit:
    at = secret[checked.cell]
    low, high, recoverable = checked.low[at], checked.high[at], checked.recoverable[at]
    return Audit(checked.cell[at], checked.value[at], low, high, recoverable, checked.protection)


def _next(table: Table, hidden: Marks, exposed: Integers) -> Integers:
    """What to hide next: one more cell for each exposed one, unless a sum of it got one already."""
    served = np.zeros(table.margins.shape[0], bool)
    columns, chosen = table.margins.tocsc(), []
    hidden = hidden.copy()
    for cell in exposed[np.argsort(table.value[exposed], kind="stable")]:
        rows = columns.indices[columns.indptr[cell] : columns.indptr[cell + 1]].astype(np.int64)
        if served[rows].any():
            continue
        pick = _companion(table, hidden, rows)
        if pick is not None:
            hidden[pick] = True
            served[columns.indices[columns.indptr[pick] : columns.indptr[pick + 1]]] = True
            chosen.append(pick)
    return np.array(chosen or _anything(table, hidden, exposed), np.int64)


def _companion(table: Table, hidden: Marks, rows: Integers) -> int | None:
    """The smallest shown part of the tightest of these sums; failing that the smallest shown total of them."""
    ranked = sorted((_tightness(table, hidden, int(row)), int(row)) for row in rows)
    for sign in (1.0, -1.0):
        for _, row in ranked:
            cells = _cells(table, row, sign)
            shown = cells[~hidden[cells] & (table.value[cells] > 0)]
            if shown.size:
                return int(shown[np.argmin(table.value[shown])])
    return None


def _tightness(table: Table, hidden: Marks, row: int) -> tuple[bool, int]:
    """Tight sums first: those with a shown total, and among them those that hide the fewest people."""
    parts, total = _cells(table, row, 1.0), _cells(table, row, -1.0)
    return bool(hidden[total].any()), int(table.value[parts[hidden[parts]]].sum())


def _cells(table: Table, row: int, sign: float) -> Integers:
    start, stop = table.margins.indptr[row], table.margins.indptr[row + 1]
    cells = table.margins.indices[start:stop]
    return np.asarray(cells[table.margins.data[start:stop] == sign], np.int64)


def _anything(table: Table, hidden: Marks, exposed: Integers) -> list[int]:
    """All around is hidden and it was not enough: the smallest cell two sums away, or nothing."""
    reach = abs(table.margins)
    near = np.zeros(table.value.size, bool)
    near[exposed] = True
    while True:
        wider = np.asarray(reach.T @ (reach @ near.astype(float))) > 0
        shown = np.flatnonzero(wider & ~hidden & (table.value > 0))
        if shown.size:
            return [int(shown[np.argmin(table.value[shown])])]
        if np.array_equal(wider | near, near):
            return []
        near |= wider
