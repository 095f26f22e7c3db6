"""How alike the answers within one form are, and which forms are alike."""

from __future__ import annotations

import numpy as np

from analysis.quality.forms import Flags, Floats, Forms, Integers


def longest_run(forms: Forms) -> Integers:
    """Longest run of one answer, in the order of the items.

    Parameters
    ----------
    forms : Forms of n people

    Returns
    -------
    (n,) int; 0 where nothing was answered

    Notes
    -----
    Answers as given, reversed items not turned. A blank ends a run.

    References
    ----------
    Johnson 2005; Curran 2016, Journal of Experimental Social Psychology 66:4.
    """
    run = forms.valid[:, 0].astype(np.int64)
    longest = run.copy()
    for item in range(1, forms.raw.shape[1]):
        same = forms.raw[:, item] == forms.raw[:, item - 1]
        run = np.where(forms.valid[:, item], np.where(same, run + 1, 1), 0)
        np.maximum(longest, run, out=longest)
    return longest


def is_identical(forms: Forms) -> Flags:
    """(n,) whether all valid answers of the form are one and the same code, as given."""
    return constant(forms.raw, forms.valid) & (forms.count > 0)


def constant(values: Floats, valid: Flags) -> Flags:
    """(n,) whether the valid entries of a row are all equal; True where there are none."""
    low = np.where(valid, values, np.inf).min(axis=1)
    high = np.where(valid, values, -np.inf).max(axis=1)
    return np.asarray(low >= high)


def spread_within(values: Floats, valid: Flags) -> Floats:
    """Standard deviation of the valid answers of each person (intra-individual response variability).

    Parameters
    ----------
    values : (n, J) answers, 0 where not valid
    valid : (n, J) bool

    Returns
    -------
    (n,) float, denominator m - 1; NaN where fewer than two answers

    References
    ----------
    Dunn, Heggestad, Shanock & Theilgard 2018, Journal of Business and Psychology 33:105.
    """
    count = valid.sum(axis=1)
    mean = values.sum(axis=1) / np.maximum(count, 1)
    squares = np.square(np.where(valid, values - mean[:, None], 0.0)).sum(axis=1)
    return np.asarray(np.sqrt(squares / np.where(count > 1, count - 1, np.nan)))


def relative_spread(forms: Forms) -> Floats:
    """Variance within a person as a share of the largest that the person's own mean allows.

    Parameters
    ----------
    forms : Forms of n people

    Returns
    -------
    (n,) float from 0 to 1, v / ((m - low) (high - m)) with v of denominator J and m the mean, recoded; 0 where the
    mean is at an end of the scale, NaN where nothing was answered

    Notes
    -----
    Answers near the middle have more room to vary than answers near the ceiling. This compares like with like: the
    dissatisfied are not taken for careless because they use more of the scale. Answers drawn evenly from five
    categories give about 0.5, those of one opinion about 0.2.
    """
    count = np.where(forms.count > 0, forms.count, np.nan)
    mean = forms.recoded.sum(axis=1) / count
    variance = np.square(np.where(forms.valid, forms.recoded - mean[:, None], 0.0)).sum(axis=1) / count
    room = (mean - forms.low) * (forms.high - mean)
    return np.asarray(np.where(room <= 0, 0.0 * mean, variance / np.where(room > 0, room, 1.0)))


def count_copies(pattern: Integers, device: Integers, order: Floats) -> tuple[Integers, Integers]:
    """Forms that repeat an earlier one from the same device.

    Parameters
    ----------
    pattern : (n,) int, number of the whole form, equal for equal forms
    device : (n,) int, position of the device, negative where unknown
    order : (n,) float, what tells earlier from later

    Returns
    -------
    copy (n,) 0 for the first form of a device with these answers (or of no known device), 1 for its first copy and
    so on; elsewhere (n,) how many forms of other devices have the same answers

    References
    ----------
    Kuriakose & Robbins 2016, Statistical Journal of the IAOS 32:283.
    """
    n = pattern.size
    _, own = np.unique(np.where(device >= 0, device, -1 - np.arange(n)), return_inverse=True)
    _, key = np.unique(own.ravel() * (int(pattern.max()) + 1) + pattern, return_inverse=True)
    key = key.ravel()
    sorting, size = np.lexsort((order, key)), np.bincount(key)
    start = np.cumsum(size) - size
    copy = np.empty(n, np.int64)
    copy[sorting] = np.arange(n) - start[key[sorting]]
    return copy, np.asarray(np.bincount(pattern)[pattern] - size[key], np.int64)
