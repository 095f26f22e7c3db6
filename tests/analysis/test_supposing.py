"""Supposing something of the silent, against answers that are filled in for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.supposing import crossing, falls
from analysis.uncertainty import composite_bounds, nonresponse_bounds

groups = st.lists(
    st.tuples(st.integers(2, 300), st.floats(0.01, 1), st.floats(0, 1), st.floats(0.01, 5)), min_size=1, max_size=7
)


def read(rows: list[tuple[int, float, float, float]]) -> tuple[np.ndarray, ...]:
    """Invited, answered (at least one), satisfied among them, weights summing to 1."""
    invited = np.array([n for n, *_ in rows])
    answered = np.maximum(1, np.round(invited * np.array([rate for _, rate, *_ in rows]))).astype(int)
    yes = np.round(answered * np.array([share for _, _, share, _ in rows])).astype(int)
    weight = np.array([each[3] for each in rows])
    return invited, answered, yes, weight / weight.sum()


@given(groups, st.floats(-1, 1))
def test_filled_in_people_give_the_same(rows: list[tuple[int, float, float, float]], gap: float) -> None:
    """Everybody's answer in one list, those of the silent filled in at the level supposed."""
    invited, answered, yes, _ = read(rows)
    share = yes / answered
    fall = falls(nonresponse_bounds(share, answered, invited), [gap])[0]
    for g, n in enumerate(invited.tolist()):
        level = min(max(share[g] - gap, 0.0), 1.0)
        everybody = [1.0] * yes[g] + [0.0] * (answered[g] - yes[g]) + [level] * (n - answered[g])
        assert share[g] - fall[g] == pytest.approx(np.mean(everybody), abs=1e-12)


@given(groups)
def test_nothing_supposed_changes_nothing(rows: list[tuple[int, float, float, float]]) -> None:
    invited, answered, yes, _ = read(rows)
    assert not falls(nonresponse_bounds(yes / answered, answered, invited), 0.0).any()


@given(groups)
def test_the_ends_are_the_bounds(rows: list[tuple[int, float, float, float]]) -> None:
    invited, answered, yes, weight = read(rows)
    bounds = nonresponse_bounds(yes / answered, answered, invited)
    worst, best = falls(bounds, [1.0, -1.0])
    np.testing.assert_allclose(bounds.value - worst, bounds.low, atol=1e-12)
    np.testing.assert_allclose(bounds.value - best, bounds.high, atol=1e-12)
    whole = composite_bounds(bounds, weight)
    assert whole.value is not None
    assert whole.value - weight @ worst == pytest.approx(whole.low, abs=1e-12)


@settings(max_examples=200)
@given(groups, st.floats(0.02, 0.98))
def test_the_crossing_is_on_the_line(rows: list[tuple[int, float, float, float]], line: float) -> None:
    invited, answered, yes, weight = read(rows)
    bounds = nonresponse_bounds(yes / answered, answered, invited, line=line)
    whole = composite_bounds(bounds, weight)
    assert whole.value is not None
    gap = crossing(bounds, weight, whole.value - line)
    inside = whole.low + 1e-9 <= line <= whole.high - 1e-9
    outside = line < whole.low - 1e-9 or line > whole.high + 1e-9
    assert (gap is not None) >= inside
    assert (gap is None) >= outside
    if gap is None:
        return
    assert whole.value - float(falls(bounds, gap)[0] @ weight) == pytest.approx(line, abs=1e-9)
    if whole.tipping_gap is not None and not any(each.code == "gap_beyond_scale" for each in whole.notices):
        assert gap == pytest.approx(whole.tipping_gap, abs=1e-7)


def test_a_group_at_the_end_of_the_scale_makes_the_others_fall_further() -> None:
    """Half of both silent; 0.2 and 1.0 satisfied: to lose 0.3 the first loses 0.1, so the second 0.5, a gap of 1."""
    bounds = nonresponse_bounds([0.2, 1.0], [50, 50], [100, 100], line=0.3)
    assert crossing(bounds, [0.5, 0.5], 0.3) == pytest.approx(1.0)
    assert crossing(bounds, [0.5, 0.5], 0.2) == pytest.approx(0.6)
    assert crossing(bounds, [0.5, 0.5], 0.1) == pytest.approx(0.2)
    assert crossing(bounds, [0.5, 0.5], 0.31) is None


def test_one_group_alone() -> None:
    """Only the second group's silent differ: 0.5 x 0.5 x gap."""
    bounds = nonresponse_bounds([0.2, 1.0], [50, 50], [100, 100])
    assert crossing(bounds, [0.0, 0.5], 0.1) == pytest.approx(0.4)
    assert crossing(bounds, [0.0, 0.5], -0.1) is None  # all of them are satisfied already
    assert crossing(bounds, [0.5, 0.0], -0.1) == pytest.approx(-0.4)


def test_where_nobody_is_silent_nothing_moves() -> None:
    bounds = nonresponse_bounds([0.9], [10], [10])
    assert crossing(bounds, [1.0], 0.05) is None
    assert crossing(bounds, [1.0], 0.0) == 0.0


def test_a_group_without_answers_is_left_out() -> None:
    bounds = nonresponse_bounds([0.9, np.nan], [5, 0], [10, 10])
    assert crossing(bounds, [1.0, 0.0], 0.05) == pytest.approx(0.1)
    assert np.isnan(falls(bounds, [0.1])[0, 1])
    with pytest.raises(AnalysisError, match="crossing"):
        crossing(bounds, [0.5, 0.5], 0.05)


@pytest.mark.parametrize("gap", [1.1, -2.0, np.nan])
def test_gaps_beyond_the_scale_are_refused(gap: float) -> None:
    with pytest.raises(AnalysisError, match="gaps"):
        falls(nonresponse_bounds([0.9], [5], [10]), gap)


def test_weights_that_do_not_fit_are_refused() -> None:
    bounds = nonresponse_bounds([0.9], [5], [10])
    for weight in ([-1.0], [0.5, 0.5], [np.nan]):
        with pytest.raises(AnalysisError, match="weights"):
            crossing(bounds, weight, 0.05)
