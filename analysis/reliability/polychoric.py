"""Correlations behind ordered answers: two normal variables, cut into categories."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from analysis.arguments import checked, together
from analysis.errors import AnalysisError
from analysis.reliability.alpha import alpha_of_covariance
from analysis.reliability.rows import Complete, Floats, complete_rows
from analysis.results import Notice

MOST_CATEGORIES = 20
EDGE = 1 - 1e-6  # correlations beyond it are not looked for
SMALLEST = 1e-15  # a category with a smaller share of the weights would be cut at infinity
TINY = 1e-300


@dataclass(frozen=True)
class Polychoric:
    """Polychoric correlations of k items.

    correlation: (k, k)
    thresholds : k arrays, where the normal variable behind the item is cut; one fewer than the item's categories
    alpha      : alpha of the matrix (ordinal alpha); None where its sum is not positive
    n, n_eff   : complete rows, and Kish's effective number of them
    dropped    : rows left out because an answer was missing
    """

    correlation: Floats
    thresholds: tuple[Floats, ...]
    alpha: float | None
    n: int
    n_eff: float
    dropped: int
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def polychoric(answers: ArrayLike, *, weight: ArrayLike | None = None) -> Polychoric:
    """Polychoric correlations by two-step maximum likelihood, and ordinal alpha.

    Parameters
    ----------
    answers : (n, k) ordered categories as numbers, NaN where missing
    weight : (n,) survey weights, 0 or more; None: every row counts alike

    Returns
    -------
    Polychoric

    Notes
    -----
    The thresholds of each item come from its own distribution. Then, pair by pair, the correlation of a bivariate
    normal that makes the two-way table likeliest. Nothing is added to empty cells. Where the likelihood rises up to
    a correlation of 1 or -1 the table is degenerate: the Pearson correlation of the answers stands in, with the
    notice `pearson_instead`. A matrix with a negative eigenvalue is left as it is, with the notice
    `not_positive_definite`. Ordinal alpha describes continuous items that nobody was asked (Chalmers 2018): a second
    line, not the headline.

    Raises
    ------
    AnalysisError
        Fewer than two items, fewer rows than items, a constant item, more than 20 categories, infinite answers, bad
        weights.

    References
    ----------
    Olsson 1979, Psychometrika 44:443. Zumbo, Gadermann & Zeisser 2007, Journal of Modern Applied Statistical
    Methods 6:21. Chalmers 2018, Educational and Psychological Measurement 78:1056.
    """
    rows = complete_rows("polychoric", answers, weight)
    codes, sizes = _categories(rows)
    cuts = tuple(_thresholds(code, rows.weight, size) for code, size in zip(codes.T, sizes, strict=True))
    correlation, notices = np.eye(len(sizes)), []
    for one, other in combinations(range(len(sizes)), 2):
        cell = codes[:, one] * sizes[other] + codes[:, other]
        table = np.bincount(cell, rows.weight, sizes[one] * sizes[other]).reshape(sizes[one], sizes[other])
        found = _pair(np.asarray(table, float), cuts[one], cuts[other])
        if found is None:
            found = _pearson(rows, one, other)
            notices.append(Notice("pearson_instead", {"items": (one, other)}))
        correlation[one, other] = correlation[other, one] = found
    least = float(np.linalg.eigvalsh(correlation)[0])
    if least <= 0:
        notices.append(Notice("not_positive_definite", {"eigenvalue": least}))
    return Polychoric(
        correlation=correlation,
        thresholds=tuple(cut[1:-1] for cut in cuts),
        alpha=alpha_of_covariance(correlation) if correlation.sum() > 0 else None,
        n=rows.answers.shape[0],
        n_eff=rows.n_eff,
        dropped=rows.dropped,
        method="polychoric, two-step",
        notices=tuple(notices),
    )


@checked
def normal_probability(h: ArrayLike, k: ArrayLike, correlation: float) -> Floats:
    """P(X <= h, Y <= k) of two standard normal variables.

    Parameters
    ----------
    h, k : finite numbers, or arrays that broadcast
    correlation : between -1 and 1, not at them

    Returns
    -------
    float, of the shape of `h` and `k`

    Returns
    -------
    float, of the shape of `h` and `k`

    Notes
    -----
    By Owen's T function, (Phi(h) + Phi(k)) / 2 - T(h, a) - T(k, b) - (1/2 where h and k have unlike signs), with
    a = (k / h - r) / sqrt(1 - r^2) and b likewise; to about 1e-15, at any correlation.

    Raises
    ------
    AnalysisError
        A correlation at -1 or 1 or beyond; numbers that are not finite.

    References
    ----------
    Owen 1956, Annals of Mathematical Statistics 27:1075.
    """
    if not -1 < correlation < 1:
        raise AnalysisError("normal_probability", "a correlation between -1 and 1", str(correlation))
    h, k = together("normal_probability", h=h, k=k)
    if not (np.all(np.isfinite(h)) and np.all(np.isfinite(k))):
        raise AnalysisError("normal_probability", "finite numbers", "others", "the normal's own ends are 0 and 1")
    h, k = np.where(h == 0, TINY, h), np.where(k == 0, TINY, k)  # on either side of 0 the formula has the same limit
    width = np.sqrt(1 - correlation**2)
    first, second = (k / h - correlation) / width, (h / k - correlation) / width
    unlike = np.where(np.sign(h) != np.sign(k), 0.5, 0.0)
    half = (special.ndtr(h) + special.ndtr(k)) / 2
    return np.asarray(half - special.owens_t(h, first) - special.owens_t(k, second) - unlike)


def _categories(rows: Complete) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int64]], tuple[int, ...]]:
    """Each answer as the position of its category, (n, k), and the number of categories of each item."""
    found = [np.unique(column, return_inverse=True) for column in rows.answers.T]
    sizes = tuple(values.size for values, _ in found)
    problems = [f"item {at} that everybody answered alike" for at, size in enumerate(sizes) if size < 2]
    problems += [f"item {at} with {size} categories" for at, size in enumerate(sizes) if size > MOST_CATEGORIES]
    if problems:
        expected = f"items with 2 to {MOST_CATEGORIES} ordered categories"
        raise AnalysisError("polychoric", expected, "; ".join(problems), "leave these items out")
    return np.stack([code for _, code in found], axis=1).astype(np.int64), sizes


def _thresholds(code: np.ndarray[tuple[int], np.dtype[np.int64]], weight: Floats, size: int) -> Floats:
    """(size + 1,) cuts of the normal variable, with -inf and inf at the ends."""
    share = np.cumsum(np.bincount(code, weight, size)) / weight.sum()
    inside = np.clip(share[:-1], SMALLEST, 1 - SMALLEST)
    return np.concatenate(([-np.inf], special.ndtri(inside), [np.inf]))


def _pair(table: Floats, rows: Floats, columns: Floats) -> float | None:
    """The likeliest correlation of one table, or None where the likelihood rises up to 1 or -1."""
    share = table / table.sum()

    def loss(correlation: float) -> float:
        cells = _cells(rows, columns, correlation)
        return -float(np.sum(share * np.log(np.maximum(cells, TINY))))

    found = optimize.minimize_scalar(loss, bounds=(-EDGE, EDGE), method="bounded", options={"xatol": 1e-8})
    at_edge = min(loss(-EDGE), loss(EDGE))
    return None if at_edge <= found.fun + 1e-9 else float(found.x)


def _cells(rows: Floats, columns: Floats, correlation: float) -> Floats:
    """Probabilities of the cells of a table cut at `rows` and `columns`."""
    below = np.zeros((rows.size, columns.size))
    below[1:-1, 1:-1] = normal_probability(rows[1:-1, None], columns[None, 1:-1], correlation)
    below[-1, 1:], below[1:, -1] = special.ndtr(columns[1:]), special.ndtr(rows[1:])
    return np.diff(np.diff(below, axis=0), axis=1)


def _pearson(rows: Complete, one: int, other: int) -> float:
    pair = rows.answers[:, [one, other]]
    centred = pair - np.average(pair, axis=0, weights=rows.weight)
    moments = (centred * rows.weight[:, None]).T @ centred
    return float(np.clip(moments[0, 1] / np.sqrt(moments[0, 0] * moments[1, 1]), -1, 1))
