"""Every domain against every other, with the price of many tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis import intervals
from analysis.arguments import checked
from analysis.comparison.wald import FEW, check_codes, check_values, degrees, present_codes
from analysis.design import Design, Floats, Integers
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, in_domains, mean
from analysis.results import Notice
from analysis.variance import Lone, covariance

Correction = Literal["holm", "benjamini-hochberg", "bonferroni", "benjamini-yekutieli"]
NO_SPREAD = 1e-14  # variance of a difference beside those of its parts that is rounding


@dataclass(frozen=True)
class Pairs:
    """m differences between domains, in the unit of the values.

    first, second : (m,) int, codes of the domains; first < second
    value         : (m,) float, first minus second
    se            : (m,) float, with the covariance of the two; NaN where one has no degrees of freedom
    low, high     : (m,) float, each at `level` by itself; NaN where not defined
    p             : (m,) float, two-sided, of one pair alone; NaN where not defined
    p_holm        : (m,) float, Holm: the chance of any false difference among all pairs
    p_bh          : (m,) float, Benjamini-Hochberg: the expected share of false differences among those shown
    df            : degrees of freedom of the design over all domains
    n             : (m,) int, rows with a valid value in either
    """

    first: Integers
    second: Integers
    value: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats
    p_holm: Floats
    p_bh: Floats
    df: int
    n: Integers
    level: float
    method: str
    interval: str
    notices: tuple[Notice, ...] = ()


@checked
def adjust(p: Floats, correction: Correction) -> Floats:
    """Probabilities corrected for their number.

    Parameters
    ----------
    p : (m,) float, 0 to 1; NaN where there was no test: it stays NaN and does not count
    correction : `holm` or `bonferroni` (family-wise), `benjamini-hochberg` or `benjamini-yekutieli` (false discovery
        rate; the latter under any dependence)

    Returns
    -------
    (m,) float; equal p stay equal, larger p stay larger or equal

    Notes
    -----
    Holm: the largest of (m - i + 1) p_(i) over all not larger, at most 1. Benjamini-Hochberg: the smallest of
    m p_(i) / i over all not smaller, at most 1; Benjamini-Yekutieli times 1 + 1/2 + ... + 1/m.

    Raises
    ------
    AnalysisError
        A p outside 0 to 1.

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6:65. Benjamini & Hochberg 1995, JRSS-B 57:289.
    """
    p = np.asarray(p, float)
    known = np.isfinite(p)
    if p.ndim != 1 or np.any(np.isinf(p)) or np.any((p[known] < 0) | (p[known] > 1)):
        raise AnalysisError("adjust", "probabilities (m,) from 0 to 1", f"shape {p.shape} or values outside")
    corrected = np.full(p.shape, np.nan)
    if known.any():
        corrected[known] = _corrected(p[known], correction)
    return corrected


def _corrected(p: Floats, correction: Correction) -> Floats:
    if correction == "bonferroni":
        return np.minimum(p * p.size, 1.0)
    if correction == "holm":
        order = np.argsort(p, kind="stable")
        stepped = np.empty(p.size)
        stepped[order] = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
        return np.minimum(stepped, 1.0)
    method: Literal["bh", "by"] = "bh" if correction == "benjamini-hochberg" else "by"
    return np.asarray(stats.false_discovery_control(p, method=method))


@checked
def compare_domains(
    design: Design, values: Floats, domain: Integers, *, level: float = 0.95, lone: Lone = "error"
) -> Pairs:
    """The differences of the means of all pairs of domains.

    Parameters
    ----------
    design : Design
    values : (n,) float; NaN where there is no valid answer
    domain : (n,) int, from 0; below 0 in none
    level, lone : as in `compare_pairs`

    Returns
    -------
    Pairs of the codes that somebody has with a valid value

    Raises
    ------
    AnalysisError
        As `compare_pairs`; infinite values; fewer than two domains with valid values.

    Notices
    -------
    empty_category (domains), few_clusters (pairs), no_spread (pairs).
    """
    check_codes("compare_domains", design, domain=domain)
    values = check_values("compare_domains", design, values)
    inside = np.isfinite(values) & (domain >= 0)
    label, position, absent = present_codes(domain, inside)
    if label.size < 2:
        raise AnalysisError("compare_domains", "2 or more domains with valid values", str(label.size))
    means = mean(design, in_domains(values, position, label.size))
    left_out = (Notice("empty_category", {"domains": absent}),) if absent else ()
    return _pairs(design, means, label, level, lone, left_out)


@checked
def compare_pairs(design: Design, statistic: Statistic, *, level: float = 0.95, lone: Lone = "error") -> Pairs:
    """The differences of all pairs of k statistics: means of domains, composites of townships, shares.

    Parameters
    ----------
    design : Design
    statistic : Statistic of k, two or more; `first` and `second` are positions in it
    level : of each interval by itself
    lone : see `analysis.variance.covariance`

    Returns
    -------
    Pairs

    Notes
    -----
    d = r_a - r_b, var(d) = V_aa + V_bb - 2 V_ab: groups that answer in the same school are correlated. t = d / se
    with nu degrees of freedom, nu = clusters minus strata with a row in any of the k, the same for all pairs, so that
    pairs can be compared. A pair of which one lies in so few clusters that its own degrees of freedom are under 8 has a
    Notice; with none, or where nothing varies, the pair has no interval and no p and does not count in the
    corrections.

    Raises
    ------
    AnalysisError
        Fewer than two statistics; what `covariance` raises; a level outside 0 to 1.

    Notices
    -------
    few_clusters (pairs), no_spread (pairs); pairs are [first, second].

    References
    ----------
    Korn & Graubard 1999, Analysis of Health Surveys. Holm 1979. Benjamini & Hochberg 1995, JRSS-B 57:289.
    """
    if statistic.value.size < 2:
        raise AnalysisError("compare_pairs", "2 or more statistics", str(statistic.value.size))
    return _pairs(design, statistic, np.arange(statistic.value.size), level, lone, ())


def _pairs(
    design: Design, statistic: Statistic, label: Integers, level: float, lone: Lone, notices: tuple[Notice, ...]
) -> Pairs:
    spread = covariance(design, statistic.influence, lone=lone, inside=statistic.inside)
    one, other = np.triu_indices(label.size, 1)
    each = np.diag(spread)
    parts = each[one] + each[other]
    variance = parts - 2 * spread[one, other]
    se = np.sqrt(np.where(variance > NO_SPREAD * parts, variance, 0.0))
    value = statistic.value[one] - statistic.value[other]
    either = statistic.inside[:, one] | statistic.inside[:, other]
    each_df, anywhere = degrees(design, statistic.inside), np.asarray(statistic.inside.any(axis=1))
    own, df = np.minimum(each_df[one], each_df[other]), int(degrees(design, anywhere[:, None])[0])
    defined = np.asarray((se > 0) & (own >= 1))
    p = np.full(value.size, np.nan)
    p[defined] = 2 * stats.t.sf(np.abs(value[defined]) / se[defined], df)
    low, high = intervals.wald(value, np.where(defined, se, np.nan), np.full(value.size, df), level)
    codes = np.column_stack([label[one], label[other]])
    return Pairs(
        first=codes[:, 0],
        second=codes[:, 1],
        value=value,
        se=np.where(own >= 1, se, np.nan),
        low=low,
        high=high,
        p=p,
        p_holm=adjust(p, "holm"),
        p_bh=adjust(p, "benjamini-hochberg"),
        df=df,
        n=either.sum(axis=0),
        level=level,
        method=f"differences of {statistic.method}; linearised, full covariance, t",
        interval="wald-t",
        notices=notices + _notices(codes, own < FEW, ~defined),
    )


def _notices(codes: Integers, few: NDArray[np.bool_], undefined: NDArray[np.bool_]) -> tuple[Notice, ...]:
    found = (("few_clusters", few), ("no_spread", undefined))
    return tuple(Notice(code, {"pairs": codes[at].tolist()}) for code, at in found if at.any())
