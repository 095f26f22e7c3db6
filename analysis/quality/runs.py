"""How likely a run of one answer is, for people of that level who answer item by item."""

from __future__ import annotations

import numpy as np

from analysis.quality.forms import Floats, Forms, Integers, person_means

TILTS = np.linspace(-8.0, 8.0, 161)  # levels from nearly nothing but the worst answer to nearly nothing but the best


def run_tail(forms: Forms, run: Integers) -> Floats:
    """Chance of a longest run at least as long, given the county's mix of answers at the person's own level.

    Parameters
    ----------
    forms : Forms of n people
    run : (n,) int, the longest run of each (see `analysis.quality.sameness.longest_run`)

    Returns
    -------
    (n,) float; NaN where nothing was answered

    Notes
    -----
    An item's shares of the answers in the county, times exp(t c) with c the recoded answer, are its mix at level t; t
    is such that the mean over the items is the person's. Items are taken as independent at a level, and the chance of
    a run follows exactly, item by item, from the chance of standing at answer c with a run of l. For who answers 5
    nearly throughout a long run of 5 is no surprise; a long run of 3 in a form with other answers is one. A form with
    blanks has fewer places for a run, so its chance is an upper bound.

    References
    ----------
    Johnson 2005; Curran 2016, Journal of Experimental Social Psychology 66:4.
    """
    mix = _mix_at_levels(forms)
    value = np.arange(forms.low, forms.high + 1)
    mean = np.where(forms.turned[:, None], forms.low + forms.high - value, value)
    level = (mix * mean).sum(axis=(1, 2)) / forms.turned.size
    own = np.where(forms.count > 0, person_means(forms), forms.low)
    place = np.rint(np.interp(own, level, np.arange(TILTS.size))).astype(np.int64)
    return np.where(forms.count > 0, run_tails(mix)[place, run], np.nan)


def _mix_at_levels(forms: Forms) -> Floats:
    """(161, J, C) shares of the answers as given, of a county where half a person more gave every answer."""
    value = np.arange(forms.low, forms.high + 1)
    counts = ((forms.raw[:, :, None] == value) & forms.valid[:, :, None]).sum(axis=0) + 0.5 / value.size
    recoded = np.where(forms.turned[:, None], forms.low + forms.high - value, value)
    weight = counts * np.exp(TILTS[:, None, None] * (recoded - (forms.low + forms.high) / 2))
    return np.asarray(weight / weight.sum(axis=2, keepdims=True))


def run_tails(mix: Floats) -> Floats:
    """P(longest run >= r) for r = 0 to J, from shares (K, J, C) of independent items: (K, J + 1)."""
    bands, items, _ = mix.shape
    longer = [np.ones(bands), np.ones(bands), *(_reaches(mix, r) for r in range(2, items + 1))]
    return np.stack(longer[: items + 1], axis=1)


def _reaches(mix: Floats, length: int) -> Floats:
    """(K,) chance of a run of `length` or more: what leaves the states (answer, run so far) for good."""
    bands, items, codes = mix.shape
    state = np.zeros((bands, codes, length - 1))  # runs of 1 to length - 1
    state[:, :, 0] = mix[:, 0]
    reached = np.zeros(bands)
    for item in range(1, items):
        chance, ended = mix[:, item], state.sum(axis=2)
        reached += (state[:, :, -1] * chance).sum(axis=1)
        fresh = (ended.sum(axis=1, keepdims=True) - ended) * chance
        state[:, :, 1:] = state[:, :, :-1] * chance[:, :, None]
        state[:, :, 0] = fresh
    return reached
