"""Half-widths of a survey that is still under way, and where its numbers are heading."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.errors import AnalysisError
from analysis.planning import allocate, half_width
from analysis.planning.progress import precision, project

WEIGHT = [0.3, 0.5, 0.2]
PEOPLE = [1000, 2000, 80]
Z = 1.959963984540054


def test_it_is_what_the_same_answers_buy_when_they_are_planned() -> None:
    planned = allocate(600, WEIGHT, deff=2, population=PEOPLE)
    found = precision(planned.n, WEIGHT, deff=2, population=PEOPLE)
    assert found.composite == pytest.approx(planned.half_width, rel=1e-12)
    assert found.group == pytest.approx(half_width(planned.n, deff=2, population=PEOPLE), rel=1e-12)


def test_by_hand() -> None:
    """Two groups of the same weight: SE^2 = 0.25 x 0.85 x 0.15 x 2 (1/100 - 1/1000 + 1/50 - 1/200)."""
    found = precision([100, 50], [1, 1], deff=2, population=[1000, 200])
    assert found.composite == pytest.approx(Z * math.sqrt(0.25 * 0.1275 * 2 * (0.01 - 0.001 + 0.02 - 0.005)), rel=1e-12)


def test_a_group_that_counts_and_is_silent_leaves_no_composite() -> None:
    silent = precision([0, 50, 20], WEIGHT, population=PEOPLE)
    assert np.isnan(silent.group).tolist() == [True, False, False]
    assert math.isnan(silent.composite)
    assert not math.isnan(precision([0, 50, 20], [0, 0.5, 0.2], population=PEOPLE).composite)


def test_everybody_answered() -> None:
    found = precision(PEOPLE, WEIGHT, population=PEOPLE)
    assert found.composite == 0
    assert found.group.tolist() == [0, 0, 0]


def test_more_answers_than_people_are_no_certainty() -> None:
    found = precision([81], [1], population=[80])
    assert found.group == pytest.approx(half_width(81), rel=1e-12)
    assert found.composite == pytest.approx(float(half_width(81)[0]), rel=1e-12)


@given(some.lists(some.integers(1, 500), min_size=2, max_size=5), some.integers(0, 4), some.integers(1, 100))
def test_more_answers_never_widen_an_interval(answers: list[int], place: int, more: int) -> None:
    weight = np.ones(len(answers))
    after = [n + more * (each == place % len(answers)) for each, n in enumerate(answers)]
    before, then = (precision(each, weight, population=1000) for each in (answers, after))
    assert then.composite <= before.composite + 1e-12


def test_a_pace_that_goes_on() -> None:
    assert project([10, 10, 30], [5, 0, 1], within=24, left=48, population=[15, 20, 20]).tolist() == [15, 10, 30]
    assert project([10], [6], within=12, left=6).tolist() == [13]
    assert project([10], [6], within=12, left=0).tolist() == [10]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answers": [-1, 5]}, "answers of 0 or more"), ({"weight": [0, 0]}, "positive sum"),
        ({"share": 1.5}, "share from 0 to 1"), ({"deff": 0}, "deff positive"), ({"population": -1}, "population of 0"),
    ],
)  # fmt: skip
def test_precision_says_what_is_wrong(changes: dict[str, object], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        precision(**{"answers": [3, 5], "weight": [1, 1], **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answers": [-1]}, "answers of 0 or more"), ({"arrived": [-1]}, "arrivals of 0 or more"),
        ({"within": 0.0}, "a time above 0"), ({"left": -1.0}, "a time left"), ({"population": [-1]}, "population of 0"),
    ],
)  # fmt: skip
def test_project_says_what_is_wrong(changes: dict[str, object], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        project(**{"answers": [3], "arrived": [1], "within": 24.0, "left": 48.0, **changes})  # type: ignore[arg-type]
