"""Drawing: schools by size, and people by their place on a list. Whoever has the seed can draw again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEAR = 1e-6  # how far the chances of all units may be from a whole number


@checked
def systematic_by_size(probability: Floats, rng: np.random.Generator) -> Flags:
    """Units of one stratum by systematic selection with unequal chances, in the order in which they come.

    Parameters
    ----------
    probability : (N,) float, 0 to 1, adding up to a whole number, as `analysis.inclusion.proportional_to_size` gives
        them; a unit with 1 is always drawn, one with 0 never
    rng : gives one number, whatever the chances are

    Returns
    -------
    (N,) bool, which units are drawn: exactly as many as the chances add up to

    Notes
    -----
    C_i = pi_1 + ... + pi_i over the units that are not certain. With one u, uniform from 0 to 1, unit i is drawn where
    one of u, u + 1, u + 2, ... lies in [C_{i-1}, C_i). So its chance is pi_i, and since the units stand in a fixed
    order, units that are alike and stand together share what is drawn. Chances of pairs may be 0: no unbiased estimator
    of the variance exists, and that of drawing with replacement is used instead.

    Raises
    ------
    AnalysisError
        Chances outside 0 to 1, or that do not add up to a whole number.

    References
    ----------
    Madow 1949, Annals of Mathematical Statistics 20:333. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling, 3.6.2.
    """
    _check_chances(probability)
    start = rng.random()
    certain = probability >= 1
    reached = np.cumsum(np.where(certain, 0.0, probability))
    reached[np.isclose(reached, reached[-1], rtol=0, atol=NEAR)] = round(reached[-1])
    hits = np.ceil(reached - start)
    return np.asarray(certain | (np.diff(hits, prepend=0.0) > 0))


@checked
def systematic_start(population: int, drawn: int, turn: float) -> float:
    """Where a systematic selection of `drawn` from a list of `population` begins.

    Parameters
    ----------
    population : N, positions of the list, 1 or more
    drawn : n, 1 to N
    turn : u, uniform from 0 to 1, 1 not among it: one random number for each list

    Returns
    -------
    s = r / n with r = floor(u N), so uniform among 0, 1, ..., N - 1. The positions follow: `systematic_positions`

    Raises
    ------
    AnalysisError
        An empty list, nothing drawn from it, more drawn than there are; a turn outside 0 to 1.

    References
    ----------
    As `systematic_positions`.
    """
    _check_list(population, drawn)
    if not 0 <= turn < 1:
        raise AnalysisError("systematic_start", "a turn from 0 to below 1", f"{turn:g}")
    return int(turn * population) / drawn


@checked
def systematic_positions(start: float, population: int, drawn: int) -> Integers:
    """Every N / n th position of a list, from a random start.

    Parameters
    ----------
    start : s, as `systematic_start` gives it
    population : N, positions of the list, 1 or more
    drawn : n, 1 to N

    Returns
    -------
    (n,) int, ascending, all different, from 1 to N

    Notes
    -----
    The k-th is floor(s + k N / n) + 1, k = 0, ..., n - 1: equal steps of a length that need not be whole (the
    fractional interval method). In whole numbers, floor((r + k N) / n) + 1 with r = s n: the numbers r + k N, over all
    r and k, are 0, 1, ..., n N - 1, each once, and position j stands for n of them, which have n different r. So each
    position is drawn with a chance of exactly n / N, and nothing depends on how a computer rounds.

    Raises
    ------
    AnalysisError
        A list or a number as `systematic_start` refuses it; a start outside 0 to N / n.

    References
    ----------
    Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, 3.4. Cochran 1977, Sampling Techniques, chapter 8.
    """
    _check_list(population, drawn)
    if not -0.5 < start * drawn < population - 0.5:  # r, but for the last digits
        raise AnalysisError("systematic_positions", f"a start from 0 to {population / drawn:g}", f"{start:g}")
    first = round(start * drawn)
    return np.asarray((first + np.arange(drawn) * population) // drawn + 1)


def _check_chances(probability: Floats) -> None:
    if probability.ndim != 1 or not probability.size:
        raise AnalysisError("systematic_by_size", "chances (N,)", f"shape {probability.shape}")
    outside = ~((probability >= 0) & (probability <= 1))
    problems = [f"{int(outside.sum())} outside"] if outside.any() else []
    total = probability[~outside].sum()
    if not problems and abs(total - round(total)) > NEAR:
        problems.append(f"a sum of {total:g}")
    if problems:
        expected = "chances from 0 to 1 that add up to a whole number"
        hint = "take them from proportional_to_size"
        raise AnalysisError("systematic_by_size", expected, "; ".join(problems), hint)


def _check_list(population: int, drawn: int) -> None:
    if not 1 <= drawn <= population:
        got = f"{drawn} from {population}"
        raise AnalysisError("systematic_start", "1 to N drawn from a list of N", got, "nobody is drawn twice")
