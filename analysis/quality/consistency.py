"""Whether the answers of one form fit together, and fit those of the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import AnalysisError
from analysis.quality.forms import Flags, Floats, Forms, Integers
from analysis.quality.sameness import constant

PATTERNS_AT_ONCE = 4096  # bounds the memory of one batch of small linear systems


def row_correlation(one: Floats, other: Floats, valid: Flags, *, fewest: int = 3) -> Floats:
    """Pearson's correlation of two tables, row by row, over the valid columns: (n,).

    NaN where fewer than `fewest` columns are valid or where one side does not vary.
    """
    count = np.maximum(valid.sum(axis=1), 1)[:, None]
    left, right = np.where(valid, one, 0.0), np.where(valid, other, 0.0)
    left = np.where(valid, left - left.sum(axis=1, keepdims=True) / count, 0.0)
    right = np.where(valid, right - right.sum(axis=1, keepdims=True) / count, 0.0)
    size = np.sqrt(np.einsum("ij,ij->i", left, left) * np.einsum("ij,ij->i", right, right))
    defined = (valid.sum(axis=1) >= fewest) & ~constant(one, valid) & ~constant(other, valid) & (size > 0)
    product = np.einsum("ij,ij->i", left, right)
    return np.asarray(np.clip(product / np.where(defined, size, np.nan), -1, 1))


def pair_moments(values: Floats, valid: Flags) -> tuple[Floats, Floats]:
    """Covariance of every two items over the people who answered both, and their correlation: two (J, J) tables.

    Denominator m - 1 of the pair; NaN where fewer than two people answered both (or an item does not vary).
    """
    mask = valid.astype(float)
    centre = np.where(valid, values, 0.0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    deviation = np.where(valid, values - centre, 0.0)
    count, sums, squares = mask.T @ mask, deviation.T @ mask, np.square(deviation).T @ mask
    several = np.where(count > 1, count, np.nan)
    covariance = (deviation.T @ deviation - sums * sums.T / several) / (several - 1)
    variance = (squares - sums**2 / several) / (several - 1)
    size = np.sqrt(np.maximum(variance * variance.T, 0.0))
    return covariance, np.clip(covariance / np.where(size > 1e-12, size, np.nan), -1, 1)


def mahalanobis(forms: Forms) -> tuple[Floats, Integers]:
    """Squared distance of each form from the mean form, in the metric of the items' covariance.

    Parameters
    ----------
    forms : Forms of n people

    Returns
    -------
    distance (n,) float, NaN where not defined; df (n,) int, answers that went into it

    Notes
    -----
    (x - m)' S^-1 (x - m) with S of denominator n - 1. A form with blanks is measured on the items that it answers,
    with their part of m and S, and its df is their number; S is then taken pair by pair. Items that everybody
    answers alike are left out. Not defined for anybody where S has no inverse (about as many items as people, or
    items that repeat each other).

    References
    ----------
    Meade & Craig 2012, Psychological Methods 17:437.
    """
    covariance, _ = pair_moments(forms.raw, forms.valid)
    kept = np.flatnonzero(np.nan_to_num(np.diag(covariance)) > 1e-12)
    valid = forms.valid[:, kept]
    covariance, df = covariance[np.ix_(kept, kept)], valid.sum(axis=1)
    if kept.size == 0 or np.isnan(covariance).any() or not _is_positive(covariance):
        return np.full(df.size, np.nan), df
    values = forms.raw[:, kept]
    mean = values.sum(axis=0) / valid.sum(axis=0)
    deviation = np.where(valid, values - mean, 0.0)
    distance = np.where(df > 0, _distances(deviation, valid, covariance), np.nan)
    return np.asarray(distance), df


def _is_positive(covariance: Floats) -> bool:
    scale = np.sqrt(np.diag(covariance))
    return bool(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > 1e-9)


def _distances(deviation: Floats, valid: Flags, covariance: Floats) -> Floats:
    """One small inverse for each pattern of blanks: unanswered items get a variance of 1 and no deviation."""
    if valid.all():
        return np.asarray(np.einsum("ij,ij->i", deviation @ np.linalg.inv(covariance), deviation))
    patterns, place = np.unique(np.packbits(valid, axis=1), axis=0, return_inverse=True)
    place = place.ravel()
    first = np.zeros(len(patterns), np.int64)
    first[place] = np.arange(place.size)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place))
    distance, eye = np.empty(place.size), np.eye(covariance.shape[0])
    for start in range(0, len(patterns), PATTERNS_AT_ONCE):
        stop = min(start + PATTERNS_AT_ONCE, len(patterns))
        shown = valid[first[start:stop]]
        inverse = np.linalg.inv(np.where(shown[:, :, None] & shown[:, None, :], covariance, eye))
        for pattern in range(start, stop):
            rows = order[(ends[pattern - 1] if pattern else 0) : ends[pattern]]
            part = deviation[rows]
            distance[rows] = np.einsum("ij,ij->i", part @ inverse[pattern - start], part)
    return distance


def person_total(forms: Forms) -> Floats:
    """Correlation of a person's recoded answers with the mean answers of all others, over the items answered.

    Parameters
    ----------
    forms : Forms of n people

    Returns
    -------
    (n,) float; NaN where the recoded answers are all equal or fewer than three

    Notes
    -----
    Says little where the items have nearly the same mean, as under a ceiling: then a quarter of all honest forms
    may lie under 0.

    References
    ----------
    Curran 2016, Journal of Experimental Social Psychology 66:4.
    """
    count = forms.valid.sum(axis=0)
    others = (forms.recoded.sum(axis=0) - forms.recoded) / np.maximum(count - 1, 1)
    return row_correlation(forms.recoded, others, forms.valid & (count > 1))


def alike_pairs(forms: Forms, limit: float) -> tuple[Integers, Integers]:
    """Pairs of items with a correlation of at least `limit`, (m, 2), and of at most -`limit`, (m, 2), as given."""
    _, correlation = pair_moments(forms.raw, forms.valid)
    one, other = np.triu_indices(correlation.shape[0], 1)
    found = np.nan_to_num(correlation[one, other])
    pairs = np.stack([one, other], axis=1).astype(np.int64)
    return pairs[found >= limit], pairs[found <= -limit]


def pair_consistency(forms: Forms, pairs: Integers, *, fewest: int = 3) -> Floats:
    """Correlation, within each person, of the first with the second answers of pairs of items.

    Parameters
    ----------
    forms : Forms of n people, answers as given
    pairs : (m, 2) columns; psychometric synonyms should give a positive, antonyms a negative correlation
    fewest : pairs that are needed

    Returns
    -------
    (n,) float; NaN where fewer pairs were answered or one side does not vary

    References
    ----------
    Meade & Craig 2012, Psychological Methods 17:437; Curran 2016.
    """
    if len(pairs) == 0:
        return np.full(forms.count.size, np.nan)
    one, other = pairs.T
    both = forms.valid[:, one] & forms.valid[:, other]
    return row_correlation(forms.raw[:, one], forms.raw[:, other], both, fewest=fewest)


def even_odd(forms: Forms, dimension: ArrayLike, *, fewest: int = 3) -> Floats:
    """Correlation, within each person, of the means of odd and even items of the dimensions, stepped up.

    Parameters
    ----------
    forms : Forms of n people
    dimension : (J,) int, each item's dimension, negative for none
    fewest : dimensions that are needed

    Returns
    -------
    (n,) float, 2 r / (1 + r) (Spearman-Brown), not under -1; NaN where not defined

    Notes
    -----
    Recoded answers. Odd and even by the place within the dimension. A dimension of one item is left out.

    Raises
    ------
    AnalysisError
        Where `dimension` is not one number for each item.

    References
    ----------
    Curran 2016, Journal of Experimental Social Psychology 66:4; Meade & Craig 2012.
    """
    label = np.asarray(dimension)
    if label.shape != forms.turned.shape:
        raise AnalysisError(
            "even_odd", f"dimension ({forms.turned.size},)", f"shape {label.shape}", "one number for each item"
        )
    parts = [np.flatnonzero(label == each) for each in np.unique(label[label >= 0])]
    halves = [(part[0::2], part[1::2]) for part in parts if part.size > 1]
    if len(halves) < fewest:
        return np.full(forms.count.size, np.nan)
    odd, even = (np.stack([_mean_of(forms, half[side]) for half in halves], axis=1) for side in (0, 1))
    both = np.isfinite(odd) & np.isfinite(even)
    r = row_correlation(np.nan_to_num(odd), np.nan_to_num(even), both, fewest=fewest)
    return np.maximum(2 * r / np.maximum(1 + r, 1e-12), -1.0)


def _mean_of(forms: Forms, items: Integers) -> Floats:
    count = forms.valid[:, items].sum(axis=1)
    return np.asarray(forms.recoded[:, items].sum(axis=1) / np.where(count > 0, count, np.nan))
