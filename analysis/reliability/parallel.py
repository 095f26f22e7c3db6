"""How many factors a correlation matrix has: more than chance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arguments import checked
from analysis.design import Floats
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Parallel:
    """Eigenvalues beside those of items that have nothing to do with each other.

    eigenvalues : (k,) of the correlation matrix, falling
    chance      : (k,) the quantile of those of uncorrelated items, falling
    factors     : how many of the first lie above chance, one after another; at least 1
    """

    eigenvalues: Floats
    chance: Floats
    factors: int


@checked
def parallel_analysis(
    correlation: Floats, people: float, rng: np.random.Generator, *, draws: int = 200, quantile: float = 0.95
) -> Parallel:
    """Horn's parallel analysis of a correlation matrix.

    Parameters
    ----------
    correlation : (k, k)
    people : (effective) number of people that it rests on, more than k
    rng : where chance comes from
    draws : of uncorrelated normal items
    quantile : of the eigenvalues drawn

    Returns
    -------
    Parallel

    Notes
    -----
    Correlations of `people` rows of k independent normal items have the distribution of a scaled Wishart matrix,
    which is drawn as a triangle (Bartlett's decomposition): it takes the same time for a hundred people and for a
    million. Polychoric correlations vary somewhat more than these: near the limit one factor too many may be kept.

    Raises
    ------
    AnalysisError
        No square matrix of two or more items, fewer people than items, a quantile outside 0 to 1.

    References
    ----------
    Horn 1965, Psychometrika 30:179. Smith & Hocking 1972, Applied Statistics 21:341.
    """
    matrix = np.asarray(correlation, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise AnalysisError("parallel_analysis", "a square matrix of two or more items", f"shape {matrix.shape}")
    k = matrix.shape[0]
    if not people > k + 1 or not 0 < quantile < 1 or draws < 1:
        got = f"{people:g} people, {k} items, quantile {quantile:g}, {draws} draws"
        raise AnalysisError("parallel_analysis", "more people than items, a quantile and draws", got)
    triangle = np.tril(rng.standard_normal((draws, k, k)), -1)
    at = np.arange(k)
    triangle[:, at, at] = np.sqrt(rng.chisquare(people - 1 - at, (draws, k)))
    drawn = triangle @ triangle.transpose(0, 2, 1)
    spread = np.sqrt(drawn[:, at, at])
    by_chance = np.linalg.eigvalsh(drawn / (spread[:, :, None] * spread[:, None, :]))[:, ::-1]
    chance = np.quantile(by_chance, quantile, axis=0)
    own = np.linalg.eigvalsh(matrix)[::-1]
    below = np.flatnonzero(own <= chance)
    return Parallel(own, chance, max(1, int(below[0]) if below.size else k))
