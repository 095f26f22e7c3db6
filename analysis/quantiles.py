"""Quantiles of a weighted sample, with intervals found on the scale of shares."""

from __future__ import annotations

import numpy as np

from analysis import intervals
from analysis.arguments import checked
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.estimation import Interval, estimate, kish_size, mean
from analysis.results import Estimates, Notice
from analysis.variance import Lone

ROUNDING = 1e-12  # a cumulated share this near below the wanted one has reached it


@checked
def quantiles(
    design: Design,
    values: Floats,
    shares: Floats,
    *,
    level: float = 0.95,
    interval: Interval = "wald-t",
    lone: Lone = "error",
) -> Estimates:
    """The smallest value that at least a share q of the population does not exceed.

    Parameters
    ----------
    design : Design
    values : (n,) float; NaN lies outside the domain
    shares : (k,) float, q between 0 and 1
    level, lone : as in `analysis.estimation.estimate`
    interval : for the share below the quantile; `korn-graubard` never leaves 0 to 1

    Returns
    -------
    Estimates of k quantiles, in the unit of the values. `se` is the width of the interval over 2 t; covariances
    between quantiles are not estimated (0). Design effects are not defined (NaN). Where only one limit exists,
    `interval` is `one-sided` and the other limit and `se` are NaN.

    Notes
    -----
    Q(q) = min {y : F(y) >= q}, F(y) = sum w 1[y_i <= y] / sum w. The limits of the share F(Q) = q, from its
    design-based standard error, are turned into values by the same rule (Woodruff 1952, JASA 47:635). A limit of the
    share outside 0 to 1 has no value: that side stays open, with a Notice.

    Raises
    ------
    AnalysisError
        Shares outside 0 to 1, no values, lone clusters.

    Notices
    -------
    no_limits (columns): one or both are missing.
    """
    values, shares = np.asarray(values, float), np.atleast_1d(np.asarray(shares, float))
    if values.shape != design.weight.shape or not np.isfinite(values).any():
        raise AnalysisError("quantiles", f"values ({design.weight.size},), some of them known", f"shape {values.shape}")
    if shares.ndim != 1 or not shares.size or not np.all((shares > 0) & (shares < 1)):
        raise AnalysisError("quantiles", "shares between 0 and 1, (k,)", str(shares.tolist()))
    value = _invert(design, values, shares)
    below = np.where(np.isnan(values)[:, None], np.nan, values[:, None] <= value)
    found = estimate(design, mean(design, below), level=level, interval=interval, lone=lone)
    low, high = (_limit(design, values, limit) for limit in (found.low, found.high))
    sides = np.isfinite(low).astype(int) + np.isfinite(high)
    se = (high - low) / (2 * intervals.t_quantile(found.df, level))
    names = np.choose(sides, ["none", "one-sided", interval])
    return Estimates(
        value=value,
        covariance=np.diag(se**2),
        low=low,
        high=high,
        interval=tuple(names.tolist()),
        n=found.n,
        n_eff=kish_size(design.weight, np.isfinite(below)),
        df=found.df,
        deff=np.full(value.size, np.nan),
        deff_replace=np.full(value.size, np.nan),
        level=level,
        method=f"quantile; Woodruff's interval, {found.method.partition(', ')[2]}",
        notices=() if np.all(sides == 2) else (Notice("no_limits", {"columns": np.flatnonzero(sides < 2).tolist()}),),
    )


def _limit(design: Design, values: Floats, shares: Floats) -> Floats:
    """(k,) the quantiles at the limits of the shares; NaN where these leave 0 to 1."""
    reached = (shares > 0) & (shares < 1)
    return np.where(reached, _invert(design, values, np.where(reached, shares, 0.5)), np.nan)


def _invert(design: Design, values: Floats, shares: Floats) -> Floats:
    """(k,) the smallest values whose cumulated share reaches `shares`."""
    known = np.isfinite(values)
    label, place = np.unique(values[known], return_inverse=True)
    cumulated = np.cumsum(np.bincount(place, weights=design.weight[known]))
    return np.asarray(label[np.searchsorted(cumulated / cumulated[-1], shares - ROUNDING).clip(max=label.size - 1)])
