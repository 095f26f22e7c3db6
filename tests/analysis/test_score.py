"""What a score says in words, and by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Population, Sample
from analysis.results import Estimate
from analysis.rule import ItemRule, MajorityRule, ScoringRule
from analysis.scoring import Score, decide, find_band, majority_band, reaches, round_half_up, score
from tests.analysis.conftest import estimate_of, row_of, values

GROUPS = ("student", "parent")
Person = tuple[str, int, list[int]]  # group, school (-1: none), answers


def make_sample(people: list[Person], *, weight: list[float] | None = None, **changes: Any) -> Sample:
    """One stratum of schools, one of people by themselves."""
    school = np.array([school for _, school, _ in people], np.int64)
    answers = np.array([codes for _, _, codes in people], np.uint8)
    settings: dict[str, Any] = {
        "answers": answers,
        "items": tuple(f"q{place + 1}" for place in range(answers.shape[1])),
        "group": np.array([GROUPS.index(group) for group, _, _ in people], np.int64),
        "groups": GROUPS,
        "school": school,
        "schools": ("A", "B", "C", "D"),
        "stratum": np.where(school < 0, 1, 0),
        "strata": ("schools", "county"),
        "cluster": np.where(school < 0, 4 + np.arange(school.size), school),
        "weight": np.ones(school.size) if weight is None else np.array(weight, float),
    }
    return Sample(**(settings | changes))


def make_rule(items: int = 1, **changes: Any) -> ScoringRule:
    table = values({1: 0.0, 2: 0.0, 3: 100.0, 4: 100.0})
    rules = tuple(ItemRule(f"q{place + 1}", "d", table, frozenset({3, 4})) for place in range(items))
    settings: dict[str, Any] = {
        "name": "hand",
        "version": 3,
        "measure": "share",
        "items": rules,
        "unit": "item",
        "dimension_weight": {"d": 1.0},
        "grouping": "equal",
        "group_weight": {},
        "denominator": "valid",
        "decimals": 2,
        "threshold": 85.0,
        "comparison": ">=",
    }
    return ScoringRule(**(settings | changes))


def codes(scored: Score) -> list[str]:
    return [notice.code for notice in scored.notices]


TWO_GROUPS: list[Person] = [
    ("student", 0, [4]),
    ("student", 0, [1]),
    ("student", 1, [3]),
    ("student", 1, [9]),
    ("student", 1, [MISSING]),
    ("parent", 0, [4]),
    ("parent", 1, [4]),
    ("parent", 1, [4]),
    ("parent", 2, [1]),
    ("parent", 2, [2]),
]


def test_by_hand() -> None:
    """Students 2 of 3, parents 3 of 5: equal groups (200/3 + 60) / 2, pooled 5 of 8."""
    scored = score(make_sample(TWO_GROUPS), make_rule())
    assert estimate_of(scored, group="student").value == pytest.approx(200 / 3)
    assert estimate_of(scored, group="parent").value == pytest.approx(60)
    assert scored.composite.value == pytest.approx((200 / 3 + 60) / 2)
    assert scored.pooled.value == pytest.approx(62.5)
    assert (scored.rule, scored.version, scored.group_weight) == ("hand", 3, {"student": 0.5, "parent": 0.5})
    assert (scored.comparable, scored.missing_groups, scored.notices) == (True, (), ())


def test_weights_and_shares_of_dont_know_and_blanks() -> None:
    scored = score(make_sample(TWO_GROUPS, weight=[2, 1, 1, 3, 1, 1, 1, 1, 1, 1]), make_rule())
    row = row_of(scored, group="student", item="q1")
    assert row.estimate.value == pytest.approx(75)
    assert (row.dont_know, row.missing) == (pytest.approx(3 / 8), pytest.approx(1 / 8))
    assert (row.estimate.n, row.estimate.n_eff) == (3, pytest.approx(16 / 6))
    assert row_of(scored, group="student").dont_know == pytest.approx(3 / 8)
    assert row_of(scored, school="A").dont_know is None


def test_standard_error_by_hand() -> None:
    """Parents: totals (1 - .6)/5, (2 - 1.2)/5, (0 - 1.2)/5 in three of three schools."""
    found = estimate_of(score(make_sample(TWO_GROUPS), make_rule()), group="parent")
    assert found.se == pytest.approx(100 * np.sqrt(3 / 2 * (0.4**2 + 0.8**2 + 1.2**2) / 25))
    assert (found.n, found.df, found.interval) == (5, 2, "korn-graubard")


def test_a_missing_group_rescales_and_is_named() -> None:
    rule = make_rule(grouping="fixed", group_weight={"student": 0.3, "parent": 0.5, "teacher": 0.2})
    scored = score(make_sample(TWO_GROUPS), rule)
    assert scored.group_weight == pytest.approx({"student": 0.375, "parent": 0.625})
    assert scored.composite.value == pytest.approx(0.375 * 200 / 3 + 0.625 * 60)
    assert (scored.comparable, scored.missing_groups, codes(scored)) == (False, ("teacher",), ["missing_group"])


def test_a_group_without_weight_does_not_count_and_is_named() -> None:
    scored = score(make_sample(TWO_GROUPS), make_rule(grouping="quota", group_weight={"parent": 2.0}))
    assert scored.composite.value == pytest.approx(60)
    assert scored.composite.interval == "korn-graubard"
    assert codes(scored) == ["group_without_weight"]


def test_pooled_weights_are_the_groups_parts() -> None:
    scored = score(make_sample(TWO_GROUPS), make_rule(grouping="pooled"))
    assert scored.composite == scored.pooled
    assert scored.group_weight == pytest.approx({"student": 3 / 8, "parent": 5 / 8})


def test_an_item_that_a_group_was_not_asked_has_no_line() -> None:
    people: list[Person] = [
        ("student", 0, [4, NOT_ASKED]),
        ("student", 1, [1, NOT_ASKED]),
        ("parent", 0, [4, 4]),
        ("parent", 1, [1, MISSING]),
        ("parent", 2, [4, 9]),
    ]
    scored = score(make_sample(people), make_rule(items=2))
    lines = {(row.group, row.item) for row in scored.rows if row.item}
    assert lines == {("student", "q1"), ("parent", "q1"), ("parent", "q2"), (None, "q1"), (None, "q2")}
    assert estimate_of(scored, item="q2").value == estimate_of(scored, group="parent", item="q2").value == 100


def test_an_item_that_nobody_answered_keeps_its_line() -> None:
    people: list[Person] = [
        ("student", 0, [4, 9]),
        ("student", 1, [1, MISSING]),
        ("parent", 0, [4, 4]),
        ("parent", 1, [1, 1]),
    ]
    scored = score(make_sample(people), make_rule(items=2))
    found = estimate_of(scored, group="student", item="q2")
    assert (found.value, found.se, found.low, found.n_eff) == (None, None, None, None)
    assert (found.n, found.interval) == (0, "none")
    assert estimate_of(scored, group="student").value == 50
    assert scored.notices[0].params == {"group": "student", "item": "q2"}


def test_everybody_satisfied() -> None:
    people: list[Person] = [(group, school, [4]) for group in GROUPS for school in (0, 1, 2) for _ in range(20)]
    scored = score(make_sample(people), make_rule())
    assert (scored.composite.value, scored.composite.se, scored.composite.interval) == (100, 0, "exact")
    assert 80 < scored.composite.low < 100
    assert scored.composite.high == 100


def test_equal_points_everywhere_are_no_certainty() -> None:
    people: list[Person] = [(group, school, [2]) for group in GROUPS for school in (0, 1, 2) for _ in range(20)]
    items = (ItemRule("q1", "d", values({1: 0.0, 2: 60.0}), frozenset()),)
    scored = score(
        make_sample(people, weight=[0.1 + person % 7 for person in range(120)]),
        replace(make_rule(measure="mean"), items=items),
    )
    assert (scored.composite.value, scored.composite.interval, scored.composite.low) == (60, "none", None)
    assert scored.verdict == "not_enough_evidence"
    assert codes(scored) == ["no_interval"]


def test_one_school_alone_gives_no_interval() -> None:
    scored = score(make_sample([("student", 0, [4]), ("student", 0, [1]), ("parent", 0, [4])]), make_rule())
    assert (scored.composite.value, scored.composite.df, scored.composite.low) == (75, 0, None)
    assert scored.verdict == "not_enough_evidence"


def test_a_stratum_of_one_school_is_merged_and_named() -> None:
    sample = make_sample(TWO_GROUPS)
    alone = replace(sample, stratum=np.where(sample.school == 2, 1, 0))
    scored = score(alone, make_rule())
    assert scored.composite.se == pytest.approx(score(sample, make_rule()).composite.se)
    assert scored.notices[0].params == {"stratum": "county", "joined": ["schools"]}


# Head-counts


def test_share_of_those_who_were_given_a_paper() -> None:
    """5 students gave 2 yes among 10 papers, 5 parents 3 yes among 5; "don't know" and blanks count 0."""
    scored = score(make_sample(TWO_GROUPS), make_rule(denominator="issued"), issued={"student": 10, "parent": 5})
    assert estimate_of(scored, group="student").value == pytest.approx(20)
    assert estimate_of(scored, group="parent").value == pytest.approx(60)
    assert scored.composite.value == pytest.approx(40)
    assert scored.pooled.value == pytest.approx(100 * 5 / 15)
    assert estimate_of(scored, school="A").value is None


def test_share_of_the_roster() -> None:
    cells = [(0, 0, 4), (0, 1, 6), (1, 0, 2), (1, 1, 3), (1, 2, 5)]
    group, school, size = (np.array(column, np.int64) for column in zip(*cells, strict=True))
    population = Population(group, school, np.zeros(5, np.int64), size)
    scored = score(make_sample(TWO_GROUPS, weight=[9] * 10), make_rule(denominator="roster"), population=population)
    assert estimate_of(scored, group="student").value == pytest.approx(20)
    assert estimate_of(scored, group="parent").value == pytest.approx(30)
    assert scored.pooled.value == pytest.approx(100 * 5 / 20)
    assert estimate_of(scored, school="C").value == pytest.approx(0)
    assert estimate_of(scored, school="A", group="parent").value == pytest.approx(50)


def test_no_head_count_is_an_error() -> None:
    with pytest.raises(AnalysisError, match="head-counts"):
        score(make_sample(TWO_GROUPS), make_rule(denominator="roster"))
    with pytest.raises(AnalysisError, match="parent"):
        score(make_sample(TWO_GROUPS), make_rule(denominator="issued"), issued={"student": 10})


def test_more_answers_than_papers_is_named() -> None:
    scored = score(make_sample(TWO_GROUPS), make_rule(denominator="issued"), issued={"student": 4, "parent": 5})
    assert estimate_of(scored, group="student").value == pytest.approx(40)
    assert codes(scored) == ["more_answers_than_head_count"]


def test_too_few_returns() -> None:
    rule = make_rule(least_return=0.7)
    scored = score(make_sample(TWO_GROUPS), rule, issued={"student": 10, "parent": 5})
    assert [notice.params["group"] for notice in scored.notices] == [None, "student"]
    assert scored.notices[1].params["share"] == pytest.approx(0.3)
    assert codes(score(make_sample(TWO_GROUPS), rule)) == ["return_unknown"]
    frame = Population(np.array([0, 1]), np.array([-1, -1]), np.array([1, 1]), np.array([10, 20]))
    scored = score(make_sample(TWO_GROUPS), rule, population=frame, issued={"parent": 5})
    assert {notice.params["group"]: notice.params["share"] for notice in scored.notices} == {
        None: pytest.approx(8 / 15),
        "student": pytest.approx(0.3),
    }


# Words


def estimate(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, 1.0, low, high, 100, 100.0, 10, 0.95, "", "")


@pytest.mark.parametrize(
    ("low", "high", "comparison", "verdict"),
    [
        (85.0, 90.0, ">=", "met"),
        (85.0, 90.0, ">", "not_enough_evidence"),
        (85.0001, 90.0, ">", "met"),
        (84.99999999999999, 90.0, ">=", "met"),
        (84.99, 90.0, ">=", "not_enough_evidence"),
        (70.0, 85.0, ">=", "not_enough_evidence"),
        (70.0, 85.0, ">", "not_met"),
        (70.0, 84.9, ">=", "not_met"),
        (None, None, ">=", "not_enough_evidence"),
    ],
)
def test_verdict(low: float | None, high: float | None, comparison: Any, verdict: str) -> None:
    assert decide(estimate(87.0, low, high), 85.0, comparison) == verdict


def test_binary_noise_does_not_fail_a_county() -> None:
    value = sum(1 / 7 * 85 for _ in range(7))
    assert value < 85
    assert reaches(value, 85.0, ">=")
    assert not reaches(value, 85.0, ">")
    assert not reaches(84.9999, 85.0, ">=")


def test_bands() -> None:
    rule = make_rule(bands=((80.0, "good"), (60.0, "fair")))
    assert [find_band(value, rule) for value in (95.0, 80.0, 79.999, 60.0, 59.0, None)] == [
        "good",
        "good",
        "fair",
        "fair",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (84.995, 2, 85.0),
        (84.99499999999999, 2, 85.0),
        (0.285, 2, 0.29),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (1.005, 2, 1.01),
        (84.994, 2, 84.99),
        (86.6666666, 1, 86.7),
    ],
)
def test_round_half_up(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_round_half_up_as_decimal_does(thousandths: int, decimals: int) -> None:
    number = Decimal(thousandths).scaleb(-5)
    assert round_half_up(float(number), decimals) == float(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


MAJORITY = MajorityRule((("satisfied", frozenset({3})), ("mostly", frozenset({2}))), "not_satisfied")


@pytest.mark.parametrize(
    ("votes", "band"),
    [
        ({3: 50, 2: 10}, "satisfied"),
        ({3: 49, 2: 1}, "mostly"),
        ({3: 30, 2: 19, 1: 51}, "not_satisfied"),
        ({3: 30, 9: 70}, "not_satisfied"),
        ({}, "not_satisfied"),
    ],
)
def test_majority_of_the_roster(votes: dict[int, int], band: str) -> None:
    assert majority_band(votes, 100, MAJORITY) == band


@pytest.mark.parametrize(("votes", "roster"), [({3: 101}, 100), ({3: -1}, 100), ({}, 0)])
def test_votes_that_cannot_be(votes: dict[int, int], roster: int) -> None:
    with pytest.raises(AnalysisError, match="roster"):
        majority_band(votes, roster, MAJORITY)


# Nonsense


def test_an_empty_sample() -> None:
    sample = make_sample(TWO_GROUPS)
    empty = replace(
        sample,
        **{name: getattr(sample, name)[:0] for name in ("answers", "group", "school", "stratum", "cluster", "weight")},
    )
    with pytest.raises(AnalysisError, match="no answers"):
        score(empty, make_rule())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"answers": np.zeros((10, 2), np.uint8)}, "1 items"),
        ({"answers": np.zeros((10, 1), np.int64)}, "uint8"),
        ({"group": np.full(10, 2)}, "group outside"),
        ({"stratum": np.arange(10) % 2}, "more than one stratum"),
        ({"weight": np.zeros(10)}, "not positive"),
        ({"weight": np.full(10, np.nan)}, "not positive"),
        ({"cluster": np.zeros(10, np.int64)}, "several schools"),
        ({"school": np.arange(3)}, "school"),
    ],
)
def test_arrays_that_do_not_fit(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        score(make_sample(TWO_GROUPS, **changes), make_rule())


def test_codes_that_an_item_does_not_have() -> None:
    people: list[Person] = [*TWO_GROUPS, ("student", 0, [7])]
    with pytest.raises(AnalysisError, match=r"q1.*7"):
        score(make_sample(people), make_rule())


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (make_rule(items=2), "q2"),
        (make_rule(unit="overall"), "none"),
        (make_rule(dimension_weight={}), "none"),
        (make_rule(unit="respondent"), "threshold"),
        (make_rule(grouping="fixed", group_weight={"student": -1.0}), "group weights"),
    ],
)
def test_rules_that_do_not_fit(rule: ScoringRule, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        score(make_sample(TWO_GROUPS), rule)


def test_a_level_that_cannot_be() -> None:
    with pytest.raises(AnalysisError, match="level"):
        score(make_sample(TWO_GROUPS), make_rule(), level=95)


def test_overall_questions_of_two_papers_count_each_person_once() -> None:
    """A group with two papers, each with its own overall question: 3 of 4 and 0 of 1 satisfied make 3 of 5.

    Of school B, where both papers were given, those of the fuller one are counted: 2 + 2 people.
    """
    table = values({1: 0.0, 2: 0.0, 3: 100.0, 4: 100.0})
    items = tuple(ItemRule(name, None, table, frozenset({3, 4}), overall=True) for name in ("q1", "q2"))
    people: list[Person] = [
        ("student", 0, [4, NOT_ASKED]),
        ("student", 0, [3, NOT_ASKED]),
        ("student", 1, [4, NOT_ASKED]),
        ("student", 1, [1, NOT_ASKED]),
        ("student", 1, [NOT_ASKED, 2]),
    ]
    rule = make_rule(unit="overall", dimension_weight={}, items=2)
    found = score(make_sample(people), replace(rule, items=items))
    assert found.composite.value == pytest.approx(60)
    assert found.composite.n == 4
