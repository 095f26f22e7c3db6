"""Lines of schools: one cluster each, so a value and its size, and no interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.design import sum_by
from analysis.frame import Population, Sample
from analysis.scoring.domain import plain_estimates, snap
from analysis.scoring.plan import Plan, coefficients
from analysis.scoring.result import ScoreRow
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def school_rows(
    sample: Sample, plan: Plan, sums: Tally, population: Population | None, level: float
) -> Iterator[ScoreRow]:
    """Each school with all its groups together by their weights, then school by group."""
    cells = sums.cells
    place = np.flatnonzero(cells.place_school >= 0)
    if not place.size:
        return
    schools = np.unique(cells.place_school[place])
    at = np.searchsorted(schools, cells.place_school[place])
    yield from _rows(sample, plan, sums, place, at, schools, None, _rosters(plan, population, schools, None), level)
    groups = cells.place_group[place]
    rosters = _rosters(plan, population, cells.place_school[place], groups)
    yield from _rows(
        sample, plan, sums, place, np.arange(place.size), cells.place_school[place], groups, rosters, level
    )


def _rows(
    sample: Sample, plan: Plan, sums: Tally, place: Integers, at: Integers, schools: Integers,
    groups: Integers | None, rosters: Floats | None, level: float,
) -> Iterator[ScoreRow]:
    """One line per position of `at`, which says where each place goes."""
    size = schools.size
    cell_at = np.full(sums.cells.place_school.size, -1)
    cell_at[place] = at
    cell_at = cell_at[sums.cells.place]
    inside = cell_at >= 0
    weight, value = (sum_by(cell_at[inside], table[inside], size) for table in (sums.weight, sums.value))
    ratios = value / np.where(weight > 0, weight, 1.0)
    index = coefficients(plan, weight > 0)[:, -1]
    n, total, squares = (sum_by(at, table[place, -1:], size)[:, 0] for table in (sums.n, sums.total, sums.squares))
    score = np.where(index.any(axis=1), snap((index * ratios).sum(axis=1)), np.nan)
    if plan.head_count:
        score = score * (np.nan if rosters is None else n / np.maximum(rosters, n))
    n_eff = total**2 / np.where(squares > 0, squares, np.nan)
    for place_of, estimate in enumerate(plain_estimates(score, n, n_eff, level)):
        group = None if groups is None else sample.groups[groups[place_of]]
        yield ScoreRow(group, sample.schools[schools[place_of]], None, None, estimate, None, None)


def _rosters(plan: Plan, population: Population | None, school: Integers, group: Integers | None) -> Floats | None:
    """People of the frame behind each line; None where the denominator is another."""
    if plan.rule.denominator != "roster" or population is None:
        return None
    found = np.zeros(school.size)
    for line in range(school.size):
        here = population.school == school[line]
        if group is not None:
            here &= population.group == group[line]
        found[line] = population.size[here].sum()
    return found
