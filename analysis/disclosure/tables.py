"""Tables of counts with every total that could be shown beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.arguments import checked, together
from analysis.errors import AnalysisError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
SOME = 5


@dataclass(frozen=True)
class Table:
    """m counts, inner cells and totals alike, and the sums that bind them. Made by `make_table` or `two_way`.

    value   : (m,) int, people; 0 or more
    margins : (e, m) sparse, one row per sum: +1 at its parts, -1 at its total, so that margins @ value = 0
    least   : (m,) float, what everybody knows without the table: at least so many people
    most    : (m,) float, and at most so many; infinite where nothing is known
    """

    value: Integers
    margins: sparse.csr_array
    least: Floats
    most: Floats


@checked
def make_table(
    value: ArrayLike,
    margins: Sequence[tuple[int, Sequence[int]]],
    *,
    least: ArrayLike = 0.0,
    most: ArrayLike = np.inf,
) -> Table:
    """A table from its counts and its sums.

    Parameters
    ----------
    value : (m,) counts of people, cells and totals in any order
    margins : for each sum the position of its total and the positions of its parts; a total may be a part of
        another sum
    least, most : number or (m,), bounds that a reader knows from elsewhere, such as the roster of a school

    Returns
    -------
    Table

    Raises
    ------
    AnalysisError
        Counts that are not whole and non-negative, positions outside the table or twice in one sum, sums that do
        not add up, counts outside their bounds: all of them listed.
    """
    if not all(isinstance(margin, tuple | list) and len(margin) == 2 for margin in margins):
        raise AnalysisError("make_table", "margins of (total, parts)", f"{list(margins)!r:.60}")
    counts = np.atleast_1d(np.asarray(value, float))
    _raise("value", _count_problems(counts))
    _raise("margins", _position_problems(counts.size, margins))
    whole = counts.astype(np.int64)
    count, low, high = (each.copy() for each in together("make_table", value=whole, least=least, most=most))
    if count.shape != whole.shape:
        raise AnalysisError("make_table", f"one bound, or {whole.size}", f"shape {count.shape}")
    table = Table(whole, _matrix(whole.size, margins), low, high)
    _raise("counts", _sum_problems(table))
    return table


@checked
def two_way(
    counts: ArrayLike,
    nesting: Sequence[ArrayLike] = (),
    *,
    least: ArrayLike | None = None,
    most: ArrayLike | None = None,
) -> Table:
    """A two-way table with all its totals: rows nested in larger units, columns summed to one.

    Parameters
    ----------
    counts : (r, c) people, such as schools by groups
    nesting : for each level above the rows the position of the unit in which a unit of the level below lies, such as
        ((township of each school, (r,)), (county of each township, (t,))); units of a level are numbered 0, 1, ...
        One unit that holds everything is added on top unless the last level is that already
    least, most : (r, c) bounds of the inner cells known from elsewhere

    Returns
    -------
    Table
        of u x (c + 1) cells: `hidden.reshape(-1, c + 1)` has the r rows first, then the units of each level, the
        grand total last; its last column sums the others.

    Raises
    ------
    AnalysisError
        Shapes and positions that do not fit; and as `make_table`.
    """
    inner = np.asarray(counts, float)
    if inner.ndim != 2 or 0 in inner.shape:
        raise AnalysisError("two_way", "counts (rows, columns)", f"shape {inner.shape}")
    levels = _levels(inner.shape[0], nesting)
    _raise("counts", _count_problems(inner.ravel()))
    low = _stack(inner.shape, levels, least, 0.0)
    high = _stack(inner.shape, levels, most, np.inf)
    return make_table(_sum_up(inner, levels), _two_way_margins(inner.shape, levels), least=low, most=high)


def _levels(rows: int, nesting: Sequence[ArrayLike]) -> list[Integers]:
    levels: list[Integers] = []
    size = rows
    for place, given in enumerate(nesting):
        parent = np.asarray(given)
        fits = parent.shape == (size,) and np.issubdtype(parent.dtype, np.integer) and parent.min(initial=0) >= 0
        if not fits:
            raise AnalysisError("two_way", f"nesting[{place}] with {size} positions, 0 or more", f"{parent!r:.80}")
        levels.append(parent.astype(np.int64))
        size = int(parent.max()) + 1
    return levels if levels and size == 1 else [*levels, np.zeros(size, np.int64)]


def _sum_up(inner: Floats, levels: list[Integers]) -> Floats:
    blocks = [np.column_stack([inner, inner.sum(axis=1)])]
    for parent in levels:
        block = np.zeros((int(parent.max()) + 1, blocks[-1].shape[1]))
        np.add.at(block, parent, blocks[-1])
        blocks.append(block)
    return np.concatenate(blocks).ravel()


def _stack(shape: tuple[int, ...], levels: list[Integers], given: ArrayLike | None, missing: float) -> Floats:
    """Bounds of the inner cells as bounds of all: they add up as the counts do."""
    inner = np.full(shape, missing) if given is None else np.asarray(given, float)
    if inner.shape != shape:
        raise AnalysisError("two_way", f"bounds of shape {shape}", f"shape {inner.shape}")
    return _sum_up(inner, levels)


def _two_way_margins(shape: tuple[int, ...], levels: list[Integers]) -> list[tuple[int, list[int]]]:
    columns = shape[1] + 1
    starts = np.cumsum([0, *(parent.size for parent in levels)])
    units = int(starts[-1] + levels[-1].max()) + 1
    margins = [(unit * columns + shape[1], [unit * columns + g for g in range(shape[1])]) for unit in range(units)]
    for parent, below, above in zip(levels, starts[:-1], starts[1:], strict=True):
        for unit in range(int(parent.max()) + 1):
            children = below + np.flatnonzero(parent == unit)
            margins += [(int((above + unit) * columns + g), (children * columns + g).tolist()) for g in range(columns)]
    return margins


def _matrix(size: int, margins: Sequence[tuple[int, Sequence[int]]]) -> sparse.csr_array:
    row = [place for place, (_, parts) in enumerate(margins) for _ in range(len(parts) + 1)]
    column = [cell for total, parts in margins for cell in (total, *parts)]
    sign = [each for _, parts in margins for each in (-1.0, *([1.0] * len(parts)))]
    return sparse.csr_array((sign, (row, column)), shape=(len(margins), size))


def _raise(what: str, problems: list[str]) -> None:
    if problems:
        more = f" and {len(problems) - SOME} more" if len(problems) > SOME else ""
        hint = "give whole numbers of people, and totals that are the sums of their parts"
        raise AnalysisError("Table", f"{what} that fit", "; ".join(problems[:SOME]) + more, hint)


def _count_problems(counts: Floats) -> list[str]:
    if counts.ndim != 1 or not counts.size:
        return [f"counts have shape {counts.shape}"]
    bad = ~np.isfinite(counts) | (counts < 0)
    bad[~bad] = counts[~bad] != np.floor(counts[~bad])
    return [f"cell {place} is {counts[place]}" for place in np.flatnonzero(bad)]


def _position_problems(size: int, margins: Sequence[tuple[int, Sequence[int]]]) -> list[str]:
    problems = []
    for place, (total, parts) in enumerate(margins):
        cells = [total, *parts]
        if len(set(cells)) < len(cells):
            problems.append(f"sum {place} names a cell twice")
        if not len(parts):
            problems.append(f"sum {place} has no parts")
        problems += [f"sum {place} names cell {cell} of {size}" for cell in cells if not 0 <= cell < size]
    return problems


def _sum_problems(table: Table) -> list[str]:
    gap = table.margins @ table.value
    problems = [f"sum {place}: the parts exceed the total by {gap[place]:g}" for place in np.flatnonzero(gap)]
    outside = ~((table.least <= table.value) & (table.value <= table.most))
    return problems + [
        f"cell {place} is {table.value[place]}, known to lie from {table.least[place]:g} to {table.most[place]:g}"
        for place in np.flatnonzero(outside)
    ]
