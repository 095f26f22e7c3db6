"""Whole numbers of people, in proportion: among localities, stages, schools, grade bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, together
from analysis.planning.sizes import require

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Apportionment:
    """A number of answers divided among k parts.

    asked     : (k,) int, in proportion to the weights; they sum to the number
    n         : (k,) int, no more than there are people
    shortfall : (k,) int, asked - n: what the parts have not people enough to give
    """

    asked: Integers
    n: Integers
    shortfall: Integers


@checked
def apportion(total: int, weight: ArrayLike, population: ArrayLike = np.inf) -> Apportionment:
    """Divide a number in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : number to divide, 0 or more
    weight : (k,) w, 0 or more; with a positive sum unless `total` is 0
    population : (k,) or number, people of each part, 0 or more

    Returns
    -------
    Apportionment

    Notes
    -----
    Each part gets floor(total w / sum w); what is left goes, one each, to the largest fractions, of equal ones to the
    larger weight, of equal weights to the earlier part. So each is within one of its exact share, a larger weight never
    gets less, and the parts sum to `total`. What a part cannot give for want of people is its shortfall and goes to
    no other part: more answers from elsewhere do not replace it.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.

    References
    ----------
    Hamilton's method: Balinski & Young 2001, Fair Representation.
    """
    w, people = np.atleast_1d(*together("apportion", weight=weight, population=population))
    require(
        "apportion",
        total_of_0_or_more=total >= 0,
        one_row_of_weights=w.ndim == 1,
        weights_of_0_or_more_with_a_positive_sum=np.all((w >= 0) & np.isfinite(w)) and (w.sum() > 0 or total == 0),
        population_of_0_or_more=people >= 0,
    )
    asked = _largest_remainder(total, w)
    n = np.asarray(np.minimum(asked, np.floor(people)), np.int64)
    return Apportionment(asked, n, asked - n)


@checked
def spread(total: int, size: ArrayLike, least: int = 1) -> Integers:
    """Divide a number of units to draw among strata: `least` from each, the rest in proportion to the units left.

    Parameters
    ----------
    total : units to draw in all; from the sum of the leasts to the sum of the sizes
    size : (k,) whole, units of each stratum, 0 or more
    least : units of each stratum, or all where it has fewer

    Returns
    -------
    (k,) int, never more than a stratum has

    Notes
    -----
    Two of each stratum, wherever it has them, are what its variance can be estimated from.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.
    """
    units = np.atleast_1d(np.asarray(size, float))
    base = np.minimum(units, least)
    require(
        "spread",
        one_row_of_sizes=units.ndim == 1,
        whole_sizes_of_0_or_more=(units >= 0) & np.isfinite(units) & (units == np.floor(units)),
        least_of_0_or_more=least >= 0,
        total_between_the_leasts_and_the_sizes=base.sum() <= total <= units.sum(),
    )
    rest = _largest_remainder(int(total - base.sum()), units - base)
    return np.asarray(base, np.int64) + rest


def _largest_remainder(total: int, weight: Floats) -> Integers:
    if total == 0 or weight.size == 0:
        return np.zeros(weight.size, np.int64)
    # Scaled by the largest first: weights so small that their sum is not exact divide as well as others.
    scaled = weight / weight.max()
    exact = total * scaled / scaled.sum()
    floor = np.floor(exact)
    left = total - int(floor.sum())
    fraction = np.round(exact - floor, 9)  # what differs by less is equal but for binary fractions
    order = np.lexsort((np.arange(weight.size), -weight, -fraction))
    floor[order[:left]] += 1
    return np.asarray(floor, np.int64)
