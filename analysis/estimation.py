"""Means, shares, totals, ratios and what is made of them, with the influence of every row; then the estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.numdiff import approx_fprime

from analysis import intervals
from analysis.arguments import checked, settle
from analysis.design import Clusters, Design, Floats, Integers, number_clusters, some, sum_by
from analysis.errors import AnalysisError
from analysis.results import Estimates, Notice
from analysis.variance import Lone, covariance, degrees_of_freedom

Interval = Literal["wald-t", "logit-t", "wilson", "korn-graubard"]
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
    """Weighted means of the columns of `values` (n, k) or (n,); NaN lies outside the domain. See `ratio`."""
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
    """
    columns = _columns(design, values, "values")
    inside = np.isfinite(columns)
    _check_domains("total", inside)
    weighted = design.weight[:, None] * np.where(inside, columns, 0.0)
    return Statistic(weighted.sum(axis=0), weighted, inside, "total")


@checked
def in_domains(values: Floats, domain: Integers, size: int) -> Floats:
    """`values` (n,) in a column for each of `size` domains, NaN outside: (n, size). `domain` below 0: in none."""
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
    slope = approx_fprime(statistic.value, function, centered=True) if jacobian is None else jacobian
    if np.size(slope) != value.size * statistic.value.size:
        wanted = (value.size, statistic.value.size)
        raise AnalysisError("transform", f"derivatives {wanted}", f"shape {np.shape(slope)}")
    slope = np.asarray(slope, float).reshape(value.size, statistic.value.size)
    _check_smooth(slope)
    inside = statistic.inside @ (slope.T != 0)
    return Statistic(value, statistic.influence @ slope.T, inside, f"function of {statistic.method}")


def join(*statistics: Statistic) -> Statistic:
    """Several statistics of the same rows as one, so that their covariances can be had."""
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


@checked
def estimate(
    design: Design,
    statistic: Statistic,
    *,
    level: float = 0.95,
    interval: Interval = "wald-t",
    lone: Lone = "error",
) -> Estimates:
    """Standard errors, covariances, intervals and design effects of a statistic.

    Parameters
    ----------
    design, statistic : as made for the same rows
    level : of the intervals
    interval : `wald-t` for anything; `logit-t`, `wilson` and `korn-graubard` for values from 0 to 1. Where all
        values are 0 or all are 1, `korn-graubard` becomes `exact`
    lone : what to do with lone clusters, see `analysis.variance.covariance`

    Returns
    -------
    Estimates; `interval` says `none` where df is 0 or where nothing varies between clusters, with a Notice

    Notes
    -----
    deff = V / V_srs, V_srs = s^2 / n (1 - n / N) on the scale of the statistic, N = sum w in the domain, s^2 the
    weighted variance with n / (n - 1); `deff_replace` without (1 - n / N).

    Raises
    ------
    AnalysisError
        As `covariance`; a level outside 0 to 1; values outside 0 to 1 with an interval for shares.

    Notices
    -------
    one_cluster (columns), no_spread (columns).
    """
    clusters = number_clusters(design)
    spread = covariance(design, statistic.influence, lone=lone, inside=statistic.inside)
    n = statistic.inside.sum(axis=0)
    df = degrees_of_freedom(clusters, _present(clusters, statistic.inside))
    low, high, names = _limits(statistic.value, np.sqrt(np.diag(spread)), n, df, interval, level)
    replace, without = _design_effects(design, statistic, np.diag(spread), n)
    return Estimates(
        value=statistic.value,
        covariance=spread,
        low=low,
        high=high,
        interval=names,
        n=n,
        n_eff=kish_size(design.weight, statistic.inside),
        df=df,
        deff=without,
        deff_replace=replace,
        level=level,
        method=f"{statistic.method}; linearised, {_words(design)}",
        notices=_notices(df, names),
    )


@checked
def kish_size(weight: Floats, inside: Flags) -> Floats:
    """(sum w)^2 / sum w^2 over the rows inside each domain: (k,); NaN where there are none (Kish 1965)."""
    total, squares = weight @ inside, np.square(weight) @ inside
    return np.asarray(total**2 / np.where(squares == 0, np.nan, squares))


def _limits(
    value: Floats, se: Floats, n: Integers, df: Integers, interval: Interval, level: float
) -> tuple[Floats, Floats, tuple[str, ...]]:
    if interval != "wald-t" and np.any((value < 0) | (value > 1)):
        outside = np.flatnonzero((value < 0) | (value > 1))
        raise AnalysisError("estimate", "values from 0 to 1", f"others in {some(outside)}", "use the interval wald-t")
    edge = (value == 0) | (value == 1)
    if interval == "korn-graubard":
        low, high = intervals.korn_graubard(value, se, n, df, level)
        exact = intervals.exact(value, n, df, level)
        low, high = np.where(edge, exact[0], low), np.where(edge, exact[1], high)
    else:
        method = {"wald-t": intervals.wald, "logit-t": intervals.logit, "wilson": intervals.wilson}[interval]
        low, high = method(value, se, df, level)
    known = np.isfinite(low) & np.isfinite(high) & ((se > 0) | ((interval == "korn-graubard") & edge))
    name = np.where(edge & (interval == "korn-graubard"), "exact", interval)
    names = tuple(np.where(known, name, "none").tolist())
    return np.where(known, low, np.nan), np.where(known, high, np.nan), names


def _design_effects(design: Design, statistic: Statistic, variance: Floats, n: Integers) -> tuple[Floats, Floats]:
    """With and without replacement in the simple random sample: (k,) each."""
    weight, inside = design.weight[:, None], statistic.inside
    size = design.weight @ inside
    each = statistic.influence / weight
    middle = np.sum(weight * each * inside, axis=0) / size
    simple = size * np.sum(weight * np.square(each - middle) * inside, axis=0) / np.maximum(n - 1, 1)
    scale = np.maximum(statistic.value**2, 1.0)
    replace = variance / np.where(simple > 1e-24 * scale, simple, np.nan)
    return replace, replace / np.where(size > n * (1 + 1e-12), 1 - n / size, np.nan)


def _notices(df: Integers, names: tuple[str, ...]) -> tuple[Notice, ...]:
    none = np.array([name == "none" for name in names])
    found = (("one_cluster", none & (df < 1)), ("no_spread", none & (df >= 1)))
    return tuple(Notice(code, {"columns": np.flatnonzero(at).tolist()}) for code, at in found if at.any())


def _words(design: Design) -> str:
    words = ["clusters within strata" if design.second is None else "clusters within strata and people within clusters"]
    words.append("with replacement" if design.population is None else "finite population")
    return ", ".join([*words, "calibrated"] if design.calibration else words)


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


def _present(clusters: Clusters, inside: Flags) -> Flags:
    return sum_by(clusters.row, inside.astype(float), clusters.stratum.size) > 0
