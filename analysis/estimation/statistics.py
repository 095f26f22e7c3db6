"""Means, shares, totals, ratios and what is made of them, with the influence of every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked, settle
from analysis.design import Design, Floats, Integers, some
from analysis.errors import AnalysisError

Flags = NDArray[np.bool_]
ROUNDING = 1e-14  # what is left of a value beside the value, where all answered alike and only the last digit differs


@dataclass(frozen=True)
class Statistic:
    """k statistics over the same n rows, linearised.

    value     : (k,) float
    influence : (n, k) float, what each row adds, already times its weight; 0 outside the domain
    inside    : (n, k) bool, rows in the domain
    method    : what they are
    """

    value: Floats
    influence: Floats
    inside: Flags
    method: str

    def __post_init__(self) -> None:
        settle(self, globals())


@checked
def ratio(design: Design, numerator: Floats, denominator: Floats) -> Statistic:
    """Hájek ratios of weighted totals, sum w y / sum w x.

    Parameters
    ----------
    design : Design
    numerator : (n, k) or (n,) float, y; NaN where the row lies outside the domain of ratio k
    denominator : (n, k) or (n,) float, x; NaN likewise

    Returns
    -------
    Statistic

    Notes
    -----
    z_i = w_i (y_i - r x_i) / sum w x in the domain, 0 outside: the table is never filtered, so that every sampled
    cluster counts. Linearised; poor where the denominator's own coefficient of variation is large.

    Raises
    ------
    AnalysisError
        Shapes that do not fit, an empty domain, a denominator that adds up to 0.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling.
    """
    y, x = _columns(design, numerator, "numerator"), _columns(design, denominator, "denominator")
    if y.shape != x.shape:
        raise AnalysisError("ratio", "numerator and denominator of one shape", f"{y.shape} and {x.shape}")
    inside = np.isfinite(y) & np.isfinite(x)
    _check_domains("ratio", inside)
    y, x, weight = np.where(inside, y, 0.0), np.where(inside, x, 0.0), design.weight[:, None]
    base = np.sum(weight * x, axis=0)
    if np.any(base == 0):
        raise AnalysisError(
            "ratio", "denominators that do not add up to 0", f"0 in column {some(np.flatnonzero(base == 0))}"
        )
    value = np.sum(weight * y, axis=0) / base
    left = y - value * x
    left[np.abs(left) <= ROUNDING * np.abs(y)] = 0.0
    return Statistic(value, weight * left / base, inside, "ratio")


@checked
def mean(design: Design, values: Floats) -> Statistic:
    """Weighted means of the columns of `values` (n, k) or (n,); NaN lies outside the domain. See `ratio`.

    Parameters
    ----------
    design : Design
    values : (n, k) or (n,) float

    Returns
    -------
    Statistic of k means

    Raises
    ------
    AnalysisError
        As `ratio`.
    """
    columns = _columns(design, values, "values")
    found = ratio(design, columns, np.where(np.isfinite(columns), 1.0, np.nan))
    return Statistic(found.value, found.influence, found.inside, "mean")


@checked
def proportions(design: Design, category: Integers, size: int) -> Statistic:
    """The shares of `size` categories among the rows that have one.

    Parameters
    ----------
    design : Design
    category : (n,) int, 0 to size - 1; below 0 outside the domain
    size : number of categories

    Returns
    -------
    Statistic of `size` shares that sum to 1

    Raises
    ------
    AnalysisError
        Shapes, categories of `size` or more, nobody with a category.
    """
    if np.shape(category) != design.weight.shape or np.max(category) >= size:
        raise AnalysisError("proportions", f"{design.weight.size} categories below {size}", f"{np.shape(category)}")
    columns = np.where(category[:, None] < 0, np.nan, category[:, None] == np.arange(size))
    found = mean(design, columns)
    return Statistic(found.value, found.influence, found.inside, "proportion")


@checked
def total(design: Design, values: Floats) -> Statistic:
    """Weighted totals sum w y of the columns of `values` (n, k) or (n,); NaN lies outside the domain.

    The influence value is w y itself: the size of the population counts as not known.

    Parameters
    ----------
    design : Design
    values : (n, k) or (n,) float

    Returns
    -------
    Statistic of k totals

    Raises
    ------
    AnalysisError
        Shapes, infinite values, an empty domain.
    """
    columns = _columns(design, values, "values")
    inside = np.isfinite(columns)
    _check_domains("total", inside)
    weighted = design.weight[:, None] * np.where(inside, columns, 0.0)
    return Statistic(weighted.sum(axis=0), weighted, inside, "total")


@checked
def in_domains(values: Floats, domain: Integers, size: int) -> Floats:
    """`values` (n,) in a column for each of `size` domains, NaN outside: (n, size). `domain` below 0: in none.

    Parameters
    ----------
    values : (n,) float
    domain : (n,) int
    size : number of domains

    Returns
    -------
    (n, size) float

    Raises
    ------
    AnalysisError
        Shapes; no domain.
    """
    if values.ndim != 1 or values.shape != domain.shape or size < 1:
        raise AnalysisError(
            "in_domains", "values and domains (n,), 1 or more domains", f"shapes {values.shape}, {domain.shape}; {size}"
        )
    return np.where(domain[:, None] == np.arange(size), values[:, None], np.nan)


@checked
def combine(statistic: Statistic, coefficients: Floats) -> Statistic:
    """Linear combinations, with all covariances kept.

    Parameters
    ----------
    statistic : Statistic of k
    coefficients : (m, k) or (k,) float

    Returns
    -------
    Statistic of m: theta = C r, with influence values z C'

    Notes
    -----
    Groups that answer in the same school are correlated; sums of influence values of a row keep that.
    """
    lines = np.atleast_2d(np.asarray(coefficients, float))
    if lines.shape[1] != statistic.value.size or not np.all(np.isfinite(lines)):
        raise AnalysisError("combine", f"finite coefficients (m, {statistic.value.size})", f"shape {lines.shape}")
    inside = statistic.inside @ (lines.T != 0)
    return Statistic(
        lines @ statistic.value, statistic.influence @ lines.T, inside, f"combination of {statistic.method}"
    )


@checked
def transform(
    statistic: Statistic, function: Callable[[Floats], Floats], *, jacobian: Floats | None = None
) -> Statistic:
    """Smooth functions of statistics (a ratio of composites, a relative change), by the delta method.

    Parameters
    ----------
    statistic : Statistic of k
    function : of the values (k,), giving (m,) or a number
    jacobian : (m, k) derivatives at the values; None: central differences

    Returns
    -------
    Statistic of m, with influence values z J'

    Raises
    ------
    AnalysisError
        A function or derivative that is not finite at the values.
    """
    value = np.atleast_1d(np.asarray(function(statistic.value), float))
    _check_smooth(value)
    slope = _differentiate(function, statistic.value) if jacobian is None else jacobian
    if np.size(slope) != value.size * statistic.value.size:
        wanted = (value.size, statistic.value.size)
        raise AnalysisError("transform", f"derivatives {wanted}", f"shape {np.shape(slope)}")
    slope = np.asarray(slope, float).reshape(value.size, statistic.value.size)
    _check_smooth(slope)
    inside = statistic.inside @ (slope.T != 0)
    return Statistic(value, statistic.influence @ slope.T, inside, f"function of {statistic.method}")


def _differentiate(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    from statsmodels.tools.numdiff import approx_fprime  # read when it is needed: see decision 0011

    return np.asarray(approx_fprime(values, function, centered=True))


def join(*statistics: Statistic) -> Statistic:
    """Several statistics of the same rows as one, so that their covariances can be had.

    Parameters
    ----------
    *statistics : of the same n rows

    Returns
    -------
    Statistic

    Raises
    ------
    AnalysisError
        None at all, or different numbers of rows.
    """
    rows = {each.influence.shape[0] for each in statistics}
    if len(rows) != 1:
        raise AnalysisError("join", "statistics of the same rows", f"{sorted(rows)} rows")
    methods = dict.fromkeys(each.method for each in statistics)
    return Statistic(
        np.concatenate([each.value for each in statistics]),
        np.hstack([each.influence for each in statistics]),
        np.hstack([each.inside for each in statistics]),
        ", ".join(methods),
    )


def _check_smooth(found: Floats) -> None:
    if not np.all(np.isfinite(found)):
        raise AnalysisError("transform", "a function that is finite and smooth at the values", f"{found.tolist()}")


def _columns(design: Design, values: Floats, name: str) -> Floats:
    columns = np.asarray(values, float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[0] != design.weight.size:
        raise AnalysisError(name, f"values ({design.weight.size}, k)", f"shape {columns.shape}")
    if np.any(np.isinf(columns)):
        raise AnalysisError(
            name, "finite values, or NaN outside the domain", f"{int(np.isinf(columns).sum())} infinite"
        )
    return columns


def _check_domains(where: str, inside: Flags) -> None:
    empty = np.flatnonzero(~inside.any(axis=0))
    if empty.size:
        hint = "leave the empty domains out, and say which"
        raise AnalysisError(where, "rows in every domain", f"none in column {some(empty)}", hint)
