"""What scoring hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.results import Estimate, Notice
from analysis.rule import Verdict


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
class Score:
    """The score of a county under one version of a scorecard, everything from 0 to 100.

    composite       groups put together by the rule's weights
    pooled          all people together, by their weights, whatever their group
    verdict         the composite's interval against the threshold; `verdict_pooled` likewise
    reached         whether the composite itself, unrounded, is at the threshold; None where it is not defined
    group_weight    as used, sums to 1
    missing_groups  groups that should be there and gave no valid answer
    comparable      False where groups are missing, so that weights had to be rescaled
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
