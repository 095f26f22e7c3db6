"""Known totals, the rows that belong to them, and the cells of the rows that no margin tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.arguments import settle
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.results import Notice

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
OUTSIDE = -1
ROUNDING = 1e-6  # grand totals nearer than this differ by the rounding of the printed tables
WIDEST = 2**40

MERGE = "merge the category with a neighbour, in the rows and in the totals"
LEAVE = "give these rows the category -1, or their category its people"
SCALE = "find out which is right, then bring the others to it with Margin.scaled_to"
WEIGHTS = "leave rows without a weight out, or give them 0"


@dataclass(frozen=True)
class Margin:
    """How many people the population has in each category of one characteristic.

    name     : for messages
    category : (n,) int, the position of each row's category in `total`; -1 for a row outside this margin: its weight
               is neither counted nor changed by it
    total    : (K,) float, people of each category, 0 or more
    labels   : K names of the categories, for messages; empty: their positions
    """

    name: str
    category: Integers
    total: Floats
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        settle(self, globals())

    def label(self, position: int) -> str:
        """The margin and the category, for people."""
        return f"{self.name} {self.labels[position] if self.labels else position}"

    def scaled_to(self, grand_total: float) -> Margin:
        """The same shares with another grand total."""
        return replace(self, total=self.total * (grand_total / self.total.sum()))


@dataclass(frozen=True)
class Columns:
    """Numbers of each row whose totals over the population are known (enrolment, last year's score).

    values : (n, q) float, finite; a column of ones fixes the size of the population
    total  : (q,) float
    names  : q names for messages; empty: their positions
    """

    values: Floats
    total: Floats
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        settle(self, globals())

    def label(self, position: int) -> str:
        return self.names[position] if self.names else f"column {position}"


@dataclass(frozen=True)
class Cells:
    """The cross-table of the margins, only the C cells that have rows.

    row      : (n,) the cell of each row
    category : of each margin, (C,) the cell's category plus 1, so that 0 is outside
    count    : (C,) rows
    start    : (C,) sum of the rows' weights
    """

    row: Integers
    category: tuple[Integers, ...]
    count: Integers
    start: Floats


def make_cells(start: Floats, margins: Sequence[Margin]) -> Cells:
    """Number the cells of the cross-table that have rows."""
    key, size = np.zeros(start.size, np.int64), 1
    for margin in margins:
        if size * (margin.total.size + 1) > WIDEST:
            label, key = number(key)
            size = label.size
        size *= margin.total.size + 1
        key *= margin.total.size + 1
        key += margin.category.astype(np.int64, copy=False)
        key += 1
    label, row = number(key)
    some_row = np.zeros(label.size, np.int64)
    some_row[row] = np.arange(row.size)
    return Cells(
        row=row,
        category=tuple(np.asarray(margin.category, np.int64)[some_row] + 1 for margin in margins),
        count=np.bincount(row, minlength=label.size),
        start=np.asarray(np.bincount(row, weights=start, minlength=label.size), float),
    )


def sums(cells: Cells, margins: Sequence[Margin], weight: Floats) -> Iterator[Floats]:
    """Of each margin, (K,) the weights (C,) of the cells by category."""
    for category, margin in zip(cells.category, margins, strict=True):
        yield np.asarray(np.bincount(category, weights=weight, minlength=margin.total.size + 1)[1:], float)


def indicators(margins: Sequence[Margin], rows: int) -> sparse.csr_array:
    """(rows, sum of all K) table with a one where the row has the category."""
    sizes = [margin.total.size for margin in margins]
    first = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    columns = np.empty((rows, len(sizes)), np.int32)
    for place, margin in enumerate(margins):
        np.add(margin.category, first[place], out=columns[:, place], casting="unsafe")
    ends, flat = np.arange(0, columns.size + 1, len(sizes), dtype=np.int32), columns.ravel()
    if any(margin.category.min() < 0 for margin in margins):
        inside = np.column_stack([margin.category >= 0 for margin in margins])
        flat, ends = columns[inside], np.concatenate([[0], np.cumsum(inside.sum(axis=1))])
    return sparse.csr_array((np.ones(flat.size), flat, ends), shape=(rows, sum(sizes)))


def prepare(
    where: str, start: Floats, margins: Sequence[Margin], columns: Columns | None = None
) -> tuple[tuple[Margin, ...], Cells, tuple[Notice, ...]]:
    """Checked margins with one grand total, their cells, and what was noticed.

    Raises
    ------
    AnalysisError
        Listing everything that is wrong with weights, margins and columns.
    """
    problems = [*_start_problems(start), *_shapes(start.size, margins, columns)]
    if not problems:
        cells = make_cells(start, margins)
        problems = [*_empty_problems(cells, margins), *_grand_totals(cells, margins)]
    if problems:
        texts, hints = zip(*problems, strict=True)
        hint = "; ".join(dict.fromkeys(hint for hint in hints if hint))
        raise AnalysisError(where, "weights of 0 or more and totals that fit the rows", "; ".join(texts), hint)
    level, notices = _level(cells, margins)
    return level, cells, (*_outside(margins), *notices)


Flaw = tuple[str, str]


def _start_problems(start: Floats) -> Iterator[Flaw]:
    if start.ndim != 1 or not start.size:
        yield f"weights of shape {start.shape}", ""
    elif not (start.min() >= 0 and np.isfinite(start.max())):
        yield f"{int(np.sum(~(start >= 0) | ~np.isfinite(start)))} weights negative or not finite", WEIGHTS


def _shapes(rows: int, margins: Sequence[Margin], columns: Columns | None) -> Iterator[Flaw]:
    if not margins and columns is None:
        yield "no totals at all", "give margins or columns"
    for margin in margins:
        yield from _margin_shape(rows, margin)
        yield from _total_problems(margin.name, margin.total, least=0.0)
    if columns is not None:
        values = columns.values
        if values.ndim != 2 or values.shape != (rows, columns.total.size):
            yield f"columns of shape {values.shape} for {rows} rows and {columns.total.size} totals", ""
        elif not np.all(np.isfinite(values)):
            yield f"{int(np.sum(~np.isfinite(values)))} values of columns not finite", "fill in what is missing"
        if columns.names and len(columns.names) != columns.total.size:
            yield f"{len(columns.names)} names for {columns.total.size} columns", ""
        else:
            yield from _total_problems("columns", columns.total, least=-np.inf)


def _margin_shape(rows: int, margin: Margin) -> Iterator[Flaw]:
    category, size = margin.category, margin.total.size
    if category.shape != (rows,) or category.dtype.kind not in "iu":
        yield f"{margin.name}: categories of shape {category.shape} and type {category.dtype} for {rows} rows", ""
    elif category.size and (category.min() < OUTSIDE or category.max() >= size):
        strange = int(np.sum((category < OUTSIDE) | (category >= size)))
        yield f"{margin.name}: {strange} categories outside -1 to {size - 1}", ""
    if margin.labels and len(margin.labels) != size:
        yield f"{margin.name}: {len(margin.labels)} labels for {size} totals", ""


def _total_problems(name: str, total: Floats, least: float) -> Iterator[Flaw]:
    if total.ndim != 1 or not total.size:
        yield f"{name}: totals of shape {total.shape}", ""
        return
    for place in np.flatnonzero(~(np.isfinite(total) & (total >= least))):
        yield f"{name}: total {total[place]:g} at position {place}", "totals are finite, and counts 0 or more"


def _empty_problems(cells: Cells, margins: Sequence[Margin]) -> Iterator[Flaw]:
    weights, counts = (sums(cells, margins, each) for each in (cells.start, np.asarray(cells.count, float)))
    for margin, weight, rows in zip(margins, weights, counts, strict=True):
        for place in np.flatnonzero((weight == 0) & (margin.total > 0)):
            least = "no row" if rows[place] == 0 else "no row with a weight"
            yield f"{margin.label(int(place))}: {margin.total[place]:g} people and {least}", MERGE
        for place in np.flatnonzero((weight > 0) & (margin.total == 0)):
            yield f"{margin.label(int(place))}: {int(rows[place])} rows and no people", LEAVE


def _groups(cells: Cells, margins: Sequence[Margin]) -> Iterator[list[int]]:
    """Margins that are about the same rows, and so have one grand total."""
    seen: dict[bytes, list[int]] = {}
    for place, category in enumerate(cells.category):
        seen.setdefault((category > 0).tobytes(), []).append(place)
    yield from seen.values()


def _grand_totals(cells: Cells, margins: Sequence[Margin]) -> Iterator[Flaw]:
    for group in _groups(cells, margins):
        grand = [float(margins[place].total.sum()) for place in group]
        if max(grand) - min(grand) > ROUNDING * max(grand):
            each = ", ".join(f"{margins[place].name} {total:.10g}" for place, total in zip(group, grand, strict=True))
            yield f"margins that contradict one another, grand totals {each}", SCALE


def _level(cells: Cells, margins: Sequence[Margin]) -> tuple[tuple[Margin, ...], list[Notice]]:
    """Totals that differ by rounding brought to the grand total of the first margin about the same rows."""
    level, notices = list(margins), []
    for group in _groups(cells, margins):
        grand = float(margins[group[0]].total.sum())
        for place in group[1:]:
            own = float(margins[place].total.sum())
            level[place] = margins[place].scaled_to(grand) if own != grand else margins[place]
            if abs(own - grand) > 1e-12 * grand:
                notices.append(Notice("totals_scaled", {"margin": margins[place].name, "factor": grand / own}))
    return tuple(level), notices


def _outside(margins: Sequence[Margin]) -> Iterator[Notice]:
    for margin in margins:
        if margin.category.min() < 0:
            yield Notice("rows_outside", {"margin": margin.name, "rows": int(np.sum(margin.category < 0))})
