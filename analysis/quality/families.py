"""Families of evidence about schools, each with one p for each school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.quality.arrivals import Arrivals, county_profile, draw_moments, largest_windows
from analysis.quality.forms import Flags, Floats, Integers
from analysis.quality.level import Pool, draw_forms, tilt, uniformity
from analysis.quality.montecarlo import Surprise, first_look, look_closer

HIGH = 0.1  # upper tail of the funnel in which a group counts as high
HALF = 0.5  # second
CELLS_AT_ONCE = 4_000_000  # bounds the memory of one batch of drawn forms


@dataclass(frozen=True)
class Family:
    """One kind of evidence about S schools; NaN where the school could not be judged.

    name     : uniformity, ceiling, copies, burst, repeats, pace, level, told, comments or funnel
    figures  : names of the k figures in it
    observed : (S, k); expected (S, k), what a school of this size and level would show
    z        : (S,) how far out the school is, before it is held against the other schools
    p        : (S,) upper tail; the larger of the p under the model and the p among the schools
    draws    : (S,) int, draws used, 0 where p comes from a formula
    """

    name: str
    figures: tuple[str, ...]
    observed: Floats
    expected: Floats
    z: Floats
    p: Floats
    draws: Integers


@dataclass(frozen=True)
class Draft:
    """A first look at S schools by drawing; None where a school could not be judged.

    name, figures : as in Family
    restore   : turns drawn figures (k,), where larger is more suspicious, back into the named ones
    surprises : S of them
    """

    name: str
    figures: tuple[str, ...]
    restore: Callable[[Floats], Floats]
    surprises: tuple[Surprise | None, ...]

    @property
    def z(self) -> Floats:
        """(S,) how far out each school is."""
        return np.array([np.nan if each is None else each.z for each in self.surprises])


def tail_among_schools(z: Floats) -> Floats:
    """Upper tail of each z among the schools themselves.

    Parameters
    ----------
    z : (S,) float, NaN where a school was not judged

    Returns
    -------
    (S,) float

    Notes
    -----
    Normal tail of (z - max(0, median)) / max(1, 1.4826 MAD). Where schools differ more than the model says - rooms
    full of computers, slow phones, a questionnaire that invites one answer - the spread among them is what is usual,
    and no school is out of the ordinary for what most do.

    References
    ----------
    Efron 2004, Journal of the American Statistical Association 99:96; Spiegelhalter 2005, Statistics in Medicine
    24:1185, for the same idea in funnel plots.
    """
    known = z[~np.isnan(z)]
    if known.size == 0:
        return np.full(z.shape, np.nan)
    centre = max(0.0, float(np.median(known)))
    spread = max(1.0, 1.4826 * float(np.median(np.abs(known - np.median(known)))))
    return np.asarray(stats.norm.sf((z - centre) / spread))


def distance_of(p: Floats) -> Floats:
    """z of a p that comes from a formula: where nothing was counted p is 1, and the distance is taken as -1."""
    return np.asarray(np.maximum(stats.norm.isf(p), -1.0))


def judge_uniformity(
    pool: Pool, schools: int, least: int, draws: int, streams: tuple[np.random.Generator, ...]
) -> Draft:
    """Forms more alike than those of the county at the school's own level.

    Each school's forms are held against sets of as many forms of all other schools, drawn with shares that bring
    their mean to the school's (see `analysis.quality.level.tilt`).
    """

    def judge(school: int) -> Surprise | None:
        own = np.flatnonzero(pool.school == school)
        others = np.flatnonzero(pool.school != school)
        if own.size < least or others.size < least:
            return None
        share = tilt(pool.mean[others], float(pool.mean[own].mean()))

        def draw(sets: int) -> Floats:
            batch = max(1, CELLS_AT_ONCE // (own.size * pool.shape[0]))
            sizes = [min(batch, sets - start) for start in range(0, sets, batch)]
            return np.concatenate(
                [uniformity(pool, others[draw_forms(share, (size, own.size), streams[school])]) for size in sizes]
            )

        return first_look(uniformity(pool, own[None, :])[0], draw, draws=draws)

    figures, sign = ("modal_share", "entropy", "variance"), np.array([1.0, -1.0, -1.0])
    return Draft("uniformity", figures, lambda drawn: sign * drawn, tuple(judge(each) for each in range(schools)))


def judge_bursts(
    arrivals: Arrivals,
    schools: int,
    least: int,
    draws: int,
    streams: tuple[np.random.Generator, ...],
    windows: tuple[float, ...] = (1800.0, 600.0),
) -> Draft:
    """More arrivals at once than the hours of the other schools make likely (scan statistic by drawing)."""
    usable = tuple(width for width in windows if width >= arrivals.resolution)

    def judge(school: int) -> Surprise | None:
        own = arrivals.school == school
        size = int(own.sum())
        if size < least or np.sum(~own) < least or not usable:
            return None
        profile = county_profile(arrivals.moment[~own])

        def figures(moments: Floats) -> Floats:
            return np.stack([largest_windows(moments, width) for width in usable], axis=1).astype(float)

        def draw(sets: int) -> Floats:
            return figures(draw_moments(profile, (sets, size), arrivals.resolution, streams[school]))

        return first_look(figures(arrivals.moment[own][None, :])[0], draw, draws=draws)

    names = tuple(f"burst_{width / 60:g}" for width in usable)
    return Draft("burst", names, lambda drawn: drawn, tuple(judge(each) for each in range(schools)))


def judge_pace(
    seconds: Floats,
    school: Integers,
    schools: int,
    least: int,
    draws: int,
    streams: tuple[np.random.Generator, ...],
) -> Draft:
    """Both fast and even: a low median and a small distance of the quartiles of the seconds, against the others.

    On the logarithmic scale, plus half a second, so that buckets of whole seconds do no harm.
    """
    known = ~np.isnan(seconds) & (school >= 0)

    def judge(place: int) -> Surprise | None:
        own = seconds[known & (school == place)]
        others = seconds[known & (school != place)]
        if own.size < least or others.size < least:
            return None

        def figures(times: Floats) -> Floats:
            low, middle, high = np.percentile(times, (25, 50, 75), axis=1)
            return -np.log(np.stack([middle, high - low], axis=1) + HALF)

        def draw(sets: int) -> Floats:
            return figures(streams[place].choice(others, (sets, own.size)))

        return first_look(figures(own[None, :])[0], draw, draws=draws, join="sum")

    figures_named, found = ("median_seconds", "iqr_seconds"), tuple(judge(each) for each in range(schools))
    return Draft("pace", figures_named, lambda drawn: np.exp(-drawn) - HALF, found)


def finish(draft: Draft, closer: Flags, *, most: int, enough: int) -> Family:
    """The p of each school, after a closer look (up to `most` draws) at those that `closer` (S,) names.

    A school that is not looked at more closely keeps the p of the first look, which cannot be very small.
    """
    schools, k = len(draft.surprises), len(draft.figures)
    observed, expected = np.full((schools, k), np.nan), np.full((schools, k), np.nan)
    p, draws = np.full(schools, np.nan), np.zeros(schools, np.int64)
    for school, first in enumerate(draft.surprises):
        if first is not None:
            found = look_closer(first, most=most, enough=enough) if closer[school] else first
            observed[school], expected[school] = draft.restore(found.observed), draft.restore(found.expected)
            p[school], draws[school] = found.p, found.draws
    tail = tail_among_schools(draft.z)
    return Family(draft.name, draft.figures, observed, expected, draft.z, np.maximum(p, tail), draws)


def judge_level(mean: Floats, school: Integers, judged: Flags, compared: Flags, schools: int, least: int) -> Family:
    """The judged group (parents) too high for the county, while the other group (students) of the school is not.

    Parameters
    ----------
    mean : (n,) person means, NaN where there is none
    school : (n,) int, -1 for none
    judged, compared : (n,) bool, the two groups
    schools : S
    least : fewest forms of each group

    Notes
    -----
    p is the upper tail of the gap between the groups, as a distance from the median gap over its standard error
    within schools - and 1 where the judged group is not itself among the highest of the county (upper tail of its
    mean over `HIGH`), because a gap may also come from students who are hard to please. A school that is good in
    everybody's eyes has no gap. Unequal numbers of answers and schools that differ by more than chance are allowed
    for (`tail_among_schools`).
    """
    high, error = _school_means(mean, school, judged, schools, least)
    other, other_error = _school_means(mean, school, compared, schools, least)
    gap = high - other
    up = _distance(np.where(np.isnan(gap), np.nan, high), error)
    apart = _distance(gap, np.hypot(error, other_error))
    not_high = tail_among_schools(up) > HIGH
    p = np.where(not_high & ~np.isnan(apart), 1.0, np.maximum(stats.norm.sf(apart), tail_among_schools(apart)))
    observed = np.stack([high, gap], axis=1)
    observed[np.isnan(gap)] = np.nan
    known = ~np.isnan(gap)
    usual = np.median(observed[known], axis=0) if known.any() else np.full(2, np.nan)
    expected = np.where(known[:, None], usual, np.nan)
    return Family("level", ("mean", "gap"), observed, expected, apart, p, np.zeros(schools, np.int64))


def _school_means(mean: Floats, school: Integers, inside: Flags, schools: int, least: int) -> tuple[Floats, Floats]:
    """Mean of each school and its standard error, from the variance within all schools together."""
    rows = np.flatnonzero(inside & (school >= 0) & ~np.isnan(mean))
    place, values = school[rows], mean[rows]
    count = np.bincount(place, minlength=schools)
    average = np.bincount(place, values, minlength=schools) / np.maximum(count, 1)
    within = np.square(values - average[place]).sum() / max(rows.size - int(np.sum(count > 0)), 1)
    enough = count >= least
    return np.where(enough, average, np.nan), np.sqrt(within / np.where(enough, count, np.nan))


def _distance(value: Floats, error: Floats) -> Floats:
    known = ~np.isnan(value)
    if not known.any():
        return np.full(value.shape, np.nan)
    return np.asarray((value - np.median(value[known])) / np.where(error > 0, error, np.nan))


def judge_comments(comments: Floats, repeated: Floats, least: int) -> Family:
    """More identical comments than the rate of the other schools makes likely.

    Parameters
    ----------
    comments : (S,) comments of each school
    repeated : (S,) those of them whose text another comment of the school has too
    least : fewest comments

    Notes
    -----
    Upper binomial tail at the rate (r + 1/2) / (c + 1) of all other schools. Leave out empty phrases ("none",
    "satisfied") before counting.
    """
    others, others_repeated = comments.sum() - comments, repeated.sum() - repeated
    rate = (others_repeated + 0.5) / (others + 1)
    enough = (comments >= least) & (others >= least)
    tail = stats.binom.sf(repeated - 1, np.maximum(comments, 1), rate)
    p = np.where(enough, np.maximum(tail, 1e-300), np.nan)
    z = distance_of(p)
    share = np.where(enough, repeated / np.maximum(comments, 1), np.nan)
    expected = np.where(enough, rate, np.nan)
    return Family(
        "comments",
        ("repeated_share",),
        share[:, None],
        expected[:, None],
        z,
        np.maximum(p, tail_among_schools(z)),
        np.zeros(comments.size, np.int64),
    )
