"""Lines of schools. A school is one cluster, so the uncertainty is that of its own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import sum_by
from analysis.frame import Population, Sample
from analysis.scoring.domain import SNAP, make_estimates, snap
from analysis.scoring.plan import Plan, coefficients, is_proportion
from analysis.scoring.result import ScoreRow
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WITHIN = "ratio; linearised, people within the school"


@dataclass(frozen=True)
class _Lines:
    """L lines of the table: schools, or schools by group.

    school, group : (L,) of the line; group None where all groups are together
    of_place : (R,) the line of each place, -1 for none
    weight, ratio : (L, K) sums of weights, and ratios
    index : (L, K) how the columns make the index
    """

    school: Integers
    group: Integers | None
    of_place: Integers
    weight: Floats
    ratio: Floats
    index: Floats

    def part(self, column: int) -> tuple[Floats, Floats]:
        """(R,) coefficient / weight and ratio of a column, by place; 0 for places of no line."""
        weight = self.weight[:, column]
        each = np.append(self.index[:, column] / np.where(weight > 0, weight, 1.0), 0.0)
        return each[self.of_place], np.append(self.ratio[:, column], 0.0)[self.of_place]


def school_rows(
    sample: Sample, plan: Plan, sums: Tally, population: Population | None, level: float
) -> Iterator[ScoreRow]:
    """Each school with all its groups together by their weights, then school by group.

    Notes
    -----
    The value as for a group. Variance n / (n - 1) sum z^2 of the influence values of the school's n people, as if
    drawn with replacement from a school of many: it says how much such a figure moves with who happened to answer,
    and leaves out what schools differ in. Degrees of freedom n - 1.
    """
    places = sums.cells.place_school
    here = np.flatnonzero(places >= 0)
    if not here.size:
        return
    schools, at = np.unique(places[here], return_inverse=True)
    both = (
        _make_lines(plan, sums, here, at, schools, None),
        _make_lines(plan, sums, here, np.arange(here.size), places[here], sums.cells.place_group[here]),
    )
    for lines, influence in zip(both, _influence(plan, sums, both).T, strict=True):
        yield from _rows(sample, plan, sums, lines, influence, population, level)


def _make_lines(
    plan: Plan, sums: Tally, here: Integers, at: Integers, school: Integers, group: Integers | None
) -> _Lines:
    of_place = np.full(sums.cells.place_school.size, -1)
    of_place[here] = at
    of_cell = of_place[sums.cells.place]
    inside = of_cell >= 0
    weight, value = (sum_by(of_cell[inside], table[inside], school.size) for table in (sums.weight, sums.value))
    ratio = snap(value / np.where(weight > 0, weight, 1.0))
    return _Lines(school, group, of_place, weight, ratio, coefficients(plan, weight > 0)[:, -1])


def _rows(
    sample: Sample,
    plan: Plan,
    sums: Tally,
    lines: _Lines,
    influence: Floats,
    population: Population | None,
    level: float,
) -> Iterator[ScoreRow]:
    size, here = lines.school.size, lines.of_place >= 0
    n, total, squares = (
        sum_by(lines.of_place[here], table[here, -1:], size)[:, 0] for table in (sums.n, sums.total, sums.squares)
    )
    value = np.where(lines.index.any(axis=1), snap((lines.index * lines.ratio).sum(axis=1)), np.nan)
    by_cell = np.bincount(sums.cells.row, np.square(influence), sums.cells.place.size)
    by_place = np.bincount(sums.cells.place, by_cell, lines.of_place.size)
    spread = np.bincount(lines.of_place[here], by_place[here], size)
    se = np.sqrt(spread * n / np.maximum(n - 1, 1))
    n_eff = total**2 / np.where(squares > 0, squares, np.nan)
    estimates = make_estimates(
        value,
        np.where(se < SNAP, 0.0, se),
        n,
        n_eff,
        np.maximum(n - 1, 0).astype(np.int64),
        is_proportion(plan, lines.index),
        level,
        method=WITHIN,
        factor=_factor(plan, lines, n, population),
        deff=n / n_eff,
    )
    for line, estimate in enumerate(estimates):
        group = None if lines.group is None else sample.groups[lines.group[line]]
        yield ScoreRow(group, sample.schools[lines.school[line]], None, None, estimate, None, None)


def _influence(plan: Plan, sums: Tally, both: tuple[_Lines, ...]) -> Floats:
    """(n, 2) each person's influence on the index of the own school, and of the own school and group; 0 elsewhere."""
    if sums.own is None:
        influence = _from_answers(plan, sums, both)
    else:
        column, place = plan.columns - 1, sums.cells.place[sums.cells.row]
        influence = np.empty((place.size, len(both)))
        for one, lines in enumerate(both):
            each, ratio = lines.part(column)
            influence[:, one] = np.nan_to_num(each[place] * (sums.own - ratio[place]))
    return influence * sums.cells.weight[:, None]


def _from_answers(plan: Plan, sums: Tally, both: tuple[_Lines, ...]) -> Floats:
    """(n, 2) sum over the items of coefficient times (value - ratio) / weight.

    Place and code decide it, so that one table of places by codes is looked up for both lines at once.
    """
    size = sums.bins.value.shape[1]
    first = sums.cells.place[sums.cells.row] * size
    influence = np.zeros((first.size, len(both)))
    table = np.zeros((sums.cells.place_school.size, size, len(both)))
    for item in np.flatnonzero(plan.share[-1] > 0):
        own = plan.columns == plan.items
        column, share = (int(item), 1.0) if own else (plan.columns - 1, float(plan.share[-1, item]))
        worth = sums.bins.value[item]
        for one, lines in enumerate(both):
            each, ratio = lines.part(column)
            table[:, :, one] = np.nan_to_num(share * each[:, None] * (worth - ratio[:, None]))
        influence += table.reshape(-1, len(both)).take(first + sums.codes[item], axis=0)
    return influence


def _factor(plan: Plan, lines: _Lines, n: Floats, population: Population | None) -> Floats:
    """(L,) return rate where people are counted against the roster; NaN where the head-count is not known."""
    if not plan.head_count:
        return np.ones(n.size)
    if plan.rule.denominator != "roster" or population is None:
        return np.full(n.size, np.nan)
    roster = np.zeros(n.size)
    for line in range(n.size):
        here = population.school == lines.school[line]
        if lines.group is not None:
            here &= population.group == lines.group[line]
        roster[line] = population.size[here].sum()
    return np.where(roster > 0, n / np.maximum(np.maximum(roster, n), 1), np.nan)
