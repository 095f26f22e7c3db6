"""Lines of schools. A school is one cluster, so the uncertainty is that of its own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import sum_by
from analysis.frame import Population, Sample
from analysis.scoring.domain import SNAP, make_estimates, snap
from analysis.scoring.plan import Plan, coefficients, is_proportion, make_bins
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
    for lines in (
        _make_lines(plan, sums, here, at, schools, None),
        _make_lines(plan, sums, here, np.arange(here.size), places[here], sums.cells.place_group[here]),
    ):
        yield from _rows(sample, plan, sums, lines, population, level)


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
    sample: Sample, plan: Plan, sums: Tally, lines: _Lines, population: Population | None, level: float
) -> Iterator[ScoreRow]:
    size, here = lines.school.size, lines.of_place >= 0
    n, total, squares = (
        sum_by(lines.of_place[here], table[here, -1:], size)[:, 0] for table in (sums.n, sums.total, sums.squares)
    )
    value = np.where(lines.index.any(axis=1), snap((lines.index * lines.ratio).sum(axis=1)), np.nan)
    se = np.sqrt(_squares(sample, plan, sums, lines) * n / np.maximum(n - 1, 1))
    n_eff = total**2 / np.where(squares > 0, squares, np.nan)
    estimates = make_estimates(
        value, np.where(se < SNAP, 0.0, se), n, n_eff, np.maximum(n - 1, 0).astype(np.int64),
        is_proportion(plan, lines.index), level,
        method=WITHIN, factor=_factor(plan, lines, n, population), deff=n / n_eff,
    )
    for line, estimate in enumerate(estimates):
        group = None if lines.group is None else sample.groups[lines.group[line]]
        yield ScoreRow(group, sample.schools[lines.school[line]], None, None, estimate, None, None)


def _squares(sample: Sample, plan: Plan, sums: Tally, lines: _Lines) -> Floats:
    """(L,) sum over the people of a line of their squared influence on the index."""
    line = lines.of_place[sums.cells.place][sums.cells.row]
    line = np.where(line < 0, lines.school.size, line)  # the last line is for people of no school
    each = np.nan_to_num(lines.index / np.where(lines.weight > 0, lines.weight, np.nan))
    if sums.own is None:
        influence = _from_answers(sample, plan, lines, line, each)
    else:
        column = plan.columns - 1
        each, ratio = np.append(each[:, column], 0.0), np.append(lines.ratio[:, column], 0.0)
        influence = np.nan_to_num(each[line] * (sums.own - ratio[line]))
    influence *= sums.cells.weight
    return np.asarray(np.bincount(line, np.square(influence), lines.school.size + 1)[:-1], float)


def _from_answers(sample: Sample, plan: Plan, lines: _Lines, line: Integers, each: Floats) -> Floats:
    """(n,) sum over the items of coefficient times (value - ratio) / weight, from a table of lines by codes."""
    bins, influence = make_bins(plan), np.zeros(line.size)
    size = bins.value.shape[1]
    first = line * size
    for item in np.flatnonzero(plan.share[-1] > 0):
        own = plan.columns == plan.items
        column, share = (int(item), 1.0) if own else (plan.columns - 1, plan.share[-1, item])
        worth = np.nan_to_num(bins.value[item] - lines.ratio[:, column][:, None])
        table = np.zeros((lines.school.size + 1, size))
        table[:-1] = share * each[:, column][:, None] * worth
        codes = bins.bin[item].take(sample.answers[:, plan.column[item]])
        influence += table.ravel().take(first + codes)
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
