"""The errors of a score once more, from replicates of its clusters: a check of the linearised ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.replication import bootstrap
from analysis.rule import ScoringRule
from analysis.scoring.arrays import make_figures
from analysis.scoring.county import County, county_of_sample
from analysis.scoring.domain import NOTHING
from analysis.scoring.plan import coefficients

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
AT_ONCE = 256  # replicates of which all columns are held at a time


@dataclass(frozen=True)
class ClusterSums:
    """What a score is made of: r rows, each the people of one group in one cluster; K' columns of sums.

    county  : the county of the whole sample
    group, school, cluster : (r,) of each row; school -1 for none
    stratum : (c,) of each cluster; a person without a school is a cluster
    weight, value : (r, K') sums of w, and of w times what the answers are worth
    """

    county: County
    group: Integers
    school: Integers
    cluster: Integers
    stratum: Integers
    weight: Floats
    value: Floats

    @cached_property
    def estimate(self) -> Floats:
        """(G + 1,) the index of each group and, last, the composite; 0 to 100."""
        return np.asarray(replicated(self, np.ones((self.group.size, 1)))[0])

    @cached_property
    def linearised(self) -> Floats:
        """(G + 1,) their linearised errors, as the score has them."""
        found = make_figures(self.county, with_covariance=False, errors_of_schools=False)
        return np.append(found.se[:, -1], found.county_se[-1])


def cluster_sums(
    sample: Sample,
    rule: ScoringRule,
    *,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
) -> ClusterSums:
    """Add up a sample by cluster and group.

    Parameters
    ----------
    sample, rule, population, issued : as for `analysis.scoring.score`

    Returns
    -------
    ClusterSums

    Raises
    ------
    AnalysisError
        As `score`.
    """
    county = county_of_sample(sample, rule, population, issued, detail=False)
    cells, tally, persons = county.cells, county.tally, county.tally.persons
    whole = np.flatnonzero(~cells.alone)
    label, entry = np.unique(cells.cluster[whole], return_inverse=True)
    group, school, stratum = cells.group[whole], cells.school[whole], cells.stratum[label]
    weight, value = tally.weight[whole], tally.value[whole]
    alone = np.zeros(0, np.int64) if persons is None else np.flatnonzero(cells.alone[persons.row])
    if persons is not None and alone.size:
        own = persons.row[alone]
        worth, valid = persons.columns(alone)
        each = persons.weight[alone, None]
        weight, value = np.vstack([weight, each * valid]), np.vstack([value, each * worth])
        group, school = np.append(group, cells.group[own]), np.append(school, cells.school[own])
        stratum = np.append(stratum, cells.stratum[cells.cluster[own]])
    cluster = np.append(entry.astype(np.int64), label.size + np.arange(alone.size))
    return ClusterSums(county, group, school, cluster, stratum, weight, value)


def replicated(sums: ClusterSums, factor: Floats) -> Floats:
    """The figures with other weights.

    Parameters
    ----------
    sums : ClusterSums
    factor : (r, R) what the weights of each row are multiplied with, 0 or more

    Returns
    -------
    (R, G + 1) float, the index of each group and, last, the composite; NaN where nobody of a group is left

    Raises
    ------
    AnalysisError
        Factors that do not fit the rows.
    """
    if factor.ndim != 2 or factor.shape[0] != sums.group.size or not np.all(factor >= 0):
        raise AnalysisError("replicated", f"factors ({sums.group.size}, R) of 0 or more", f"shape {factor.shape}")
    own = [np.flatnonzero(sums.group == group) for group in range(len(sums.county.names.groups))]
    tables = (np.stack([factor[rows].T @ table[rows] for rows in own], axis=1) for table in (sums.weight, sums.value))
    return _figures(sums.county, *tables)


def jackknife_errors(sums: ClusterSums) -> Floats:
    """Leave out each cluster in turn.

    Parameters
    ----------
    sums : ClusterSums

    Returns
    -------
    (G + 1,) float, standard errors, 0 to 100; NaN where a figure is not defined without one of the clusters

    Notes
    -----
    The factors, scales and centre are those of `analysis.replication.jackknife` (JK1, JKn) and `replicate`, without a
    table of clusters by clusters. Without cluster i of stratum h the totals are T - S_h + n_h / (n_h - 1) (S_h - z_i).

    Raises
    ------
    AnalysisError
        One cluster only.
    """
    size = np.bincount(sums.stratum)
    _check_pairs(sums)
    n = size[sums.stratum].astype(float)
    found = np.concatenate(
        [_without(sums, np.arange(first, min(first + AT_ONCE, n.size))) for first in range(0, n.size, AT_ONCE)]
    )
    deviation = found - found.mean(axis=0)
    return _errors(((n - 1) / n) @ deviation**2)


def bootstrap_errors(sums: ClusterSums, factor: Floats) -> Floats:
    """The spread of the figures over replicates.

    Parameters
    ----------
    sums : ClusterSums
    factor : (r, R) of `bootstrap_factors`, or of these with the weights made anew

    Returns
    -------
    (G + 1,) float, standard errors, 0 to 100; NaN where a figure is not defined in some replicate
    """
    found = replicated(sums, factor)
    return _errors(((found - found.mean(axis=0)) ** 2).mean(axis=0))


def bootstrap_factors(sums: ClusterSums, replicates: int, rng: np.random.Generator) -> Floats:
    """Rao and Wu's bootstrap of the clusters, see `analysis.replication.bootstrap`.

    Parameters
    ----------
    sums : ClusterSums
    replicates : number R of them
    rng : numpy Generator

    Returns
    -------
    (r, R) float, by row

    Raises
    ------
    AnalysisError
        One cluster only; fewer than two replicates.
    """
    _check_pairs(sums)
    clusters = Design(sums.stratum, np.arange(sums.stratum.size), np.ones(sums.stratum.size))
    return np.asarray(bootstrap(clusters, replicates, rng).factor[sums.cluster])


def _errors(variance: Floats) -> Floats:
    """The roots; what subtraction leaves behind is 0, as in the score's own errors."""
    se = np.sqrt(variance)
    return np.asarray(np.where(se < NOTHING, 0.0, se))


def _check_pairs(sums: ClusterSums) -> None:
    if np.any(np.bincount(sums.stratum) == 1):
        raise AnalysisError("replicates", "two or more clusters", "one", "one school alone has no error")


def _without(sums: ClusterSums, clusters: Integers) -> Floats:
    """(m, G + 1) the figures without each of some clusters."""
    groups, strata = len(sums.county.names.groups), int(sums.stratum.max()) + 1
    rows = np.flatnonzero((sums.cluster >= clusters[0]) & (sums.cluster <= clusters[-1]))
    n = np.bincount(sums.stratum)[sums.stratum[clusters]][:, None, None]
    tables = []
    for table in (sums.weight, sums.value):
        of_stratum = np.zeros((strata, groups, table.shape[1]))
        np.add.at(of_stratum, (sums.stratum[sums.cluster], sums.group), table)
        own = np.zeros((clusters.size, groups, table.shape[1]))
        np.add.at(own, (sums.cluster[rows] - clusters[0], sums.group[rows]), table[rows])
        stratum = of_stratum[sums.stratum[clusters]]
        left = (stratum - own) * (n / (n - 1))
        left[np.abs(left) < 1e-9 * np.abs(stratum)] = 0.0  # nobody is left: no noise of subtraction
        tables.append(of_stratum.sum(axis=0) - stratum + left)
    return _figures(sums.county, *tables)


def _figures(county: County, weight: Floats, value: Floats) -> Floats:
    """(R, G + 1) from sums (R, G, K')."""
    factor, plan = county.heads.factor, county.plan
    groups = np.stack([_index(county, weight[:, g], value[:, g]) * factor[g] for g in range(weight.shape[1])], axis=1)
    if plan.rule.grouping == "pooled":
        whole = _index(county, weight.sum(axis=1), value.sum(axis=1)) * county.heads.factor_pooled
    else:
        share = county.weight * np.isfinite(groups)
        total = share.sum(axis=1)
        whole = (share * np.nan_to_num(groups)).sum(axis=1) / np.where(total > 0, total, np.nan)
    return np.column_stack([groups, whole])


def _index(county: County, weight: Floats, value: Floats) -> Floats:
    """(R,) the index of people whose sums (R, K') these are."""
    plan = county.plan
    weight, value = plan.widen(weight), plan.widen(value)
    ratio = value / np.where(weight > 0, weight, 1.0)
    result = np.empty(weight.shape[0])
    for first in range(0, result.size, AT_ONCE):
        here = slice(first, first + AT_ONCE)
        lines = coefficients(plan, weight[here] > 0)[:, -1]
        result[here] = np.where(lines.any(axis=1), (lines * ratio[here]).sum(axis=1), np.nan)
    return result
