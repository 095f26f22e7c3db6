"""What scoring hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.results import Estimate, Notice
from analysis.rule import Verdict
from analysis.uncertainty import Bounds, CompositeBounds


@dataclass(frozen=True)
class ScoreRow:
    """One line of the table under the score. What is set says what it is about:

    group; dimension; group and dimension; item; group and item; school; school and group. A line without a group
    (and without a school) is for the whole county, put together from the groups as the composite is.

    `dont_know` and `missing` are weighted shares (0 to 1) of the answers asked for, on lines of groups and items.
    """

    group: str | None
    school: str | None
    dimension: str | None
    item: str | None
    estimate: Estimate
    dont_know: float | None
    missing: float | None


@dataclass(frozen=True)
class SchoolItems:
    """Every item in every school: L schools by J items, values and errors from 0 to 100.

    value : (L, J) NaN where nobody answered
    se    : (L, J) NaN where fewer than two answered, or where errors were not asked for
    n     : (L, J) people with a valid answer
    """

    value: NDArray[np.float64]
    se: NDArray[np.float64]
    n: NDArray[np.int64]


@dataclass(frozen=True)
class Figures:
    """The numbers of a score as arrays, from 0 to 100, without intervals.

    G groups; E = J + D + 1 estimates: the items, the dimensions, the index. NaN where a number is not defined; an error
    is not where there are no degrees of freedom.

    groups, items, dimensions, schools : names, in the order of the arrays
    value, se, n, df : (G, E) of each group
    county, county_se, county_n, county_df : (E,) groups put together by the rule's weights
    pooled, pooled_se, pooled_n, pooled_df : (E,) all people together, whatever their group
    group_weight : (G,) as used, sums to 1
    school_items : rates of schools x items
    covariance : (G J, G J) of the groups' items, group by group; None where it was not asked for
    """

    groups: tuple[str, ...]
    items: tuple[str, ...]
    dimensions: tuple[str, ...]
    schools: tuple[str, ...]
    value: NDArray[np.float64]
    se: NDArray[np.float64]
    n: NDArray[np.int64]
    df: NDArray[np.int64]
    county: NDArray[np.float64]
    county_se: NDArray[np.float64]
    county_n: NDArray[np.int64]
    county_df: NDArray[np.int64]
    pooled: NDArray[np.float64]
    pooled_se: NDArray[np.float64]
    pooled_n: NDArray[np.int64]
    pooled_df: NDArray[np.int64]
    group_weight: NDArray[np.float64]
    school_items: SchoolItems
    covariance: NDArray[np.float64] | None


@dataclass(frozen=True)
class Silence:
    """What those who did not answer could change. Shares and gaps from 0 to 1, as in `analysis.uncertainty`.

    groups    : names, in the order of `bounds`
    bounds    : of each group's index
    composite : of the composite; None where the people of a group that counts are not known
    """

    groups: tuple[str, ...]
    bounds: Bounds
    composite: CompositeBounds | None


@dataclass(frozen=True)
class Score:
    """The score of a county under one version of a scorecard, everything from 0 to 100.

    composite       groups put together by the rule's weights
    pooled          all people together, by their weights, whatever their group
    verdict         the composite's interval against the threshold; `verdict_pooled` likewise
    reached         whether the composite itself, unrounded, is at the threshold; None where it is not defined
    group_weight    as used, sums to 1
    missing_groups  groups that should be there and gave no valid answer
    comparable      False where groups are missing, so that weights had to be rescaled
    term            the composite where every school took part and this county in this term is meant: only who
                    answered within schools is chance. None without the frame, or from counts
    silence         how far those who did not answer could move it; None without head-counts
    figures         all of it as arrays, with the covariance of the groups' items and every school x item
    """

    rule: str
    version: int
    level: float
    composite: Estimate
    pooled: Estimate
    verdict: Verdict
    verdict_pooled: Verdict
    reached: bool | None
    threshold: float
    comparison: Literal[">=", ">"]
    band: str | None
    group_weight: Mapping[str, float]
    missing_groups: tuple[str, ...]
    comparable: bool
    rows: tuple[ScoreRow, ...]
    notices: tuple[Notice, ...]
    term: Estimate | None = None
    silence: Silence | None = None
    figures: Figures | None = field(default=None, compare=False, repr=False)
