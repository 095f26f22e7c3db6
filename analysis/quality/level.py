"""What a school of a given level should look like: the county's own forms, tilted to that level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.quality.forms import Floats, Forms, Integers, number_patterns, person_means

LARGEST_TILT = 200.0


@dataclass(frozen=True)
class Pool:
    """The forms that schools are compared with.

    school  : (n,) int, where each form comes from
    pattern : (n,) int, number of the whole form
    mean    : (n,) the person's mean
    cells   : (n, J) int, position of the answer among the J x C cells of a table; J x C where there is none
    shape   : (J, C)
    """

    school: Integers
    pattern: Integers
    mean: Floats
    cells: NDArray[np.int32]
    shape: tuple[int, int]


def make_pool(forms: Forms, school: Integers) -> Pool:
    """The forms that have a school and an answer."""
    kept = np.flatnonzero((school >= 0) & (forms.count > 0))
    items, codes = forms.raw.shape[1], forms.high - forms.low + 1
    place = np.arange(items) * codes + (forms.raw[kept] - forms.low)
    cells = np.where(forms.valid[kept], place, items * codes).astype(np.int32)
    return Pool(school[kept], number_patterns(forms)[kept], person_means(forms)[kept], cells, (items, codes))


def tilt(mean: Floats, level: float) -> Floats:
    """Shares for forms with these person means so that their mean is `level`.

    Parameters
    ----------
    mean : (n,) person means
    level : the mean to reach; brought inside what the forms can reach

    Returns
    -------
    (n,) float that sum to 1, proportional to exp(t mean)

    Notes
    -----
    Exponential tilting. For normal person means it moves them all by one amount; at the end of the scale it keeps
    what honest forms look like there, because it only makes high forms more frequent.

    References
    ----------
    Efron 1981, Canadian Journal of Statistics 9:139.
    """
    values, count = np.unique(mean, return_counts=True)

    def distance(t: float) -> float:
        share = count * np.exp(t * values - np.max(t * values))
        return float(share @ values / share.sum()) - level

    if distance(LARGEST_TILT) <= 0:
        t = LARGEST_TILT
    elif distance(-LARGEST_TILT) >= 0:
        t = -LARGEST_TILT
    else:
        t = float(brentq(distance, -LARGEST_TILT, LARGEST_TILT, xtol=1e-10))
    share = np.exp(t * mean - np.max(t * mean))
    return np.asarray(share / share.sum())


def uniformity(pool: Pool, rows: Integers) -> Floats:
    """How uniform sets of forms are: (B, 3), larger being more uniform.

    Parameters
    ----------
    pool : Pool
    rows : (B, m) int, positions of forms of the pool

    Returns
    -------
    share of the most frequent whole form; minus the mean entropy of the items; minus the variance of person means
    """
    return np.stack(
        [
            _modal_share(pool.pattern[rows]),
            -_entropy(pool.cells[rows], pool.shape),
            -pool.mean[rows].var(axis=1, ddof=1),
        ],
        axis=1,
    )


def draw_forms(share: Floats, shape: tuple[int, int], rng: np.random.Generator) -> Integers:
    """Positions (B, m) of forms drawn with these shares."""
    ladder = np.cumsum(share)
    return np.asarray(np.minimum(np.searchsorted(ladder, rng.random(shape) * ladder[-1]), share.size - 1), np.int64)


def _modal_share(pattern: Integers) -> Floats:
    """Longest run of equal numbers in each sorted row, over its length."""
    ordered = np.sort(pattern, axis=1)
    run, longest = np.ones(len(ordered), np.int64), np.ones(len(ordered), np.int64)
    for place in range(1, ordered.shape[1]):
        run = np.where(ordered[:, place] == ordered[:, place - 1], run + 1, 1)
        np.maximum(longest, run, out=longest)
    return np.asarray(longest / ordered.shape[1])


def _entropy(cells: NDArray[np.int32], shape: tuple[int, int]) -> Floats:
    """log N - sum c log c / N, averaged over the items that were answered; c log c from a table."""
    sets, width = cells.shape[0], shape[0] * shape[1] + 1
    flat = cells + (np.arange(sets, dtype=np.int32) * width)[:, None, None]
    counts = np.bincount(flat.ravel(), minlength=sets * width).reshape(sets, width)[:, :-1].reshape(sets, *shape)
    number = np.arange(cells.shape[1] + 1)
    weighted = number * np.log(np.maximum(number, 1))
    total = counts.sum(axis=2)
    entropy = np.log(np.maximum(total, 1)) - weighted[counts].sum(axis=2) / np.maximum(total, 1)
    return np.asarray(entropy.sum(axis=1) / np.maximum((total > 0).sum(axis=1), 1))
