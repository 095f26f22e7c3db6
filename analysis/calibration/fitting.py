"""Calibration to margins and columns at once, with a distance of one's choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from analysis.arguments import checked
from analysis.calibration.distances import Bounds, Distance, Method, make_distance
from analysis.calibration.margins import Cells, Columns, Floats, Margin, indicators, prepare
from analysis.calibration.newton import Problem, State, Table, solve
from analysis.calibration.result import Calibrated, Totals, distance, finish, margin_totals, worst
from analysis.errors import AnalysisError
from analysis.results import Notice


@checked
def calibrate(
    start: Floats,
    margins: Sequence[Margin] = (),
    columns: Columns | None = None,
    *,
    method: Method = "linear",
    bounds: Bounds | None = None,
    tolerance: float = 1e-10,
    iterations: int = 100,
) -> Calibrated:
    """Weights nearest to the starting weights among all that meet known totals.

    Parameters
    ----------
    start : (n,) float, 0 or more
    margins : known counts of categories; only their cells are computed with
    columns : known totals of numbers
    method : `linear` (the regression estimator; factors may fall below 0), `raking` (factors above 0), `logit`
        (factors strictly between bounds)
    bounds : least and largest factor; `logit` needs both, `linear` is cut off at them
    tolerance : largest distance of a total from its target, as a share of the target
    iterations : rounds of Newton's method at most

    Returns
    -------
    Calibrated

    Notes
    -----
    w_k = d_k F(x_k'l) with sum w_k x_k = t; l is found as the minimum of the convex sum d G(x'l) - t'l, G' = F, by
    Newton's method with halved steps. Collinear columns (as the indicators of two margins are) do no harm while their
    totals agree. Bounds are factors of the starting weights: bring these to the size of the population first.

    Notices
    -------
    rows_outside (margin, rows); totals_scaled (margin, factor); weights_not_positive (rows, least); at_bounds (rows).

    Raises
    ------
    AnalysisError
        Listing all: as `rake`; columns that do not fit or are not finite; bounds without 1 between them; a category
        that needs a factor outside the bounds; totals not met, with those that are furthest off.

    References
    ----------
    Deville & Särndal 1992, JASA 87:376. Deville, Särndal & Sautory 1993, JASA 88:1013.
    """
    start, curve = np.asarray(start, float), make_distance(method, bounds)
    level, cells, notices = prepare("calibrate", start, margins, columns)
    _check_bounds(cells, level, curve)
    problem = make_problem(start, cells, level, columns, curve)
    state, done = solve(problem, tolerance, iterations)
    factor = state.factor if columns is not None else state.factor[cells.row]
    totals = _totals(problem, state, level, columns)
    if state.error > tolerance:
        _complain(totals, done, curve)
    found = (*notices, *_notices(start, factor, curve))
    words = method if bounds is None else f"{method}, factors {bounds[0]:g} to {bounds[1]:g}"
    return finish(start, factor, totals, margins=level, columns=columns, iterations=done, method=words, notices=found)


def make_problem(
    start: Floats, cells: Cells, margins: Sequence[Margin], columns: Columns | None, curve: Distance
) -> Problem:
    """Of the rows where there are columns; of the cells where there are none."""
    one_per_cell = [
        Margin(margin.name, category - 1, margin.total)
        for margin, category in zip(margins, cells.category, strict=True)
    ]
    number_of = cells.start.size
    indicator = indicators(one_per_cell, number_of) if margins else sparse.csr_array((number_of, 0))
    if columns is None:
        table, start = Table(indicator, np.arange(number_of), np.zeros((number_of, 0))), cells.start
    else:
        table = Table(indicator, cells.row, columns.values)
    total = _targets(margins, columns)
    scale = np.maximum(np.abs(total), 1e-3 * table.sizes(start))
    return Problem(table, start, total, np.where(scale > 0, scale, 1.0), curve)


def _targets(margins: Sequence[Margin], columns: Columns | None) -> Floats:
    return np.concatenate([margin.total for margin in margins] + ([] if columns is None else [columns.total]))


def _totals(problem: Problem, state: State, margins: Sequence[Margin], columns: Columns | None) -> Totals:
    names = [margin.label(place) for margin in margins for place in range(margin.total.size)]
    if columns is not None:
        names += [columns.label(place) for place in range(columns.total.size)]
    before = problem.table.sums(problem.start)
    return Totals(tuple(names), problem.total, before, problem.total + state.off)


def _check_bounds(cells: Cells, margins: Sequence[Margin], curve: Distance) -> None:
    """A category needs a factor on average; one outside the bounds cannot be had."""
    if not margins or curve.bounds == (-np.inf, np.inf):
        return
    totals, (low, high) = margin_totals(cells, margins, np.ones(cells.start.size)), curve.bounds
    needed = totals.target / np.where(totals.before > 0, totals.before, 1.0)
    bad = np.flatnonzero((totals.before > 0) & ((needed < low) | (needed > high)))
    if bad.size:
        each = ", ".join(f"{totals.name[place]} needs {needed[place]:.4g}" for place in bad[:5])
        raise AnalysisError(
            "calibrate",
            f"totals within reach of factors from {low:g} to {high:g}",
            each + (f" and {bad.size - 5} more" if bad.size > 5 else ""),
            "widen the bounds, merge categories, or bring the starting weights to the size of the population first",
        )


def _notices(start: Floats, factor: Floats, curve: Distance) -> Iterator[Notice]:
    weight = start * factor
    lost = (weight <= 0) & (start > 0)
    if lost.any():
        yield Notice("weights_not_positive", {"rows": int(lost.sum()), "least": float(weight.min())})
    edge = (factor <= curve.bounds[0]) | (factor >= curve.bounds[1])
    if edge.any():
        yield Notice("at_bounds", {"rows": int(edge.sum())})


def _complain(totals: Totals, done: int, curve: Distance) -> None:
    off, (low, high) = distance(totals), curve.bounds
    bounded = "widen the bounds, or " if np.isfinite(low) and np.isfinite(high) else ""
    raise AnalysisError(
        "calibrate",
        "totals that can be met together",
        f"still {off.max():.2g} of a total off after {done} rounds: {worst(totals, off)}",
        f"{bounded}leave a total out or merge categories; collinear columns must have totals that agree",
    )
