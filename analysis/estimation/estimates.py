"""From statistics to estimates: standard errors, intervals, design effects, covariances."""

from __future__ import annotations

from typing import Literal

import numpy as np

from analysis import intervals
from analysis.arguments import checked
from analysis.design import Clusters, Design, Floats, Integers, number_clusters, some, sum_by
from analysis.errors import AnalysisError
from analysis.estimation.statistics import Flags, Statistic
from analysis.results import Estimates, Notice
from analysis.variance import Lone, covariance, degrees_of_freedom

Interval = Literal["wald-t", "logit-t", "wilson", "korn-graubard"]


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
    """(sum w)^2 / sum w^2 over the rows inside each domain: (k,); NaN where there are none (Kish 1965).

    Parameters
    ----------
    weight : (n,) float
    inside : (n, k) bool

    Returns
    -------
    (k,) float

    Raises
    ------
    AnalysisError
        Weights whose squares overflow.
    """
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


def _present(clusters: Clusters, inside: Flags) -> Flags:
    return sum_by(clusters.row, inside.astype(float), clusters.stratum.size) > 0
