"""Lines of schools. A school is one cluster, so the uncertainty is that of its own people."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.frame import Named, Population
from analysis.results import Notice
from analysis.scoring.domain import NOTHING, Sizes, Sums, snap
from analysis.scoring.intervals import make_estimates
from analysis.scoring.lines import Lines, by_line, make_lines, of_answers, spread_of_respondents
from analysis.scoring.persons import squared_influence
from analysis.scoring.plan import Plan, is_proportion
from analysis.scoring.result import SchoolItems, ScoreRow
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WITHIN = "ratio; linearised, people within the school"


def school_rows(
    names: Named, tally: Tally, sizes: Sizes, population: Population | None, level: float
) -> tuple[tuple[ScoreRow, ...], tuple[Notice, ...]]:
    """Each school with all its groups together by their weights, then school by group.

    Notes
    -----
    The value as for a group. Variance n / (n - 1) sum z^2 of the influence values of the school's n people, as if
    drawn with replacement from a school of many: it says how much such a figure moves with who happened to answer,
    and leaves out what schools differ in. Degrees of freedom n - 1. Where the index has several items that is a
    sum over the answers of a person, which counts of answers do not give: no error then, and a notice.
    """
    places = tally.cells.place_school
    here = np.flatnonzero(places >= 0)
    if not here.size:
        return (), ()
    schools, at = np.unique(places[here], return_inverse=True)
    both = (
        make_lines(tally, sizes, here, at, schools, None),
        make_lines(tally, sizes, here, np.arange(here.size), places[here], tally.cells.place_group[here]),
    )
    spreads = _spreads(tally, both)
    rows = tuple(
        row
        for lines, spread in zip(both, spreads, strict=True)
        for row in _rows(names, tally.plan, lines, spread, population, level)
    )
    found = (row.estimate for row in rows)
    unknown = sum(each.value is not None and each.df > 0 and each.se is None for each in found)
    return rows, (Notice("no_error_from_counts", {"lines": unknown}),) if unknown else ()


def _rows(
    names: Named, plan: Plan, lines: Lines, spread: Floats, population: Population | None, level: float
) -> Iterator[ScoreRow]:
    n, value = lines.n, lines.value
    n_eff = lines.total**2 / np.where(lines.squares > 0, lines.squares, np.nan)
    estimates = make_estimates(
        value,
        _error(spread, n),
        n,
        n_eff,
        np.maximum(n - 1, 0).astype(np.int64),
        is_proportion(plan, lines.index),
        level,
        method=WITHIN,
        factor=_factor(names, plan, lines, population),
        deff=n / n_eff,
    )
    for line, estimate in enumerate(estimates):
        group = None if lines.group is None else names.groups[lines.group[line]]
        yield ScoreRow(group, names.schools[lines.school[line]], None, None, estimate, None, None)


def _error(spread: Floats, n: Floats) -> Floats:
    se = np.sqrt(spread * n / np.maximum(n - 1, 1))
    return np.where(se < NOTHING, 0.0, se)


def _spreads(tally: Tally, both: tuple[Lines, ...]) -> list[Floats]:
    """Of each table's lines (L,) the sum of squared influence values; NaN where only persons could tell."""
    known = [_spread_of_bins(tally, lines) for lines in both]
    if tally.plan.own or not any(np.isnan(spread).any() for spread in known):
        return known
    if tally.persons is None:
        return known
    worth = tally.plan.value[np.arange(tally.plan.items)[:, None], tally.tables.code]
    tables = np.stack([of_answers(worth, *lines.parts(tally.plan), lines.of_cell) for lines in both])
    found = squared_influence(tally.persons, tables)
    return [
        np.where(np.isnan(spread), by_line(by_cell, lines.of_cell, spread.size), spread)
        for spread, lines, by_cell in zip(known, both, found.T, strict=True)
    ]


def _spread_of_bins(tally: Tally, lines: Lines) -> Floats:
    """(L,) where the index is one item's, or all its items stand at one end of the scale; else NaN."""
    plan, (a, b) = tally.plan, lines.parts(tally.plan)
    if plan.own:
        return spread_of_respondents(tally, lines.of_cell, a[:, -1], b[:, -1])
    squared = tally.tables.of_bins(2)
    if squared is None:
        return np.full(a.shape[0], np.nan)
    worth = plan.value[np.arange(plan.items)[:, None], tally.tables.code]
    by_item = a**2 * _spread_of_items(worth, by_line(squared, lines.of_cell, a.shape[0]), b)
    several = (by_item > NOTHING**2).sum(axis=1) > 1
    return np.where(several, np.nan, by_item.sum(axis=1))


def _spread_of_items(worth: Floats, squared: Floats, ratio: Floats) -> Floats:
    """(L, J) sum of w^2 (y - ratio)^2, from sums of w^2 by bin (L, J, B)."""
    distance = np.nan_to_num(worth - ratio[:, :, None])
    return np.asarray(np.einsum("ljb,ljb->lj", squared, np.square(distance)))


def _factor(names: Named, plan: Plan, lines: Lines, population: Population | None) -> Floats:
    """(L,) return rate where people are counted against the roster; NaN where the head-count is not known."""
    if not plan.head_count:
        return np.ones(lines.n.size)
    if plan.rule.denominator != "roster" or population is None:
        return np.full(lines.n.size, np.nan)
    people = np.zeros((len(names.schools), len(names.groups)))
    known = population.school >= 0
    np.add.at(people, (population.school[known], population.group[known]), population.size[known])
    roster = people[lines.school].sum(axis=1) if lines.group is None else people[lines.school, lines.group]
    return np.where(roster > 0, lines.n / np.maximum(np.maximum(roster, lines.n), 1), np.nan)


def school_items(names: Named, tally: Tally, sums: Sums, *, errors: bool) -> SchoolItems:
    """Every item in every school, all its groups together by their weights.

    Notes
    -----
    Errors as for the lines of schools. They need sums of w^2.
    """
    cells, plan, schools = tally.cells, tally.plan, len(names.schools)
    of_cell = np.where(cells.school >= 0, cells.school, schools)
    of_cluster = np.empty_like(cells.size)
    of_cluster[cells.cluster] = of_cell
    tables = np.stack([table[-1, :, : plan.items] for table in (sums.n, sums.weight, sums.value)], axis=1)
    n, weight, value = by_line(tables, of_cluster, schools).swapaxes(0, 1)
    there = weight > 0
    ratio = snap(value / np.where(there, weight, 1.0))
    se = np.full(ratio.shape, np.nan)
    squared = tally.tables.of_bins(2) if errors else None
    if squared is not None:
        worth = plan.value[np.arange(plan.items)[:, None], tally.tables.code]
        spread = _spread_of_items(worth, by_line(squared, of_cell, schools), ratio)
        se = np.where(n > 1, _error(spread / np.where(there, weight, 1.0) ** 2, n), np.nan)
    return SchoolItems(np.where(there, ratio, np.nan), se, n.astype(np.int64))
