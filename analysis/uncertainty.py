"""What is not known when everybody was invited and not everybody answered.

No sampling error is left. How far the answers may mislead about those who gave none is said here, from counts: bounds
that assume nothing, the difference that would change the result, and how unevenly people answered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.results import Notice

Floats = NDArray[np.float64]
LINE = 0.85


@dataclass(frozen=True)
class Bounds:
    """Worst cases of G groups; shares on the scale of 0 to 1.

    value         : (G,) share among those who answered; NaN where nobody did
    low, high     : (G,) share of all people if nobody, or everybody, of the silent were satisfied
    response_rate : (G,) R, answered over invited
    tipping_gap   : (G,) how much less satisfied the silent must be than the others for the group to fall to the line
                    (negative: how much more, for it to reach it); NaN where nobody is silent or nobody answered
    line          : the line
    notices       : `nobody_silent`, `nobody_answered`, `out_of_reach` (groups: positions; not even the worst, or best,
                    case brings these to the line)
    """

    value: Floats
    low: Floats
    high: Floats
    response_rate: Floats
    tipping_gap: Floats
    line: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class CompositeBounds:
    """Worst cases of the weighted composite of groups; scale of 0 to 1.

    value         : sum W_g p_g; None where a group with a weight did not answer
    low, high     : sums of the groups' bounds
    response_rate : sum W_g R_g
    tipping_gap   : the one gap in all groups that brings the composite to the line; None where it is not defined
    line          : the line
    notices       : `nobody_silent`, `nobody_answered` (groups), `out_of_reach` (not even the worst, or best, case
                    brings the composite to the line), `gap_beyond_scale` (groups: there the gap would need the silent
                    to be under 0 or over 1, so that other groups' gaps must be larger)
    """

    value: float | None
    low: float
    high: float
    response_rate: float
    tipping_gap: float | None
    line: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Representativeness:
    """How evenly people of m cells answered.

    value         : R = 1 - 2 S(rho), 1 where all cells answered alike, 0 at worst
    adjusted      : the same with the part of S that is chance taken out; not over 1
    spread        : S(rho), standard deviation of the response rates over people
    response_rate : over all people
    n             : people invited
    cells         : cells with people
    notices       : `thin_cells` (cells): rates from fewer than ten people, `value` is too low for them
    """

    value: float
    adjusted: float
    spread: float
    response_rate: float
    n: int
    cells: int
    notices: tuple[Notice, ...] = ()


@checked
def nonresponse_bounds(value: ArrayLike, responded: ArrayLike, invited: ArrayLike, *, line: float = LINE) -> Bounds:
    """Bounds that assume nothing about those who did not answer.

    Parameters
    ----------
    value : (G,) share p of each group among those who answered (weighted or not), 0 to 1; NaN where nobody answered
    responded : (G,) people who answered
    invited : (G,) people who were invited, all of the group or a sample of it
    line : the line that matters, inside 0 to 1

    Returns
    -------
    Bounds

    Notes
    -----
    R = responded / invited. The silent may all be dissatisfied or all satisfied: [R p, R p + 1 - R]. If they are
    satisfied p - d, the group has p - (1 - R) d, which is the line where

        d = (p - line) / (1 - R)

    the tipping gap. Bounds are about the people invited; with a sample its own error comes on top. They do not shrink
    with more answers, only with a higher rate of response. Answers left blank count as given only if `responded`
    counts them: for an item, give those with a valid answer.

    Raises
    ------
    AnalysisError
        More responses than people (the roster is wrong), counts and shares outside their range, groups with nobody
        invited; all of them listed.

    References
    ----------
    Manski 2003, Partial Identification of Probability Distributions.
    """
    p, came, asked = _read("nonresponse_bounds", value, responded, invited, line)
    rate = came / asked
    known = np.where(came > 0, p, 0.0)
    low, high = rate * known, rate * known + (1 - rate)
    defined = (came > 0) & (came < asked)
    gap = np.where(defined, (known - line) / np.where(defined, 1 - rate, 1.0), np.nan)
    reachable = (low <= line) & (line <= high)
    told = {"nobody_silent": came == asked, "nobody_answered": came == 0, "out_of_reach": defined & ~reachable}
    notices = tuple(Notice(code, {"groups": _places(at)}) for code, at in told.items() if at.any())
    return Bounds(np.where(came > 0, p, np.nan), low, high, rate, gap, line, notices)


@checked
def composite_bounds(bounds: Bounds, weight: ArrayLike) -> CompositeBounds:
    """The same for the composite of the groups.

    Parameters
    ----------
    bounds : Bounds of G groups
    weight : (G,) W_g, 0 or more, summing to 1

    Returns
    -------
    CompositeBounds

    Notes
    -----
    Bounds are linear: sum W_g [R_g p_g, R_g p_g + 1 - R_g]. One gap d in all groups brings the composite to the line
    where

        d = (sum W_g p_g - line) / sum W_g (1 - R_g)

    A group in which d would put the silent under 0 or over 1 cannot follow; a notice names it, and the true common gap
    of the others is then larger.

    Raises
    ------
    AnalysisError
        Weights that do not fit the groups, are negative or do not sum to 1.
    """
    w = np.atleast_1d(np.asarray(weight, float))
    if w.shape != bounds.value.shape or not np.all(w >= 0) or abs(w.sum() - 1) > 1e-9:
        found = f"shape {w.shape}, sum {float(np.nansum(w)):g}"
        hint = "rescale the weights where a group is left out, and say that the figure is not comparable"
        raise AnalysisError("composite_bounds", f"{bounds.value.size} weights that sum to 1", found, hint)
    counts = w > 0
    w, silent = w[counts], 1 - bounds.response_rate[counts]
    low, high = float(w @ bounds.low[counts]), float(w @ bounds.high[counts])
    mute = counts & np.isnan(bounds.value)
    value = None if mute.any() else float(w @ bounds.value[counts])
    gap = None if value is None or not silent.any() else (value - bounds.line) / float(w @ silent)
    told = [Notice("nobody_answered", {"groups": _places(mute)})] if mute.any() else []
    if not silent.any():
        told.append(Notice("nobody_silent", {}))
    elif not low <= bounds.line <= high:
        told.append(Notice("out_of_reach", {}))
    if gap is not None:
        left = bounds.value - gap
        beyond = counts & (bounds.response_rate < 1) & ((left < 0) | (left > 1))
        told += [Notice("gap_beyond_scale", {"groups": _places(beyond)})] if beyond.any() else []
    rate = float(w @ bounds.response_rate[counts])
    return CompositeBounds(value, low, high, rate, gap, bounds.line, tuple(told))


@checked
def r_indicator(responded: ArrayLike, invited: ArrayLike) -> Representativeness:
    """How representative the response is, as one number over cells such as school x group.

    Parameters
    ----------
    responded : (m,) people of each cell who answered
    invited : (m,) people of each cell who were invited; cells with nobody are left out

    Returns
    -------
    Representativeness

    Notes
    -----
    With rho_c = responded / invited and N people in all,

        S^2 = sum N_c (rho_c - rho)^2 / (N - 1),   R = 1 - 2 S

    Response rates of small cells differ by chance alone, so S is too large and R too low, the more so the smaller the
    cells: with everybody equally willing, m cells and N people S^2 is about rho (1 - rho) (m - 1) / N. `adjusted` takes
    the expected chance out, with s_c = rho_c (1 - rho_c) / (N_c - 1) for the variance of rho_c:

        S_adj^2 = max(0, S^2 - sum N_c (1 - N_c / N) s_c / (N - 1))

    (for cells of one person the mean N_c s_c of the others stands in). R sees only what the cells see: people of one
    cell who answer or not because of what they would say leave no trace in it. Compare it between rounds with the same
    cells only.

    Raises
    ------
    AnalysisError
        More responses than people, broken counts, fewer than two people.

    References
    ----------
    Schouten, Cobben & Bethlehem 2009, Survey Methodology 35:101. Shlomo, Skinner & Schouten 2012, Journal of
    Statistical Planning and Inference 142:201 (the correction's principle).
    """
    came, asked = (np.atleast_1d(np.asarray(each, float)) for each in (responded, invited))
    problems = _count_problems(came, asked)
    if not problems and asked.sum() < 2:
        problems = [f"{asked.sum():g} people invited"]
    if problems:
        raise AnalysisError("r_indicator", "people who answered among people invited", "; ".join(problems), ROSTER)
    came, asked = came[asked > 0], asked[asked > 0]
    total, rate = asked.sum(), came.sum() / asked.sum()
    square = float(np.sum(asked * (came / asked - rate) ** 2) / (total - 1))
    real = max(0.0, square - _chance(came / asked, asked))
    thin = int(np.sum(asked < 10))
    notices = (Notice("thin_cells", {"cells": thin}),) if thin else ()
    spread, adjusted = float(np.sqrt(square)), float(1 - 2 * np.sqrt(real))
    return Representativeness(1 - 2 * spread, adjusted, spread, float(rate), int(total), asked.size, notices)


ROSTER = "the roster is wrong, or people answered twice"


def _chance(rate: Floats, asked: Floats) -> float:
    """What S^2 holds by chance."""
    some = asked > 1
    if not some.any():
        return 0.0
    own = rate * (1 - rate) * asked / np.maximum(asked - 1, 1)
    own = np.where(some, own, own[some].mean())  # variance of one person's response; over N_c for the cell's rate
    return float(np.sum((1 - asked / asked.sum()) * own) / (asked.sum() - 1))


def _read(
    where: str, value: ArrayLike, responded: ArrayLike, invited: ArrayLike, line: float
) -> tuple[Floats, Floats, Floats]:
    p, came, asked = (np.atleast_1d(np.asarray(each, float)) for each in (value, responded, invited))
    problems = _count_problems(came, asked)
    if p.shape != came.shape:
        problems.append(f"{p.shape} shares for {came.shape} counts")
    elif not problems:
        bad = (came > 0) & ~((p >= 0) & (p <= 1))
        problems += [f"group {g}: share {p[g]:g}" for g in np.flatnonzero(bad)]
        problems += [f"group {g}: nobody invited" for g in np.flatnonzero(asked == 0)]
    if not 0 < line < 1:
        problems.append(f"line {line}")
    if problems:
        expected = "shares from 0 to 1 and people who answered among people invited"
        raise AnalysisError(where, expected, "; ".join(problems), ROSTER)
    return p, came, asked


def _count_problems(came: Floats, asked: Floats) -> list[str]:
    if came.shape != asked.shape or came.ndim != 1 or not came.size:
        return [f"counts of shape {came.shape} and {asked.shape}"]
    broken = ~(np.isfinite(came) & np.isfinite(asked) & (came >= 0) & (asked >= 0))
    problems = [f"cell {c}: {came[c]:g} of {asked[c]:g}" for c in np.flatnonzero(broken)]
    over = np.flatnonzero(~broken & (came > asked))
    return problems + [f"cell {c}: more responses ({came[c]:g}) than people ({asked[c]:g})" for c in over]


def _places(at: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(at)]
