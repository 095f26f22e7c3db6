"""A scorecard made ready for arrays (from YAML by `surveys.scorecards`). All scores are on a scale of 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Unit = Literal["item", "answer", "respondent", "overall"]
Grouping = Literal["pooled", "equal", "fixed", "quota"]
Denominator = Literal["valid", "issued", "roster"]
Verdict = Literal["met", "not_met", "not_enough_evidence"]


@dataclass(frozen=True)
class ItemRule:
    """How one item counts. `values[code]` is what an answer is worth, 0 to 100 (a share: 0 or 100).

    NaN leaves numerator and denominator. Index 0 is a blank answer (frame.MISSING); 255 (NOT_ASKED) is always NaN.
    Direction is already applied. `positive` keeps which codes count as satisfied, for display.
    `overall` marks the overall question: no part of any dimension unless `dimension` says so.
    `dont_know` are the codes whose share is reported beside the score. `codes` are all options of the item (with
    "don't know", without blank); None: every code that has a value, is positive or is a "don't know".
    """

    item: str
    dimension: str | None
    values: NDArray[np.float64]  # (256,)
    positive: frozenset[int]
    weight: float = 1.0
    overall: bool = False
    dont_know: frozenset[int] = frozenset({9})
    codes: frozenset[int] | None = None


@dataclass(frozen=True)
class MajorityRule:
    """A verdict by votes against the roster, one vote each, those who did not vote included in the roster.

    The band is the first level, best first, at which the votes for it and for all better levels together reach
    `share` of the roster (`>=`); `otherwise` where none does.

    levels : (level id, option codes that are votes for it), best first
    share  : of the roster, 0 to 1
    """

    levels: tuple[tuple[str, frozenset[int]], ...]
    otherwise: str
    share: float = 0.5


@dataclass(frozen=True)
class ScoringRule:
    """One scorecard version over the items of one campaign.

    unit        item: per-item ratios, then items -> dimensions -> group; answer: all answers of a person pooled;
                respondent: 100 where a person's own weighted mean over at least `respondent_minimum` valid items
                is >= `respondent_threshold` (0 to 100), else 0; overall: the overall question only
    grouping    how groups make the composite; `group_weight` for fixed and quota, need not sum to 1
    denominator valid: people with a valid value; issued, roster: the head-counts given beside the sample
    by_dimension  True: items -> dimensions -> group; False: items -> group at once, each item by its own weight
                (sum of w_j s_j over the group's items, divided by the sum of w_j); dimensions are then only shown
    """

    name: str
    version: int
    measure: Literal["share", "mean"]
    items: tuple[ItemRule, ...]
    unit: Unit
    dimension_weight: Mapping[str, float]
    grouping: Grouping
    group_weight: Mapping[str, float]
    denominator: Denominator
    decimals: int
    threshold: float
    comparison: Literal[">=", ">"]
    bands: tuple[tuple[float, str], ...] = ()  # (lowest score, band id), highest first
    respondent_threshold: float | None = None
    respondent_minimum: int = 1
    least_return: float | None = None  # smallest share of valid returns, 0 to 1
    by_dimension: bool = True  # only unit "item" asks
