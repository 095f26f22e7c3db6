"""How much schools differ: coefficients of variation (差异系数) and the intraclass correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.arguments import checked
from analysis.results import Notice
from analysis.schools.inputs import Fault, Floats, at, columns, level_faults, not_positions, refuse, too_few
from analysis.schools.rates import roster_faults, without_answers


@dataclass(frozen=True)
class Variation:
    """A coefficient of variation over schools and what it is made of.

    value    : sqrt(variance) / mean; None where the mean is 0
    mean     : mean over schools, weighted where sizes were given
    observed : variance of the schools' values as they are
    noise    : the part of it that sampling alone would give; 0 where none was taken away
    variance : max(0, observed - noise)
    n        : schools that count
    method   : `size-weighted` or `simple`, and `noise-corrected`
    notices  : `schools_without_answers`, `mean_zero`, `noise_covers_all`
    """

    value: float | None
    mean: float
    observed: float
    noise: float
    variance: float
    n: int
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def weighted_variation(value: ArrayLike, size: ArrayLike, *, answers: ArrayLike | None = None) -> Variation:
    """The official coefficient of variation (差异系数), each school counting by its size.

    Parameters
    ----------
    value : (J,) float, 0 or more, one figure per school (a rate, a score, a resource); NaN where there is none
    size : (J,) people enrolled, > 0
    answers : (J,) answers behind each value; given, it is checked against `size`

    Returns
    -------
    Variation

    Notes
    -----
    CV = S / X, X = sum P_i X_i / sum P_i, S = sqrt(sum P_i (X_i - X)^2 / sum P_i). No divisor of J - 1: the schools
    are all there are. A survey's chance is in it; see `corrected_variation`.

    Raises
    ------
    AnalysisError
        Shapes, negative or infinite values, sizes not positive, more answers than people, fewer than two schools.
    """
    return _variation("weighted_variation", value, None, size, answers)


@checked
def simple_variation(value: ArrayLike) -> Variation:
    """The coefficient of variation in which every school counts alike, with the divisor J - 1.

    Parameters
    ----------
    value : (J,) float, 0 or more, NaN where there is none

    Returns
    -------
    Variation

    Raises
    ------
    AnalysisError
        Shape, negative or infinite values, fewer than two schools.
    """
    return _variation("simple_variation", value, None, None, None)


@checked
def corrected_variation(
    value: ArrayLike, variance: ArrayLike, size: ArrayLike | None = None, *, answers: ArrayLike | None = None
) -> Variation:
    """The coefficient of variation with the chance of sampling taken out.

    Parameters
    ----------
    value : (J,) float, 0 or more; NaN where there is none
    variance : (J,) sampling variance of each value: `sampling_variances` for unweighted rates,
        `SchoolRates.variance` for weights and finite schools, or a design's own
    size : (J,) people enrolled; None counts every school alike
    answers : (J,) answers behind each value; given with `size`, it is checked

    Returns
    -------
    Variation

    Notes
    -----
    Without sizes: observed = sum (X_i - X)^2 / (J - 1), noise = mean v_i. With q_i = P_i / sum P_i:
    observed = sum q_i (X_i - X)^2, noise = sum q_i (1 - q_i) v_i. Each noise is the expectation of what independent
    sampling errors of variance v_i add to the observed variance. Where it is the greater, the variance is 0: the data
    show no difference between schools.

    Raises
    ------
    AnalysisError
        As `weighted_variation`; variances that are negative or missing.
    """
    return _variation("corrected_variation", value, variance, size, answers)


def _variation(
    where: str, value: ArrayLike, variance: ArrayLike | None, size: ArrayLike | None, answers: ArrayLike | None
) -> Variation:
    x, v, people, n = columns(where, **_given(value, variance, size, answers))
    known = ~np.isnan(x)
    faults = at(np.isinf(x) | (x < 0), "value negative or infinite", "a coefficient of variation needs a scale from 0")
    faults += at(known & ~(np.isfinite(v) & (v >= 0)), "variance negative or not finite")
    faults += roster_faults(n, people) + too_few(int(known.sum()), 2)
    refuse(where, "values of two schools or more with their sizes", faults)
    share = people[known] / people[known].sum()
    return _decompose(x[known], v[known], share, size is None, variance is not None, without_answers(~known))


def _given(
    value: ArrayLike, variance: ArrayLike | None, size: ArrayLike | None, answers: ArrayLike | None
) -> dict[str, ArrayLike]:
    shape = np.shape(value)
    return {
        "value": value,
        "variance": np.zeros(shape) if variance is None else variance,
        "size": np.ones(shape) if size is None else size,
        "answers": np.zeros(shape) if answers is None else answers,
    }


def _decompose(
    x: Floats, v: Floats, share: Floats, simple: bool, corrected: bool, notices: tuple[Notice, ...]
) -> Variation:
    away = x - x[0]  # exact zeros where all are equal
    middle = float(share @ away)
    mean, spread = float(x[0]) + middle, float(share @ (away - middle) ** 2)
    factor = x.size / (x.size - 1) if simple else 1.0
    noise = float(share * (1 - share) @ v) * factor
    observed = spread * factor
    left = max(0.0, observed - noise)
    if corrected and observed <= noise:
        notices += (Notice("noise_covers_all", {"observed": observed, "noise": noise}),)
    if mean == 0:
        notices += (Notice("mean_zero", {}),)
    method = ("simple" if simple else "size-weighted") + (", noise-corrected" if corrected else "")
    return Variation(math.sqrt(left) / mean if mean else None, mean, observed, noise, left, x.size, method, notices)


@dataclass(frozen=True)
class IntraclassCorrelation:
    """How alike answers of one school are.

    value     : ANOVA estimate; may be negative; None where no two answers differ
    low, high : by the F distribution; exact for equal sizes and normal answers, else approximate
    between, within : mean squares
    typical_n : n0, the answers per school in the sense of the estimator
    schools   : J, schools with answers
    n         : answers
    df        : J - 1 and n - J
    """

    value: float | None
    low: float | None
    high: float | None
    between: float
    within: float
    typical_n: float
    schools: int
    n: int
    df: tuple[int, int]
    level: float
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def intraclass_correlation(values: ArrayLike, school: ArrayLike, *, level: float = 0.95) -> IntraclassCorrelation:
    """Intraclass correlation from a one-way analysis of variance.

    Parameters
    ----------
    values : (n,) float, answers (0/1 or scores); NaN is no valid answer
    school : (n,) int, position of the school, -1 for people of no school
    level : of confidence

    Returns
    -------
    IntraclassCorrelation

    Notes
    -----
    ICC = (MSB - MSW) / (MSB + (n0 - 1) MSW), n0 = (n - sum n_j^2 / n) / (J - 1). Unweighted. A value under 0 says that
    answers of one school are less alike than chance; it is kept, with a Notice, so that averages stay unbiased.
    Limits: with F = MSB / MSW, (F / F_hi - 1) / (F / F_hi + n0 - 1) and the same with F_lo.

    Raises
    ------
    AnalysisError
        Shapes, infinite values, positions below -1, fewer than two schools, no school with two answers.

    References
    ----------
    Donner 1986, International Statistical Review 54:67.
    """
    y, n = _answers(values, school, level)
    return _anova(y, n, level)


def _answers(values: ArrayLike, school: ArrayLike, level: float) -> tuple[list[Floats], NDArray[np.int64]]:
    y, place = columns("intraclass_correlation", values=values, school=school)
    wrong = not_positions(place, np.iinfo(np.int64).max)
    inside = np.isfinite(y) & ~wrong & (place >= 0)
    _, at_school, n = np.unique(place[inside], return_inverse=True, return_counts=True)
    faults = at(np.isinf(y), "infinite value") + at(wrong, "no position of a school") + too_few(n.size, 2)
    if n.size and n.max() < 2:
        faults.append(Fault("one answer in every school", "likeness within schools cannot be seen"))
    refuse("intraclass_correlation", "answers of two schools or more", faults + level_faults(level))
    return _centred(y[inside], at_school, n), n


def _centred(y: Floats, school: NDArray[np.int64], n: NDArray[np.int64]) -> list[Floats]:
    """School means about the mean of all, and answers about the mean of their school; rounding is taken for 0."""
    answers = y - y.mean()
    means = np.bincount(school, answers) / n
    least = 1e-13 * np.max(np.abs(y))
    return [np.where(np.abs(part) > least, part, 0.0) for part in (means, answers - means[school])]


def _anova(parts: list[Floats], n: NDArray[np.int64], level: float) -> IntraclassCorrelation:
    means, away = parts
    total, schools = int(n.sum()), n.size
    df = (schools - 1, total - schools)
    between, within = float(n @ means**2) / df[0], float(away @ away) / df[1]
    typical = float(total - n @ n / total) / df[0]
    value, low, high, notices = _likeness(between, within, typical, df, level)
    return IntraclassCorrelation(
        value, low, high, between, within, typical, schools, total, df, level, "one-way ANOVA", notices
    )


def _likeness(
    between: float, within: float, typical: float, df: tuple[int, int], level: float
) -> tuple[float | None, float | None, float | None, tuple[Notice, ...]]:
    if max(between, within) == 0:
        return None, None, None, (Notice("answers_all_alike", {}),)
    value = (between - within) / (between + (typical - 1) * within)
    notices = (Notice("negative_icc", {"value": value}),) if value < 0 else ()
    if within == 0:
        return value, None, None, (Notice("no_interval", {"within": 0.0}),)
    tail = (1 - level) / 2
    ends = (between / float(special.fdtri(*df, q)) for q in (1 - tail, tail))
    low, high = ((end - within) / (end + (typical - 1) * within) for end in ends)
    return value, low, high, notices
