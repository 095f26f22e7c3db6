"""Variance between clusters within strata, where an entry may stand for many clusters of one person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.scoring.cells import Cells
from analysis.scoring.domain import NOTHING, Domains, Spread, quadratic
from analysis.scoring.tally import Tally

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def spread_by_group(tally: Tally) -> Spread:
    """For groups with clusters of one person: their spread (2 K', 2 K'), strata times n_h / (n_h - 1); their middle."""
    cells = tally.cells
    found: dict[int, Floats] = {}
    for cell, spread in tally.spread.items():
        group = int(cells.group[cell])
        found[group] = found.get(group, 0.0) + cells.scale[cells.cluster[cell]] * spread
    return {group: (each, tally.middle[group]) for group, each in found.items()}


def standard_errors(domains: Domains, cells: Cells) -> Floats:
    """(D, E) standard errors; noise of binary arithmetic is 0.

    Notes
    -----
    V = sum_h n_h / (n_h - 1) sum_i (z_hi - zbar_h)^2 over all clusters of the stratum. The m people of an entry add
    m (mean - zbar_h)^2 and what they spread about their own mean.
    """
    deviation = _deviations(domains.totals, cells)
    variance = np.einsum("die,die->de", deviation, deviation) + domains.within
    se = np.sqrt(np.maximum(variance, 0.0))
    return np.where(se < NOTHING, 0.0, se)


def covariance(domains: Domains, cells: Cells, spread: Spread, items: int) -> Floats:
    """(D J, D J) covariance of the first J estimates of all domains, which are the groups."""
    deviation = _deviations(domains.totals[:, :, :items], cells).swapaxes(0, 1).reshape(cells.size.size, -1)
    found = deviation.T @ deviation
    for group, each in spread.items():
        if domains.parts is not None:
            here = slice(group * items, (group + 1) * items)
            found[here, here] += quadratic(domains.parts[group, :, :items], *each)
    return np.asarray(found)


def _deviations(totals: Floats, cells: Cells) -> Floats:
    """(D, I, E)"""
    sums = np.add.reduceat(totals * cells.size[:, None] if cells.several else totals, cells.first, axis=1)
    sums /= cells.clusters[:, None]
    deviation = sums.take(cells.stratum, axis=1)
    np.subtract(totals, deviation, out=deviation)
    deviation *= np.sqrt(cells.size * cells.scale)[:, None]
    return deviation


def degrees_of_freedom(domains: Domains, cells: Cells) -> Integers:
    """(D, E) clusters minus strata that have a valid answer of the domain."""
    strata = np.add.reduceat(domains.present, cells.first, axis=1) > 0
    free = np.asarray(domains.present.sum(axis=1) - strata.sum(axis=1), np.int64)
    return np.broadcast_to(free, domains.value.shape)
