"""What the silent could change, by hand and whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.uncertainty import composite_bounds, nonresponse_bounds, r_indicator

cells = st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1)), min_size=1, max_size=8)


def counts(rows: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Invited, and of them so many who answered."""
    invited = np.array([n for n, _ in rows])
    return invited, np.round(invited * np.array([share for _, share in rows])).astype(int)


# Bounds


def test_bounds_by_hand() -> None:
    """80 of 100 answered, 72 of them satisfied: 72 to 92 of all; 5 points above a line of 85 over 20 silent is 25."""
    found = nonresponse_bounds([0.9], [80], [100])
    assert found.low[0] == pytest.approx(0.72)
    assert found.high[0] == pytest.approx(0.92)
    assert found.response_rate[0] == 0.8
    assert found.tipping_gap[0] == pytest.approx(0.25)
    assert not found.notices


@given(cells, st.floats(0, 1), st.floats(0.05, 0.95))
def test_bounds_hold_what_they_should(rows: list[tuple[int, float]], share: float, line: float) -> None:
    invited, responded = counts(rows)
    found = nonresponse_bounds(np.full(len(rows), share), responded, invited, line=line)
    answered = responded > 0
    assert np.all(found.low[answered] <= share + 1e-12)
    assert np.all(found.high[answered] >= share - 1e-12)
    np.testing.assert_allclose(found.high - found.low, 1 - found.response_rate, atol=1e-12)
    np.testing.assert_array_equal(np.isnan(found.tipping_gap), (responded == 0) | (responded == invited))
    gap = np.nan_to_num(found.tipping_gap)
    silent = 1 - found.response_rate
    at = ~np.isnan(found.tipping_gap)
    np.testing.assert_allclose((share - silent * gap)[at], line, atol=1e-9)
    out = [notice.params["groups"] for notice in found.notices if notice.code == "out_of_reach"]
    left = share - found.tipping_gap
    near = (np.abs(left) < 1e-9) | (np.abs(left - 1) < 1e-9)
    expected = np.flatnonzero(at & ~near & ((left < 0) | (left > 1))).tolist()
    assert set(expected) <= set(out[0] if out else []) <= set(np.flatnonzero(at & (near | (left < 0) | (left > 1))))


@given(cells, st.floats(0, 1))
def test_yes_and_no_mirror_each_other(rows: list[tuple[int, float]], share: float) -> None:
    invited, responded = counts(rows)
    there = nonresponse_bounds(np.full(len(rows), share), responded, invited)
    back = nonresponse_bounds(np.full(len(rows), 1 - share), responded, invited, line=0.15)
    np.testing.assert_allclose(there.low, 1 - back.high, atol=1e-12)
    np.testing.assert_allclose(there.tipping_gap, -back.tipping_gap, atol=1e-9)


def test_nobody_silent_and_nobody_there() -> None:
    found = nonresponse_bounds([0.9, np.nan, 0.99], [50, 0, 90], [50, 40, 100])
    assert found.low[:2].tolist() == [0.9, 0.0]
    assert found.high[:2].tolist() == [0.9, 1.0]
    assert np.isnan(found.tipping_gap[:2]).all()
    assert np.isnan(found.value[1])
    assert {notice.code: notice.params["groups"] for notice in found.notices} == {
        "nobody_silent": [0],
        "nobody_answered": [1],
        "out_of_reach": [2],
    }


@pytest.mark.parametrize(
    ("value", "responded", "invited", "line", "says"),
    [
        ([0.9], [51], [50], 0.85, "cell 0: more responses (51) than people (50)"),
        ([0.9, 1.1], [5, 5], [9, 9], 0.85, "group 1: share 1.1"),
        ([np.nan], [5], [9], 0.85, "group 0: share nan"),
        ([0.9], [0], [0], 0.85, "group 0: nobody invited"),
        ([0.9], [-1], [np.inf], 0.85, "cell 0: -1 of inf"),
        ([0.9, 0.9], [5], [9], 1.0, "(2,) shares for (1,) counts; line 1.0"),
        ([], [], [], 0.85, "counts of shape (0,) and (0,)"),
        ([0.9], [5], [9, 9], 0.85, "counts of shape (1,) and (2,)"),
    ],
)
def test_bounds_of_nonsense(
    value: list[float], responded: list[float], invited: list[float], line: float, says: str
) -> None:
    with pytest.raises(AnalysisError) as raised:
        nonresponse_bounds(value, responded, invited, line=line)
    assert says in raised.value.got
    assert "roster" in raised.value.hint


def test_every_wrong_roster_is_named() -> None:
    with pytest.raises(AnalysisError) as raised:
        nonresponse_bounds([0.9, 0.9, 0.9], [51, 10, 7], [50, 20, 5])
    assert "cell 0" in raised.value.got
    assert "cell 2" in raised.value.got
    assert "cell 1" not in raised.value.got


# Composite


def test_a_composite_by_hand() -> None:
    """0.6 x [0.72, 0.92] + 0.4 x [0.45, 0.95]; value 0.9; (0.9 - 0.85) / (0.6 x 0.2 + 0.4 x 0.5) = 0.15625."""
    found = composite_bounds(nonresponse_bounds([0.9, 0.9], [80, 50], [100, 100]), [0.6, 0.4])
    assert found.low == pytest.approx(0.612)
    assert found.high == pytest.approx(0.932)
    assert found.value == pytest.approx(0.9)
    assert found.response_rate == pytest.approx(0.68)
    assert found.tipping_gap == pytest.approx(0.15625)
    assert not found.notices


@given(cells, st.data())
def test_one_gap_brings_the_composite_to_the_line(rows: list[tuple[int, float]], data: st.DataObject) -> None:
    invited, responded = counts(rows)
    draw = st.lists(st.floats(0.01, 1), min_size=len(rows), max_size=len(rows))
    share, weight = np.array(data.draw(draw)), np.array(data.draw(draw))
    weight = weight / weight.sum()
    bounds = nonresponse_bounds(share, responded, invited)
    found = composite_bounds(bounds, weight)
    assert found.low <= found.high
    if (responded == 0).any():
        assert found.value is None
        assert found.tipping_gap is None
        return
    assert found.low - 1e-12 <= found.value <= found.high + 1e-12
    if found.tipping_gap is not None:
        silent = 1 - bounds.response_rate
        assert weight @ (share - silent * found.tipping_gap) == pytest.approx(0.85)
    assert (found.tipping_gap is None) == bool((responded == invited).all())
    order = data.draw(st.permutations(range(len(rows))))
    again = composite_bounds(nonresponse_bounds(share[order], responded[order], invited[order]), weight[order])
    assert again.low == pytest.approx(found.low)
    assert again.tipping_gap == pytest.approx(found.tipping_gap)


def test_a_silent_group_leaves_bounds_but_no_value() -> None:
    found = composite_bounds(nonresponse_bounds([0.9, np.nan], [80, 0], [100, 10]), [0.9, 0.1])
    assert found.value is None
    assert found.low == pytest.approx(0.9 * 0.72)
    assert found.high == pytest.approx(0.9 * 0.92 + 0.1)
    assert [(notice.code, notice.params) for notice in found.notices] == [("nobody_answered", {"groups": [1]})]
    without = composite_bounds(nonresponse_bounds([0.9, np.nan], [80, 0], [100, 10]), [1, 0])
    assert without.value == pytest.approx(0.9)


def test_a_gap_that_one_group_cannot_follow_is_said() -> None:
    """The gap of 0.36 would leave -0.06 of the second group's silent."""
    found = composite_bounds(nonresponse_bounds([0.99, 0.3], [90, 90], [100, 100], line=0.885), [0.9, 0.1])
    assert found.tipping_gap == pytest.approx(0.36)
    assert [(notice.code, notice.params) for notice in found.notices] == [("gap_beyond_scale", {"groups": [1]})]
    safe = composite_bounds(nonresponse_bounds([0.99], [95], [100]), [1])
    assert [notice.code for notice in safe.notices] == ["out_of_reach", "gap_beyond_scale"]
    full = composite_bounds(nonresponse_bounds([0.99], [100], [100]), [1])
    assert [notice.code for notice in full.notices] == ["nobody_silent"]


@pytest.mark.parametrize("weight", [[0.5, 0.4], [1.5, -0.5], [1.0], [np.nan, 1.0]])
def test_weights_that_do_not_fit(weight: list[float]) -> None:
    with pytest.raises(AnalysisError, match="2 weights that sum to 1"):
        composite_bounds(nonresponse_bounds([0.9, 0.9], [80, 50], [100, 100]), weight)


# Representativeness


def test_an_r_indicator_by_hand() -> None:
    """Rates of 0.9 and 0.5 over 100 each: S^2 = 200 x 0.04 / 199, R = 1 - 2 x 0.2005 = 0.599."""
    found = r_indicator([90, 50], [100, 100])
    spread = np.sqrt(200 * 0.04 / 199)
    assert found.spread == pytest.approx(spread)
    assert found.value == pytest.approx(1 - 2 * spread)
    chance = (0.5 * 0.09 * 100 / 99 + 0.5 * 0.25 * 100 / 99) / 199
    assert found.adjusted == pytest.approx(1 - 2 * np.sqrt(spread**2 - chance))
    assert found.response_rate == 0.7
    assert (found.n, found.cells) == (200, 2)


@given(cells)
def test_an_r_indicator_is_the_spread_over_people(rows: list[tuple[int, float]]) -> None:
    invited, responded = counts(rows)
    if invited.sum() < 2:
        return
    found = r_indicator(responded, invited)
    people = np.repeat(responded / invited, invited)
    assert found.value == pytest.approx(1 - 2 * people.std(ddof=1), abs=1e-9)
    assert found.value <= found.adjusted + 1e-9 <= 1 + 2e-9
    with_empty = r_indicator([*responded, 0], [*invited, 0])
    assert with_empty == found


def test_evenly_answered_is_one() -> None:
    assert r_indicator([40, 20, 10], [80, 40, 20]).value == 1
    assert r_indicator([10, 20], [10, 20]).adjusted == 1


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6))
def test_the_adjustment_takes_chance_out(seed: int) -> None:
    """500 cells of 8 people, all equally willing: R itself is far too low, on average the adjusted S^2 is 0."""
    random = np.random.default_rng(seed)
    invited = np.full(500, 8)
    found = [r_indicator(random.binomial(8, 0.7, 500), invited) for _ in range(40)]
    assert np.mean([each.value for each in found]) < 0.7
    raw = np.array([each.spread**2 for each in found])
    left = np.array([((1 - each.adjusted) / 2) ** 2 for each in found])
    assert raw.mean() == pytest.approx(0.7 * 0.3 / 8, rel=0.03)
    assert left.mean() < 0.0015
    assert [notice.params for notice in found[0].notices] == [{"cells": 500}]


def test_the_adjustment_keeps_what_is_real() -> None:
    random = np.random.default_rng(7)
    willing = np.repeat([0.5, 0.9], 300)
    found = [r_indicator(random.binomial(10, willing), np.full(600, 10)) for _ in range(60)]
    assert np.mean([each.adjusted for each in found]) == pytest.approx(1 - 2 * 0.2, abs=0.01)
    assert np.mean([each.value for each in found]) < 0.55


@pytest.mark.parametrize(
    ("responded", "invited", "says"),
    [([3], [2], "cell 0: more responses"), ([1], [1], "1 people invited"), ([np.nan, 1], [2, 3], "cell 0: nan of 2")],
)
def test_an_r_indicator_of_nonsense(responded: list[float], invited: list[float], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        r_indicator(responded, invited)
