"""What is to be counted: the columns of the sums, and how they make dimensions and an index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Sample
from analysis.rule import ItemRule, ScoringRule

Floats = NDArray[np.float64]
PERSON_UNITS = ("answer", "respondent", "overall")  # their dimensions and index are ratios, not means of item ratios


@dataclass(frozen=True)
class Plan:
    """The rule laid out over the sample's columns.

    J items, D dimensions, S = D + 1 sets of items (the dimensions, then the index). K columns of sums: the J items
    and, for the units `answer`, `respondent` and `overall`, the S sets.

    rule       : the scoring rule
    column     : (J,) where the rule's items are in the sample
    dimensions : D names
    share      : (S, J) weight of an item in a set, 0 outside
    dimension_weight : (D,)
    head_count : people are counted against head-counts: blank and "don't know" are worth 0, weights are 1
    """

    rule: ScoringRule
    column: NDArray[np.int64]
    dimensions: tuple[str, ...]
    share: Floats
    dimension_weight: Floats
    head_count: bool

    @property
    def items(self) -> int:
        return len(self.rule.items)

    @property
    def sets(self) -> int:
        return len(self.dimensions) + 1

    @property
    def columns(self) -> int:
        return self.items + (self.sets if self.rule.unit in PERSON_UNITS else 0)


def make_plan(sample: Sample, rule: ScoringRule) -> Plan:
    """Lay the rule out over the sample's columns; AnalysisError where they do not fit."""
    place = {item: position for position, item in enumerate(sample.items)}
    unknown = [each.item for each in rule.items if each.item not in place]
    if unknown:
        raise AnalysisError("score", "a rule about items of the sample", f"others: {', '.join(unknown)}")
    dimensions = tuple(dict.fromkeys(each.dimension for each in rule.items if each.dimension is not None))
    plan = Plan(
        rule=rule,
        column=np.array([place[each.item] for each in rule.items], np.int64),
        dimensions=dimensions,
        share=_shares(rule, dimensions),
        dimension_weight=np.array([rule.dimension_weight.get(name, 0.0) for name in dimensions]),
        head_count=rule.denominator != "valid",
    )
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    rule = plan.rule
    if not plan.share[-1].any():
        raise AnalysisError("score", f"items that count for unit {rule.unit}", "none")
    if rule.unit == "respondent" and rule.respondent_threshold is None:
        raise AnalysisError("score", "a respondent threshold", "none")
    if (plan.share < 0).any() or (plan.dimension_weight < 0).any():
        raise AnalysisError("score", "item and dimension weights of 0 or more", "negative ones")


def _shares(rule: ScoringRule, dimensions: tuple[str, ...]) -> Floats:
    weight = np.array([each.weight for each in rule.items], float)
    share = np.array([[each.dimension == name for each in rule.items] for name in dimensions], float)
    share = share.reshape(len(dimensions), len(rule.items))
    index = np.array([[_counts(each, rule) for each in rule.items]], float)
    return np.asarray(np.vstack([share, index]) * weight)


def _counts(each: ItemRule, rule: ScoringRule) -> bool:
    """Whether the item is part of the index."""
    if rule.unit == "overall":
        return each.overall
    if rule.unit == "item" and rule.by_dimension:
        return each.dimension is not None and rule.dimension_weight.get(each.dimension, 0) > 0
    return each.dimension is not None or not each.overall


def coefficients(plan: Plan, present: NDArray[np.bool_]) -> Floats:
    """How the columns make each set, where only some columns are there.

    Parameters
    ----------
    plan : Plan
    present : (m, K) bool, whether the column has a valid answer

    Returns
    -------
    (m, S, K) float; each line sums to 1, or to 0 where nothing is there

    Notes
    -----
    Item weights are rescaled over the items that are there, dimension weights over the dimensions that are there.
    """
    items, sets = plan.items, plan.sets
    result = np.zeros((present.shape[0], sets, plan.columns))
    if plan.columns > items:
        result[:, range(sets), range(items, items + sets)] = present[:, items:]
        return result
    result[:, :, :items] = _scaled(plan.share * present[:, None, :items])
    if plan.rule.unit == "item" and plan.rule.by_dimension:
        part = result[:, :-1, :items]
        weight = _scaled(plan.dimension_weight * (part.sum(axis=2) > 0))
        result[:, -1, :items] = np.einsum("md,mdj->mj", weight, part)
    return result


def _scaled(weight: Floats) -> Floats:
    total = weight.sum(axis=-1, keepdims=True)
    return np.asarray(weight / np.where(total == 0, 1, total))


def is_proportion(plan: Plan, lines: Floats) -> NDArray[np.bool_]:
    """Which of m combinations of columns (m, K) are one share of people: one item of a share, or respondents."""
    single = (lines != 0).sum(axis=1) == 1
    of_people = np.full(plan.columns, plan.rule.measure == "share")
    of_people[plan.items :] = plan.rule.unit == "respondent"
    of_people[-1] |= plan.rule.unit == "overall" and plan.rule.measure == "share"  # one answer of each person
    return np.asarray(single & (lines != 0)[:, of_people].any(axis=1))


@dataclass(frozen=True)
class Bins:
    """The codes of every item sorted into B bins, so that one count gives everything.

    Bin 0 is not asked, 1 blank, the last one holds codes that the item does not have.

    bin       : (J, 256) uint8, the bin of a code
    value     : (J, B) float, what the bin is worth; NaN leaves
    dont_know : (J, B) bool
    """

    bin: NDArray[np.uint8]
    value: Floats
    dont_know: NDArray[np.bool_]


def make_bins(plan: Plan) -> Bins:
    """Sort the codes of the rule's items into bins."""
    known = [_codes(each) for each in plan.rule.items]
    size = max(len(codes) for codes in known) + 3
    bins = np.full((plan.items, 256), size - 1, np.uint8)
    value = np.full((plan.items, size), np.nan)
    dont_know = np.zeros((plan.items, size), bool)
    for place, (each, codes) in enumerate(zip(plan.rule.items, known, strict=True)):
        order = [NOT_ASKED, MISSING, *codes]
        bins[place, order] = np.arange(len(order))
        value[place, 1 : len(order)] = each.values[order[1:]]
        dont_know[place, : len(order)] = [code in each.dont_know for code in order]
        if plan.head_count:
            value[place, 1 : len(order)] = np.nan_to_num(value[place, 1 : len(order)])
    return Bins(bins, value, dont_know)


def _codes(each: ItemRule) -> list[int]:
    if each.values.shape != (256,):
        raise AnalysisError("score", "256 values for each item", f"{each.values.shape} for {each.item}")
    worth = {int(code) for code in np.flatnonzero(np.isfinite(each.values))}
    codes = worth | each.positive | each.dont_know if each.codes is None else set(each.codes)
    return sorted(codes - {MISSING, NOT_ASKED})
