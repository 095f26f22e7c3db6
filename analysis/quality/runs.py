"""How likely a run of one answer is, for people of that level who answer item by item."""

from __future__ import annotations

import numpy as np

from analysis.quality.forms import Floats, Forms, Integers, person_means

BANDS, FEWEST = 20, 30  # bands of equal numbers of forms, and the forms that a band should have


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
    People are put into bands by their mean. Within a band every item has its own shares of the answers, as given,
    and items are taken as independent; the chance of a run then follows exactly, item by item, from the chance of
    standing at answer c with a run of l. Who answers 5 nearly throughout is in a band where nearly everybody does, so
    that a long run of 5 is no surprise there; a long run of 3 in a form with other answers is one. A form with blanks
    has fewer places for a run, so its chance is an upper bound.

    References
    ----------
    Johnson 2005; Curran 2016, Journal of Experimental Social Psychology 66:4.
    """
    band = _bands(person_means(forms))
    tails = run_tails(_mix(forms, band))
    return np.where(forms.count > 0, tails[band, np.minimum(run, forms.raw.shape[1])], np.nan)


def _bands(mean: Floats) -> Integers:
    """(n,) the band of each form; equal means are in one band, and those without an answer in the first."""
    known = mean[~np.isnan(mean)]
    bands = max(1, min(BANDS, known.size // FEWEST))
    if known.size == 0:
        return np.zeros(mean.size, np.int64)
    edges = np.unique(np.quantile(known, np.arange(1, bands) / bands))
    return np.asarray(np.searchsorted(edges, np.nan_to_num(mean, nan=-np.inf), side="right"), np.int64)


def _mix(forms: Forms, band: Integers) -> Floats:
    """(K, J, C) shares of the answers as given, by band; even where nobody in the band answered the item."""
    bands, items, codes = int(band.max()) + 1, forms.raw.shape[1], forms.high - forms.low + 1
    cell = (band[:, None] * items + np.arange(items)) * codes + (forms.raw - forms.low).astype(np.int64)
    counts = np.bincount(cell[forms.valid], minlength=bands * items * codes).reshape(bands, items, codes)
    total = counts.sum(axis=2, keepdims=True)
    return np.asarray(np.where(total > 0, counts / np.maximum(total, 1), 1 / codes))


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
