"""How surprising a figure is, by drawing it again and again under what is expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.quality.forms import Floats

Draw = Callable[[int], Floats]
Join = Literal["max", "sum"]
TINY = 1e-9  # figures closer than this are a tie


@dataclass(frozen=True)
class Surprise:
    """k figures against what is expected, larger being more suspicious.

    observed, expected, spread : (k,) float; mean and standard deviation of the first draws
    own     : the joined figure of the observed
    z       : its distance from the expectation, in standard deviations
    reached : draws at least as large as the observed
    draws   : how many draws
    draw    : gives (B, k) more figures under what is expected, for any B
    join    : how figures are joined into one: the maximum or the sum of the standardised
    """

    observed: Floats
    expected: Floats
    spread: Floats
    own: float
    z: float
    reached: int
    draws: int
    draw: Draw
    join: Join

    @property
    def p(self) -> float:
        """(1 + draws at least as large) / (1 + draws)."""
        return (1 + self.reached) / (1 + self.draws)


def first_look(observed: Floats, draw: Draw, *, draws: int, join: Join = "max") -> Surprise:
    """The rank of observed figures (k,) among a first round of drawn ones, by which figures are standardised."""
    figures = draw(draws)
    mean, spread = figures.mean(axis=0), figures.std(axis=0)
    joined = _join(figures, mean, spread, join)
    own = float(_join(observed[None, :], mean, spread, join)[0])
    z = float(_standardise(np.array([own]), joined.mean(), joined.std())[0])
    return Surprise(observed, mean, spread, own, z, int(np.sum(joined >= own - TINY)), draws, draw, join)


def look_closer(surprise: Surprise, *, most: int, enough: int) -> Surprise:
    """Draw on until `enough` draws reach the observed, or there are `most`.

    Notes
    -----
    Only what is rarely reached takes many draws, so that a small p is exact enough to survive a correction for many
    schools, and the others stay cheap.

    References
    ----------
    Besag & Clifford 1991, Biometrika 78:301.
    """
    reached, draws = surprise.reached, surprise.draws
    while reached < enough and draws < most:
        more = min(draws, most - draws, 2000)
        joined = _join(surprise.draw(more), surprise.expected, surprise.spread, surprise.join)
        reached += int(np.sum(joined >= surprise.own - TINY))
        draws += more
    return replace(surprise, reached=reached, draws=draws)


def _join(figures: Floats, mean: Floats, spread: Floats, join: Join) -> Floats:
    z = _standardise(figures, mean, spread)
    return np.asarray(z.max(axis=1) if join == "max" else z.sum(axis=1))


def _standardise(figures: Floats, mean: Floats | np.float64, spread: Floats | np.float64) -> Floats:
    distance = figures - mean
    return np.asarray(np.where(np.abs(distance) <= TINY, 0.0, distance / np.maximum(spread, 1e-6)))
