"""The score once more, slowly and differently: plain loops over people, influence by complex-step derivatives.

The total influence of a person is w dTheta/dw. With Theta computed for a weight w + ih, its imaginary part over h is
that derivative to the last digit, without any formula for the variance being shared with the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.frame import MISSING, NOT_ASKED, Sample
from analysis.results import Estimate
from analysis.rule import ItemRule, ScoringRule
from analysis.scoring import Score, ScoreRow, score
from tests.analysis.conftest import estimate_of, values

STEP = 1e-30
GROUPS = ("student", "parent", "public")
ITEMS = ("a1", "a2", "b1", "b2", "all")
POINTS = {1: 0.0, 2: 40.0, 3: 60.0, 4: 100.0}
Weights = Sequence[complex]
Theta = Callable[[Sample, ScoringRule, Sequence[complex]], complex | None]


def make_sample(seed: int, *, same_weights: bool) -> Sample:
    """Two strata of three schools, and people of the public by themselves; the public is not asked b1 and b2."""
    rng = np.random.default_rng(seed)
    school = np.concatenate([np.tile(np.arange(6), 4), rng.integers(0, 6, 10), np.full(5, -1)])
    group = np.where(school < 0, 2, np.concatenate([np.arange(24) // 6 % 2, rng.integers(0, 2, 15)]))
    n = school.size
    answers = rng.choice(np.array([MISSING, 1, 2, 3, 4, 9], np.uint8), size=(n, 5), p=[0.1, 0.1, 0.2, 0.2, 0.3, 0.1])
    answers[group == 2, 2:4] = NOT_ASKED
    weight = 1 + (school + 2 + 3 * group) / 7 if same_weights else rng.uniform(0.5, 3, n)
    return Sample(
        answers=answers,
        items=ITEMS,
        group=group,
        groups=GROUPS,
        school=school,
        schools=tuple("ABCDEF"),
        stratum=np.where(school < 0, 2, school % 2),
        strata=("h0", "h1", "county"),
        cluster=np.where(school < 0, 6 + np.arange(n), school),
        weight=weight,
    )


def reordered(sample: Sample, order: np.ndarray) -> Sample:
    return replace(
        sample,
        answers=sample.answers[order],
        group=sample.group[order],
        school=sample.school[order],
        stratum=sample.stratum[order],
        cluster=sample.cluster[order],
        weight=sample.weight[order],
    )


def make_rule(**changes: Any) -> ScoringRule:
    table = values(POINTS)
    items = tuple(
        ItemRule(item, None if item == "all" else item[0], table, frozenset({3, 4}), weight, overall=item == "all")
        for item, weight in zip(ITEMS, (1.0, 2.0, 1.0, 0.5, 1.0), strict=True)
    )
    settings: dict[str, Any] = {
        "name": "slow",
        "version": 1,
        "measure": "mean",
        "items": items,
        "unit": "item",
        "dimension_weight": {"a": 3.0, "b": 2.0},
        "grouping": "fixed",
        "denominator": "valid",
        "decimals": 2,
        "group_weight": {"student": 5.0, "parent": 4.0, "public": 1.0},
        "threshold": 85.0,
        "comparison": ">=",
    }
    return ScoringRule(**(settings | changes))


# The slow way


def mean_of(sample: Sample, rule: ScoringRule, weights: Weights, people: Sequence[int], item: int) -> complex | None:
    top, bottom = 0j, 0j
    for person in people:
        worth = rule.items[item].values[sample.answers[person, item]]
        if not np.isnan(worth):
            top += weights[person] * worth
            bottom += weights[person]
    return top / bottom if bottom else None


def blend(parts: Sequence[tuple[float, complex | None]]) -> complex | None:
    known = [(weight, value) for weight, value in parts if value is not None and weight > 0]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if known else None


def index_by_item(sample: Sample, rule: ScoringRule, weights: Weights, people: Sequence[int]) -> complex | None:
    means = [mean_of(sample, rule, weights, people, item) for item in range(len(ITEMS))]
    counted = [(each.weight, value) for each, value in zip(rule.items, means, strict=True) if not each.overall]
    if not rule.by_dimension:
        return blend(counted)
    parts = [counted[:2], counted[2:]]
    return blend([(rule.dimension_weight[name], blend(part)) for name, part in zip("ab", parts, strict=True)])


def index_by_answer(sample: Sample, rule: ScoringRule, weights: Weights, people: Sequence[int]) -> complex | None:
    top, bottom = 0j, 0j
    for person in people:
        for item, each in enumerate(rule.items):
            worth = each.values[sample.answers[person, item]]
            if not each.overall and not np.isnan(worth):
                top += weights[person] * each.weight * worth
                bottom += weights[person] * each.weight
    return top / bottom if bottom else None


def index_by_respondent(sample: Sample, rule: ScoringRule, weights: Weights, people: Sequence[int]) -> complex | None:
    top, bottom = 0j, 0j
    for person in people:
        worths = [
            (each.weight, each.values[sample.answers[person, item]])
            for item, each in enumerate(rule.items)
            if not each.overall
        ]
        valid = [(weight, worth) for weight, worth in worths if not np.isnan(worth)]
        if len(valid) >= rule.respondent_minimum:
            own = sum(weight * worth for weight, worth in valid) / sum(weight for weight, _ in valid)
            top += weights[person] * (100 if own >= rule.respondent_threshold - 1e-9 else 0)
            bottom += weights[person]
    return top / bottom if bottom else None


def index_by_overall(sample: Sample, rule: ScoringRule, weights: Weights, people: Sequence[int]) -> complex | None:
    return mean_of(sample, rule, weights, people, ITEMS.index("all"))


INDEX = {
    "item": index_by_item,
    "answer": index_by_answer,
    "respondent": index_by_respondent,
    "overall": index_by_overall,
}


def composite(sample: Sample, rule: ScoringRule, weights: Weights) -> complex | None:
    index = INDEX[rule.unit]
    if rule.grouping == "pooled":
        return index(sample, rule, weights, range(len(weights)))
    by_group = [[person for person in range(len(weights)) if sample.group[person] == group] for group in range(3)]
    share = {"equal": dict.fromkeys(GROUPS, 1.0)}.get(rule.grouping, rule.group_weight)
    values_of = [index(sample, rule, weights, people) for people in by_group]
    return blend([(share[name], value) for name, value in zip(GROUPS, values_of, strict=True)])


def standard_error(sample: Sample, rule: ScoringRule, *, theta: Theta | None = None) -> float:
    theta = theta or composite
    weights = [complex(weight) for weight in sample.weight]
    totals: dict[int, dict[int, float]] = {}
    for person, weight in enumerate(weights):
        moved = [*weights[:person], weight + STEP * 1j, *weights[person + 1 :]]
        cluster = totals.setdefault(int(sample.stratum[person]), {})
        at = int(sample.cluster[person])
        cluster[at] = cluster.get(at, 0.0) + weight.real * (theta(sample, rule, moved) or 0j).imag / STEP
    variance = 0.0
    for clusters in totals.values():
        size, mean = len(clusters), sum(clusters.values()) / len(clusters)
        variance += size / (size - 1) * sum((total - mean) ** 2 for total in clusters.values())
    return float(np.sqrt(variance))


RULES = {
    "items": {},
    "flat": {"by_dimension": False},
    "equal": {"grouping": "equal"},
    "pooled": {"grouping": "pooled"},
    "answers": {"unit": "answer"},
    "pooled answers": {"unit": "answer", "grouping": "pooled"},
    "respondents": {"unit": "respondent", "respondent_threshold": 60.0, "respondent_minimum": 2},
    "overall": {"unit": "overall"},
}


@pytest.mark.parametrize("same_weights", [True, False])
@pytest.mark.parametrize("name", RULES)
def test_composite_and_its_error(name: str, same_weights: bool) -> None:
    for seed in range(3):
        sample, rule = make_sample(seed, same_weights=same_weights), make_rule(**RULES[name])
        found = score(sample, rule).composite
        weights = [complex(weight) for weight in sample.weight]
        assert found.value == pytest.approx(composite(sample, rule, weights).real, rel=1e-10)
        assert found.se == pytest.approx(standard_error(sample, rule), rel=1e-10)


def test_lines_of_schools() -> None:
    sample, rule = make_sample(5, same_weights=False), make_rule()
    scored, weights = score(sample, rule), [complex(weight) for weight in sample.weight]
    for school, name in enumerate(sample.schools):
        people = np.flatnonzero(sample.school == school).tolist()
        wanted = index_by_item(sample, rule, weights, people)
        assert estimate_of(scored, school=name).value == pytest.approx(wanted.real)
        for group in set(sample.group[people].tolist()):
            some = [person for person in people if sample.group[person] == group]
            wanted = index_by_item(sample, rule, weights, some)
            found = estimate_of(scored, school=name, group=GROUPS[group]).value
            assert found == (None if wanted is None else pytest.approx(wanted.real))


@pytest.mark.parametrize("name", ["items", "flat", "answers", "respondents", "overall"])
def test_errors_of_schools_are_those_of_their_people(name: str) -> None:
    """The school's people as one stratum of clusters of one."""
    sample, rule = make_sample(7, same_weights=False), make_rule(**RULES[name])
    scored = score(sample, rule)
    for school in range(6):
        people = np.flatnonzero(sample.school == school)
        alone = replace(sample, stratum=np.zeros_like(sample.group), cluster=np.arange(sample.group.size))
        one = reordered(alone, people)

        def theta(sample: Sample, rule: ScoringRule, weights: Weights) -> complex | None:
            return INDEX[rule.unit](sample, rule, weights, range(len(weights)))

        found, valid = estimate_of(scored, school=sample.schools[school]), people.size
        assert found.value == pytest.approx(theta(one, rule, [complex(each) for each in one.weight]).real)
        if found.n == valid:
            assert found.se == pytest.approx(standard_error(one, rule, theta=theta), rel=1e-10)
            assert found.df == valid - 1


# What must not matter

seeds = st.integers(0, 10_000)
unhurried = settings(deadline=None, max_examples=20)


def same_numbers(one: Score, other: Score) -> bool:
    """Every number of the composite, the pooled figure and all lines, in order."""
    assert one.verdict == other.verdict
    for found, wanted in zip(figures(one), figures(other), strict=True):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)
    return True


def figures(scored: Score) -> list[list[float]]:
    shares = [[numeric(row.dont_know), numeric(row.missing)] for row in scored.rows]
    estimates = (scored.composite, scored.pooled, *(row.estimate for row in scored.rows))
    return [numbers_of(each) for each in estimates] + shares


def numeric(value: float | None) -> float:
    return float("nan") if value is None else value


def numbers_of(estimate: Estimate) -> list[float]:
    parts = (estimate.value, estimate.se, estimate.low, estimate.high, estimate.n_eff, estimate.n, estimate.df)
    return [numeric(part) for part in parts]


@unhurried
@given(seeds, st.floats(0.001, 1000))
def test_scale_of_weights(seed: int, factor: float) -> None:
    sample, rule = make_sample(seed, same_weights=False), make_rule()
    assert same_numbers(score(replace(sample, weight=factor * sample.weight), rule), score(sample, rule))


@unhurried
@given(seeds)
def test_order_of_people(seed: int) -> None:
    sample, rule = make_sample(seed, same_weights=True), make_rule()
    order = np.random.default_rng(seed).permutation(sample.group.size)
    assert same_numbers(score(reordered(sample, order), rule), score(sample, rule))


@unhurried
@given(seeds)
def test_names_of_clusters(seed: int) -> None:
    sample, rule = make_sample(seed, same_weights=True), make_rule()
    names = np.random.default_rng(seed).choice(2**40, sample.cluster.max() + 1, replace=False)
    assert same_numbers(score(replace(sample, cluster=names[sample.cluster]), rule), score(sample, rule))


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 1, 0), (0, 2, 1)])
def test_order_of_groups(order: tuple[int, ...]) -> None:
    sample, rule = make_sample(1, same_weights=True), make_rule()
    place = np.argsort(order)
    moved = replace(sample, group=place[sample.group], groups=tuple(GROUPS[group] for group in order))
    found, wanted = score(moved, rule), score(sample, rule)
    assert found.group_weight == pytest.approx(wanted.group_weight)
    ordered = sorted(found.rows, key=lambda row: wanted_place(wanted, row))
    assert same_numbers(replace(found, rows=tuple(ordered)), wanted)


def wanted_place(wanted: Score, row: ScoreRow) -> int:
    keys = [(each.group, each.school, each.dimension, each.item) for each in wanted.rows]
    return keys.index((row.group, row.school, row.dimension, row.item))


def test_a_group_with_nobody_changes_no_number() -> None:
    sample, rule = make_sample(2, same_weights=True), make_rule()
    wider = score(replace(sample, groups=(*GROUPS, "teacher")), rule)
    empty = [row for row in wider.rows if row.group == "teacher"]
    assert [(row.estimate.value, row.estimate.n, row.estimate.interval) for row in empty] == [(None, 0, "none")]
    others = tuple(row for row in wider.rows if row not in empty)
    assert same_numbers(replace(wider, rows=others), score(sample, rule))
