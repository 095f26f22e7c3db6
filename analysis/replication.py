"""Replicate weights: errors for statistics without a formula, and a check of those that have one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg

from analysis import intervals
from analysis.arguments import checked
from analysis.design import Clusters, Design, Floats, Integers, number_clusters, some
from analysis.errors import AnalysisError
from analysis.results import Estimates, Notice

Centre = Literal["replicates", "estimate"]


@dataclass(frozen=True)
class Replicates:
    """R sets of weights, as one factor for each cluster, so that results can be had again exactly.

    factor : (C, R) what the weights of a cluster's rows are multiplied with
    row    : (n,) position of each row's cluster, 0 to C - 1
    scale  : (R,) what the squared deviation of a replicate counts
    df     : degrees of freedom
    method : how they were made
    """

    factor: Floats
    row: Integers
    scale: Floats
    df: int
    method: str

    def weights(self, design: Design, replicate: int) -> Floats:
        """(n,) weights of one replicate."""
        return np.asarray(design.weight * self.factor[self.row, replicate])


@checked
def jackknife(design: Design) -> Replicates:
    """Leave out each cluster in turn: JK1 with one stratum, JKn with several.

    Parameters
    ----------
    design : Design

    Returns
    -------
    Replicates, one for each cluster

    Notes
    -----
    Without cluster i of stratum h the others of h are multiplied by n_h / (n_h - 1); the squared deviation counts
    (1 - f_h) (n_h - 1) / n_h. df = clusters minus strata.

    Raises
    ------
    AnalysisError
        A stratum with one cluster that is not a complete count.

    References
    ----------
    Rust & Rao 1996, Statistical Methods in Medical Research 5:283.
    """
    clusters = number_clusters(design)
    _check_pairs(clusters, 2, "jackknife")
    size = clusters.size[clusters.stratum]
    same = clusters.stratum[:, None] == clusters.stratum
    factor = np.where(same, (size / np.maximum(size - 1, 1))[:, None], 1.0)
    np.fill_diagonal(factor, 0.0)
    use = size > 1
    scale = (1 - clusters.fraction[clusters.stratum]) * (size - 1) / size
    method = "JK1" if clusters.size.size == 1 else "JKn"
    return Replicates(factor[:, use], clusters.row, scale[use], _df(clusters), method)


@checked
def bootstrap(design: Design, replicates: int, rng: np.random.Generator) -> Replicates:
    """Draw n_h - 1 clusters of each stratum with replacement.

    Parameters
    ----------
    design : Design; finite populations are not taken into account, which is the safe side
    replicates : number R of them, 200 to 500 for a standard error
    rng : numpy Generator

    Returns
    -------
    Replicates

    Returns
    -------
    Replicates

    Notes
    -----
    factor = n_h / (n_h - 1) times how often the cluster was drawn; scale 1 / R (Rao & Wu 1988, JASA 83:231).

    Raises
    ------
    AnalysisError
        Fewer than two replicates; a stratum with one cluster that is not a complete count.
    """
    if replicates < 2:
        raise AnalysisError("bootstrap", "2 or more replicates", str(replicates))
    clusters = number_clusters(design)
    _check_pairs(clusters, 2, "bootstrap")
    factor = np.empty((clusters.stratum.size, replicates))
    for stratum, size in enumerate(clusters.size.tolist()):
        drawn = (
            rng.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
            if size > 1
            else np.ones((replicates, 1))
        )
        factor[clusters.stratum == stratum] = drawn.T * (size / (size - 1) if size > 1 else 1.0)
    return Replicates(factor, clusters.row, np.full(replicates, 1 / replicates), _df(clusters), "bootstrap, Rao-Wu")


@checked
def balanced(design: Design, *, fay: float = 0.0) -> Replicates:
    """Balanced repeated replication for two clusters in each stratum.

    Parameters
    ----------
    design : Design
    fay : from 0 to below 1

    Returns
    -------
    Replicates

    Notes
    -----
    In each of R replicates one cluster of every stratum counts 2 - fay and the other fay, by the columns of a
    Hadamard matrix of order R > H; scale 1 / (R (1 - fay)^2) (Judkins 1990, Journal of Official Statistics 6:223).

    Raises
    ------
    AnalysisError
        Strata with other than two clusters; fay outside 0 to 1.
    """
    clusters = number_clusters(design)
    wrong = clusters.label[clusters.size != 2]
    if wrong.size or not 0 <= fay < 1:
        got = f"others in {some(wrong)}" if wrong.size else f"fay {fay}"
        raise AnalysisError("balanced", "two clusters in each stratum, fay from 0 to below 1", got, "use jackknife")
    order = 1 << int(clusters.size.size).bit_length()
    signs = linalg.hadamard(order)[1 : clusters.size.size + 1]
    first = np.zeros(clusters.stratum.size, bool)
    first[np.unique(clusters.stratum, return_index=True)[1]] = True
    side = np.where(first[:, None], signs[clusters.stratum], -signs[clusters.stratum])
    scale = np.full(order, 1 / (order * (1 - fay) ** 2))
    return Replicates(1 + side * (1 - fay), clusters.row, scale, _df(clusters), "balanced repeated replication")


@checked
def replicate(
    design: Design,
    replicates: Replicates,
    function: Callable[[Floats], Floats],
    *,
    centre: Centre = "replicates",
    level: float = 0.95,
) -> Estimates:
    """Standard errors of any statistic from replicate weights.

    Parameters
    ----------
    design : Design
    replicates : as made for it
    function : of weights (n,), giving (k,) or a number; if the weights were calibrated it should calibrate again
    centre : deviations from the mean of the replicates, or from the estimate itself (never smaller)
    level : of the Wald intervals

    Returns
    -------
    Estimates; n and n_eff are those of the whole sample, design effects are not defined (NaN)

    Notes
    -----
    V = sum_r scale_r (theta_r - centre)(theta_r - centre)'.

    Raises
    ------
    AnalysisError
        Replicates of another sample; a statistic that is not finite in some replicate.

    Notices
    -------
    no_spread (columns).
    """
    if replicates.row.shape != design.weight.shape:
        raise AnalysisError("replicate", f"replicates of {design.weight.size} rows", f"{replicates.row.size} rows")
    value = np.atleast_1d(np.asarray(function(design.weight), float))
    with np.errstate(all="ignore"):
        found = np.array([np.atleast_1d(function(replicates.weights(design, r))) for r in range(replicates.scale.size)])
    if not (np.all(np.isfinite(value)) and np.all(np.isfinite(found))):
        bad = np.flatnonzero(~np.isfinite(found).all(axis=1))
        hint = "a domain may be empty without one of the schools"
        raise AnalysisError("replicate", "a statistic that is finite in all replicates", f"not in {some(bad)}", hint)
    middle = found.mean(axis=0) if centre == "replicates" else value
    spread = (found - middle).T @ ((found - middle) * replicates.scale[:, None])
    return _estimates(design, replicates, value, spread, level)


def _estimates(design: Design, replicates: Replicates, value: Floats, spread: Floats, level: float) -> Estimates:
    k, se = value.size, np.sqrt(np.diag(spread))
    low, high = intervals.wald(value, se, replicates.df, level)
    none = (se == 0) | np.isnan(low)
    return Estimates(
        value=value,
        covariance=spread,
        low=np.where(none, np.nan, low),
        high=np.where(none, np.nan, high),
        interval=tuple(np.where(none, "none", "wald-t").tolist()),
        n=np.full(k, design.weight.size),
        n_eff=np.full(k, design.weight.sum() ** 2 / np.square(design.weight).sum()),
        df=np.full(k, replicates.df),
        deff=np.full(k, np.nan),
        deff_replace=np.full(k, np.nan),
        level=level,
        method=f"replicate weights; {replicates.method}",
        notices=(Notice("no_spread", {"columns": np.flatnonzero(none).tolist()}),) if none.any() else (),
    )


def _df(clusters: Clusters) -> int:
    return int(clusters.stratum.size - clusters.size.size)


def _check_pairs(clusters: Clusters, least: int, where: str) -> None:
    few = (clusters.size < least) & (clusters.fraction < 1)
    if few.any():
        hint = "merge strata with analysis.strata.collapse"
        raise AnalysisError(where, "two or more clusters in each stratum", f"one in {some(clusters.label[few])}", hint)
