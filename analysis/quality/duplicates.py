"""Whole forms that several people of one school gave, and whether chance gives as many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.quality.families import Family, distance_of, tail_among_schools
from analysis.quality.forms import Flags, Floats, Forms, Integers, number_patterns, person_means
from analysis.quality.level import tilt

CLOSE = 0.9  # share of equal answers from which two forms are close
ROWS_AT_ONCE = 1000  # bounds the memory of comparing the forms of one school
SMALLEST = 1e-300


@dataclass(frozen=True)
class Shared:
    """K different forms of schools, each (school, form) once, the form of nothing but best answers left out.

    school   : (K,) int
    forms    : (K,) int, how many people of the school gave it
    expected : (K,) how many would, given that one did
    p        : (K,) upper tail; 1 where one person gave it
    q        : (K,) adjusted over all K (Benjamini-Hochberg)
    place    : (n,) int, position of each form among the K, -1 for none
    """

    school: Integers
    forms: Integers
    expected: Floats
    p: Floats
    q: Floats
    place: Integers


def find_shared(forms: Forms, school: Integers, schools: int) -> Shared:
    """Each whole form of each school against its frequency in the other schools, at the school's own level.

    Parameters
    ----------
    forms : Forms of n people
    school : (n,) int, -1 for none
    schools : S

    Returns
    -------
    Shared

    Notes
    -----
    The other schools' forms are tilted to the mean of the school (`analysis.quality.level.tilt`); f is the share of
    the form among them and N = 1 / sum w^2 their effective number. Given that one person gave the form, the number of
    the other n - 1 who did is beta-binomial with a = f N + 1, b = (1 - f) N + 1: what is known of a rare form is
    little, and this says how little. The form of nothing but best answers is honest and frequent, and is never
    listed: what is unusual about it is the school's level.

    References
    ----------
    Kuriakose & Robbins 2016, Statistical Journal of the IAOS 32:283; Benjamini & Hochberg 1995, Journal of the Royal
    Statistical Society B 57:289.
    """
    inside = (school >= 0) & (forms.count > 0)
    pattern, mean = number_patterns(forms), person_means(forms)
    listed = np.flatnonzero(inside & ~is_best(forms))
    key = school[listed] * (int(pattern.max()) + 1) + pattern[listed]
    _, first, own, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    where, form = school[listed[first]], pattern[listed[first]]
    place = np.full(school.size, -1, np.int64)
    place[listed] = own.ravel()
    expected, p = np.ones(count.size), np.ones(count.size)
    several = np.flatnonzero(count > 1)
    for each in np.unique(where[several]):
        chosen = several[where[several] == each]
        expected[chosen], p[chosen] = _tails(
            pattern, mean, inside & (school == each), inside & (school != each), form[chosen], count[chosen]
        )
    q = stats.false_discovery_control(p, method="bh") if p.size else p
    return Shared(where.astype(np.int64), count.astype(np.int64), expected, p, np.asarray(q), place)


def is_best(forms: Forms) -> Flags:
    """(n,) whether every answer of the form is the best one; True where there is none."""
    return np.asarray((~forms.valid | (forms.recoded == forms.high)).all(axis=1))


def _tails(
    pattern: Integers, mean: Floats, own: Flags, others: Flags, form: Integers, count: Integers
) -> tuple[Floats, Floats]:
    """Expected number and upper tail of each of these forms in one school."""
    if not others.any():
        return np.ones(count.size), np.ones(count.size)
    share = tilt(mean[others], float(mean[own].mean()))
    known = 1 / float(np.square(share).sum())
    usual = np.bincount(pattern[others], share, minlength=int(pattern.max()) + 1)[form] * known
    more, size = count - 1, int(own.sum()) - 1
    a, b = usual + 1, np.maximum(known - usual, 0.0) + 1
    tail = stats.betabinom.sf(more - 1, size, a, b)
    return 1 + size * a / (a + b), np.maximum(np.asarray(tail), SMALLEST)


def judge_copies(shared: Shared, size: Integers, least: int) -> Family:
    """More equal forms than chance gives: the most surprising form of each school.

    Parameters
    ----------
    shared : Shared
    size : (S,) int, forms of each school
    least : fewest forms with which a school is judged

    Notes
    -----
    p is the smallest p of the school's forms times their number (Bonferroni), and not under the tail among the
    schools.
    """
    schools = size.size
    number = np.bincount(shared.school, minlength=schools)
    order = np.lexsort((shared.p, shared.school))
    most = np.full(schools, -1, np.int64)
    found, first = np.unique(shared.school[order], return_index=True)
    most[found] = order[first]
    judged = (size >= least) & (size.sum() - size >= least)
    p, observed, expected = np.ones(schools), np.zeros(schools), np.zeros(schools)
    p[found] = np.minimum(1.0, shared.p[most[found]] * number[found])
    observed[found], expected[found] = shared.forms[most[found]], shared.expected[most[found]]
    p = np.where(judged, p, np.nan)
    z = distance_of(p)
    return Family(
        "copies",
        ("most_shared",),
        np.where(judged, observed, np.nan)[:, None],
        np.where(judged, expected, np.nan)[:, None],
        z,
        np.maximum(p, tail_among_schools(z)),
        np.zeros(schools, np.int64),
    )


def closest(forms: Forms, school: Integers, schools: int, *, fewest: int = 6) -> Floats:
    """Largest share of equal answers that each form has with another one of its school.

    Parameters
    ----------
    forms : Forms of n people
    school : (n,) int, -1 for none
    schools : S
    fewest : forms with fewer answers are not compared

    Returns
    -------
    (n,) float, over the items that both answered; NaN where there is no other form

    Notes
    -----
    An index, and no more. Kuriakose and Robbins took 85% for the sign of a fabricated interview; Simmons and others
    showed that honest people reach it in numbers where items are few, go together or have a ceiling, as they do here.

    References
    ----------
    Kuriakose & Robbins 2016, Statistical Journal of the IAOS 32:283.
    """
    share = np.full(school.size, np.nan)
    for each in range(schools):
        rows = np.flatnonzero((school == each) & (forms.count >= fewest))
        if rows.size > 1:
            share[rows] = _nearest(forms.raw[rows], forms.valid[rows], forms.low, forms.high)
    return share


def _nearest(raw: Floats, valid: Flags, low: int, high: int) -> Floats:
    """(m,) largest share of equal answers of each form with another, from products of 0 and 1."""
    given = valid.astype(np.float32)
    cells = (raw[:, :, None] == np.arange(low, high + 1)) & valid[:, :, None]
    marks = cells.reshape(len(raw), -1).astype(np.float32)
    best = np.empty(len(raw))
    for start in range(0, len(raw), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        equal = marks[part] @ marks.T / np.maximum(given[part] @ given.T, 1)
        equal[np.arange(len(equal)), start + np.arange(len(equal))] = -1.0
        best[part] = equal.max(axis=1)
    return best


def close_share(nearest: Floats, school: Integers, schools: int) -> Floats:
    """(S,) share of the compared forms of each school that are close to another; NaN where none was compared."""
    known = (school >= 0) & ~np.isnan(nearest)
    number = np.bincount(school[known], minlength=schools)
    close = np.bincount(school[known], nearest[known] >= CLOSE - 1e-6, minlength=schools)
    return np.asarray(close / np.where(number > 0, number, np.nan))
