"""How much changed from one campaign to the next, with the schools that took part in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from analysis import intervals
from analysis.arguments import checked
from analysis.comparison.rounds import Labels, Round, representatives, shared_codes
from analysis.comparison.wald import Flags
from analysis.design import Floats, Integers, number, number_clusters, sum_by
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, combine, estimate
from analysis.results import Estimates, Notice
from analysis.variance import Lone, deviations, residuals

NO_SPREAD = 1e-12  # variance of a change beside those of its parts that is rounding
Composites = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Change:
    """k changes, after minus before, in the unit of the statistics.

    names       : (k,) of the statistics in both rounds, then of the composites
    before      : Estimates of k in the first round
    after       : Estimates of k in the second
    difference  : Estimates of after - before; `n` counts the rows of both, effective sizes and design effects
                  are NaN
    correlation : (k,) float, between the two estimates, from the shared clusters; NaN where an error is 0
                  or has no degrees of freedom
    se_separate : (k,) float, the error if no cluster were shared
    p           : (k,) float, two-sided, t(df); NaN where there is no interval
    clusters    : clusters in both rounds, only before, only after
    notices     : only_before (names), only_after (names), composite_rescaled (composite, missing, share),
                  no_shared_clusters, stratum_changed (codes), one_cluster (columns), no_spread (columns)
    """

    names: tuple[str, ...]
    before: Estimates
    after: Estimates
    difference: Estimates
    correlation: Floats
    se_separate: Floats
    p: Floats
    clusters: tuple[int, int, int]
    notices: tuple[Notice, ...] = ()


@checked
def change(
    before: Round,
    after: Round,
    *,
    composites: Composites | None = None,
    level: float = 0.95,
    lone: Lone = "error",
) -> Change:
    """Estimate the change of every statistic that both rounds have, and of weighted sums of them.

    Parameters
    ----------
    before, after : Round, clusters matched by code, statistics by name
    composites : weighted sums by name, each a weight for names of statistics
    level : of the intervals
    lone : what to do with a lone cluster, see `analysis.variance.covariance`; such strata add no covariance

    Returns
    -------
    Change

    Notes
    -----
    d = r_after - r_before, var(d) = V_before + V_after - 2 C. Each V is that of its own round, with its own strata,
    finite population, second stage and calibration. C sums over the shared clusters i the products of deviations

        a_i = sqrt((1 - f_h) n_h / (n_h - 1)) (z_i - zbar_h)

    of the two rounds, each within the stratum that the cluster had in that round: a stratum may change. With the same
    schools and strata in both this is the variance of the pooled sample with the round as a domain; with no shared
    school it is that of two independent samples; it is never negative.
    People are taken as drawn anew in each round: the second stage adds no covariance. Degrees of freedom add up, less
    those of the shared clusters: df_before + df_after - (shared clusters - their strata).

    A school in one round only belongs to that round's estimate. To hold the schools constant, put NaN for the rows of
    all others and compare both results. Only statistics in both rounds are compared. A composite whose parts are not
    all in both is made of those that are, in both rounds, with weights scaled up to the same sum: it is no longer the
    published one, and has a Notice.

    Raises
    ------
    AnalysisError
        No statistic in both rounds; a composite of unknown names, weights that are not finite, or nothing left of it;
        a composite named as a statistic; what `estimate` raises.

    References
    ----------
    Kish 1965, Survey Sampling, on overlapping samples. Binder 1983, International Statistical Review 51:279.
    """
    names = tuple(name for name in before.names if name in after.names)
    wanted = composites or {}
    _check(before, after, names, wanted)
    weights, rescaled = _weights(names, wanted)
    statistics = [_select(each, names, weights) for each in (before, after)]
    one, other = (
        estimate(each.design, statistic, level=level, lone=lone)
        for each, statistic in zip((before, after), statistics, strict=True)
    )
    codes = shared_codes(before, after)
    shared = _shared(before, statistics[0], codes), _shared(after, statistics[1], codes)
    notices = (*_only(before, after), *rescaled, *_schools(before, after, codes))
    return _compare((*names, *wanted), one, other, shared, _count(before, after, codes), notices)


def _check(before: Round, after: Round, names: tuple[str, ...], composites: Composites) -> None:
    if not isinstance(composites, Mapping):
        raise AnalysisError("change", "composites: weights by name, by composite", type(composites).__name__)
    known, problems = {*before.names, *after.names}, []
    if not names:
        problems.append("no statistic that is in both rounds")
    for composite, parts in composites.items():
        if not isinstance(parts, Mapping):
            problems.append(f"composite {composite}: {parts!r:.30} instead of a weight for each name")
            continue
        unknown = sorted(set(parts) - known)
        if unknown:
            problems.append(f"composite {composite}: nothing is called {', '.join(unknown)}")
        elif not all(np.isfinite(weight) for weight in parts.values()):
            problems.append(f"composite {composite}: weights that are not finite")
        elif not _scalable(parts, names):
            problems.append(f"composite {composite}: cannot be made of what is in both rounds")
        if composite in known:
            problems.append(f"composite {composite}: a statistic has this name")
    if problems:
        raise AnalysisError(
            "change", "statistics and composites of both rounds", "; ".join(problems), "match the names"
        )


def _scalable(parts: Mapping[str, float], names: tuple[str, ...]) -> bool:
    """Whether some weight lies on the names, and where others are missing also more than none of the sum."""
    kept = [weight for name, weight in parts.items() if name in names]
    if len(kept) == len(parts):
        return any(kept)
    return sum(kept) * sum(parts.values()) > 0


def _weights(names: tuple[str, ...], composites: Composites) -> tuple[Floats, list[Notice]]:
    """(m, k) weights of the composites over the statistics in both rounds, scaled up where some are missing."""
    table, notices = np.zeros((len(composites), len(names))), []
    for place, (composite, parts) in enumerate(composites.items()):
        table[place] = [parts.get(name, 0.0) for name in names]
        missing = [name for name in parts if name not in names]
        if missing:
            share = table[place].sum() / sum(parts.values())
            table[place] /= share
            notices.append(
                Notice("composite_rescaled", {"composite": composite, "missing": missing, "share": float(share)})
            )
    return table, notices


def _select(given: Round, names: tuple[str, ...], weights: Floats) -> Statistic:
    """The statistics of these names, and the composites of them."""
    chosen = np.array([[name == other for other in given.names] for name in names], float)
    found = combine(given.statistic, np.vstack([chosen, weights @ chosen]))
    return replace(found, method=given.statistic.method)


def _only(before: Round, after: Round) -> list[Notice]:
    found = []
    for code, one, other in (("only_before", before, after), ("only_after", after, before)):
        names = [name for name in one.names if name not in other.names]
        if names:
            found.append(Notice(code, {"names": names}))
    return found


def _schools(before: Round, after: Round, shared: Labels) -> list[Notice]:
    if not shared.size:
        return [Notice("no_shared_clusters", {})]
    one, other = (each.stratum[_rows_of(each, shared)] for each in (before, after))
    moved = shared[one != other]
    return [Notice("stratum_changed", {"codes": moved.tolist()})] if moved.size else []


def _count(before: Round, after: Round, shared: Labels) -> tuple[int, int, int]:
    """Clusters in both, only before, only after."""
    one, other = (np.unique(each.design.cluster).size - shared.size for each in (before, after))
    return shared.size, one, other


def _rows_of(given: Round, codes: Labels) -> Integers:
    """One row of each of the clusters with these codes."""
    rows = representatives(number(given.design.cluster)[1])
    order = np.argsort(given.code[rows])
    return np.asarray(rows[order][np.searchsorted(given.code[rows][order], codes)], np.int64)


@dataclass(frozen=True)
class _Shared:
    """The m shared clusters as one round has them, in the order of their codes.

    deviation : (m, k) scaled distances of their totals from their stratum's mean; present: (m, k), whether somebody
    answered; stratum: (m,)
    """

    deviation: Floats
    present: Flags
    stratum: Integers


def _shared(given: Round, statistic: Statistic, codes: Labels) -> _Shared:
    clusters = number_clusters(given.design)
    size = clusters.stratum.size
    totals = sum_by(clusters.row, residuals(given.design, statistic.influence), size)
    deviation = deviations(clusters, totals, lone="certainty")  # a lone school has no partner to vary with
    present = sum_by(clusters.row, statistic.inside.astype(float), size) > 0
    at = clusters.row[_rows_of(given, codes)]
    return _Shared(deviation[at], present[at], clusters.stratum[at])


def _compare(
    names: tuple[str, ...],
    before: Estimates,
    after: Estimates,
    shared: tuple[_Shared, _Shared],
    clusters: tuple[int, int, int],
    notices: tuple[Notice, ...],
) -> Change:
    together = shared[0].deviation.T @ shared[1].deviation
    df = before.df + after.df - _shared_freedom(*shared)
    difference = _difference(before, after, together, df)
    product, se = before.se * after.se * (np.minimum(before.df, after.df) >= 1), difference.se
    defined = np.isfinite(difference.low)
    p = np.full(df.size, np.nan)
    p[defined] = 2 * stats.t.sf(np.abs(difference.value[defined]) / se[defined], df[defined])
    return Change(
        names=names,
        before=before,
        after=after,
        difference=difference,
        correlation=np.diag(together) / np.where(product > 0, product, np.nan),
        se_separate=np.hypot(before.se, after.se),
        p=p,
        clusters=clusters,
        notices=(*notices, *difference.notices),
    )


def _shared_freedom(one: _Shared, other: _Shared) -> Integers:
    """(k,) shared clusters with answers in both rounds, minus the strata they lie in (in the round with fewer)."""
    both = one.present & other.present
    strata = [[np.unique(each.stratum[column]).size for column in both.T] for each in (one, other)]
    return np.asarray(both.sum(axis=0) - np.min(strata, axis=0), np.int64)


def _difference(before: Estimates, after: Estimates, together: Floats, df: Integers) -> Estimates:
    apart = before.covariance + after.covariance
    spread = apart - together - together.T
    still = np.diag(spread) <= NO_SPREAD * np.diag(apart)
    spread[still, :] = spread[:, still] = 0.0
    alone = (before.df < 1) | (after.df < 1)
    se = np.sqrt(np.diag(spread))
    low, high = intervals.wald(after.value - before.value, np.where(still | alone, np.nan, se), df, before.level)
    found = (("one_cluster", alone), ("no_spread", still & ~alone))
    return Estimates(
        value=after.value - before.value,
        covariance=spread,
        low=low,
        high=high,
        interval=tuple(np.where(np.isfinite(low), "wald-t", "none").tolist()),
        n=before.n + after.n,
        n_eff=np.full(df.size, np.nan),
        df=df,
        deff=np.full(df.size, np.nan),
        deff_replace=np.full(df.size, np.nan),
        level=before.level,
        method=f"change of {before.method}; schools matched by code",
        notices=tuple(Notice(code, {"columns": np.flatnonzero(at).tolist()}) for code, at in found if at.any()),
    )
