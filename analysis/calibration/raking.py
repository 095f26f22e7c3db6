"""Post-stratification to one margin, and raking to several by turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.arguments import checked
from analysis.calibration.distances import make_distance
from analysis.calibration.fitting import make_problem
from analysis.calibration.margins import Cells, Floats, Margin, prepare
from analysis.calibration.newton import solve
from analysis.calibration.result import Calibrated, Totals, distance, finish, margin_totals, worst
from analysis.errors import AnalysisError

TURNS = 50
LARGEST = 1500  # categories in all: more take longer as equations than by turns


@checked
def poststratify(start: Floats, margin: Margin) -> Calibrated:
    """Weights that give each category of one margin its people.

    Parameters
    ----------
    start : (n,) float, 0 or more; rows with 0 keep it, as replicates need
    margin : Margin; for a cross-classification, its cells are the categories

    Returns
    -------
    Calibrated

    Notes
    -----
    w_k = d_k N_c / sum of d over the rows of category c. Rows outside the margin keep their weight. A category with
    few rows makes its weights unstable: have 10 or more in each, or merge.

    Notices
    -------
    rows_outside (margin, rows).

    Raises
    ------
    AnalysisError
        Listing all: weights negative or not finite, categories out of range, totals negative or not finite, a category
        with people and no row (merge it), a category with rows and no people.

    References
    ----------
    Holt & Smith 1979, JRSS-A 142:33. Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    start = np.asarray(start, float)
    margins, cells, notices = prepare("poststratify", start, (margin,))
    factor = np.ones(cells.start.size)
    _round(cells, margins, factor)
    totals = margin_totals(cells, margins, factor)
    method = "post-stratification"
    return finish(start, factor[cells.row], totals, margins=margins, iterations=1, method=method, notices=notices)


@checked
def rake(start: Floats, margins: Sequence[Margin], *, tolerance: float = 1e-10, iterations: int = 1000) -> Calibrated:
    """Weights that meet several margins, by fitting them in turn (iterative proportional fitting).

    Parameters
    ----------
    start : (n,) float, 0 or more; rows with 0 keep it, as replicates need
    margins : one or more, in any order
    tolerance : largest distance of a total from its target, as a share of the target
    iterations : rounds at most

    Returns
    -------
    Calibrated

    Notes
    -----
    w_k = d_k times one factor for each margin, for the category of row k in it. Of all weights that meet the margins
    these are the nearest to d in sum w log(w / d) - w + d: the same as `calibrate(method="raking")`, without its
    equations. Rows that share all categories share the factor, so only the cells of the cross-table are iterated.
    Converges where some positive table on the same cells has these margins; by turns that is slow where few of the
    possible cells have rows, so after 50 rounds the rest is left to Newton's method, as in `calibrate` (not where there
    are more than 1500 categories).

    Notices
    -------
    rows_outside (margin, rows); totals_scaled (margin, factor) where grand totals differed by less than one in a
    million.

    Raises
    ------
    AnalysisError
        As `poststratify`; grand totals that contradict one another; margins not met after `iterations`, with those
        that are furthest off.

    References
    ----------
    Deming & Stephan 1940, Annals of Mathematical Statistics 11:427. Deville, Särndal & Sautory 1993, JASA 88:1013.
    """
    start = np.asarray(start, float)
    level, cells, notices = prepare("rake", start, margins)
    factor = np.ones(cells.start.size)
    off, done = _turns(cells, level, factor, tolerance, min(iterations, TURNS))
    if off > tolerance and done < iterations:
        small = sum(margin.total.size for margin in level) <= LARGEST
        done += (_equations if small else _more_turns)(cells, level, factor, tolerance, iterations - done)
    totals = margin_totals(cells, level, factor)
    if distance(totals).max() > 10 * tolerance:
        _complain(totals, done)
    return finish(start, factor[cells.row], totals, margins=level, iterations=done, method="raking", notices=notices)


def _turns(cells: Cells, margins: Sequence[Margin], factor: Floats, tolerance: float, rounds: int) -> tuple[float, int]:
    """Rounds over all margins, in place; how far the furthest total was off in the last one."""
    off, done = np.inf, 0
    while off > tolerance and done < rounds:
        off, done = _round(cells, margins, factor), done + 1
    return off, done


def _equations(cells: Cells, margins: Sequence[Margin], factor: Floats, tolerance: float, rounds: int) -> int:
    """Newton's method from where the turns have come to, in place."""
    here = replace(cells, start=cells.start * factor)
    problem = make_problem(here.start, here, margins, None, make_distance("raking", None))
    state, done = solve(problem, tolerance, min(rounds, TURNS))
    factor *= state.factor
    return done


def _more_turns(cells: Cells, margins: Sequence[Margin], factor: Floats, tolerance: float, rounds: int) -> int:
    return _turns(cells, margins, factor, tolerance, rounds)[1]


def _round(cells: Cells, margins: Sequence[Margin], factor: Floats) -> float:
    """Fit every margin once, in place; how far the furthest total was off when its turn came."""
    furthest = 0.0
    for category, margin in zip(cells.category, margins, strict=True):
        there = np.bincount(category, weights=cells.start * factor, minlength=margin.total.size + 1)
        ratio = np.ones(there.size)
        np.divide(margin.total, there[1:], out=ratio[1:], where=there[1:] > 0)
        furthest = max(furthest, float(np.max(np.abs(1 / ratio - 1))))
        factor *= ratio[category]
    return furthest


def _complain(totals: Totals, done: int) -> None:
    off = distance(totals)
    raise AnalysisError(
        "rake",
        "margins that can be met together",
        f"still {off.max():.2g} of a total off after {done} rounds: {worst(totals, off)}",
        "cells without rows may make the margins impossible together: merge categories, or leave a margin out",
    )
