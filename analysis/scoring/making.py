"""From answers, or from counts of them, to the score of a county."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring.arrays import make_figures
from analysis.scoring.county import County, county_of_counts, county_of_sample
from analysis.scoring.intervals import COMBINED, estimates
from analysis.scoring.result import Score
from analysis.scoring.rows import county_rows, group_rows, missing_groups, notices
from analysis.scoring.schools import school_rows
from analysis.scoring.silence import what_silence_hides
from analysis.scoring.tally import shares_by_group
from analysis.scoring.term import term_estimate
from analysis.scoring.verdicts import decide, find_band, reaches

Floats = NDArray[np.float64]


def score(
    sample: Sample,
    rule: ScoringRule,
    *,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    level: float = 0.95,
) -> Score:
    """Score a county by one scorecard.

    Parameters
    ----------
    sample : Sample
        n people by J items, with their design and final weights; `groups` names every group that is surveyed
    rule : ScoringRule
        values of the options (0 to 100), what is counted, how items, dimensions and groups are put together
    population : Population, optional
        people of the frame; needed by the denominator `roster`, else only for the return rate
    issued : mapping of group to head-count, optional
        questionnaires given out; needed by the denominator `issued`, else only for the return rate
    level : float
        of the intervals

    Returns
    -------
    Score
        values, standard errors and limits from 0 to 100, shares of "don't know" and of blanks from 0 to 1

    Notes
    -----
    Per group g and item j the Hájek ratio p_gj = sum w m y / sum w m; per group the index sum_j c_gj p_gj with
    weights rescaled over what the group was asked; the composite sum_g W_g sum_j c_gj p_gj. Its variance is that of
    the totals of the influence values z_k = sum_j W_g c_gj w m (y - p_gj) / sum w m over schools within strata, so
    items and groups of one school are correlated as they are. Units `answer` and `respondent` have ratios of their own.
    Denominators `issued` and `roster`: everybody counts once (weights are not used), an answer without a value counts
    0, and the mean over the r who answered is multiplied by the return rate r / H, taken as known.
    Strata with one cluster are merged with their neighbour (`analysis.strata.collapse`; `strata` should stand in an
    order in which neighbours are alike) and a notice says so. Intervals: `analysis.intervals.choose`.
    Assumes people answer independently of what they would say, within the cells that the weights adjust for.

    Raises
    ------
    AnalysisError
        An empty sample, shapes, codes that an item does not have, a cluster in two strata, a missing head-count.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling. Korn & Graubard 1998, Survey Methodology 24:193. Kish 1965, Survey Sampling.
    """
    return _finish(county_of_sample(sample, rule, population, issued), population, level)


def score_counts(
    counts: Counts,
    rule: ScoringRule,
    *,
    weight: Floats,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    level: float = 0.95,
) -> Score:
    """Score a county from counts of its answers, where all people of a cell have the same weight.

    Parameters
    ----------
    counts : Counts
        see `analysis.counting.count_answers`
    rule : ScoringRule
        of any unit but `respondent`
    weight : (C,) float
        of every person of a cell, see `analysis.weighting.cell_weights`
    population, issued, level : see `score`

    Returns
    -------
    Score
        that which `score` gives for the answers themselves

    Notes
    -----
    The sums of `score` follow from counts, and everything after the sums is the same. Two things do not follow: the
    unit `respondent`, and the error of a school's index over several items, a sum over the answers of one person; it is
    None then, and a notice (`no_error_from_counts`) says on how many lines.

    Raises
    ------
    AnalysisError
        Counts or weights that do not fit, the unit `respondent`, codes that an item does not have, no head-count.

    References
    ----------
    As `score`.
    """
    return _finish(county_of_counts(counts, rule, weight, population, issued), population, level)


def _finish(county: County, population: Population | None, level: float) -> Score:
    rule, names, cells = county.plan.rule, county.names, county.cells
    heads = county.heads
    (pooled,) = estimates(county.pooled, cells, level, factor=np.array([heads.factor_pooled]))
    whole = pooled
    if rule.grouping != "pooled":
        (whole,) = estimates(county.whole, cells, level, method=COMBINED)
    composite, missing = whole[-1], missing_groups(county, population)
    lines, unknown = school_rows(names, county.tally, county.sizes, population, level)
    own = estimates(county.groups, cells, level, factor=heads.factor)
    shares = shares_by_group(county.tally, len(names.groups))
    term, alone = term_estimate(county, composite, population) if population is not None else (None, ())
    return Score(
        rule=rule.name,
        version=rule.version,
        level=level,
        composite=composite,
        pooled=pooled[-1],
        verdict=decide(composite, rule.threshold, rule.comparison),
        verdict_pooled=decide(pooled[-1], rule.threshold, rule.comparison),
        reached=None if composite.value is None else reaches(composite.value, rule.threshold, rule.comparison),
        threshold=rule.threshold,
        comparison=rule.comparison,
        band=find_band(composite.value, rule),
        group_weight={group: float(w) for group, w in zip(names.groups, county.weight, strict=True) if w > 0},
        missing_groups=missing,
        comparable=not missing,
        rows=(*county_rows(county, whole, shares), *group_rows(county, own, shares), *lines),
        notices=(*county.merged, *notices(county, missing, composite, shares), *unknown, *alone),
        term=term,
        silence=what_silence_hides(county),
        figures=make_figures(county, with_covariance=True, errors_of_schools=True),
    )
