"""Whether domains lie at the same height: their means, or their ranks."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import special, stats

from analysis import intervals
from analysis.arguments import checked
from analysis.comparison.wald import (
    FEW,
    Flags,
    check_codes,
    check_freedom,
    check_values,
    degrees,
    present_codes,
    quadratic,
)
from analysis.design import Design, Floats, Integers
from analysis.errors import AnalysisError
from analysis.estimation import combine, in_domains, kish_size, mean
from analysis.results import HypothesisTest, Notice
from analysis.variance import Lone, covariance

Scores = Literal["wilcoxon", "van-der-waerden", "median"]
Ties = Literal["weighted", "file-order"]
ROUNDING = 1e-12  # standard errors this small beside the values, and ranks this near the middle, are rounding


@checked
def compare_means(
    design: Design, values: Floats, domain: Integers, *, level: float = 0.95, lone: Lone = "error"
) -> HypothesisTest:
    """Test whether two or more domains have the same mean.

    Parameters
    ----------
    design : Design
    values : (n,) float; NaN where there is no valid answer
    domain : (n,) int, from 0; below 0 in none
    level : of the interval of a difference
    lone : see `analysis.variance.covariance`

    Returns
    -------
    HypothesisTest; for two domains Student's t, with `value` = mean of the second minus mean of the first (in the
    order of their codes), its `se` and Wald-t limits; for more an F

    Notes
    -----
    The test of the coefficient of domain in a weighted regression: d = m_2 - m_1, t = d / se(d) with nu - 1 degrees
    of freedom, nu = clusters minus strata with a row used; the covariance between the domains is in se(d). For K
    domains F = d' V_d^-1 d / (K - 1) with K - 1 and nu - (K - 1). Codes that nobody has are left out. Values need not
    be normal: with many clusters means are nearly so.

    Raises
    ------
    AnalysisError
        Shapes, infinite values, fewer than two domains with valid values, no degrees of freedom, differences that do
        not vary between clusters.

    Notices
    -------
    empty_category (domains); few_clusters (domains): their own degrees of freedom are under 8.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Lumley 2010, Complex Surveys.
    """
    check_codes("compare_means", design, domain=domain)
    values = check_values("compare_means", design, values)
    inside = np.isfinite(values) & (domain >= 0)
    return _compare("compare_means", "difference of means", design, values, domain, inside, level, lone)


@checked
def compare_ranks(
    design: Design,
    values: Floats,
    domain: Integers,
    *,
    scores: Scores = "wilcoxon",
    ties: Ties = "weighted",
    level: float = 0.95,
    lone: Lone = "error",
) -> HypothesisTest:
    """Test whether two or more domains have the same distribution, by the ranks of the population.

    Parameters
    ----------
    design, values, domain, level, lone : as in `compare_means`; only the order of the values counts
    scores : of the ranks R as shares of the population: `wilcoxon` R (for more than two domains the Kruskal-Wallis
        test), `van-der-waerden` the normal quantile of R, `median` whether R is above one half
    ties : see `population_ranks`

    Returns
    -------
    HypothesisTest; for two domains Student's t, with `value` = mean score of the second minus that of the first

    Notes
    -----
    Ranks of the population are estimated from all rows used, and then compared like values by `compare_means`: under
    the hypothesis of equal distributions, that the ranks are estimated does not change the variance to first order.
    For answers from 1 to 5 the many ties are no difficulty: no table of ranks is used.

    Raises
    ------
    AnalysisError
        As `compare_means`.

    Notices
    -------
    empty_category (domains), few_clusters (domains).

    References
    ----------
    Lumley & Scott 2013, Biometrika 100:831.
    """
    check_codes("compare_ranks", design, domain=domain)
    values = check_values("compare_ranks", design, values)
    inside = np.isfinite(values) & (domain >= 0)
    score = np.full(values.shape, np.nan)
    share = population_ranks(values[inside], design.weight[inside], ties=ties)
    if scores == "wilcoxon":
        score[inside] = share
    elif scores == "van-der-waerden":
        score[inside] = special.ndtri(share)
    else:
        score[inside] = share > 0.5 + ROUNDING
    return _compare(
        "compare_ranks", f"difference of mean rank scores ({scores})", design, score, domain, inside, level, lone
    )


@checked
def population_ranks(values: Floats, weight: Floats, *, ties: Ties = "weighted") -> Floats:
    """Estimated ranks in the population, as shares of it.

    Parameters
    ----------
    values : (n,) float, no NaN
    weight : (n,) float, > 0
    ties : `weighted`, everybody with the same value gets the weighted middle of the tie, whatever the order of the
        rows; `file-order`, the plain average over the tie of (weights cumulated in the order of the rows, minus half
        the own weight): what R's svyranktest computes. It depends on the order of the rows where weights differ
        within a tie; with equal weights both are the same

    Returns
    -------
    (n,) float between 0 and 1: R(y) = (sum w 1[y_i < y] + sum w 1[y_i = y] / 2) / sum w

    Raises
    ------
    AnalysisError
        Shapes, NaN among the values, weights that are not positive and finite.
    """
    if values.ndim != 1 or values.shape != weight.shape or not values.size:
        raise AnalysisError("population_ranks", "values and weights (n,)", f"shapes {values.shape}, {weight.shape}")
    if np.isnan(values).any() or not np.all(np.isfinite(weight) & (weight > 0)):
        raise AnalysisError("population_ranks", "known values and positive, finite weights", "others")
    order = np.argsort(values, kind="stable")
    _, tie = np.unique(values, return_inverse=True)
    middle = np.empty(values.size)
    middle[order] = np.cumsum(weight[order]) - weight[order] / 2
    if ties == "file-order":
        rank = np.bincount(tie, middle) / np.bincount(tie)
    else:
        size = np.bincount(tie, weight)
        rank = np.cumsum(size) - size / 2
    return np.asarray(rank[tie] / weight.sum())


def _compare(
    where: str, what: str, design: Design, values: Floats, domain: Integers, inside: Flags, level: float, lone: Lone
) -> HypothesisTest:
    label, position, absent = present_codes(domain, inside)
    if label.size < 2:
        hint = "a domain without valid values cannot be compared"
        raise AnalysisError(where, "2 or more domains with valid values", str(label.size), hint)
    means = mean(design, in_domains(values, position, label.size))
    contrast = np.hstack([-np.ones((label.size - 1, 1)), np.eye(label.size - 1)])
    statistic = combine(means, contrast)
    ndf = label.size - 1
    ddf = int(degrees(design, inside[:, None])[0]) - ndf
    check_freedom(where, ddf)
    spread = covariance(design, statistic.influence, lone=lone, inside=inside[:, None])
    se = np.sqrt(np.diag(spread))
    if np.any(se <= ROUNDING * np.abs(values[inside]).max()):
        hint = "all answers equal, or every cluster shows the same difference: report it without a test"
        raise AnalysisError(where, "differences that vary between clusters", "standard error 0", hint)
    two = ndf == 1
    low, high = intervals.wald(statistic.value[0], se[0], ddf, level) if two else (None, None)
    found = float(statistic.value[0] / se[0]) if two else quadratic(where, statistic.value, spread) / ndf
    return HypothesisTest(
        statistic=found,
        ndf=ndf,
        ddf=ddf,
        p=float(2 * stats.t.sf(abs(found), ddf) if two else stats.f.sf(found, ndf, ddf)),
        n=int(inside.sum()),
        n_eff=float(kish_size(design.weight, inside[:, None])[0]),
        method=f"{what}, {'t' if two else 'F'}",
        value=float(statistic.value[0]) if two else None,
        se=float(se[0]) if two else None,
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        level=level,
        interval="wald-t" if two else "none",
        notices=_notices(absent, label[degrees(design, means.inside) < FEW]),
    )


def _notices(absent: list[int], few: Integers) -> tuple[Notice, ...]:
    found = (("empty_category", absent), ("few_clusters", few.tolist()))
    return tuple(Notice(code, {"domains": domains}) for code, domains in found if domains)
