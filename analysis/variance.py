"""The variance of totals of influence values: the one routine behind every standard error."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from analysis.arguments import checked
from analysis.design import Calibration, Clusters, Design, Floats, Integers, number, number_clusters, some, sum_by
from analysis.errors import AnalysisError

Lone = Literal["error", "certainty", "adjust", "average"]
Flags = NDArray[np.bool_]


@checked
def covariance(design: Design, influence: Floats, *, lone: Lone = "error", inside: Flags | None = None) -> Floats:
    """Covariance of totals of influence values: between clusters within strata, and within clusters.

    Parameters
    ----------
    design : Design
    influence : (n, k) float, each row already times its weight; 0 outside the domain (never a filtered table)
    lone : what to do with a stratum that has one cluster and is not a complete count (and likewise with a cell that
        has one person):
        `error`, an AnalysisError; `certainty`, it adds nothing; `adjust`, its distance from the mean of all
        cluster totals counts (of all persons of its cluster); `average`, it adds what the other strata add on average
    inside : (n, k) or (n, 1) bool or None, rows in the domain of each column; under `average` only strata (and cells)
        with such rows are averaged over and filled in. None: all rows

    Returns
    -------
    (k, k) float, in squared units of the influence values

    Notes
    -----
    V = sum_h (1 - f_h) n_h / (n_h - 1) sum_i (z_hi - zbar_h)(z_hi - zbar_h)'
      + sum_h f_h sum_i sum_c (1 - f_hic) m / (m - 1) sum_k (z_k - zbar_hic)(z_k - zbar_hic)'

    z_hi is the total of cluster i of stratum h, z_k that of unit k of the m drawn in cell c of the cluster; the
    second line only where the design has a second stage. n_h counts every sampled cluster of the stratum, also one
    with nobody in the domain. Where the weights were calibrated, z is replaced by its residual (see `residuals`).

    Raises
    ------
    AnalysisError
        Shapes, values that are not finite, a lone cluster or person under `error`.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling. Deville & Särndal 1992, JASA 87:376.
    """
    influence = np.asarray(influence, float)
    if influence.ndim != 2 or influence.shape[0] != design.weight.size:
        raise AnalysisError("covariance", f"influence values ({design.weight.size}, k)", f"shape {influence.shape}")
    if not np.all(np.isfinite(influence)):
        raise AnalysisError("covariance", "finite influence values", f"{int(np.sum(~np.isfinite(influence)))} others")
    left, clusters = residuals(design, influence), number_clusters(design)
    asked = inside if lone == "average" else None
    present = None if asked is None else _present(clusters.stratum[clusters.row], asked, clusters.size.size)
    totals = sum_by(clusters.row, left, clusters.stratum.size)
    apart = deviations(clusters, totals, lone=lone, present=present)
    between = np.asarray(apart.T @ apart)
    return between if design.second is None else between + _within(design, clusters, left, lone, asked)


def _present(place: Integers, inside: Flags, size: int) -> Flags:
    """(size, k) whether a place (of each row) has a row inside."""
    return np.asarray(sum_by(place, inside.astype(float), size) > 0)


@checked
def residuals(design: Design, influence: Floats) -> Floats:
    """What the calibration of the weights leaves of the influence values: (n, k).

    Notes
    -----
    For each calibration in turn e = z / w, regressed on the auxiliary columns with the weights before it, and the
    residual times w again (Deville & Särndal 1992): totals that the weights reproduce do not vary.
    """
    for step in design.calibration:
        influence = design.weight[:, None] * _regressed(step, influence / design.weight[:, None])
    return influence


def _regressed(step: Calibration, values: Floats) -> Floats:
    columns, weight = step.auxiliary, step.start
    weighted = columns.multiply(weight[:, None]).tocsr() if sparse.issparse(columns) else columns * weight[:, None]
    inner = weighted.T @ columns
    inner = np.asarray(inner.todense() if sparse.issparse(inner) else inner)
    scale = np.sqrt(np.where(np.diag(inner) > 0, np.diag(inner), 1.0))
    slope = linalg.pinvh(inner / np.outer(scale, scale)) @ (weighted.T @ values / scale[:, None])
    return np.asarray(values - columns @ (slope / scale[:, None]))


def _within(design: Design, clusters: Clusters, influence: Floats, lone: Lone, asked: Flags | None) -> Floats:
    """The second line of the variance: between units of the same cell."""
    assert design.second is not None
    second = design.second
    key = np.arange(second.cell.size) if second.unit is None else second.unit
    unit_label, unit_row = number(key)
    totals = influence if second.unit is None else sum_by(unit_row, influence, unit_label.size)
    label, cell_row = number(second.cell)
    cell, cluster = np.zeros(unit_label.size, np.int64), np.zeros(label.size, np.int64)
    cell[unit_row], cluster[cell_row] = cell_row, clusters.row
    size = np.bincount(cell, minlength=label.size)
    inside = Clusters(row=unit_row, stratum=cell, size=size, fraction=size / second.population[label], label=label)
    share = clusters.fraction[clusters.stratum[cluster]]
    deviation = _deviations_within(inside, totals, cluster, share, lone)
    if lone == "average":
        present = np.ones((label.size, 1), bool) if asked is None else _present(cell_row, asked, label.size)
        deviation = deviation * np.sqrt(_fill(present, lone_strata(inside) & (share > 0), cluster))[cluster[cell]]
    return np.asarray(deviation.T @ deviation)


def _deviations_within(cells: Clusters, totals: Floats, cluster: Integers, share: Floats, lone: Lone) -> Floats:
    """Scaled deviations of units (m, k); `cluster` and its sampling fraction `share` by cell."""
    alone = lone_strata(cells) & (share > 0)
    if alone.any() and lone == "error":
        raise AnalysisError(
            "covariance",
            "two or more people in each cell of the second stage",
            f"one in cell {some(cells.label[alone])}",
            "merge small groups of a school (say teachers with the principal), or choose certainty, adjust or average",
        )
    mean = sum_by(cells.stratum, totals, alone.size) / cells.size[:, None]
    scale = share * (1 - cells.fraction) * cells.size / np.maximum(cells.size - 1, 1)
    if lone == "adjust":
        number_of, clusters = np.bincount(cluster[cells.stratum]), int(cluster.max()) + 1
        of_cluster = sum_by(cluster[cells.stratum], totals, clusters) / np.maximum(number_of, 1)[:, None]
        mean[alone] = of_cluster[cluster[alone]]
    if lone in ("certainty", "average"):
        scale = np.where(alone, 0.0, scale)
    return np.asarray((totals - mean[cells.stratum]) * np.sqrt(scale)[cells.stratum, None])


def _fill(present: Flags, alone: Flags, group: Integers) -> Floats:
    """(G, k) by group of strata: how many there are for each that has a variance of its own."""
    groups = int(group.max()) + 1
    there, usable = (sum_by(group, part.astype(float), groups) for part in (present, present & ~alone[:, None]))
    return np.asarray(there / np.maximum(usable, 1))


def deviations(clusters: Clusters, totals: Floats, *, lone: Lone = "error", present: Flags | None = None) -> Floats:
    """Distances of cluster totals from the mean of their stratum, scaled so that their squares add up to variances.

    Parameters
    ----------
    clusters : Clusters
    totals : (C, k) influence totals of the clusters
    lone : see `covariance`
    present : (H, k) or None, under `average` whether the stratum has rows in the domain of each column

    Returns
    -------
    (C, k) d, with d'd the covariance of the first line of `covariance`

    Raises
    ------
    AnalysisError
        A stratum with one cluster under `error`.
    """
    alone = lone_strata(clusters)
    if alone.any() and lone == "error":
        raise AnalysisError(
            "covariance",
            "two or more clusters in each stratum",
            f"one in stratum {some(clusters.label[alone])}",
            "merge strata with analysis.strata.collapse, or choose certainty, adjust or average",
        )
    mean = sum_by(clusters.stratum, totals, alone.size) / clusters.size[:, None]
    if lone == "adjust":
        mean[alone] = totals.sum(axis=0) / clusters.stratum.size
    scale = (1 - clusters.fraction) * clusters.size / np.maximum(clusters.size - 1, 1)
    if lone in ("certainty", "average"):
        scale = np.where(alone, 0.0, scale)
    found = (totals - mean[clusters.stratum]) * np.sqrt(scale)[clusters.stratum, None]
    if lone == "average":
        there = np.ones((alone.size, 1), bool) if present is None else present
        found = found * np.sqrt(_fill(there, alone, np.zeros(alone.size, np.int64)))
    return np.asarray(found)


def lone_strata(clusters: Clusters) -> NDArray[np.bool_]:
    """Which strata have one cluster and are not a complete count: (H,)."""
    return np.asarray((clusters.size == 1) & (clusters.fraction < 1))


def degrees_of_freedom(clusters: Clusters, present: Flags) -> Integers:
    """Clusters minus strata that have a row in the domain.

    Parameters
    ----------
    clusters : Clusters
    present : (C, k) bool, whether the cluster has a row in domain k

    Returns
    -------
    (k,) int, 0 where nothing can be compared
    """
    strata = sum_by(clusters.stratum, present.astype(float), clusters.size.size) > 0
    return np.asarray(present.sum(axis=0) - strata.sum(axis=0), np.int64)
