"""Key drivers: how much of what people think overall goes with each part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from analysis.arguments import checked
from analysis.design import Design, Floats, sum_by
from analysis.errors import AnalysisError
from analysis.estimation import kish_size
from analysis.models.model import Flags, select
from analysis.replication import Replicates
from analysis.results import Notice

MOST = 12  # columns for which all subsets are looked at
MOST_REPLICATED = 8  # the same in every replicate
FLAT = 1e-12  # a column with less variance, relative to its square, is constant


@dataclass(frozen=True)
class Drivers:
    """What p columns have to do with an outcome.

    names       : p names
    correlation : (p + 1, p + 1) weighted correlations, the outcome last
    r2          : share of the outcome's variance that the columns describe together
    value       : (p,) Johnson's relative weights, which sum to r2; `share` the same over r2
    shapley     : (p,) the Shapley (LMG) decomposition, which sums to r2
    beta        : (p,) standardised regression coefficients
    low, high   : (p,) limits of `share`; shapley_low, shapley_high of shapley / r2; NaN where `interval` is `none`
    df          : degrees of freedom of the replicates, None without
    """

    names: tuple[str, ...]
    correlation: Floats
    r2: float
    value: Floats
    share: Floats
    shapley: Floats
    beta: Floats
    low: Floats
    high: Floats
    shapley_low: Floats
    shapley_high: Floats
    interval: str
    n: int
    n_eff: float
    df: int | None
    level: float
    method: str
    notices: tuple[Notice, ...]


@checked
def drivers(
    design: Design,
    outcome: Floats,
    columns: Floats,
    names: Sequence[str],
    *,
    replicates: Replicates | None = None,
    level: float = 0.95,
) -> Drivers:
    """Relative weights of p columns for an outcome, with intervals from replicate weights.

    Parameters
    ----------
    design : Design; its weights are used, its strata and clusters only through the replicates
    outcome : (n,) float, NaN outside the domain (say the overall question)
    columns : (n, p) float, NaN where missing (say the dimension means); only complete rows count
    names : p names, 2 to 12 of them
    replicates : of `analysis.replication.bootstrap`, 200 to 500; None gives no intervals
    level : of the percentile intervals

    Returns
    -------
    Drivers

    Notes
    -----
    With R the weighted correlations of the columns, r those with the outcome, L = R^(1/2) and g = L^-1 r, Johnson's
    weights are (L o L)(g o g), o element by element; they sum to R^2 (Johnson 2000, Multivariate Behavioral Research
    35:1). Shapley's are the mean gain in R^2 over all orders in which the columns can enter (Grömping 2006, Journal of
    Statistical Software 17(1)), for at most 12 columns, with intervals for at most 8. Replicates use the moments of
    each cluster, so they cost no further pass over the rows.

    Raises
    ------
    AnalysisError
        Shapes, fewer than 2 or more than 12 columns, columns that do not vary or follow from others, an outcome that
        does not vary, replicates of another sample, a replicate in which something does not vary.

    Notices
    -------
    drivers_are_not_causes: always.

    References
    ----------
    Johnson 2000; Grömping 2006; Budescu 1993, Psychological Bulletin 114:542.
    """
    if not 2 <= len(names) <= MOST:
        hint = "put columns together into dimensions"
        raise AnalysisError("drivers", f"2 to {MOST} columns", str(len(names)), hint)
    rows = select("drivers", design, outcome, columns, names, 1)
    inside = rows.inside
    table = np.column_stack([rows.columns - rows.columns.mean(axis=0), rows.outcome - rows.outcome.mean()])
    full = np.column_stack([np.ones(rows.outcome.size), table])
    correlation = _correlations((full * rows.weight[:, None]).T @ full, names)
    value, shapley = relative_weights(correlation[None])[0], _shapley(correlation[None])[0]
    r2 = float(value.sum())
    limits = _limits(design, replicates, full, inside, names, level)
    return Drivers(
        names=tuple(names),
        correlation=correlation,
        r2=r2,
        value=value,
        share=value / r2,
        shapley=shapley,
        beta=np.asarray(np.linalg.solve(correlation[:-1, :-1], correlation[:-1, -1])),
        low=limits[0],
        high=limits[1],
        shapley_low=limits[2],
        shapley_high=limits[3],
        interval="none" if replicates is None else "percentile",
        n=rows.outcome.size,
        n_eff=float(kish_size(design.weight, inside[:, None])[0]),
        df=None if replicates is None else replicates.df,
        level=level,
        method="Johnson relative weights; Shapley" + ("" if replicates is None else f"; {replicates.method}"),
        notices=(Notice("drivers_are_not_causes", {}),),
    )


@checked
def priority(share: Floats, satisfaction: Floats) -> Floats:
    """Where to begin: share of a driver times what is left to gain, scaled to sum to 1.

    Parameters
    ----------
    share : (p,) relative weights
    satisfaction : (p,) from 0 to 1

    Returns
    -------
    (p,) float, 0 for all where everybody is satisfied with everything

    Raises
    ------
    AnalysisError
        Shapes, shares below 0, satisfaction outside 0 to 1.
    """
    share, satisfaction = np.asarray(share, float), np.asarray(satisfaction, float)
    if share.shape != satisfaction.shape or not np.all((satisfaction >= 0) & (satisfaction <= 1) & (share >= 0)):
        got = f"{share.tolist()} and {satisfaction.tolist()}"
        raise AnalysisError("priority", "shares of 0 or more and satisfaction from 0 to 1", got)
    left = share * (1 - satisfaction)
    return np.asarray(left / left.sum() if left.sum() > 0 else left)


@checked
def relative_weights(correlation: Floats) -> Floats:
    """Johnson's weights of m correlation matrices (m, p + 1, p + 1), the outcome last: (m, p).

    Parameters
    ----------
    correlation : (m, p + 1, p + 1) float, the outcome last

    Returns
    -------
    (m, p) float, 0 or more, each row with the sum R^2

    Raises
    ------
    AnalysisError
        Shapes, correlations that are not finite, columns that repeat others.
    """
    if correlation.ndim != 3 or correlation.shape[1] != correlation.shape[2] or correlation.shape[1] < 2:
        raise AnalysisError("relative_weights", "matrices (m, p + 1, p + 1)", f"shape {correlation.shape}")
    if not np.all(np.isfinite(correlation)):
        raise AnalysisError("relative_weights", "finite correlations", "others")
    size, direction = np.linalg.eigh(correlation[:, :-1, :-1])
    root = np.einsum("mij,mj,mkj->mik", direction, np.sqrt(np.maximum(size, 0)), direction)
    slope = np.linalg.solve(root, correlation[:, :-1, -1:])
    return np.asarray((root**2 @ slope**2)[..., 0])


def _shapley(correlation: Floats) -> Floats:
    """Mean gains in R^2 of m correlation matrices: (m, p)."""
    p = correlation.shape[-1] - 1
    found: dict[tuple[int, ...], Floats] = {(): np.zeros(correlation.shape[0])}
    for size in range(1, p + 1):
        for subset in combinations(range(p), size):
            found[subset] = _r2(correlation, subset)
    result = np.zeros((correlation.shape[0], p))
    for subset, r2 in found.items():
        gain = factorial(len(subset) - 1) * factorial(p - len(subset)) / factorial(p) if subset else 0.0
        for column in subset:
            without = tuple(other for other in subset if other != column)
            result[:, column] += gain * (r2 - found[without])
    return result


def _r2(correlation: Floats, subset: tuple[int, ...]) -> Floats:
    inner, own = correlation[:, subset][:, :, subset], correlation[:, subset, -1]
    return np.asarray(np.einsum("mi,mi->m", own, np.linalg.solve(inner, own[..., None])[..., 0]))


def _correlations(moments: Floats, names: Sequence[str]) -> Floats:
    """From sums of w u u' (..., q, q) with u = (1, columns, outcome): (..., q - 1, q - 1)."""
    weight = moments[..., :1, :1]
    if np.any(weight <= 0):
        raise AnalysisError("drivers", "replicates with somebody in them", "an empty one")
    middle = moments[..., 1:, :1] / weight
    spread = moments[..., 1:, 1:] / weight - middle * np.swapaxes(middle, -1, -2)
    own = np.diagonal(spread, axis1=-2, axis2=-1)
    squares = np.diagonal(moments[..., 1:, 1:] / weight, axis1=-2, axis2=-1)
    flat = np.any((own <= FLAT * squares).reshape(-1, own.shape[-1]), axis=0).tolist()
    if any(flat):
        constant = [name for name, still in zip((*names, "the outcome"), flat, strict=True) if still]
        raise AnalysisError("drivers", "columns and an outcome that vary", f"not so: {', '.join(constant)}")
    scale = np.sqrt(own)
    return np.asarray(spread / (scale[..., :, None] * scale[..., None, :]))


def _limits(
    design: Design, replicates: Replicates | None, full: Floats, inside: Flags, names: Sequence[str], level: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Percentile limits of the shares by both methods."""
    p, q = full.shape[1] - 2, full.shape[1]
    none = np.full(p, np.nan)
    if replicates is None:
        return none, none, none, none
    if replicates.row.shape != design.weight.shape or not 0 < level < 1:
        got = f"{replicates.row.size} rows, level {level}"
        raise AnalysisError("drivers", f"replicates of {design.weight.size} rows, a level between 0 and 1", got)
    products = (full[:, :, None] * full[:, None, :]).reshape(-1, q * q) * design.weight[inside, None]
    moments = sum_by(replicates.row[inside], products, replicates.factor.shape[0])
    correlation = _correlations((replicates.factor.T @ moments).reshape(-1, q, q), names)
    tails = [(1 - level) / 2, (1 + level) / 2]
    weights = relative_weights(correlation)
    low, high = np.quantile(weights / weights.sum(axis=1, keepdims=True), tails, axis=0)
    if p > MOST_REPLICATED:
        return low, high, none, none
    gains = _shapley(correlation)
    return low, high, *np.quantile(gains / gains.sum(axis=1, keepdims=True), tails, axis=0)
