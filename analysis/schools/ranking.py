"""Ranks of schools with the uncertainty that makes most of them meaningless."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.schools.inputs import Fault, Floats, at, columns, level_faults, refuse, too_few
from analysis.schools.shrinkage import BetaBinomial


@dataclass(frozen=True)
class Ranks:
    """Ranks of J schools, 1 the highest.

    value     : (J,) mean rank over the draws
    median    : (J,)
    low, high : (J,) equal-tailed limits, whole ranks
    n         : draws
    level, method
    """

    value: Floats
    median: Floats
    low: Floats
    high: Floats
    n: int
    level: float
    method: str


@checked
def draw_normal(value: ArrayLike, se: ArrayLike, draws: int, rng: np.random.Generator) -> Floats:
    """Draw from normal posteriors, such as those of `fay_herriot` or `mixed_model`.

    Parameters
    ----------
    value, se : (J,) float, se >= 0
    draws : how many
    rng : the generator

    Returns
    -------
    (draws, J) float

    Notes
    -----
    Schools are drawn independently; what they have in common (the errors of mu, A, beta) moves all of them together
    and hardly changes ranks.

    Raises
    ------
    AnalysisError
        Shapes, values that are missing, errors that are negative, no draws.
    """
    middle, spread = columns("draw_normal", value=value, se=se)
    faults = at(~np.isfinite(middle), "value missing or infinite", "leave such schools out of the ranking")
    faults += at(~(np.isfinite(spread) & (spread >= 0)), "se negative, missing or infinite")
    refuse("draw_normal", "values with their errors", faults + _draw_faults(draws))
    return middle + spread * rng.standard_normal((draws, middle.size))


@checked
def draw_beta(fit: BetaBinomial, draws: int, rng: np.random.Generator) -> Floats:
    """Draw from the posteriors of `beta_binomial`.

    Parameters
    ----------
    fit : BetaBinomial
    draws : how many
    rng : the generator

    Returns
    -------
    (draws, J) float, 0 to 1; where M is infinite the county's rate for every school, so that only chance orders them

    Raises
    ------
    AnalysisError
        No draws, or schools all or nothing (M = 0), which have no posterior.
    """
    faults = _draw_faults(draws)
    if fit.concentration == 0:
        faults.append(Fault("a fit with M = 0", "each school is all or nothing: ranks would claim certainty"))
    refuse("draw_beta", "posteriors to draw from", faults)
    if math.isinf(fit.concentration):
        return np.full((draws, fit.value.size), fit.mu)
    return rng.beta(fit.alpha, fit.beta, (draws, fit.alpha.size))


def _draw_faults(draws: int) -> list[Fault]:
    return [] if draws >= 1 else [Fault(f"{draws} draws", "2000 or more give steady limits")]


@checked
def ranks(draws: ArrayLike, rng: np.random.Generator, *, level: float = 0.95) -> Ranks:
    """Rank schools in every draw; the spread of a school's ranks is what its rank is worth.

    Parameters
    ----------
    draws : (S, J) float, draws of J schools from their posterior
    rng : breaks ties
    level : of the interval

    Returns
    -------
    Ranks

    Notes
    -----
    Each draw is ranked from 1, the highest; ties are broken by chance, so that schools that cannot be told apart share
    the whole range. Limits are the inverse of the empirical distribution at (1 - level) / 2 and 1 - (1 - level) / 2.
    Overlap of two intervals is no test of their difference.

    Raises
    ------
    AnalysisError
        Shape, values that are not finite, fewer than two schools.

    References
    ----------
    Goldstein & Spiegelhalter 1996, JRSS-A 159:385.
    """
    table = np.asarray(draws, float)
    if table.ndim != 2 or table.shape[0] == 0:
        refuse("ranks", "draws (S, J)", [Fault(f"shape {table.shape}")])
    faults = at(~np.all(np.isfinite(table), axis=0), "draws missing or infinite", "leave such schools out")
    refuse("ranks", "finite draws of two schools or more", faults + too_few(table.shape[1], 2) + level_faults(level))
    order = np.lexsort((rng.random(table.shape), -table), axis=1)
    place = np.argsort(order, axis=1) + 1.0
    tail = (1 - level) / 2
    low, median, high = np.quantile(place, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    return Ranks(place.mean(axis=0), median, low, high, table.shape[0], level, "simulated from the posterior")
