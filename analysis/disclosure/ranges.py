"""How far the hidden counts of a table can be narrowed down by what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.tables import Floats, Integers, Marks, Table
from analysis.errors import AnalysisError

NEAR = 1e-6
ROUNDS = 200  # of narrowing; what is not narrow by then is left to the linear programme
MANY = 12  # cells found too narrow are enough to go on with
TRIES = 3  # of one bound together with others, before it gets a programme of its own


@dataclass
class Search:
    """What is known of the cells of a table while their ranges are sought.

    low, high : (m,) no table that fits goes outside
    small, large : (m,) tables that fit reach these
    """

    low: Floats
    high: Floats
    small: Floats
    large: Floats

    def learn(self, cells: Integers, found: Floats) -> None:
        """A table that fits was found: `found` at `cells`."""
        self.small[cells] = np.minimum(self.small[cells], found)
        self.large[cells] = np.maximum(self.large[cells], found)


def narrow(table: Table, hidden: Marks) -> tuple[Floats, Floats]:
    """Bounds (m,), (m,) of all cells that follow sum by sum: a range that is never too narrow, often the exact one.

    Each sum bounds each of its cells by the bounds of its other cells, again and again until nothing changes.
    """
    low = np.where(hidden, table.least, table.value)
    high = np.where(hidden, table.most, table.value).astype(float)
    entries = sparse.coo_array(table.margins)
    at = hidden[entries.col]
    row, column, sign = entries.row[at].astype(np.int64), entries.col[at].astype(np.int64), entries.data[at]
    sums = _fixed(table, hidden)
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        for side in (1.0, -1.0):
            _tighten((row, column, side * sign), side * sums, low, high)
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _fixed(table: Table, hidden: Marks) -> Floats:
    """(e,) what the hidden cells of each sum must come to."""
    return np.asarray(-(table.margins @ np.where(hidden, 0, table.value)), float)


def _tighten(rows: tuple[Integers, Integers, Floats], sums: Floats, low: Floats, high: Floats) -> None:
    """One pass: where the others of a sum are at their least, a cell is at its most."""
    row, column, sign = rows
    own = np.where(sign > 0, low[column], -high[column])
    endless = np.isneginf(own)
    finite = np.bincount(row, weights=np.where(endless, 0.0, own), minlength=sums.size)
    open_ends = np.bincount(row, weights=endless, minlength=sums.size)
    known = open_ends[row] == endless
    rest = finite[row] - np.where(endless, 0.0, own)
    up, down = known & (sign > 0), known & (sign < 0)
    np.minimum.at(high, column[up], (sums[row] - rest)[up])
    np.maximum.at(low, column[down], (rest - sums[row])[down])


def search(table: Table, hidden: Marks, enough: Floats | None = None, before: Search | None = None) -> Search:
    """The least and the most that each hidden cell can be, given all that is shown.

    Parameters
    ----------
    table : Table
    hidden : (m,) bool
    enough : (m,) float or None. None: exact ranges (low = small, high = large). Else the search for a cell stops as
        soon as its range is known to be at least, or less than, so wide; and altogether when a dozen of the second
        kind were found one by one
    before : what an earlier search found when fewer cells were hidden: tables that fitted then fit now

    Notes
    -----
    `narrow` gives outer bounds. Linear programmes give tables that fit; one programme pushes many cells at once, and
    where a cell reaches its outer bound that bound is exact. What is left gets a programme of its own, over the cells
    connected with it only.
    """
    low, high = narrow(table, hidden)
    state = Search(low, high, table.value.astype(float), table.value.astype(float))
    if before is not None:
        state.small, state.large = before.small, before.large
    programme = _Programme(table, hidden)
    if enough is None:
        _reach(programme, state)
    else:
        _spread(programme, state, enough)
    _finish(programme, state, enough)
    return state


def _reach(programme: _Programme, state: Search) -> None:
    """Bounds are tried together until each has had its tries."""
    tries = np.zeros((2, state.low.size), int)
    while True:
        together = programme.sought(state, None) & (tries < TRIES)
        if not together.any():
            return
        chosen = _choose(programme, together, tries)
        tries[chosen] += 1
        state.learn(programme.cells, programme.solve(chosen[0].astype(float) - chosen[1]))


def _spread(programme: _Programme, state: Search, enough: Floats) -> None:
    """All cells together are raised, then lowered, just as far as each needs, until that decides no more of them."""
    raising, stalled = True, 0
    wanted = np.logical_or(*programme.sought(state, enough))
    while stalled < 2 and wanted.any():
        knee = state.small + enough if raising else state.large - enough
        state.learn(programme.cells, programme.lean(wanted, knee, raising))
        left = np.logical_or(*programme.sought(state, enough))
        stalled = 0 if left.sum() < wanted.sum() else stalled + 1
        wanted, raising = left, not raising


def _open(state: Search, enough: Floats | None) -> NDArray[np.bool_]:
    """(2, m) the lower and upper bounds that are not yet known, as far as they matter."""
    bounds = np.stack([state.small > state.low + NEAR, state.large < state.high - NEAR])
    if enough is None:
        return bounds
    reached = np.floor(state.large + NEAR) - np.ceil(state.small - NEAR)
    decided = (reached >= enough - NEAR) | (state.high - state.low < enough - NEAR)
    return np.asarray(bounds & ~decided)


def _choose(programme: _Programme, wanted: NDArray[np.bool_], tries: Integers) -> NDArray[np.bool_]:
    """Bounds of one kind that hardly hinder one another: first all lower ones at once, then one in each sum."""
    chosen = np.zeros_like(wanted)
    fresh = wanted[0] & (tries[0] == 0)
    if fresh.any():
        chosen[0] = fresh
    else:
        side = int(wanted[1].any())
        chosen[side] = programme.apart(wanted[side])
    return chosen


def _finish(programme: _Programme, state: Search, enough: Floats | None) -> None:
    """One bound at a time."""
    caught = 0
    for side, cell in np.argwhere(programme.sought(state, enough)):
        if not _open(state, enough)[side, cell]:
            continue
        _settle(programme, state, int(side), int(cell))
        if enough is not None:
            caught += int(state.high[cell] - state.low[cell] < enough[cell] - NEAR)
            if caught == MANY:
                return


def _settle(programme: _Programme, state: Search, side: int, cell: int) -> None:
    """The exact lower (side 0) or upper bound (1) of one cell."""
    part = programme.around(cell)
    aim = np.zeros(state.low.size)
    aim[cell] = -1.0 if side else 1.0
    found = part.solve(aim)
    state.learn(part.cells, found)
    best = found[part.cells == cell][0]
    if side:
        state.high[cell] = state.large[cell] = np.floor(best + NEAR) if np.isfinite(best) else np.inf
    else:
        state.low[cell] = state.small[cell] = np.ceil(best - NEAR)


class _Programme:
    """The linear programme over hidden cells: the sums they must come to, and their known bounds."""

    def __init__(self, table: Table, hidden: Marks, cells: Integers | None = None) -> None:
        self.table, self.hidden = table, hidden
        self.cells = np.flatnonzero(hidden) if cells is None else cells
        matrix = table.margins[:, self.cells]
        bound = np.diff(matrix.indptr) > 0
        self.matrix, self.sums = matrix[bound], _fixed(table, hidden)[bound]
        # A cell without an upper bound gets one far beyond every count: what reaches it has none.
        self.far = 100.0 * (1.0 + float(table.value.sum()))
        limits = [table.least[self.cells], np.minimum(table.most[self.cells], self.far)]
        self.limits = np.column_stack(limits)
        self._parts: Integers | None = None

    def solve(self, aim: Floats) -> Floats:
        """A table that fits with the least sum of aim x cells: values of `cells`, infinite where nothing ends them."""
        return self._endless(self._run(self.matrix, aim[self.cells], self.limits))

    def lean(self, wanted: Marks, knee: Floats, raising: bool) -> Floats:
        """A table in which the wanted cells rise (or fall) as much as they can, but only up (down) to the knee counts.

        A wanted cell is two variables, up to the knee and beyond it, of which one counts.
        """
        at = np.flatnonzero(wanted[self.cells])
        low, high = self.limits[at].T
        bend = np.clip(knee[self.cells[at]], low, high)
        limits = np.vstack([self.limits, np.column_stack([np.zeros(at.size), high - bend])])
        limits[at, 1] = bend
        aim = np.zeros(len(limits))
        aim[at if raising else slice(self.cells.size, None)] = -1.0 if raising else 1.0
        both = self._run(sparse.hstack([self.matrix, self.matrix[:, at]], format="csr"), aim, limits)
        found = both[: self.cells.size]
        found[at] += both[self.cells.size :]
        return self._endless(found)

    def _endless(self, found: Floats) -> Floats:
        return np.where((found > self.far / 20) & np.isinf(self.table.most[self.cells]), np.inf, found)

    def _run(self, matrix: Any, aim: Floats, limits: Any) -> Floats:
        # The stubs of linprog know neither sparse matrices nor arrays of bounds.
        sums = self.sums if self.sums.size else None
        outcome = linprog(aim, A_eq=matrix if self.sums.size else None, b_eq=sums, bounds=limits, method="highs")
        if outcome.status != 0:
            hint = "check that the sums of the table fit and that counts are not astronomic"
            raise AnalysisError("audit", "a linear programme that can be solved", str(outcome.message), hint)
        return np.asarray(outcome.x, float)

    def sought(self, state: Search, enough: Floats | None) -> NDArray[np.bool_]:
        """(2, m) the bounds of hidden cells that are not yet known."""
        return np.asarray(_open(state, enough) & self.hidden)

    def around(self, cell: int) -> _Programme:
        """The programme over what is connected with one cell."""
        if self._parts is None:
            self._parts = connected_components(self.matrix.T @ self.matrix, directed=False)[1].astype(np.int64)
        own = self._parts[self.cells == cell]
        return _Programme(self.table, self.hidden, self.cells[self._parts == own])

    def apart(self, wanted: Marks) -> Marks:
        """Of the wanted cells as many as share no sum."""
        taken = np.zeros(self.matrix.shape[0], bool)
        columns, chosen = self.matrix.tocsc(), np.zeros(wanted.size, bool)
        for place in np.flatnonzero(wanted[self.cells]):
            rows = columns.indices[columns.indptr[place] : columns.indptr[place + 1]]
            if not taken[rows].any():
                taken[rows] = True
                chosen[self.cells[place]] = True
        return chosen
