"""The numbers of a score as arrays, for screens that need no words and no intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring.county import County, county_of_counts, county_of_sample
from analysis.scoring.domain import Domains
from analysis.scoring.result import Figures
from analysis.scoring.schools import school_items
from analysis.scoring.variance import covariance, degrees_of_freedom, standard_errors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@overload
def figures(
    source: Sample,
    rule: ScoringRule,
    *,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    with_covariance: bool = False,
) -> Figures: ...
@overload
def figures(
    source: Counts,
    rule: ScoringRule,
    *,
    weight: Floats,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    with_covariance: bool = False,
) -> Figures: ...
def figures(
    source: Sample | Counts,
    rule: ScoringRule,
    *,
    weight: Floats | None = None,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    with_covariance: bool = False,
) -> Figures:
    """Rates, composites and their linearised errors, without intervals and words.

    Parameters
    ----------
    source : Sample or Counts
    rule : ScoringRule
    weight : (C,) float, of every person of a cell; only for Counts, a Sample has its own
    population, issued : see `score`
    with_covariance : whether the full covariance of the groups' items is wanted

    Returns
    -------
    Figures
        errors of schools x items are left out (NaN)

    Notes
    -----
    The same numbers as those of `score`, by the same code.

    Raises
    ------
    AnalysisError
        As `score` and `score_counts`; weights beside a sample, or none beside counts.
    """
    if isinstance(source, Sample) == (weight is not None):
        raise AnalysisError("figures", "a sample, or counts with the weight of each cell", "another combination")
    if isinstance(source, Sample):
        county = county_of_sample(source, rule, population, issued, detail=False)
    else:
        county = county_of_counts(source, rule, np.asarray(weight, float), population, issued, detail=False)
    return make_figures(county, with_covariance=with_covariance, errors_of_schools=False)


def make_figures(county: County, *, with_covariance: bool, errors_of_schools: bool) -> Figures:
    """The arrays of a county."""
    factor = np.append(county.heads.factor, county.heads.factor_pooled)[:, None]
    columns = _columns(county, county.domains, factor)
    value, se, n, df = (table[:-1] for table in columns)
    pooled = whole = [table[-1] for table in columns]
    if county.plan.rule.grouping != "pooled":
        whole = [table[0] for table in _columns(county, county.whole, np.ones((1, 1)))]
    names, cells, plan = county.names, county.cells, county.plan
    found = None
    if with_covariance:
        scale = np.repeat(county.heads.factor, plan.items)
        found = covariance(county.groups, cells, county.spread, plan.items) * np.outer(scale, scale)
    return Figures(
        groups=names.groups,
        items=tuple(each.item for each in plan.rule.items),
        dimensions=plan.dimensions,
        schools=names.schools,
        value=value,
        se=se,
        n=n.astype(np.int64),
        df=df.astype(np.int64),
        county=whole[0],
        county_se=whole[1],
        county_n=whole[2].astype(np.int64),
        county_df=whole[3].astype(np.int64),
        pooled=pooled[0],
        pooled_se=pooled[1],
        pooled_n=pooled[2].astype(np.int64),
        pooled_df=pooled[3].astype(np.int64),
        group_weight=county.weight,
        school_items=school_items(names, county.tally, county.sums, errors=errors_of_schools),
        covariance=found,
    )


def _columns(county: County, domains: Domains, factor: Floats) -> tuple[Floats, ...]:
    """Value, error, n and degrees of freedom: (D, E) each."""
    df = degrees_of_freedom(domains, county.cells)
    se = np.where((df > 0) & np.isfinite(domains.value), standard_errors(domains, county.cells) * factor, np.nan)
    return domains.value * factor, se, domains.n, df.astype(float)
