"""Estimates of one domain (a group, or everybody) from the sums: values, influence totals, sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Clusters, sum_by
from analysis.intervals import choose
from analysis.results import Estimate
from analysis.scoring.plan import Plan, coefficients, is_proportion
from analysis.scoring.tally import Tally
from analysis.variance import degrees_of_freedom, variance_of_totals

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SCALE = 100.0
SNAP = 1e-9  # a ratio this near to 0 or 100 is 0 or 100; a standard error this small is 0
RATIO = "ratio; linearised, clusters within strata"
COMBINED = "weighted groups; linearised, clusters within strata"


@dataclass(frozen=True)
class Domain:
    """E = J + S estimates of a domain: the items, the dimensions, the index. Values from 0 to 100.

    value   : (E,) NaN where nothing was valid
    at      : (m,) the clusters that have people of the domain, or None for all C
    totals  : (m, E) influence totals of the clusters
    present : (m, E) bool, whether the cluster has a valid answer
    n, n_eff : (E,)
    single  : (E,) bool, one proportion (not a mean or a combination)
    """

    value: Floats
    at: Integers | None
    totals: Floats
    present: NDArray[np.bool_]
    n: Floats
    n_eff: Floats
    single: NDArray[np.bool_]


def estimate_domain(plan: Plan, sums: Tally, clusters: Clusters, group: int | None) -> Domain:
    """The estimates of a group, or of everybody pooled (None).

    Notes
    -----
    r_k = sum w y / sum w m over the domain; z_ik = (Y_ik - r_k W_ik) / W_k for cluster i, 0 where it has nobody; the
    estimates are linear combinations of the r_k.
    """
    cells = sums.cells
    here: slice | NDArray[np.bool_] = slice(None) if group is None else cells.group == group
    places: slice | NDArray[np.bool_] = slice(None) if group is None else cells.place_group == group
    weight, value = sums.weight[here], sums.value[here]
    base = weight.sum(axis=0)
    safe = np.where(base > 0, base, 1.0)
    ratios = snap(value.sum(axis=0) / safe)
    influence = (value - ratios * weight) / safe
    influence[:, (ratios == 0) | (ratios == SCALE) | (base == 0)] = 0.0
    lines = _lines(plan, base > 0)
    defined = lines.any(axis=1)
    n, total, squares = (table[places].sum(axis=0) for table in (sums.n, sums.total, sums.squares))
    totals, valid = influence @ lines.T, (weight > 0) @ (lines != 0).T.astype(float)
    if group is None:
        totals, valid = (sum_by(cells.cluster, table, clusters.stratum.size) for table in (totals, valid))
    return Domain(
        value=np.where(defined, snap(lines @ ratios), np.nan),
        at=None if group is None else cells.cluster[here],
        totals=totals,
        present=valid > 0,
        n=n,
        n_eff=total**2 / np.where(squares > 0, squares, np.nan),
        single=is_proportion(plan, lines),
    )


def snap(value: Floats) -> Floats:
    """0 and 100 exactly, where binary arithmetic missed them."""
    value = np.where(np.abs(value) < SNAP, 0.0, value)
    return np.where(np.abs(value - SCALE) < SNAP, SCALE, value)


def _lines(plan: Plan, present: NDArray[np.bool_]) -> Floats:
    """(E, K): the items themselves, then the sets."""
    items = np.eye(plan.items, plan.columns) * present
    return np.vstack([items, coefficients(plan, present[None, :])[0]])


def combine_domains(domains: Sequence[Domain], weights: Sequence[float], clusters: Clusters) -> Domain:
    """Groups put together with fixed weights, rescaled over the groups where an estimate is defined.

    Notes
    -----
    The influence totals of a cluster add up over its groups, so the covariance between groups in one school is in.
    n_eff is Kish's over the weights that people have in the combination: 1 / sum_g c_g^2 / n_eff_g.
    """
    defined = np.array([np.isfinite(domain.value) for domain in domains])
    share = np.array(weights, float)[:, None] * defined
    total = share.sum(axis=0)
    share = share / np.where(total > 0, total, 1.0)
    used = share > 0
    value = sum(c * np.nan_to_num(domain.value) for c, domain in zip(share, domains, strict=True))
    sizes = np.array([np.where(u, domain.n_eff, np.inf) for u, domain in zip(used, domains, strict=True)])
    totals = np.zeros((clusters.stratum.size, total.size))
    present = np.zeros(totals.shape, bool)
    for c, domain in zip(share, domains, strict=True):
        totals[domain.at] += c * domain.totals
        present[domain.at] |= (c > 0) & domain.present
    return Domain(
        value=np.where(total > 0, snap(np.asarray(value)), np.nan),
        at=None,
        totals=totals,
        present=present,
        n=np.asarray(sum(u * domain.n for u, domain in zip(used, domains, strict=True))),
        n_eff=1 / np.where(total > 0, (share**2 / sizes).sum(axis=0), np.nan),
        single=(used.sum(axis=0) == 1) & np.any([u & d.single for u, d in zip(used, domains, strict=True)], axis=0),
    )


def estimates(
    domain: Domain, clusters: Clusters, level: float, *, method: str = RATIO, factor: float = 1.0
) -> tuple[Estimate, ...]:
    """The estimates with their standard errors and intervals, all multiplied by `factor`."""
    se = np.sqrt(variance_of_totals(clusters, domain.totals, at=domain.at, lone="adjust"))
    se = np.where(se < SNAP, 0.0, se)
    return make_estimates(
        domain.value,
        se,
        domain.n,
        domain.n_eff,
        degrees_of_freedom(clusters, domain.present, domain.at),
        domain.single,
        level,
        method=method,
        factor=factor,
        deff=_lent_deff(domain, se),
    )


def make_estimates(
    value: Floats,
    se: Floats,
    n: Floats,
    n_eff: Floats,
    df: Integers,
    single: NDArray[np.bool_],
    level: float,
    *,
    method: str,
    factor: float | Floats = 1.0,
    deff: float | Floats = 1.0,
) -> tuple[Estimate, ...]:
    """(E,) columns as Estimates with their intervals; values, errors and limits are multiplied by `factor`."""
    low, high, names = choose(value / SCALE, se / SCALE, n, n_eff, df, single, deff=deff, level=level)
    se = np.where((df > 0) & np.isfinite(value), se, np.nan)
    known = np.isfinite(value * factor)
    names = tuple(name if there else "none" for name, there in zip(names, known, strict=True))
    columns = (value * factor, se * factor, low * SCALE * factor, high * SCALE * factor, n_eff)
    return tuple(
        Estimate(middle, error, bottom, top, int(people), size, int(free), level, method, name)
        for middle, error, bottom, top, size, people, free, name in zip(
            *(_optional(column) for column in columns), n, df, names, strict=True
        )
    )


def _lent_deff(domain: Domain, se: Floats) -> float:
    """The median design effect of the domain's proportions inside the scale, at least 1."""
    p = domain.value / SCALE
    inside = domain.single & (p > 0) & (p < 1) & (domain.n > 1)
    if not inside.any():
        return 1.0
    simple = p[inside] * (1 - p[inside]) / domain.n[inside]
    return max(1.0, float(np.median((se[inside] / SCALE) ** 2 / simple)))


def _optional(column: Floats) -> list[float | None]:
    return [value if known else None for value, known in zip(column.tolist(), np.isfinite(column), strict=True)]
