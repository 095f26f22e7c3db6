"""Who was drawn from where: strata and clusters, and the variance of totals that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.errors import AnalysisError

Lone = Literal["error", "certainty", "adjust", "average"]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """Strata and clusters of n rows, and their weights.

    stratum    : (n,) int, position of the row's stratum, 0 or more
    cluster    : (n,) int, position of the row's primary sampling unit, 0 or more; a cluster lies in one stratum
    weight     : (n,) float, > 0 and finite
    population : (H,) clusters that the population has in each stratum, or None where they count as drawn with
                 replacement; H is larger than every stratum position

    Raises
    ------
    AnalysisError
        Listing everything that is wrong: lengths, signs, a cluster in two strata, fewer clusters in the population
        than in the sample.
    """

    stratum: Integers
    cluster: Integers
    weight: Floats
    population: Integers | None = None

    def __post_init__(self) -> None:
        problems = _shape_problems(self) or _content_problems(self)
        if problems:
            raise AnalysisError("Design", "strata, clusters and weights that fit", "; ".join(problems))


@dataclass(frozen=True)
class Clusters:
    """The sampled clusters of a design, numbered without gaps.

    row      : (n,) position of each row's cluster, 0 to C - 1
    stratum  : (C,) position of the cluster's stratum, 0 to H - 1
    size     : (H,) n_h, sampled clusters of the stratum
    fraction : (H,) f_h, share of the stratum's clusters that were sampled; 0 where drawn with replacement
    label    : (H,) the stratum position that the caller gave
    """

    row: Integers
    stratum: Integers
    size: Integers
    fraction: Floats
    label: Integers


def _shape_problems(design: Design) -> list[str]:
    shapes = {name: np.shape(getattr(design, name)) for name in ("stratum", "cluster", "weight")}
    problems = [f"{name} has shape {shape}" for name, shape in shapes.items() if len(shape) != 1]
    if not problems and len(set(shapes.values())) > 1:
        problems.append("lengths differ: " + ", ".join(f"{name} {shape[0]}" for name, shape in shapes.items()))
    if not problems and shapes["weight"] == (0,):
        problems.append("no rows")
    return problems


def _content_problems(design: Design) -> list[str]:
    problems = []
    for name in ("stratum", "cluster"):
        if np.min(getattr(design, name)) < 0:
            problems.append(f"{name} has negative positions")
    if not (np.all(np.isfinite(design.weight)) and np.all(design.weight > 0)):
        bad = int(np.sum(~(design.weight > 0) | ~np.isfinite(design.weight)))
        problems.append(f"{bad} weights not positive and finite")
    if problems:
        return problems
    _, row = number(design.cluster)
    last = np.zeros(int(row.max()) + 1, np.int64)
    last[row] = design.stratum
    divided = np.unique(design.cluster[last[row] != design.stratum])
    if divided.size:
        problems.append(f"clusters in more than one stratum: {_some(divided)}")
        return problems
    return _population_problems(design)


def _population_problems(design: Design) -> list[str]:
    if design.population is None:
        return []
    if np.size(design.population) <= int(design.stratum.max()):
        return [f"population for {np.size(design.population)} strata, positions up to {int(design.stratum.max())}"]
    _, first = np.unique(design.cluster, return_index=True)
    drawn = np.bincount(design.stratum[first], minlength=design.population.size)
    short = np.flatnonzero(drawn > design.population)
    return [f"strata with more clusters sampled than the population has: {_some(short)}"] if short.size else []


def _some(values: NDArray[np.int64]) -> str:
    return ", ".join(str(value) for value in values[:5]) + (f" and {values.size - 5} more" if values.size > 5 else "")


def number(key: Integers) -> tuple[Integers, Integers]:
    """Number keys without gaps, in their order.

    Parameters
    ----------
    key : (n,) int, 0 or more

    Returns
    -------
    label (m,) the keys that occur, ascending; position (n,) each row's place in `label`.

    Notes
    -----
    Where the largest key is of the order of n, a table of marks does it without sorting.
    """
    largest = int(key.max(initial=0))
    if largest > 16 * key.size + 1_000_000:
        label, position = np.unique(key, return_inverse=True)
        return label, position.astype(np.int64, copy=False)
    mark = np.zeros(largest + 1, bool)
    mark[key] = True
    label = np.flatnonzero(mark)
    place = np.zeros(largest + 1, np.int64)
    place[label] = np.arange(label.size)
    return label, place[key]


def sum_by(position: Integers, values: Floats, size: int) -> Floats:
    """Sum the rows of `values` (n, k) by `position` (n,): a (size, k) table."""
    return np.asarray(summing(position, size) @ values)


def summing(position: Integers, size: int) -> sparse.csc_array:
    """The (size, n) matrix that sums n rows by `position` (n,), for use more than once."""
    columns = (np.ones(position.size), position, np.arange(position.size + 1))
    return sparse.csc_array(columns, shape=(size, position.size))


def number_clusters(design: Design) -> Clusters:
    """Number the clusters and strata of a design, and count them."""
    label, row = number(design.cluster)
    given = np.zeros(label.size, np.int64)
    given[row] = design.stratum
    strata, stratum = number(given)
    size = np.bincount(stratum, minlength=strata.size)
    fraction = np.zeros(strata.size) if design.population is None else size / design.population[strata]
    return Clusters(row=row, stratum=stratum, size=size, fraction=fraction, label=strata)


def covariance(design: Design, influence: Floats, *, lone: Lone = "error") -> Floats:
    """Covariance of totals of influence values, between clusters within strata.

    Parameters
    ----------
    design : Design
    influence : (n, k) float, each row already times its weight; 0 outside the domain (never a filtered table)
    lone : what to do with a stratum that has one cluster and is not a complete count:
        `error`, an AnalysisError; `certainty`, it adds nothing; `adjust`, its distance from the mean of all
        cluster totals counts; `average`, it adds what the other strata add on average

    Returns
    -------
    (k, k) float, in squared units of the influence values

    Notes
    -----
    V = sum_h (1 - f_h) n_h / (n_h - 1) sum_i (z_hi - zbar_h)(z_hi - zbar_h)'

    z_hi is the total of cluster i. n_h counts every sampled cluster of the stratum, also one with nobody in the
    domain. First-stage variance only: with f_h near 1 the variance within clusters is missing.

    Raises
    ------
    AnalysisError
        Shapes, values that are not finite, a lone cluster under `error`.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling.
    """
    influence = np.asarray(influence, float)
    if influence.ndim != 2 or influence.shape[0] != design.weight.size:
        raise AnalysisError("covariance", f"influence values ({design.weight.size}, k)", f"shape {influence.shape}")
    if not np.all(np.isfinite(influence)):
        raise AnalysisError("covariance", "finite influence values", f"{int(np.sum(~np.isfinite(influence)))} others")
    clusters = number_clusters(design)
    return covariance_of_totals(clusters, sum_by(clusters.row, influence, clusters.stratum.size), lone=lone)


def covariance_of_totals(
    clusters: Clusters, totals: Floats, *, at: Integers | None = None, lone: Lone = "error"
) -> Floats:
    """The same from cluster totals: a (k, k) table. See `variance_of_totals`."""
    deviation, absent = _deviations(clusters, totals, at, lone)
    return np.asarray(deviation.T @ deviation + absent.T @ absent)


def variance_of_totals(
    clusters: Clusters, totals: Floats, *, at: Integers | None = None, lone: Lone = "error"
) -> Floats:
    """Only the diagonal: (k,) variances.

    Parameters
    ----------
    clusters : Clusters
    totals : (m, k) influence totals of clusters
    at : (m,) which clusters these are, each once, the totals of all others being 0; None: all C, in order
    lone : see `covariance`
    """
    deviation, absent = _deviations(clusters, totals, at, lone)
    return np.asarray(np.einsum("ik,ik->k", deviation, deviation) + np.einsum("ik,ik->k", absent, absent))


def _deviations(clusters: Clusters, totals: Floats, at: Integers | None, lone: Lone) -> tuple[Floats, Floats]:
    """Scaled deviations of the given clusters (m, k), and of the absent ones together by stratum (H, k)."""
    alone = lone_strata(clusters)
    if alone.any() and lone == "error":
        names = _some(clusters.label[alone])
        raise AnalysisError(
            "covariance",
            "two or more clusters in each stratum",
            f"one in stratum {names}",
            "merge strata with analysis.strata.collapse, or choose certainty, adjust or average",
        )
    stratum = clusters.stratum if at is None else clusters.stratum[at]
    mean = sum_by(stratum, totals, alone.size) / clusters.size[:, None]
    if lone == "adjust":
        mean[alone] = totals.sum(axis=0) / clusters.stratum.size
    scale = (1 - clusters.fraction) * clusters.size / np.maximum(clusters.size - 1, 1)
    if lone in ("certainty", "average"):
        scale = np.where(alone, 0.0, scale)
    if lone == "average":
        scale = scale * alone.size / max(int(np.sum(~alone)), 1)
    gone = clusters.size - np.bincount(stratum, minlength=alone.size)
    return (totals - mean[stratum]) * np.sqrt(scale)[stratum, None], mean * np.sqrt(scale * gone)[:, None]


def lone_strata(clusters: Clusters) -> NDArray[np.bool_]:
    """Which strata have one cluster and are not a complete count: (H,)."""
    return np.asarray((clusters.size == 1) & (clusters.fraction < 1))


def degrees_of_freedom(clusters: Clusters, present: NDArray[np.bool_], at: Integers | None = None) -> Integers:
    """Clusters minus strata that have a row in the domain.

    Parameters
    ----------
    clusters : Clusters
    present : (m, k) bool, whether the cluster has a row in domain k
    at : (m,) which clusters these are, each once, all others having none; None: all C, in order

    Returns
    -------
    (k,) int, 0 where nothing can be compared
    """
    stratum = clusters.stratum if at is None else clusters.stratum[at]
    strata = sum_by(stratum, present.astype(float), clusters.size.size) > 0
    return np.asarray(present.sum(axis=0) - strata.sum(axis=0), np.int64)
