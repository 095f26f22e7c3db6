"""What is to be counted: the columns of the sums, and how they make dimensions and an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Named
from analysis.rule import ItemRule, ScoringRule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PERSON_UNITS = ("answer", "respondent", "overall")  # their dimensions and index are ratios, not means of item ratios


@dataclass(frozen=True)
class Plan:
    """The rule laid out over the columns of the answers.

    J items, D dimensions, S = D + 1 sets of items (the dimensions, then the index). K columns of sums: the J items
    and, for the units `answer`, `respondent` and `overall`, the S sets.

    rule       : the scoring rule
    column     : (J,) where the rule's items are in the answers
    dimensions : D names
    share      : (S, J) weight of an item in a set, 0 outside
    dimension_weight : (D,)
    head_count : people are counted against head-counts: blank and "don't know" are worth 0, weights are 1
    value      : (J, 256) what a code is worth; NaN leaves
    known      : (J, 256) bool, codes that the item can have, blank and not asked included
    dont_know  : (J, 256) bool
    """

    rule: ScoringRule
    column: NDArray[np.int64]
    dimensions: tuple[str, ...]
    share: Floats
    dimension_weight: Floats
    head_count: bool
    value: Floats
    known: Bools
    dont_know: Bools

    @property
    def items(self) -> int:
        return len(self.rule.items)

    @property
    def sets(self) -> int:
        return len(self.dimensions) + 1

    @property
    def columns(self) -> int:
        return self.items + (self.sets if self.rule.unit in PERSON_UNITS else 0)

    @property
    def own(self) -> int:
        """S where sets have values of persons' own, which no sum over answers gives; else 0."""
        return self.sets if self.rule.unit == "respondent" else 0

    def widen(self, table: Floats) -> Floats:
        """Sums (..., J or K) with the columns of the sets that are sums over items: (..., K)."""
        if table.shape[-1] == self.columns:
            return table
        return np.concatenate([table, table @ self.share.T], axis=-1)


def make_plan(names: Named, rule: ScoringRule) -> Plan:
    """Lay the rule out over the columns of the answers; AnalysisError where they do not fit."""
    place = {item: position for position, item in enumerate(names.items)}
    unknown = [each.item for each in rule.items if each.item not in place]
    if unknown:
        raise AnalysisError("score", "a rule about items of the sample", f"others: {', '.join(unknown)}")
    dimensions = tuple(dict.fromkeys(each.dimension for each in rule.items if each.dimension is not None))
    head_count = rule.denominator != "valid"
    value, known, dont_know = _codes(rule, head_count)
    plan = Plan(
        rule=rule,
        column=np.array([place[each.item] for each in rule.items], np.int64),
        dimensions=dimensions,
        share=_shares(rule, dimensions),
        dimension_weight=np.array([rule.dimension_weight.get(name, 0.0) for name in dimensions]),
        head_count=head_count,
        value=value,
        known=known,
        dont_know=dont_know,
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
    """Which combinations of columns (..., K) are one share of people: one item of a share, or respondents."""
    used = lines != 0
    single = used.sum(axis=-1) == 1
    of_people = np.full(plan.columns, plan.rule.measure == "share")
    of_people[plan.items :] = plan.rule.unit == "respondent"
    of_people[-1] |= plan.rule.unit == "overall" and plan.rule.measure == "share"  # one answer of each person
    return np.asarray(single & (used @ of_people))


def _codes(rule: ScoringRule, head_count: bool) -> tuple[Floats, Bools, Bools]:
    """(J, 256) values, known codes, "don't know"."""
    shapes = {each.item: each.values.shape for each in rule.items if each.values.shape != (256,)}
    if shapes:
        raise AnalysisError("score", "256 values for each item", str(shapes))
    value = np.array([each.values for each in rule.items], float)
    known, dont_know = np.isfinite(value), np.zeros(value.shape, bool)
    own = [item for item, each in enumerate(rule.items) if each.codes is not None]
    if own:
        known[own] = False
    codes = [{*each.positive, *each.dont_know} if each.codes is None else each.codes for each in rule.items]
    _mark(known, codes)
    _mark(dont_know, [each.dont_know for each in rule.items])
    known[:, [MISSING, NOT_ASKED]] = True
    if head_count:
        value = np.nan_to_num(value)
    value[~known] = np.nan
    value[:, NOT_ASKED] = np.nan
    return value, known, dont_know


def _mark(table: Bools, codes: Sequence[Collection[int]]) -> None:
    """Set the codes of each item in a table (J, 256)."""
    item = np.repeat(np.arange(len(codes)), [len(each) for each in codes])
    table[item, np.array([code for each in codes for code in each], np.int64)] = True


@dataclass(frozen=True)
class Bins:
    """The codes of every item sorted into B bins: those that the rule treats alike are one.

    bin  : (J, 256) uint8, the bin of a code
    code : (J, B) uint8, a code that stands for those of the bin; NOT_ASKED for bins that an item does not need
    """

    bin: NDArray[np.uint8]
    code: NDArray[np.uint8]


def make_bins(plan: Plan, *, shares: bool) -> Bins:
    """Sort the codes of the rule's items into bins. What has no value is one bin, unless its `shares` are wanted."""
    bins, stand_ins = np.zeros((plan.items, 256), np.uint8), []
    for item in range(plan.items):
        kinds: dict[object, int] = {}  # what codes have in common, and the first of them
        known = np.flatnonzero(plan.known[item]).tolist()
        strange = np.flatnonzero(~plan.known[item])[:1].tolist()
        for code in (*strange, *known):
            kind = _kind(plan, item, code, shares)
            kinds.setdefault(kind, code)
            bins[item, code] = list(kinds).index(kind)
        stand_ins.append(list(kinds.values()))
    code = np.full((plan.items, max(map(len, stand_ins))), NOT_ASKED, np.uint8)
    for item, each in enumerate(stand_ins):
        code[item, : len(each)] = each
    return Bins(bins, code)


def _kind(plan: Plan, item: int, code: int, shares: bool) -> object:
    value = float(plan.value[item, code])
    worth, known = value if np.isfinite(value) else None, bool(plan.known[item, code])
    if not shares:
        return known, worth
    if code in (MISSING, NOT_ASKED):
        return code
    return known, worth, bool(plan.dont_know[item, code])
