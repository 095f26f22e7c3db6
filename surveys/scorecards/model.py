"""One scoring rule as it is written down. Points, thresholds and bands are on a scale of 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from analysis.rule import Denominator, Grouping, Unit
from surveys.instruments.model import Text

Measure = Literal["share", "mean"]
DontKnow = Literal["exclude", "neutral", "zero"]
Missing = Literal["exclude", "zero"]
Comparison = Literal[">=", ">"]


@dataclass(frozen=True)
class ScaleScore:
    """What the options of one scale are worth.

    `options` are all codes except "don't know", best first: that order is what a negatively worded item turns round.
    `points` belong to `options` one by one and are exact, so that 250/3 stays 250/3; empty where none are given.
    """

    options: tuple[int, ...]
    points: tuple[Fraction, ...]
    positive: frozenset[int]

    @property
    def worth(self) -> Mapping[int, Fraction]:
        """Points by option code; nothing where the scorecard gives none."""
        return dict(zip(self.options, self.points, strict=False))

    def mirrored(self) -> ScaleScore:
        """The same scale for a negatively worded item: best + worst - points, and the positive set by rank."""
        turned = dict(zip(self.options, reversed(self.options), strict=True))
        span = max(self.points, default=Fraction()) + min(self.points, default=Fraction())
        positive = frozenset(turned[code] for code in self.positive)
        return ScaleScore(self.options, tuple(span - each for each in self.points), positive)


@dataclass(frozen=True)
class ItemScore:
    """What the scorecard says about one item. Weight 0 leaves it out; `direction` replaces the paper's own."""

    weight: float = 1.0
    direction: Literal[1, -1] | None = None


@dataclass(frozen=True)
class Respondent:
    """When a person counts as satisfied: own mean at least `threshold` over at least `minimum` valid answers."""

    threshold: float
    minimum: int


@dataclass(frozen=True)
class Band:
    """A name for every score from `lowest` up to the next band."""

    id: str
    lowest: float
    text: Text


@dataclass(frozen=True)
class Level:
    """One verdict of a majority vote; `options` are the votes for it, by scale. The last level needs none."""

    id: str
    text: Text
    options: Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Majority:
    """Levels, best first; each needs `share` (0 to 1) of the roster, better levels' votes included, but the last."""

    share: float
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Scorecard:
    """A whole scoring rule.

    official    whether an official text says exactly this
    dimensions  weights by dimension; None: every dimension the same, or, where `by_dimension` is False, the items
                count at once, each by its own weight
    groups      weights by group for the groupings `fixed` and `quota`; they need not sum to 1
    bands       highest first
    """

    name: str
    title: Text
    reason: Text
    source: Text
    official: bool
    measure: Measure
    unit: Unit
    respondent: Respondent | None
    scales: Mapping[str, ScaleScore]
    dont_know: DontKnow
    missing: Missing
    items: Mapping[str, ItemScore]
    by_dimension: bool
    dimensions: Mapping[str, float] | None
    grouping: Grouping
    groups: Mapping[str, float]
    denominator: Denominator
    decimals: int
    threshold: float
    comparison: Comparison
    bands: tuple[Band, ...]
    least_return: float | None
    majority: Majority | None

    def find_band(self, band_id: str) -> Band | None:
        return next((band for band in self.bands if band.id == band_id), None)
