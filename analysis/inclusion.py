"""Chances of being drawn, and the base weights that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.results import Notice

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Inclusion:
    """The chance of each unit to be in the sample.

    probability : float, above 0, at most 1; of strata (H,) or of units (N,)
    weight      : 1 / probability
    certain     : bool, units that are in every sample
    rounds      : how often units were set aside before the rest could be drawn by size
    method      : how they are drawn
    notices     : what the reader must know
    """

    probability: Floats
    weight: Floats
    certain: NDArray[np.bool_]
    rounds: int
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def simple_random(drawn: Integers, population: Integers) -> Inclusion:
    """Equal chances within strata, n_h / N_h.

    Parameters
    ----------
    drawn, population : (H,) int, units drawn from and in each stratum

    Returns
    -------
    Inclusion of the strata

    Raises
    ------
    AnalysisError
        Listing every stratum with nothing drawn, or more drawn than there are, or nobody in it.

    References
    ----------
    Cochran 1977, Sampling Techniques.
    """
    drawn, population = np.atleast_1d(np.asarray(drawn, float)), np.atleast_1d(np.asarray(population, float))
    if drawn.shape != population.shape or drawn.ndim != 1 or not drawn.size:
        shapes = f"shapes {drawn.shape} and {population.shape}"
        raise AnalysisError("simple_random", "as many samples as populations", shapes)
    problems = []
    for place, (n, people) in enumerate(zip(drawn, population, strict=True)):
        if not (people >= 1 and np.isfinite(people)):
            problems.append(f"stratum {place}: a population of {people:g}")
        elif not 0 < n <= people:
            problems.append(f"stratum {place}: {n:g} drawn from {people:g}")
    _complain("simple_random", "from 1 to N units drawn in each stratum", problems)
    return _inclusion(drawn / population, 0, "simple random")


@checked
def proportional_to_size(size: Floats, drawn: float, *, most: float = 1.0) -> Inclusion:
    """Chances in proportion to size; units too large for that are set at the cap.

    Parameters
    ----------
    size : (N,) float, > 0, the measure of size of every unit of one stratum (pupils of a school)
    drawn : n, how many units are drawn, 1 to N
    most : the largest chance a unit may have; with 1, units above it are in every sample

    Returns
    -------
    Inclusion of the units; the chances add up to n

    Notes
    -----
    pi = n x / sum x. Units above `most` get `most`, and the rest of n is spread over the rest of the units by size,
    again and again until none is above.

    Notices
    -------
    certain_units (units): in every sample; they have no sampling error and form a stratum of their own.

    Raises
    ------
    AnalysisError
        Listing all: sizes negative, zero or not finite, more drawn than there are, a cap outside 0 to 1 or too low for
        n.

    References
    ----------
    Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    size = np.asarray(size, float)
    _complain("proportional_to_size", "sizes above 0, 1 to N units drawn", _size_problems(size, drawn, most))
    capped, rounds = np.zeros(size.size, bool), 0
    while True:
        left = size[~capped].sum()
        probability = np.full(size.size, float(most))
        np.divide(size * (drawn - most * capped.sum()), left, out=probability, where=~capped)
        over = ~capped & (probability > most * (1 + 1e-12))
        if not over.any():
            break
        capped, rounds = capped | over, rounds + 1
    return _inclusion(np.minimum(probability, most), rounds, "proportional to size")


@checked
def two_stage(first: Floats, second: Floats) -> Inclusion:
    """Chances of people: that their school is drawn, times that they are drawn in it.

    Parameters
    ----------
    first, second : (n,) float, above 0, at most 1, both by person

    Returns
    -------
    Inclusion of the persons

    Raises
    ------
    AnalysisError
        Lengths, chances outside 0 to 1.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise AnalysisError("two_stage", "as many chances at both stages", f"shapes {first.shape} and {second.shape}")
    problems = [*_chance_problems(first, "first stage: "), *_chance_problems(second, "second stage: ")]
    _complain("two_stage", "chances above 0, at most 1", problems)
    return _inclusion(first * second, 0, "two stages")


@checked
def base_weights(probability: Floats) -> Floats:
    """1 / pi of chances (n,) above 0, at most 1: how many people of the population each stands for.

    Parameters
    ----------
    probability : (n,) float

    Returns
    -------
    (n,) float, 1 or more

    Raises
    ------
    AnalysisError
        Chances that are 0, negative, above 1 or not finite.

    References
    ----------
    Horvitz & Thompson 1952, JASA 47:663.
    """
    probability = np.asarray(probability, float)
    _complain("base_weights", "chances above 0, at most 1", _chance_problems(probability, ""))
    return np.asarray(1 / probability)


def _inclusion(probability: Floats, rounds: int, method: str) -> Inclusion:
    certain = probability >= 1
    found = (Notice("certain_units", {"units": int(certain.sum())}),) if certain.any() else ()
    return Inclusion(probability, np.asarray(1 / probability), certain, rounds, method, found)


def _size_problems(size: Floats, drawn: float, most: float) -> list[str]:
    if size.ndim != 1 or not size.size:
        return [f"sizes of shape {size.shape}"]
    kinds = (
        ("not finite", ~np.isfinite(size)),
        ("negative", size < 0),
        ("zero", size == 0),
    )
    problems = [f"{int(at.sum())} sizes {kind} (unit {_first(at)})" for kind, at in kinds if at.any()]
    if not 0 < drawn <= size.size:
        problems.append(f"{drawn:g} drawn from {size.size}")
    if not 0 < most <= 1:
        problems.append(f"a cap of {most:g}")
    elif drawn > most * size.size * (1 + 1e-12) and drawn <= size.size:
        problems.append(f"a cap of {most:g} for {drawn:g} of {size.size}")
    return problems


def _chance_problems(probability: Floats, words: str) -> list[str]:
    if probability.ndim != 1 or not probability.size:
        return [f"{words}chances of shape {probability.shape}"]
    bad = ~((probability > 0) & (probability <= 1))
    return [f"{words}{int(bad.sum())} chances outside 0 to 1 (unit {_first(bad)})"] if bad.any() else []


def _first(at: NDArray[np.bool_]) -> str:
    places = np.flatnonzero(at)
    return ", ".join(str(place) for place in places[:5]) + (" …" if places.size > 5 else "")


def _complain(where: str, expected: str, problems: list[str]) -> None:
    if problems:
        hint = "units without a size cannot be drawn: give them one, or leave them out" if "size" in expected else ""
        raise AnalysisError(where, expected, "; ".join(problems), hint)
