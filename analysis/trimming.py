"""Weights that are too large or too small, brought within limits without changing what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.calibration.margins import Margin
from analysis.calibration.raking import rake
from analysis.calibration.result import Calibrated
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.results import Notice
from analysis.weighting import kish_deff

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NEAR = 1e-12  # of the sum: what may be left outside after repeated passes
PASSES = 10_000


@dataclass(frozen=True)
class Trimmed:
    """Weights within limits, and what it took.

    weight      : (n,) float, > 0
    lowered, raised : rows that were cut to the upper limit and lifted to the lower one, in any pass
    moved       : weight that was taken from the rows above, less what was given to those below
    cap         : (n,) float, the upper limit of each row, of the weights that came in
    passes      : how often it was done
    deff_before, deff_after : Kish's design effect
    method      : the rule
    notices     : what the reader must know
    """

    weight: Floats
    lowered: int
    raised: int
    moved: float
    cap: Floats
    passes: int
    deff_before: float
    deff_after: float
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def trim(weight: Floats, *, lower: float = 0.0, upper: float = np.inf, strict: bool = False) -> Trimmed:
    """Clip weights to limits, and share what was clipped equally among the rows that were within them.

    Parameters
    ----------
    weight : (n,) float, > 0
    lower, upper : limits of the weights, lower < upper
    strict : repeat until no weight is outside; else one pass, after which rows that were near a limit may lie a little
        beyond it

    Returns
    -------
    Trimmed; its weights have the sum that they had

    Notes
    -----
    One pass: w' = clip(w); every row that was within the limits gets (sum w - sum w') / m, m being their number.
    Repeated, where no row is within, the rows that have room towards the other limit share.

    Notices
    -------
    outside_limits (rows, least, most): after one pass, rows that the sharing pushed beyond a limit.

    Raises
    ------
    AnalysisError
        Listing all: weights not above 0, limits in the wrong order, limits between which the sum cannot be kept, no
        row within the limits (in one pass), a weight that the sharing would push to 0 or below (likewise).

    References
    ----------
    Potter 1990, Proceedings of the Survey Research Methods Section, American Statistical Association. Valliant, Dever
    & Kreuter 2018, Practical Tools for Designing and Weighting Survey Samples.
    """
    weight = np.asarray(weight, float)
    _check_limits(weight, lower, upper)
    found, passes = weight, 0
    lowered = raised = np.zeros(weight.size, bool)
    while passes < (PASSES if strict else 1):
        above, below = found > upper, found < lower
        clipped = np.clip(found, lower, upper)
        if np.abs(found - clipped).sum() <= NEAR * weight.sum():
            break
        lowered, raised = lowered | above, raised | below
        room = clipped < upper if found.sum() > clipped.sum() else clipped > lower
        found, passes = _share(found, clipped, above | below, room & strict), passes + 1
    _check_positive(found)
    moved = float((weight - np.clip(weight, lower, upper)).sum())
    notices = _beyond(found, lower, upper)
    words = f"clipped to {lower:g} to {upper:g}, the rest shared equally" + (", repeated" if strict else "")
    return _trimmed(weight, found, lowered, raised, moved, np.full(weight.size, upper), passes, words, notices)


@checked
def cap_weights(weight: Floats, group: Integers, *, times: float = 4.0) -> Trimmed:
    """Cap the weights of each group at a multiple of the group's median, and keep the group's sum.

    Parameters
    ----------
    weight : (n,) float, > 0
    group : (n,) int, 0 or more
    times : the cap in medians, 2 or more; 3 to 5 is usual

    Returns
    -------
    Trimmed

    Notes
    -----
    w' = f_g min(w, times * median_g), with the one factor f_g that gives group g the sum it had. All weights of the
    group, the median too, take part in it, so that afterwards again none is above `times` the median. Bias is traded
    for variance: report how many rows were cut, and the result with and without.

    Raises
    ------
    AnalysisError
        Lengths, weights not above 0, negative positions, a multiple below 2.

    References
    ----------
    Potter 1990, as `trim`.
    """
    weight, group = np.asarray(weight, float), np.asarray(group)
    _check_groups(weight, group, times)
    _, row = number(group)
    cap = times * _medians(weight, row)[row]
    above = weight > cap * (1 + NEAR)
    cut = np.where(above, cap, weight)
    found = cut * (np.bincount(row, weights=weight) / np.bincount(row, weights=cut))[row]
    moved = float((weight - cut).sum())
    none = np.zeros(weight.size, bool)
    return _trimmed(weight, found, above, none, moved, cap, 1, f"capped at {times:g} times the median of the group")


@checked
def rake_and_trim(
    start: Floats,
    margins: Sequence[Margin],
    group: Integers,
    *,
    times: float = 4.0,
    tolerance: float = 1e-10,
    rounds: int = 50,
    slack: float = 0.01,
) -> tuple[Calibrated, Trimmed]:
    """Rake, cap at a multiple of the group's median, and rake again, until both hold.

    Parameters
    ----------
    start, margins, tolerance : see `analysis.calibration.rake`
    group, times : see `cap_weights`
    rounds : how often at most
    slack : share by which a weight may exceed its cap in the end

    Returns
    -------
    Calibrated, the last raking: margins are met. Its `start` is what went into that raking, and standard errors take
    the weights before it as they are: `calibrated_design(replace(design, weight=found.start), found)`.
    Trimmed, from `start` to the weights in the end: `lowered` counts the rows that were cut in any round.

    Notices
    -------
    above_cap (rows, most): caps that could not be held with these margins; `most` is the largest excess in caps.

    Raises
    ------
    AnalysisError
        As `rake` and `cap_weights`.
    """
    found = rake(start, margins, tolerance=tolerance)
    first, lowered, moved, done = found, np.zeros(found.weight.size, bool), 0.0, 0
    for _ in range(rounds):
        capped = cap_weights(found.weight, group, times=times)
        if not np.any(found.weight > capped.cap * (1 + slack)):
            break
        lowered, moved, done = lowered | (found.weight > capped.cap), moved + capped.moved, done + 1
        found = rake(capped.weight, margins, tolerance=tolerance)
    cap = cap_weights(found.weight, group, times=times).cap
    excess = found.weight / cap
    notices = []
    if excess.max() > 1 + slack:
        notices.append(Notice("above_cap", {"rows": int(np.sum(excess > 1 + slack)), "most": float(excess.max())}))
    words = f"raked and capped at {times:g} times the median of the group, {done} rounds"
    none = np.zeros(lowered.size, bool)
    return found, _trimmed(first.weight, found.weight, lowered, none, moved, cap, done, words, tuple(notices))


def _share(weight: Floats, clipped: Floats, outside: NDArray[np.bool_], takers: NDArray[np.bool_]) -> Floats:
    """Clipped weights, and what is left of the sum shared among the rows within; among `takers` where none is."""
    within = takers if outside.all() else ~outside
    if not within.any():
        raise AnalysisError("trim", "some weights within the limits", "none", "move the limits further apart")
    return np.where(within, clipped + (weight - clipped).sum() / within.sum(), clipped)


def _check_positive(weight: Floats) -> None:
    if not weight.min() > 0:
        hint = "lower the lower limit, or repeat with strict"
        raise AnalysisError("trim", "weights above 0 after sharing", f"{int(np.sum(weight <= 0))} others", hint)


def _beyond(weight: Floats, lower: float, upper: float) -> tuple[Notice, ...]:
    beyond = (weight > upper * (1 + 1e-9)) | (weight < lower * (1 - 1e-9))
    if not beyond.any():
        return ()
    params = {"rows": int(beyond.sum()), "least": float(weight.min()), "most": float(weight.max())}
    return (Notice("outside_limits", params),)


def _medians(weight: Floats, row: Integers) -> Floats:
    """(G,) the median weight of each group; `row` without gaps."""
    order = np.lexsort((weight, row))
    size = np.bincount(row)
    first = np.cumsum(size) - size
    ranked = weight[order]
    return np.asarray((ranked[first + (size - 1) // 2] + ranked[first + size // 2]) / 2)


def _trimmed(
    before: Floats,
    after: Floats,
    lowered: NDArray[np.bool_],
    raised: NDArray[np.bool_],
    moved: float,
    cap: Floats,
    passes: int,
    method: str,
    notices: tuple[Notice, ...] = (),
) -> Trimmed:
    return Trimmed(
        weight=after,
        lowered=int(lowered.sum()),
        raised=int(raised.sum()),
        moved=moved,
        cap=cap,
        passes=passes,
        deff_before=kish_deff(before),
        deff_after=kish_deff(after),
        method=method,
        notices=notices,
    )


def _weight_problems(weight: Floats) -> list[str]:
    if weight.ndim != 1 or not weight.size:
        return [f"weights of shape {weight.shape}"]
    bad = int(np.sum(~(weight > 0) | ~np.isfinite(weight)))
    return [f"{bad} weights not positive and finite"] if bad else []


def _check_limits(weight: Floats, lower: float, upper: float) -> None:
    problems = _weight_problems(weight)
    if not (lower < upper and upper > 0):
        problems.append(f"limits {lower:g} to {upper:g}")
    if not problems and not lower * weight.size <= weight.sum() <= upper * weight.size:
        problems.append(f"limits {lower:g} to {upper:g} for a mean weight of {weight.mean():.6g}")
    if problems:
        hint = "the mean weight must lie between the limits"
        raise AnalysisError("trim", "positive weights and limits around their mean", "; ".join(problems), hint)


def _check_groups(weight: Floats, group: Integers, times: float) -> None:
    problems = _weight_problems(weight)
    if group.shape != weight.shape or group.dtype.kind not in "iu":
        problems.append(f"groups of shape {group.shape} and type {group.dtype} for {weight.size} weights")
    elif group.size and group.min() < 0:
        problems.append(f"{int(np.sum(group < 0))} negative groups")
    if not (times >= 2 and np.isfinite(times)):
        problems.append(f"a cap of {times:g} medians")
    if problems:
        hint = "3 to 5 medians are usual"
        raise AnalysisError("cap_weights", "positive weights, groups, and 2 medians or more", "; ".join(problems), hint)
