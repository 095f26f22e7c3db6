from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.inclusion import base_weights, proportional_to_size, simple_random, two_stage

FEW = settings(max_examples=60, deadline=None)
SIZES = st.lists(st.floats(0.5, 5000.0), min_size=2, max_size=40).map(np.array)


def test_simple_random_by_stratum() -> None:
    found = simple_random(np.array([2, 5]), np.array([10, 5]))
    assert found.probability.tolist() == [0.2, 1.0]
    assert found.weight.tolist() == [5.0, 1.0]
    assert found.certain.tolist() == [False, True]
    assert found.notices[0].params == {"units": 1}


def test_everything_wrong_with_strata_is_listed() -> None:
    with pytest.raises(AnalysisError) as caught:
        simple_random(np.array([2, 0, 6, 1]), np.array([10, 5, 5, 0]))
    said = str(caught.value)
    for words in ("stratum 1: 0 drawn from 5", "stratum 2: 6 drawn from 5", "stratum 3: a population of 0"):
        assert words in said
    assert "stratum 0" not in said
    with pytest.raises(AnalysisError, match="shapes"):
        simple_random(np.array([1]), np.array([1, 2]))


def test_units_too_large_to_be_drawn_are_certain_one_round_after_another() -> None:
    """Sizes 100, 40, 10 x 5, n = 3. Round 1: 100 is above 190 / 3. Round 2: 2 x 40 / 90 is not above 1."""
    found = proportional_to_size(np.array([100.0, 40, 10, 10, 10, 10, 10]), 3)
    assert found.probability == pytest.approx([1, 80 / 90, *[20 / 90] * 5])
    assert found.certain.tolist() == [True] + [False] * 6
    assert found.rounds == 1
    second = proportional_to_size(np.array([100.0, 50, 10, 10, 10, 10, 5]), 3)
    assert second.probability == pytest.approx([1, 1, *[10 / 45] * 4, 5 / 45])
    assert second.rounds == 2


@FEW
@given(SIZES, st.data())
def test_chances_add_up_to_the_sample(size: np.ndarray, data: Any) -> None:
    drawn = data.draw(st.integers(1, size.size))
    found = proportional_to_size(size, drawn)
    assert found.probability.sum() == pytest.approx(drawn)
    assert found.probability.min() > 0
    assert found.probability.max() <= 1
    assert found.weight == pytest.approx(1 / found.probability)
    rest = ~found.certain
    if rest.sum() > 1:
        assert np.ptp(found.probability[rest] / size[rest]) <= 1e-9 * (found.probability[rest] / size[rest]).max()
        assert found.probability[found.certain].size == 0 or size[found.certain].min() >= size[rest].max()


@FEW
@given(SIZES, st.floats(1e-3, 1e3), st.integers(0, 10**6))
def test_scale_and_order_of_sizes(size: np.ndarray, scale: float, seed: int) -> None:
    drawn = size.size // 2
    found = proportional_to_size(size, drawn).probability
    assert proportional_to_size(size * scale, drawn).probability == pytest.approx(found)
    order = np.random.default_rng(seed).permutation(size.size)
    assert proportional_to_size(size[order], drawn).probability == pytest.approx(found[order])


def test_equal_sizes_are_a_simple_random_sample() -> None:
    found = proportional_to_size(np.full(8, 120.0), 2)
    assert found.probability.tolist() == simple_random(np.array([2]), np.array([8])).probability.tolist() * 8


def test_a_cap_below_one() -> None:
    """Sizes 60, 20, 20, n = 1: at most 0.5 for the first, the other half by size."""
    found = proportional_to_size(np.array([60.0, 20, 20]), 1, most=0.5)
    assert found.probability == pytest.approx([0.5, 0.25, 0.25])
    assert not found.certain.any()
    assert proportional_to_size(np.array([3.0, 1.0]), 1, most=0.5).probability == pytest.approx([0.5, 0.5])


def test_everything_wrong_with_sizes_is_listed() -> None:
    with pytest.raises(AnalysisError) as caught:
        proportional_to_size(np.array([-3.0, 0.0, np.nan, 5.0]), 5, most=1.5)
    said = str(caught.value)
    for words in ("not finite (unit 2)", "negative (unit 0)", "zero (unit 1)", "5 drawn from 4", "cap of 1.5", "give"):
        assert words in said
    with pytest.raises(AnalysisError, match=r"cap of 0.3 for 2 of 4"):
        proportional_to_size(np.ones(4), 2, most=0.3)
    with pytest.raises(AnalysisError, match="shape"):
        proportional_to_size(np.ones((2, 2)), 1)


def test_two_stages_multiply() -> None:
    found = two_stage(np.array([0.5, 1.0]), np.array([0.1, 1.0]))
    assert found.probability.tolist() == [0.05, 1.0]
    assert found.weight.tolist() == [20.0, 1.0]


def test_schools_by_size_and_equal_numbers_within_weigh_alike() -> None:
    """The self-weighting design: n M_i / M times m / M_i = n m / M for everybody."""
    pupils = np.array([300.0, 500, 200, 800, 200])
    schools = proportional_to_size(pupils, 2)
    assert two_stage(schools.probability, 20 / pupils).weight == pytest.approx(np.full(5, 2000 / 40))


def test_chances_that_cannot_be() -> None:
    with pytest.raises(AnalysisError, match=r"first stage: 1 chances .*second stage: 2 chances"):
        two_stage(np.array([0.5, 1.2]), np.array([0.0, np.nan]))
    with pytest.raises(AnalysisError, match="shapes"):
        two_stage(np.ones(2), np.ones(3))
    with pytest.raises(AnalysisError, match="unit 1"):
        base_weights(np.array([0.5, 0.0]))
    assert base_weights(np.array([0.5, 0.25])).tolist() == [2.0, 4.0]
