"""This county, this term: what is uncertain where everybody was invited, because some did not answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.counting import NO_SCHOOL
from analysis.frame import Population
from analysis.results import Estimate, Notice
from analysis.scoring.county import County
from analysis.scoring.domain import NOTHING
from analysis.scoring.intervals import make_estimates
from analysis.scoring.lines import Lines, make_lines, of_answers, spread_of_respondents
from analysis.scoring.persons import squared_influence

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WITHIN = "people within school and group; linearised, finite population"


def term_estimate(
    county: County, composite: Estimate, population: Population
) -> tuple[Estimate | None, tuple[Notice, ...]]:
    """The composite with the error that is left when every school takes part.

    Parameters
    ----------
    county : County
    composite : Estimate, of the same county
    population : Population, people of the frame

    Returns
    -------
    Estimate, with a standard error and an interval of its own, or None where the answers themselves are not there,
    nothing is defined or a school of the frame has no answer at all; what the reader must know

    Notes
    -----
    V = sum_c (1 - r_c / N_c) r_c / (r_c - 1) sum_k (z_k - zbar_c)^2 over the cells school x group, z_k what person k
    adds to the composite, r_c of N_c people having answered: who answers is taken as chance within a cell. A cell
    with one answer has no spread of its own: the lone cells of a school are put together with the smallest other
    cell of the school; a person left over adds nothing, and a notice says so. A cell whose people are not counted
    in the frame is taken as a few out of many. Degrees of freedom as for the composite. Everybody answered: the
    figure is exact, its interval is called `complete`.

    References
    ----------
    Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    if composite.value is None or county.tally.persons is None:
        return None, ()
    silent = np.setdiff1d(population.school[population.size > 0], np.append(county.cells.school, NO_SCHOOL)).size
    if silent:
        return None, (Notice("schools_silent", {"schools": silent}),)
    lines, share = _lines(county)
    parts = _influence(county, lines, share)
    cells, people = county.cells, _people(county, population)
    merged = _put_together(cells.school, cells.people, people)
    columns = (np.asarray(cells.people, float), people, *parts)
    answers, size, total, squares = (np.bincount(merged, weights=each) for each in columns)
    open_share = 1 - answers / size
    spread = np.maximum(squares - total**2 / answers, 0) * answers / np.maximum(answers - 1, 1)
    lone = int(np.sum((answers == 1) & (open_share > 0)))
    notices = (Notice("lone_people", {"cells": lone}),) if lone else ()
    if not np.any(open_share > 0):
        return _complete(composite), notices
    variance = float(np.where(answers > 1, open_share * spread, 0.0).sum())
    return _estimate(composite, np.sqrt(variance), bool(county.whole.single[0, -1])), notices


def _lines(county: County) -> tuple[Lines, Floats]:
    """The index of each group (or of all together) as a line, and its weight in the composite."""
    places = np.arange(county.cells.place_group.size)
    if county.plan.rule.grouping == "pooled":
        return make_lines(
            county.tally, county.sizes, places, np.zeros_like(places), np.zeros(1, np.int64), None
        ), np.ones(1)
    groups = np.arange(county.weight.size)
    return make_lines(county.tally, county.sizes, places, county.cells.place_group, groups, None), county.weight


def _influence(county: County, lines: Lines, share: Floats) -> tuple[Floats, Floats]:
    """(C,) sums over the people of a cell of what they add to the composite, and of its square."""
    tally, plan = county.tally, county.plan
    a, b = lines.parts(plan)
    a = a * share[:, None]
    each, middle = a[lines.of_cell], b[lines.of_cell]
    if plan.own:
        table = np.where(np.arange(plan.items + plan.own) == plan.columns - 1, 1.0, 0.0)
        total = ((tally.value - middle * tally.weight) * each * table).sum(axis=1)
        return total, spread_of_respondents(tally, np.arange(each.shape[0]), each[:, -1], middle[:, -1])
    assert tally.persons is not None
    worth = plan.value[np.arange(plan.items)[:, None], tally.tables.code]
    squares = squared_influence(tally.persons, of_answers(worth, a, b, lines.of_cell)[None])[:, 0]
    return ((tally.value - middle * tally.weight) * each).sum(axis=1), squares


def _people(county: County, population: Population) -> Floats:
    """(C,) people of each cell: those of the frame, never fewer than answered; infinite where the frame does not know.

    Where the frame counts a group only for the county, its people are divided as its answers are.
    """
    cells, groups = county.cells, len(county.names.groups)
    size = np.zeros((len(county.names.schools) + 1, groups))
    np.add.at(size, (population.school + 1, population.group), population.size)
    own = size[cells.school + 1, cells.group]
    left = (own == 0) & (size[0, cells.group] > 0)
    answers = np.bincount(cells.group, weights=np.where(left, cells.people, 0), minlength=groups)
    divided = size[0, cells.group] * cells.people / np.maximum(answers[cells.group], 1)
    people = np.where(left, divided, own)
    return np.where(people > 0, np.maximum(people, cells.people), np.inf)


def _put_together(school: Integers, answers: Integers, people: Floats) -> Integers:
    """(C,) cells to use: lone ones with the smallest other cell of their school."""
    merged = np.arange(school.size)
    lone = (answers == 1) & (people != 1) & (school >= 0)
    for each in np.unique(school[lone]):
        here = np.flatnonzero(school == each)
        alone, others = here[lone[here]], here[~lone[here]]
        merged[alone] = others[np.argmin(answers[others])] if others.size else alone[0]
    return np.unique(merged, return_inverse=True)[1]


def _complete(composite: Estimate) -> Estimate:
    value = composite.value
    return replace(composite, se=0.0, low=value, high=value, method=WITHIN, interval="complete")


def _estimate(composite: Estimate, se: float, single: bool) -> Estimate:
    columns = (composite.value, se if se > NOTHING else 0.0, composite.n, composite.n_eff)
    value, error, n, n_eff = (np.array([np.nan if each is None else each], float) for each in columns)
    (found,) = make_estimates(
        value,
        error,
        n,
        n_eff,
        np.array([composite.df]),
        np.array([single]),
        composite.level,
        method=WITHIN,
        factor=np.ones(1),
        deff=np.ones(1),
    )
    return found
