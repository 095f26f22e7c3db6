"""Quantiles of a weighted sample, with intervals found on the scale of shares."""

from __future__ import annotations

import numpy as np

from analysis import intervals
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.estimation import Interval, estimate, kish_size, mean
from analysis.results import Estimates, Notice
from analysis.variance import Lone

ROUNDING = 1e-12  # a cumulated share this near below the wanted one has reached it


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
    between quantiles are not estimated (0). Design effects are not defined (NaN).

    Notes
    -----
    Q(q) = min {y : F(y) >= q}, F(y) = sum w 1[y_i <= y] / sum w. The limits of the share F(Q) = q, from its
    design-based standard error, are turned into values by the same rule (Woodruff 1952, JASA 47:635). A limit of the
    share outside 0 to 1 has no value: no interval, and a Notice.

    Raises
    ------
    AnalysisError
        Shares outside 0 to 1, no values, lone clusters.

    Notices
    -------
    no_limits (columns).
    """
    values, shares = np.asarray(values, float), np.atleast_1d(np.asarray(shares, float))
    if values.shape != design.weight.shape or not np.isfinite(values).any():
        raise AnalysisError("quantiles", f"values ({design.weight.size},), some of them known", f"shape {values.shape}")
    if not np.all((shares > 0) & (shares < 1)):
        raise AnalysisError("quantiles", "shares between 0 and 1", str(shares.tolist()))
    value = _invert(design, values, shares)
    below = np.where(np.isnan(values)[:, None], np.nan, values[:, None] <= value)
    found = estimate(design, mean(design, below), level=level, interval=interval, lone=lone)
    reached = (found.low > 0) & (found.high < 1)
    low, high = (_invert(design, values, np.where(reached, limit, 0.5)) for limit in (found.low, found.high))
    se = (high - low) / (2 * intervals.t_quantile(found.df, level))
    names = tuple(np.where(reached, np.array(found.interval, object), "none").tolist())
    return Estimates(
        value=value,
        covariance=np.diag(np.where(reached, se, np.nan) ** 2),
        low=np.where(reached, low, np.nan),
        high=np.where(reached, high, np.nan),
        interval=names,
        n=found.n,
        n_eff=kish_size(design.weight, np.isfinite(below)),
        df=found.df,
        deff=np.full(value.size, np.nan),
        deff_replace=np.full(value.size, np.nan),
        level=level,
        method=f"quantile; Woodruff's interval, {found.method.partition(', ')[2]}",
        notices=() if reached.all() else (Notice("no_limits", {"columns": np.flatnonzero(~reached).tolist()}),),
    )


def _invert(design: Design, values: Floats, shares: Floats) -> Floats:
    """(k,) the smallest values whose cumulated share reaches `shares`."""
    known = np.isfinite(values)
    label, place = np.unique(values[known], return_inverse=True)
    cumulated = np.cumsum(np.bincount(place, weights=design.weight[known]))
    return np.asarray(label[np.searchsorted(cumulated / cumulated[-1], shares - ROUNDING).clip(max=label.size - 1)])
