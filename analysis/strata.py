"""Strata with one cluster: merged with a neighbour, by a stated rule."""

from __future__ import annotations

import numpy as np

from analysis.arguments import checked
from analysis.design import Integers, number
from analysis.errors import AnalysisError


@checked
def collapse(stratum: Integers, cluster: Integers, *, kind: Integers | None = None) -> Integers:
    """Merge lone strata with a neighbour, so that every stratum has two clusters where that can be.

    Parameters
    ----------
    stratum : (n,) int, positions in an order in which neighbours are alike (say stage, then locality)
    cluster : (n,) int
    kind : (n,) int or None, the same for all rows of a stratum: strata are merged within their kind as far as that
        goes

    Returns
    -------
    (n,) int, the stratum to use: the position of the first stratum of each merged run

    Notes
    -----
    The rule: walk through the strata in order; one with a single cluster takes in the next; one left over at the end
    joins the run before it. First within each kind, then over all for what is still alone. A sample of one cluster
    stays as it is. Merging unlike strata overstates the variance, which is the safe side.

    Raises
    ------
    AnalysisError
        Columns of different lengths, none at all, or negative clusters.
    """
    shapes = {np.shape(each) for each in (stratum, cluster, stratum if kind is None else kind)}
    if len(shapes) > 1 or stratum.ndim != 1 or not stratum.size or np.min(cluster) < 0:
        got = f"shapes {sorted(shapes)}" if len(shapes) > 1 or stratum.ndim != 1 else "negative or no clusters"
        raise AnalysisError("collapse", "strata, clusters and kinds (n,), clusters 0 or more", got)
    merged = stratum.copy()
    kinds = np.zeros_like(stratum) if kind is None else kind
    label, row = number(cluster)
    first = np.zeros(label.size, np.int64)
    first[row] = np.arange(row.size)
    for value in np.unique(kinds[first]):
        part = first[kinds[first] == value]
        _apply(merged, stratum, _runs(stratum[part]))
    _apply(merged, merged.copy(), _runs(merged[first]))
    return merged


def _runs(stratum_of_cluster: Integers) -> dict[int, int]:
    """Which stratum becomes which, from the strata of the clusters."""
    label, count = np.unique(stratum_of_cluster, return_counts=True)
    runs: list[tuple[list[int], int]] = []
    for stratum, size in zip(label.tolist(), count.tolist(), strict=True):
        if runs and runs[-1][1] == 1:
            runs[-1] = ([*runs[-1][0], stratum], 1 + size)
        else:
            runs.append(([stratum], size))
    if len(runs) > 1 and runs[-1][1] == 1:
        last = runs.pop()
        runs[-1] = (runs[-1][0] + last[0], runs[-1][1] + 1)
    return {stratum: members[0] for members, _ in runs for stratum in members}


def _apply(merged: Integers, stratum: Integers, new: dict[int, int]) -> None:
    for old, target in new.items():
        if old != target:
            merged[stratum == old] = target
