"""Cronbach's alpha, what each item does to it, and its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.reliability.rows import Complete, Floats, complete_rows, covariance_of
from analysis.results import Notice

FEWEST = 20  # under this many people no figure for a group
ADVISED = 50  # under this many people a figure with a warning


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of k items; a number without unit, at most 1.

    value       : alpha of the covariance matrix; None where the sum of the items does not vary
    standardised: alpha of the correlation matrix
    low, high   : limits of `interval` (`feldt`, or `none`)
    if_dropped  : (k,) alpha of the other items; NaN where fewer than two others are left
    item_rest   : (k,) correlation of each item with the sum of the others; NaN where one of them does not vary
    items       : k of the items that vary, the ones that count
    n, n_eff    : complete rows, and Kish's effective number of them
    dropped     : rows left out because an answer was missing
    """

    value: float | None
    standardised: float | None
    low: float | None
    high: float | None
    interval: str
    level: float
    if_dropped: Floats
    item_rest: Floats
    items: int
    n: int
    n_eff: float
    dropped: int
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def alpha(answers: ArrayLike, *, weight: ArrayLike | None = None, level: float = 0.95) -> Alpha:
    """Cronbach's alpha, raw and standardised, with Feldt's interval.

    Parameters
    ----------
    answers : (m, k) numbers, NaN where missing; reversed items already turned (`recode_reversed`)
    weight : (m,) survey weights, 0 or more; None: every row counts alike
    level : of confidence

    Returns
    -------
    Alpha

    Notes
    -----
    alpha = k / (k - 1) (1 - sum_j s_jj / sum_ij s_ij), s the covariance matrix of the complete rows, with weights
    the weighted one. Feldt's limits are 1 - (1 - alpha) F, F the quantiles of the F distribution with n - 1 and
    (n - 1)(k - 1) degrees of freedom: a simple random sample of parallel, normal items. With weights there is no such
    interval, and none is given. An item that everybody answered alike is left out, with a notice. A negative
    item-rest correlation gives a notice: the item is worded in reverse, or does not belong.

    Raises
    ------
    AnalysisError
        Fewer than two items (that vary), fewer rows than items, all answers equal, infinite answers, bad weights.

    References
    ----------
    Cronbach 1951, Psychometrika 16:297. Feldt 1965, Psychometrika 30:357.
    """
    if not 0 < level < 1:
        raise AnalysisError("alpha", "a level between 0 and 1", str(level))
    rows = complete_rows("alpha", answers, weight)
    varies = np.ones(rows.answers.shape[1], bool)
    varies[rows.constant] = False
    if varies.sum() < 2:
        got = f"{int(varies.sum())} that varies"
        raise AnalysisError("alpha", "two or more items that vary", got, "there is nothing to compare")
    return _alpha(rows, varies, level)


@checked
def alpha_by_group(
    answers: ArrayLike,
    group: NDArray[np.int64],
    size: int,
    *,
    weight: ArrayLike | None = None,
    level: float = 0.95,
    fewest: int = FEWEST,
    advised: int = ADVISED,
) -> tuple[Alpha, ...]:
    """Alpha within each group of respondents.

    Parameters
    ----------
    answers : (m, k) numbers, NaN where missing
    group : (m,) int, positions 0 to size - 1
    size : number of groups
    weight : (m,) survey weights, 0 or more; None: every row counts alike
    level : of confidence
    fewest : a group with fewer complete rows, or with fewer than items, gets no value
    advised : a group with fewer complete rows gets a notice

    Returns
    -------
    One Alpha per group, also for a group with nobody; its `value` is None where it is not defined, and a notice says
    why.

    Raises
    ------
    AnalysisError
        Shapes, positions outside the range, infinite answers, bad weights.
    """
    table, group = np.asarray(answers, float), np.asarray(group)
    mass = None if weight is None else np.asarray(weight, float)
    problems = _group_problems(table, mass, group, size)
    if problems:
        raise AnalysisError("alpha_by_group", "answers (m, k), and for each row a group", "; ".join(problems))
    return tuple(
        _alpha_within(table[at], None if mass is None else mass[at], level, fewest, advised)
        for at in (group == place for place in range(size))
    )


@checked
def alpha_of_covariance(covariance: Floats) -> float:
    """alpha = k / (k - 1) (1 - trace / sum) of a covariance or correlation matrix (k, k) of two or more items.

    Parameters
    ----------
    covariance : (k, k) float

    Returns
    -------
    float, at most 1

    Raises
    ------
    AnalysisError
        A matrix that is not square or too small, or whose sum is not positive.
    """
    matrix = np.asarray(covariance, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise AnalysisError("alpha_of_covariance", "a square matrix of two or more items", f"shape {matrix.shape}")
    if not matrix.sum() > 0:
        hint = "turn the items that are worded in reverse"
        raise AnalysisError("alpha_of_covariance", "a sum above 0", str(float(matrix.sum())), hint)
    return _ratio(matrix)


def _alpha(rows: Complete, varies: NDArray[np.bool_], level: float) -> Alpha:
    covariance = covariance_of(rows)[np.ix_(varies, varies)]
    spread = np.sqrt(np.diag(covariance))
    value, standardised = _defined(covariance), _defined(covariance / np.outer(spread, spread))
    n, k = rows.answers.shape[0], int(varies.sum())
    low, high = (None, None) if value is None or rows.weighted else _feldt(value, n, k, level)
    item_rest, if_dropped = np.full(varies.size, np.nan), np.full(varies.size, np.nan)
    item_rest[varies], if_dropped[varies] = _item_rest(covariance), _if_dropped(covariance)
    return Alpha(
        value=value,
        standardised=standardised,
        low=low,
        high=high,
        interval="none" if low is None else "feldt",
        level=level,
        if_dropped=if_dropped,
        item_rest=item_rest,
        items=k,
        n=n,
        n_eff=rows.n_eff,
        dropped=rows.dropped,
        method="alpha of the weighted covariance" if rows.weighted else "alpha",
        notices=_notices(value, varies, if_dropped, item_rest),
    )


def _notices(
    value: float | None, varies: NDArray[np.bool_], if_dropped: Floats, item_rest: Floats
) -> tuple[Notice, ...]:
    found = [Notice("constant_item", {"item": int(at)}) for at in np.flatnonzero(~varies)]
    if value is None:
        found.append(Notice("sum_does_not_vary", {}))
    if np.isnan(if_dropped[varies]).any():
        found.append(Notice("alpha_if_dropped_undefined", {"items": int(varies.sum())}))
    undefined = np.flatnonzero(np.isnan(item_rest) & varies)
    found += [Notice("item_rest_undefined", {"item": int(at)}) for at in undefined]
    turned = np.flatnonzero(item_rest < 0)
    found += [Notice("item_against_the_rest", {"item": int(at), "correlation": float(item_rest[at])}) for at in turned]
    return tuple(found)


def _ratio(covariance: Floats) -> float:
    k = covariance.shape[0]
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _defined(covariance: Floats) -> float | None:
    """Alpha, or None where the sum of the items does not vary."""
    return _ratio(covariance) if covariance.sum() > 1e-12 * np.trace(covariance) else None


def _feldt(value: float, n: int, k: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    quantile = np.asarray(stats.f.ppf([1 - tail, tail], n - 1, (n - 1) * (k - 1)))
    low, high = (1 - (1 - value) * quantile).tolist()
    return low, high


def _item_rest(covariance: Floats) -> Floats:
    own, row = np.diag(covariance), covariance.sum(axis=1)
    rest = covariance.sum() + own - 2 * row
    rest = np.where(rest > 1e-12 * np.trace(covariance), rest, np.nan)
    return np.asarray((row - own) / np.sqrt(own * rest))


def _if_dropped(covariance: Floats) -> Floats:
    k = covariance.shape[0]
    if k < 3:
        return np.full(k, np.nan)
    others = [np.delete(np.delete(covariance, at, 0), at, 1) for at in range(k)]
    values = [_defined(each) for each in others]
    return np.array([np.nan if value is None else value for value in values])


def _group_problems(table: Floats, mass: Floats | None, group: NDArray[np.int64], size: int) -> list[str]:
    problems = []
    if table.ndim != 2 or table.shape[1] < 2:
        problems.append(f"answers of shape {table.shape}")
    if group.shape != table.shape[:1]:
        problems.append(f"groups of shape {group.shape}")
    elif group.size and not (group.min() >= 0 and group.max() < size):
        problems.append(f"groups {int(group.min())} to {int(group.max())} where there are {size}")
    if np.isinf(table).any():
        problems.append(f"{int(np.isinf(table).sum())} infinite answers")
    if mass is not None and (mass.shape != table.shape[:1] or not np.all(np.isfinite(mass) & (mass >= 0))):
        problems.append(f"weights of shape {mass.shape}, or negative, or not finite")
    return problems


def _alpha_within(table: Floats, mass: Floats | None, level: float, fewest: int, advised: int) -> Alpha:
    used = np.ones(len(table), bool) if mass is None else mass > 0
    full = table[used & np.isfinite(table).all(axis=1)]
    n, k = full.shape
    dropped = int(used.sum()) - n
    if n < max(fewest, k, 2):
        few = Notice("too_few_rows", {"n": n, "fewest": max(fewest, k, 2)})
        return _no_alpha(n, k, dropped, level, few)
    if np.sum(np.ptp(full, axis=0) > 0) < 2:
        return _no_alpha(n, k, dropped, level, Notice("no_variation", {"n": n}))
    found = alpha(table, weight=mass, level=level)
    warned = (Notice("few_rows", {"n": n, "advised": advised}),) if n < advised else ()
    return replace(found, notices=warned + found.notices)


def _no_alpha(n: int, k: int, dropped: int, level: float, why: Notice) -> Alpha:
    empty = np.full(k, np.nan)
    return Alpha(
        value=None,
        standardised=None,
        low=None,
        high=None,
        interval="none",
        level=level,
        if_dropped=empty,
        item_rest=empty,
        items=k,
        n=n,
        n_eff=float(n),
        dropped=dropped,
        method="alpha",
        notices=(why,),
    )
