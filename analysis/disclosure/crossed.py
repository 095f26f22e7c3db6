"""Schools by groups: which figures to hide, so that neither how many people they are about nor what they say leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.disclosure.rooms import NEAR, Rooms, find_widths, frame_rooms, narrow_by_line
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Crossed:
    """A table of r rows (schools) and c columns (groups) as it would be printed if nothing were hidden.

    n         : (r, c) int, people; 0 where there are none
    weight    : (r, c) float, what the people of a cell weigh together in the totals
    share     : (r, c) float, 0 to 1, of them that are satisfied
    low, high : (r, c) float, 0 to 1, between which a reader knows a printed share to lie
    row_low, row_high : (r,) likewise of the totals of rows
    shown_column : (c,) bool, columns whose total is printed
    loose     : (r,) bool, rows that nothing is printed of, such as people who belong to no school
    """

    n: Integers
    weight: Floats
    share: Floats
    low: Floats
    high: Floats
    row_low: Floats
    row_high: Floats
    shown_column: Marks
    loose: Marks

    def __post_init__(self) -> None:
        shape = self.n.shape
        cells = all(each.shape == shape for each in (self.weight, self.share, self.low, self.high))
        rows = all(each.shape == shape[:1] for each in (self.row_low, self.row_high, self.loose))
        if len(shape) != 2 or not cells or not rows or self.shown_column.shape != shape[1:]:
            raise AnalysisError("Crossed", "arrays of (rows, columns), (rows,) and (columns,)", f"n of shape {shape}")
        if np.any(self.n < 0) or np.any((self.share < 0) | (self.share > 1)) or np.any(self.weight < 0):
            raise AnalysisError("Crossed", "people and weights of 0 or more, shares of 0 to 1", "others")


@dataclass(frozen=True)
class Hidden:
    """What is not printed.

    cells   : (r, c) bool
    rows    : (r,) bool, totals of rows
    secret  : (r, c) bool, the cells for whose sake the others are hidden: few people, or withheld
    exposed : (r, c) bool, secrets that what is known from elsewhere gives away although all around is hidden
    """

    cells: Marks
    rows: Marks
    secret: Marks
    exposed: Marks


@dataclass(frozen=True)
class _Demands:
    smallest: int
    protection: float
    fewest: float
    withhold: Marks


@checked
def protect_crossed(
    table: Crossed,
    *,
    smallest: int,
    protection: float,
    fewest: int,
    withhold: Marks | None = None,
    cover: Marks | None = None,
    only_rows: bool = False,
) -> Hidden:
    """Hide small cells of a two-way table, and as many others as it takes.

    Parameters
    ----------
    table : Crossed
    smallest : people that a printed cell, or total of a row, needs; nobody may be printed
    protection : people either side that must stay open about the n of whatever is hidden
    fewest : people that must stay open among the satisfied of a secret cell (all of them, where they are fewer)
    withhold : (c,) bool, columns that are never printed by row
    cover : (c,) bool, columns that are hidden for another reason, and are nobody's secret on that account
    only_rows : whether nothing but totals is printed anyway

    Returns
    -------
    Hidden

    Notes
    -----
    Two readers are kept out. The first knows what is printed: for each hidden n, max - min over all tables with the
    printed counts and sums is to be at least 2 x protection. The second knows the n and weight of every cell besides,
    from lists and from who came to answer, and reads printed shares as the ranges they were rounded from: for each
    secret, max - min of the satisfied is to be at least min(n, fewest), where the totals of columns are known exactly;
    less only where these totals alone leave less (a whole column of one mind). Likewise the n of a cell that is alone
    in its column is what the column's total says.
    Both are greatest flows (`find_widths`), exact; for counts as whole numbers.

    Where a range is too narrow, the smallest printed cell of the tighter of its two lines is hidden too; where the line
    has none left, that of the other line; then the row's total; in the end whatever is smallest. Both questions are
    asked again until both hold. The grand total is taken as known, so a lone column without a total hides nothing. The
    choice is greedy: safe, and not the least that would do.

    Raises
    ------
    AnalysisError
        Arrays that do not fit, limits below 1.

    References
    ----------
    Gusfield 1988, SIAM J. Comput. 17:552 (two-way tables as flows). Cox 1980, JASA 75:377.
    """
    if min(smallest, fewest) < 1 or not protection > 0:
        raise AnalysisError("protect_crossed", "limits of 1 or more", f"{smallest}, {protection}, {fewest}")
    columns = np.zeros(table.n.shape[1], bool) if withhold is None else np.asarray(withhold, bool)
    inside = ~table.loose[:, None] & np.ones(table.n.shape, bool)
    some = table.n > 0
    secret = some & inside & (columns[None] | (table.n < smallest))
    if only_rows:
        secret = np.zeros_like(secret)
    total = table.n.sum(axis=1)
    state = _State(
        table,
        _Demands(smallest, protection, fewest, columns),
        cells=secret | ~inside | (some & (only_rows | (False if cover is None else np.asarray(cover, bool)[None]))),
        rows=table.loose | ((total > 0) & (total < smallest)),
        secret=secret,
        wanted=inside & (not only_rows),
    )
    while state.hide_for_counts() or state.hide_for_shares():
        pass
    return Hidden(state.cells & inside, state.rows & ~table.loose, secret, state.stuck & secret)


class _State:
    """What is hidden so far."""

    def __init__(
        self, table: Crossed, demands: _Demands, *, cells: Marks, rows: Marks, secret: Marks, wanted: Marks
    ) -> None:
        self.table, self.demands = table, demands
        self.cells, self.rows, self.secret, self.wanted = cells, rows, secret, wanted
        self.stuck = np.zeros(cells.shape, bool)
        self.stuck_rows = np.zeros(rows.shape, bool)

    def hide_for_counts(self) -> bool:
        """Hide what lets the n of a hidden cell, or of a hidden total, be worked out. Whether anything was hidden."""
        n, some = self.table.n.astype(float), self.table.n > 0
        total, free = n.sum(axis=1), ~self.table.shown_column
        enough = 2.0 * self.demands.protection
        far = float(n.sum()) + enough  # further than anybody looks
        rooms = frame_rooms(
            (np.where(self.cells & some, far, 0.0), np.where(self.cells, n, 0.0)),
            (np.where(self.rows, far, 0.0), np.where(self.rows, total, 0.0)),
            (np.where(free, far, 0.0), np.where(free, n.sum(axis=0), 0.0)),
        )
        lone = self.table.shown_column & (some.sum(axis=0) == 1)  # what its column's total says anyway
        wanted = np.where(self.cells & some & self.wanted & ~self.stuck & ~lone, enough, 0.0)
        wanted_rows = np.where(self.rows & ~self.table.loose & ~self.stuck_rows & (total > 0), enough, 0.0)
        narrow = find_widths(rooms, _framed(wanted, wanted_rows)) < _framed(wanted, wanted_rows) - NEAR
        more = self._hide_beside(narrow[:-1, :-1], self._tight(rooms, wanted))
        return self._hide_totals(narrow[:-1, -1]) or more

    def hide_for_shares(self) -> bool:
        """Hide what lets the satisfied of a secret be worked out. Whether anything was hidden."""
        rooms, wanted = self.rooms_of_shares(), self._wanted_of_shares()
        narrow = find_widths(rooms, _framed(wanted, np.zeros(self.rows.size)))[:-1, :-1] < wanted - NEAR
        return self._hide_beside(narrow, self._tight(rooms, wanted))

    def rooms_of_shares(self) -> Rooms:
        """How far the satisfied, by weight, can move for whoever knows every n and weight."""
        table, weight = self.table, self.table.weight
        shown_low, shown_high = np.minimum(table.low, table.share), np.maximum(table.high, table.share)
        high = np.where(self.cells, 1.0, shown_high)
        low = np.where(self.cells, 0.0, shown_low)
        total, satisfied = weight.sum(axis=1), (weight * table.share).sum(axis=1)
        mean = np.divide(satisfied, total, out=np.zeros_like(total), where=total > 0)
        row_high = np.where(self.rows, 1.0, np.maximum(table.row_high, mean))
        row_low = np.where(self.rows, 0.0, np.minimum(table.row_low, mean))
        free, of_column = ~table.shown_column, (weight * table.share).sum(axis=0)
        return frame_rooms(
            (weight * (high - table.share), weight * (table.share - low)),
            (total * (row_high - mean), total * (mean - row_low)),
            (np.where(free, weight.sum(axis=0) - of_column, 0.0), np.where(free, of_column, 0.0)),
        )

    def _wanted_of_shares(self) -> Floats:
        """What must stay open: `fewest` people, or all of the cell, unless the column's own total leaves less."""
        table, n = self.table, self.table.n
        each = np.divide(table.weight, n, out=np.zeros(n.shape), where=n > 0)
        satisfied = table.weight * table.share
        alone = np.minimum(table.weight, satisfied.sum(axis=0)) - np.maximum(
            table.weight - (table.weight - satisfied).sum(axis=0), 0.0
        )
        left = np.where(table.shown_column, alone, np.inf)
        wanted = np.minimum(each * np.minimum(n, self.demands.fewest), left) * (1 - NEAR)
        return np.where(self.secret & ~self.stuck, wanted, 0.0)

    def _tight(self, rooms: Rooms, wanted: Floats) -> Marks:
        """(r, c) whether the row alone leaves a cell less room than it needs; else it is the column."""
        return np.asarray(narrow_by_line(rooms)[0, :-1, :-1] < wanted - NEAR)

    def _hide_beside(self, exposed: Marks, tight: Marks) -> bool:
        """One more cell beside each exposed one, unless a line of it got one already."""
        served_rows, served_columns = np.zeros(exposed.shape[0], bool), np.zeros(exposed.shape[1], bool)
        places = np.argwhere(exposed)
        changed = False
        for row, column in places[np.argsort(self.table.n[exposed], kind="stable")].tolist():
            if served_rows[row] if tight[row, column] else served_columns[column]:
                continue
            place = self._next(row, column, bool(tight[row, column]))
            if place is not None:
                self.cells[place] = True
                served_rows[place[0]] = served_columns[place[1]] = True
            elif not self.rows[row]:
                self.rows[row] = True
            elif not self._hide_anything():
                self.stuck[row, column] = True
                continue
            changed = True
        return changed

    def _next(self, row: int, column: int, tight: bool) -> tuple[int, int] | None:
        """The smallest printed cell of the tighter line, else of the other."""
        n, printed = self.table.n, ~self.cells & (self.table.n > 0)
        in_row = [(row, int(other)) for other in np.flatnonzero(printed[row])]
        in_column = [(int(other), column) for other in np.flatnonzero(printed[:, column])]
        for line in (in_row, in_column) if tight else (in_column, in_row):
            if line:
                return min(line, key=lambda place: int(n[place]))
        return None

    def _hide_anything(self) -> bool:
        """All around is hidden and it was not enough: the smallest total of a row, then the smallest cell, anywhere."""
        total = np.where(self.rows, np.inf, self.table.n.sum(axis=1))
        people = np.where(self.cells | (self.table.n == 0), np.inf, self.table.n)
        for sizes, hidden in ((total, self.rows), (people, self.cells)):
            place = np.unravel_index(int(np.argmin(sizes)), sizes.shape)
            if np.isfinite(sizes[place]):
                hidden[place] = True
                return True
        return False

    def _hide_totals(self, exposed: Marks) -> bool:
        """One more total of a row: the smallest that is printed."""
        if not exposed.any():
            return False
        total = self.table.n.sum(axis=1)
        printed = np.flatnonzero(~self.rows & (total > 0))
        if not printed.size:
            self.stuck_rows |= exposed
            return False
        self.rows[printed[np.argmin(total[printed])]] = True
        return True


def _framed(cells: Floats, rows: Floats) -> Floats:
    """(r + 1, c + 1): the cells, beside them the totals of rows, and nothing for the totals of columns."""
    return np.append(np.column_stack([cells, rows]), np.zeros((1, cells.shape[1] + 1)), 0)
