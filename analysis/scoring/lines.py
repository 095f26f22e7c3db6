"""Indices of some of the people (schools, groups) as sums over what each person answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.scoring.cells import sum_rows
from analysis.scoring.domain import SCALE, Sizes, snap
from analysis.scoring.plan import Plan, coefficients
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """L indices: of schools, of schools by group, of groups.

    school, group : (L,) of the line; group None where all groups are together (lines of groups: their own number)
    of_cell : (C,) the line of each cell, L for none
    weight, ratio : (L, K) sums of weights, and ratios
    index : (L, K) how the columns make the index
    n, total, squares : (L,) people of the index, and their sums of w and w^2
    """

    school: Integers
    group: Integers | None
    of_cell: Integers
    weight: Floats
    ratio: Floats
    index: Floats
    n: Floats
    total: Floats
    squares: Floats

    @property
    def value(self) -> Floats:
        """(L,) the index, NaN where nothing was valid."""
        defined = self.index.any(axis=1)
        return np.where(defined, snap((self.index * self.ratio).sum(axis=1)), np.nan)

    def parts(self, plan: Plan) -> tuple[Floats, Floats]:
        """(L, K') the index as a sum over a person's columns: a (y - b) for a weight of 1."""
        each = self.index / np.where(self.weight > 0, self.weight, 1.0)
        if plan.columns == plan.items + plan.own:
            return each, self.ratio
        there = self.weight[:, : plan.items] > 0
        return each[:, -1:] * plan.share[-1] * there, np.repeat(self.ratio[:, -1:], plan.items, axis=1)


def make_lines(
    tally: Tally, sizes: Sizes, here: Integers, at: Integers, school: Integers, group: Integers | None
) -> Lines:
    """The indices of L lines: places `here` (m,) belong to the lines `at` (m,)."""
    cells, plan, size = tally.cells, tally.plan, school.size
    of_place = np.full(cells.place_school.size, size)
    of_place[here] = at
    of_cell = of_place[cells.place]
    weight, value = (plan.widen(by_line(table, of_cell, size)) for table in (tally.weight, tally.value))
    total, squares = (np.zeros_like(sizes.n) if each is None else each for each in (sizes.total, sizes.squares))
    sums = by_line(np.stack([sizes.n[:, -1], total[:, -1], squares[:, -1]], axis=1), of_place, size)
    ratio = snap(value / np.where(weight > 0, weight, 1.0))
    index = coefficients(plan, weight > 0)[:, -1]
    return Lines(school, group, of_cell, weight, ratio, index, *sums.T)


def by_line(table: Floats, line: Integers, size: int) -> Floats:
    """Sums of a table (m, ...) by the line (m,) of its rows, `size` for none: (L, ...)."""
    return sum_rows(line, table, size + 1)[:size]


def spread_of_respondents(tally: Tally, of_cell: Integers, a: Floats, b: Floats) -> Floats:
    """(L,) of a share of people: 100 or 0 each."""
    if tally.squares is None or tally.satisfied is None:
        return np.full(a.size, np.nan)
    squares, yes = (
        np.bincount(of_cell, weights=table[:, -1], minlength=a.size + 1)[:-1]
        for table in (tally.squares, tally.satisfied)
    )
    return np.asarray(a**2 * (yes * (SCALE - b) ** 2 + (squares - yes) * b**2))


def of_answers(worth: Floats, a: Floats, b: Floats, of_cell: Integers) -> Floats:
    """(J, C, B) what an answer adds to the index of its cell's line."""
    a, b = (np.vstack([table, np.zeros_like(table[:1])])[of_cell].T[:, :, None] for table in (a, b))
    return np.asarray(np.nan_to_num(a * (worth[:, None, :] - b)))
