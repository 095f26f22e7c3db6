"""Shares of people as they may be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, settle
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Shown = Literal["value", "above", "below", "hidden"]


@dataclass(frozen=True)
class ShareRule:
    """How shares of few people are blurred.

    smallest    : people that a shown share needs
    bands       : (from n people, distance from 0 and 1), ascending: where everybody answered alike, only `above` 1
                  minus, or `below`, that distance is said
    fewest      : a share beyond that distance is blurred where fewer than so many people answered otherwise: 1,
                  only where everybody answered alike; more, so that the blurred form does not itself say so
    whole_below : with fewer people than this, shares are rounded to whole percent, else to tenths
    """

    smallest: int = 10
    bands: tuple[tuple[int, float], ...] = ((10, 0.05), (40, 0.02))
    fewest: int = 1
    whole_below: int = 200

    def __post_init__(self) -> None:
        settle(self, globals())
        if not all(isinstance(band, tuple) and len(band) == 2 for band in self.bands):
            raise AnalysisError("ShareRule", "bands of (people, distance)", f"{self.bands!r:.60}")
        problems = []
        starts = [start for start, _ in self.bands]
        if not self.bands or starts != sorted(set(starts)) or starts[0] > self.smallest:
            problems.append(f"bands start at {starts}, people from {self.smallest}")
        if not all(0 < width < 0.5 for _, width in self.bands):
            problems.append("distances outside 0 to 0.5")
        if self.smallest < 1 or self.fewest < 1:
            problems.append(f"smallest {self.smallest}, fewest {self.fewest}")
        if problems:
            raise AnalysisError("ShareRule", "ascending bands that begin at the minimum", "; ".join(problems))


@dataclass(frozen=True)
class ShownShares:
    """k shares as they may be printed.

    kind  : k times `value`, `above`, `below` (more or less than the value) or `hidden`
    value : (k,) float, 0 to 1, rounded; NaN where hidden
    digits: (k,) int, decimals of the percentage
    n     : (k,) int, people
    """

    kind: tuple[Shown, ...]
    value: Floats
    digits: NDArray[np.int64]
    n: NDArray[np.int64]


@checked
def show_shares(
    positive: ArrayLike, n: ArrayLike, *, share: ArrayLike | None = None, rule: ShareRule | None = None
) -> ShownShares:
    """Shares blurred where few people, or people who all say the same, could be recognised.

    Parameters
    ----------
    positive : (k,) people counted
    n : (k,) people with a valid answer
    share : (k,) the share to print where it is not positive / n (a weighted one), 0 to 1
    rule : ShareRule

    Returns
    -------
    ShownShares

    Notes
    -----
    n < smallest: hidden. Beyond the band of n, with fewer than `fewest` people on the other side (or nobody): `above`
    or `below`. Likewise where rounding would print 0 or 100 percent for n < whole_below. All else is rounded, halves
    up. Whoever knows the rule and n learns from `> 95%` that all answered alike wherever (n - 1) / n is not beyond the
    band: for n up to 20 with the bands given.

    Raises
    ------
    AnalysisError
        More positive than people, negative or broken counts, shares outside 0 to 1 or at odds with the counts.

    References
    ----------
    NCES 2011-603, SLDS Technical Brief 3.
    """
    rule = rule or ShareRule()
    yes, people = np.atleast_1d(np.asarray(positive, float)), np.atleast_1d(np.asarray(n, float))
    _check(yes, people, share)
    exact = np.where(people > 0, yes / np.maximum(people, 1), 0.0) if share is None else np.atleast_1d(share)
    exact = np.asarray(exact, float)
    whole = people < rule.whole_below
    scale = np.where(whole, 100.0, 1000.0)
    # Halves go up as an officer expects; the tiny shift undoes binary fractions just under the half.
    rounded = np.floor(exact * scale + 0.5 + 1e-9) / scale
    width = _width(people, rule)
    above = _beyond(people - yes, 1 - exact, width, rule) | (whole & (rounded >= 1))
    below = _beyond(yes, exact, width, rule) | (whole & (rounded <= 0))
    hidden = people < rule.smallest
    value = np.select([hidden, above, below], [np.full(exact.shape, np.nan), 1 - width, width], rounded)
    kinds = np.select([hidden, above, below], ["hidden", "above", "below"], "value")
    return ShownShares(tuple(kinds.tolist()), value, np.where(whole, 0, 1), people.astype(np.int64))


def _beyond(others: Floats, distance: Floats, width: Floats, rule: ShareRule) -> NDArray[np.bool_]:
    return np.asarray((others == 0) | ((others < rule.fewest) & (distance < width)))


def _width(people: Floats, rule: ShareRule) -> Floats:
    starts, widths = zip(*rule.bands, strict=True)
    return np.asarray(np.array(widths)[np.maximum(np.searchsorted(starts, people, side="right") - 1, 0)])


def _check(yes: Floats, people: Floats, share: ArrayLike | None) -> None:
    problems = []
    if yes.shape != people.shape or yes.ndim != 1:
        problems.append(f"shapes {yes.shape} and {people.shape}")
    elif not (np.all(np.isfinite(yes)) and np.all(np.isfinite(people)) and np.all(yes >= 0)):
        problems.append("counts that are negative or not finite")
    elif np.any(yes > people):
        problems.append(f"{int(np.sum(yes > people))} with more positive than people")
    if share is not None and not problems:
        given = np.atleast_1d(np.asarray(share, float))
        if given.shape != people.shape:
            problems.append(f"shares of shape {given.shape}")
        elif not np.all((given >= 0) & (given <= 1)):
            problems.append("shares outside 0 to 1")
        elif np.any(((yes == people) & (people > 0) & (given < 1)) | ((yes == 0) & (given > 0))):
            problems.append("shares inside 0 to 1 where all answered alike")
    if problems:
        raise AnalysisError("show_shares", "positive people among people", "; ".join(problems))
