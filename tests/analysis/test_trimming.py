from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.calibration import Margin, calibrated_design
from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import estimate, total
from analysis.trimming import cap_weights, rake_and_trim, trim
from analysis.weighting import kish_deff

FEW = settings(max_examples=50, deadline=None)
WEIGHTS = st.lists(st.floats(0.1, 100.0), min_size=3, max_size=60).map(np.array)


def test_one_pass_by_hand() -> None:
    """20 is cut by 10, 1 is raised by 1: the 9 left go to the three within, 3 each."""
    found = trim(np.array([20.0, 1.0, 4.0, 5.0, 6.0]), lower=2, upper=10)
    assert found.weight.tolist() == [10, 2, 7, 8, 9]
    assert (found.lowered, found.raised, found.moved, found.passes) == (1, 1, 9.0, 1)
    assert found.notices == ()


def test_one_pass_may_push_beyond_the_limit_and_says_so() -> None:
    found = trim(np.array([20.0, 4.0, 9.0]), upper=12)
    assert found.weight.tolist() == [12, 8, 13]
    assert found.notices[0].code == "outside_limits"
    assert found.notices[0].params == {"rows": 1, "least": 8.0, "most": 13.0}
    strict = trim(np.array([20.0, 4.0, 9.0]), upper=12, strict=True)
    assert strict.weight == pytest.approx([12, 9, 12])
    assert strict.lowered == 2


@FEW
@given(WEIGHTS, st.floats(1.05, 5), st.floats(0, 0.95))
def test_strict_trimming_keeps_the_sum_and_the_limits(weight: np.ndarray, above: float, below: float) -> None:
    lower, upper = below * weight.mean(), above * weight.mean()
    found = trim(weight, lower=lower, upper=upper, strict=True)
    assert found.weight.sum() == pytest.approx(weight.sum())
    assert found.weight.max() <= upper * (1 + 1e-9)
    assert found.weight.min() >= lower * (1 - 1e-9)


@FEW
@given(WEIGHTS, st.floats(0.01, 100), st.randoms())
def test_scale_and_order(weight: np.ndarray, scale: float, random: Any) -> None:
    upper = 2.0 * weight.mean()
    found = trim(weight, upper=upper).weight
    assert trim(weight * scale, upper=upper * scale).weight == pytest.approx(found * scale)
    order = np.array(random.sample(range(weight.size), weight.size))
    assert trim(weight[order], upper=upper).weight == pytest.approx(found[order])


def test_strict_trimming_when_all_are_outside() -> None:
    """1 and 1 are lifted to 2, 7 is cut to 4: the one left over goes to the two that have room, and not to 7."""
    found = trim(np.array([1.0, 1.0, 7.0]), lower=2, upper=4, strict=True)
    assert found.weight.tolist() == [2.5, 2.5, 4.0]


def test_weights_within_the_limits_stay() -> None:
    found = trim(np.array([1.0, 2.0, 3.0]), lower=1, upper=3)
    assert found.weight.tolist() == [1, 2, 3]
    assert (found.passes, found.moved) == (0, 0.0)


@pytest.mark.parametrize(
    ("weight", "options", "words"),
    [
        ([1.0, -1.0, np.nan], {"upper": 3, "lower": 4}, "2 weights not positive and finite; limits 4 to 3"),
        ([1.0, 2.0], {"upper": 1.2}, "mean weight of 1.5"),
        ([1.0, 2.0], {"lower": 1.8}, "mean weight of 1.5"),
        ([1.0, 2.0], {"lower": 1.4, "upper": 1.6}, "some weights within the limits, got none"),
        ([1.0, 1.0, 1.0, 1.0, 5.1], {"lower": 1.5, "upper": 5.0}, "some weights within"),
        ([0.1, 0.1, 0.1, 2.0, 9.0], {"lower": 2.0}, "above 0 after sharing"),
        ([], {}, "shape"),
    ],
)
def test_what_cannot_be_trimmed(weight: list[float], options: Any, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        trim(np.array(weight), **options)


# Caps


def test_a_cap_by_hand() -> None:
    """Group 0: median 2, cap 6, 12 is cut; the sum 18 over 12 is the factor. Group 1 has nothing above its cap."""
    weight, group = np.array([2.0, 12.0, 2.0, 2.0, 5.0, 7.0]), np.array([0, 0, 0, 0, 3, 3])
    found = cap_weights(weight, group, times=3)
    assert found.weight == pytest.approx(np.array([2, 6, 2, 2, 0, 0]) * 1.5 + np.array([0, 0, 0, 0, 5, 7]))
    assert (found.lowered, found.raised, found.moved) == (1, 0, 6.0)
    assert found.cap.tolist() == [6, 6, 6, 6, 18, 18]


@FEW
@given(WEIGHTS, st.integers(0, 10**6), st.floats(2, 5))
def test_caps_hold_in_every_group_and_sums_stay(weight: np.ndarray, seed: int, times: float) -> None:
    group = np.random.default_rng(seed).integers(0, 3, weight.size)
    found = cap_weights(weight, group, times=times)
    for each in np.unique(group):
        inside = group == each
        assert found.weight[inside].sum() == pytest.approx(weight[inside].sum())
        assert found.weight[inside].max() <= times * np.median(found.weight[inside]) * (1 + 1e-9)
    again = cap_weights(found.weight, group, times=times)
    assert again.weight == pytest.approx(found.weight)
    assert again.lowered == 0
    assert kish_deff(found.weight[group == group[0]]) <= kish_deff(weight[group == group[0]]) * (1 + 1e-9)


def test_caps_that_cannot_be() -> None:
    with pytest.raises(AnalysisError, match=r"1 weights .*; groups of shape .*; a cap of 1 medians"):
        cap_weights(np.array([1.0, 0.0]), np.array([0]), times=1)
    with pytest.raises(AnalysisError, match="1 negative groups"):
        cap_weights(np.ones(2), np.array([0, -1]))


# Raking and capping


def example() -> tuple[np.ndarray, list[Margin], np.ndarray]:
    rng = np.random.default_rng(8)
    group, town = rng.integers(0, 3, 500), rng.integers(0, 4, 500)
    start = rng.lognormal(0, 0.9, 500)
    margins = [
        Margin("group", group, np.array([3000.0, 2500.0, 800.0])),
        Margin("town", town, np.array([2300.0, 1900.0, 1500.0, 600.0])),
    ]
    return start, margins, group


def test_raking_and_capping_meet_both() -> None:
    start, margins, group = example()
    found, report = rake_and_trim(start, margins, group, times=3)
    for margin in margins:
        assert np.bincount(margin.category, weights=found.weight) == pytest.approx(margin.total)
    for each in range(3):
        inside = found.weight[group == each]
        assert inside.max() <= 3 * np.median(inside) * 1.01
    assert report.lowered > 0
    assert report.passes > 0
    assert report.notices == ()
    assert report.deff_after < report.deff_before
    assert report.weight is found.weight


def test_nothing_to_cap_is_raking() -> None:
    _, margins, group = example()
    found, report = rake_and_trim(np.ones(500), margins, group, times=50)
    assert (report.lowered, report.passes, report.moved) == (0, 0, 0.0)
    assert found.start.tolist() == [1.0] * 500


def test_caps_that_the_margins_forbid_are_reported() -> None:
    """One row must stand for 100 people of its town, though its group's median is about 1."""
    group, town = np.zeros(11, np.int64), np.append(np.zeros(10, np.int64), 1)
    margins = [Margin("town", town, np.array([10.0, 100.0]))]
    found, report = rake_and_trim(np.ones(11), margins, group, times=4, rounds=3)
    assert found.weight[-1] == pytest.approx(100)
    (notice,) = report.notices
    assert notice.code == "above_cap"
    assert notice.params == {"rows": 1, "most": pytest.approx(25)}
    assert report.passes == 3


def test_standard_errors_after_raking_and_capping_know_the_margins() -> None:
    start, margins, group = example()
    found, _ = rake_and_trim(start, margins, group)
    plain = Design(np.zeros(500, np.int64), np.arange(500), found.start)
    design = calibrated_design(replace(plain, weight=found.start), found)
    known = estimate(design, total(design, (group == 1).astype(float)))
    assert known.value[0] == pytest.approx(2500)
    assert known.se[0] < 1e-6
