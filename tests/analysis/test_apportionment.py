"""Numbers divided in proportion, and what must hold however they are divided."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.planning import SizeRule, apportion, evidence, quotas, rule_size, share_to_show, spread

weights = st.lists(st.integers(0, 5000), min_size=1, max_size=40).filter(any)


def test_by_hand() -> None:
    """7 in 4.9 : 1.4 : 0.7 is 4 + 1 + 0 and the two left to .9 and .7."""
    assert apportion(7, [70, 20, 10]).asked.tolist() == [5, 1, 1]
    assert apportion(7, [1, 1, 1]).asked.tolist() == [3, 2, 2]  # alike: the earlier
    assert apportion(1, [1, 3, 0]).asked.tolist() == [0, 1, 0]
    assert apportion(0, [0, 0]).n.tolist() == [0, 0]


def test_what_a_part_lacks_is_given_to_no_other() -> None:
    made = apportion(300, [98, 47, 41], [4000, 20, 0])
    assert made.asked.tolist() == [158, 76, 66]
    assert made.n.tolist() == [158, 20, 0]
    assert made.shortfall.tolist() == [0, 56, 66]


@given(st.integers(0, 20_000), weights)
def test_the_parts_sum_and_stay_within_one_of_their_share(total: int, weight: list[int]) -> None:
    asked = apportion(total, weight).asked
    assert asked.sum() == total
    for part, each in zip(asked.tolist(), weight, strict=True):
        assert abs(part - Fraction(total * each, sum(weight))) < 1
        assert each or not part


@given(st.integers(0, 20_000), weights)
def test_a_larger_weight_never_gets_less_and_equal_ones_differ_by_one(total: int, weight: list[int]) -> None:
    asked = apportion(total, weight).asked
    order = np.argsort(weight, kind="stable")
    sizes = np.array(weight)[order]
    steps = np.diff(asked[order])
    assert np.all(steps[np.diff(sizes) > 0] >= 0)
    assert np.all(np.abs(steps[np.diff(sizes) == 0]) <= 1)


@given(st.integers(0, 20_000), weights, st.integers(0, 100))
def test_no_part_gives_more_than_its_people(total: int, weight: list[int], people: int) -> None:
    made = apportion(total, weight, people)
    assert np.all(made.n <= people)
    assert np.all(made.n + made.shortfall == made.asked)
    assert np.all((made.shortfall == 0) | (made.n == people))
    assert np.all(apportion(total, weight, people + 1).n >= made.n)


@given(weights, st.integers(0, 3), st.floats(0, 1))
def test_units_are_spread_over_all_strata(size: list[int], least: int, at: float) -> None:
    base = sum(min(each, least) for each in size)
    total = base + int(at * (sum(size) - base))
    drawn = spread(total, size, least)
    assert drawn.sum() == total
    assert np.all(drawn <= size)
    assert np.all(drawn >= np.minimum(size, least))


def test_sizes_and_quotas_half_up() -> None:
    rule = SizeRule("half up", rate=0.0015, shares={"parent": 0.5}, rounding="half_up")
    assert rule_size(rule, [412_345, 411_667, 411_666, 1000]).tolist() == [619, 618, 617, 2]
    assert quotas(rule, 619, ("parent", "student", "teacher", "principal")).n.tolist() == [310, 103, 103, 103]


@pytest.mark.parametrize("n_eff", [300, 600, 5000])
def test_what_shows_a_county_in_four_rounds_of_five(n_eff: int) -> None:
    found = share_to_show(n_eff)
    assert evidence(found, n_eff).met[0] >= 0.8 > evidence(found - 0.0005, n_eff).met[0]


def test_a_handful_shows_nothing() -> None:
    assert np.isnan(share_to_show(8))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: apportion(-1, [1]), "total of 0 or more"),
        (lambda: apportion(3, [0, 0]), "a positive sum"),
        (lambda: apportion(3, [1, np.nan], -1), "weights of 0 or more with a positive sum, population of 0 or more"),
        (lambda: spread(9, [3, 3]), "total between the leasts and the sizes"),
        (lambda: spread(1, [3, 3]), "total between the leasts and the sizes"),
        (lambda: spread(1, [2.5]), "whole sizes"),
        (lambda: share_to_show(1, 1.5, line=1), "n eff of 2 or more, power inside 0 to 1, line inside"),
    ],
)
def test_what_cannot_be_divided(call: object, says: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        call()  # type: ignore[operator]
    assert says in raised.value.expected
