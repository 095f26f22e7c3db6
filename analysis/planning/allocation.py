"""How to divide answers among groups so that the composite is as precise as it can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from analysis.arguments import checked, together
from analysis.errors import AnalysisError
from analysis.planning.sizes import normal_quantile, require

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Allocation:
    """Answers for each of G groups and the precision that they buy.

    n          : (G,) int, answers
    total      : their sum
    se         : standard error of the composite, 0 to 1
    half_width : z x se
    bound      : G times `floor`, `ceiling` or `` : what kept the group from its best share
    group_half_width : (G,) half-width of each group's own interval; NaN where it has no answers
    level      : of confidence
    """

    n: Integers
    total: int
    se: float
    half_width: float
    bound: tuple[str, ...]
    group_half_width: Floats
    level: float


@dataclass(frozen=True)
class _Groups:
    """The problem as arrays (G,): the composite's variance is sum cost (1 / n - 1 / high), low <= n <= high."""

    cost: Floats
    low: Floats
    high: Floats
    spread: Floats


@checked
def allocate(
    total: int,
    weight: ArrayLike,
    *,
    share: ArrayLike = 0.85,
    deff: ArrayLike = 1.0,
    floor: ArrayLike = 0.0,
    population: ArrayLike = np.inf,
    level: float = 0.95,
) -> Allocation:
    """Divide a number of answers so that the composite's standard error is least.

    Parameters
    ----------
    total : answers in all
    weight : (G,) W_g, weights of the groups in the composite, 0 or more
    share : (G,) or number, expected proportion of each group
    deff : (G,) or number, design effects
    floor : (G,) or number, answers that each group gets at least, such as a rule's quotas
    population : (G,) or number, people of each group: no group gets more
    level : of confidence

    Returns
    -------
    Allocation
        with exactly `total` answers

    Notes
    -----
    SE^2 = sum_g W_g^2 p_g (1 - p_g) deff_g (1 / n_g - 1 / N_g) is least with n_g in proportion to
    W_g sqrt(p_g (1 - p_g) deff_g) (Neyman's allocation), each kept between its floor and its people; groups at a
    bound leave the rest to the others. Whole numbers by largest remainder. Takes groups as independent: where groups
    answer in the same schools the covariance adds to this.

    Raises
    ------
    AnalysisError
        Everything that is outside its range; floors that sum to more than `total`, or people that sum to less.

    References
    ----------
    Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling. Valliant, Dever & Kreuter 2018, Practical Tools.
    """
    groups = _read("allocate", weight, share, deff, floor, population)
    if not groups.low.sum() <= total <= groups.high.sum():
        found = f"{total}, with floors of {groups.low.sum():g} and people of {groups.high.sum():g}"
        raise AnalysisError("allocate", "a total between the floors and the people", found, "change floors or total")
    best = _divide(groups, float(total))
    return _finish(groups, _round_to(best, groups, int(total)), level)


@checked
def size_for_composite(
    half_width: float,
    weight: ArrayLike,
    *,
    share: ArrayLike = 0.85,
    deff: ArrayLike = 1.0,
    floor: ArrayLike = 0.0,
    population: ArrayLike = np.inf,
    level: float = 0.95,
) -> Allocation:
    """The fewest answers, best divided, with which the composite has the wanted half-width.

    Parameters
    ----------
    half_width : wanted, above 0 (0.02 is two points)
    weight, share, deff, floor, population, level : as in `allocate`

    Returns
    -------
    Allocation
        each group's answers rounded up, so that the half-width is reached

    Raises
    ------
    AnalysisError
        As `allocate`; a half-width that is not above 0.
    """
    groups = _read("size_for_composite", weight, share, deff, floor, population)
    require("size_for_composite", half_width_above_0=np.isfinite(half_width) and half_width > 0)
    target = (half_width / normal_quantile(level)) ** 2
    if _variance(groups, groups.low) <= target:
        return _finish(groups, groups.low, level)
    scale = _scale_for(groups, target)
    answers = np.minimum(np.ceil(_clip(groups, scale) - 1e-9), groups.high)
    return _finish(groups, answers, level)


def _read(
    where: str, weight: ArrayLike, share: ArrayLike, deff: ArrayLike, floor: ArrayLike, population: ArrayLike
) -> _Groups:
    w, p, d, low, people = np.atleast_1d(
        *together(where, weight=weight, share=share, deff=deff, floor=floor, population=population)
    )
    if w.ndim != 1:
        raise AnalysisError(where, "one number, or one for each group", f"shape {w.shape}")
    require(
        where,
        "give one number, or one for each group",
        weights_of_0_or_more_with_a_positive_sum=np.all(np.isfinite(w)) and np.all(w >= 0) and w.sum() > 0,
        shares_inside_0_to_1=(p > 0) & (p < 1),
        design_effects_positive_and_finite=(d > 0) & np.isfinite(d),
        floors_of_0_or_more=(low >= 0) & np.isfinite(low),
        people_of_at_least_the_floors=np.floor(people) >= np.ceil(low),
        people_in_every_group_with_a_weight=(people >= 1) | (w == 0),
    )
    spread = np.sqrt(p * (1 - p) * d)
    # A group that counts needs one answer, or the composite is not defined at all.
    low = np.maximum(np.ceil(low), w > 0)
    return _Groups((w * spread) ** 2, low, np.floor(people), spread)


def _clip(groups: _Groups, scale: float) -> Floats:
    return np.asarray(np.clip(scale * np.sqrt(groups.cost), groups.low, groups.high))


def _variance(groups: _Groups, n: Floats) -> float:
    counts = groups.cost > 0
    return max(0.0, float(np.sum(groups.cost[counts] * (1 / n[counts] - 1 / groups.high[counts]))))


def _divide(groups: _Groups, total: float) -> Floats:
    """The best real numbers with this sum: everybody scaled alike, and held at the bounds."""
    if groups.low.sum() >= total:
        return groups.low
    reach = np.where(groups.cost > 0, groups.high, groups.low)
    if reach.sum() <= total:
        # Groups that do not count take what the others cannot.
        rest = total - reach.sum()
        spare = np.minimum(groups.high - reach, rest)
        return np.asarray(reach + spare * (rest / spare.sum() if spare.sum() else 0.0))
    most = float(total / np.sqrt(groups.cost[groups.cost > 0]).min())
    scale = brentq(lambda each: float(_clip(groups, each).sum()) - total, 0.0, most, xtol=1e-12 * most, rtol=1e-14)
    return _clip(groups, float(scale))


def _scale_for(groups: _Groups, target: float) -> float:
    """The scale at which the variance meets the target; a full count has none, so there is one."""
    most = 2 * float(np.sqrt(groups.cost).sum()) / target  # at half of it people without end already meet the target
    try:
        return float(brentq(lambda each: _variance(groups, _clip(groups, each)) - target, 0.0, most, rtol=1e-14))
    except RuntimeError as error:
        hint = "weights that sum to 1, design effects under 1,000 and half-widths over 0.0001 are usual"
        raise AnalysisError("size_for_composite", "a size that can be found", str(error), hint) from error


def _round_to(best: Floats, groups: _Groups, total: int) -> Floats:
    """Whole numbers with this sum, the largest remainders up."""
    whole = np.floor(best + 1e-9)
    order = np.argsort(-(best - whole), kind="stable")
    while whole.sum() < total:
        for place in order:
            if whole.sum() < total and whole[place] < groups.high[place]:
                whole[place] += 1
    return np.asarray(whole)


def _finish(groups: _Groups, n: Floats, level: float) -> Allocation:
    z, se = normal_quantile(level), np.sqrt(_variance(groups, n))
    free = (n > groups.low) & (n < groups.high)
    bound = np.where(free, "", np.where(n >= groups.high, "ceiling", "floor"))
    left = np.maximum(0, 1 / np.maximum(n, 1) - 1 / np.maximum(groups.high, 1))
    own = np.where(n > 0, z * groups.spread * np.sqrt(left), np.nan)
    return Allocation(n.astype(np.int64), int(n.sum()), float(se), float(z * se), tuple(bound.tolist()), own, level)
