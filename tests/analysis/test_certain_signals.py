"""The certain signals alone are those that the whole judgement finds."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.quality import Paradata, Thresholds, judge_persons
from analysis.quality.certain import find_certain


@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_of_the_whole_judgement(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, 5, (400, 9)).astype(np.uint8)
    answers[:200] = rng.integers(1, 5, 200)[:, None]
    answers[rng.random(answers.shape) < 0.3] = 0
    answers[rng.random(answers.shape) < 0.05] = 255
    seconds = rng.integers(0, 5, 400).astype(float)
    seconds[rng.random(400) < 0.2] = np.nan
    limits = Thresholds(certain_seconds=2, fewest_answers=5)
    found = find_certain(answers, reversed_items=(1, 4), seconds=seconds, thresholds=limits)
    whole = judge_persons(
        answers, reversed_items=(1, 4), scale=(1, 4), paradata=Paradata(seconds=seconds), thresholds=limits
    )
    for name, flags in found.items():
        assert flags.any()
        assert (flags == whole.flags[name]).all(), name


def test_without_seconds_and_without_reversed_items_nothing_is_certain() -> None:
    found = find_certain(np.full((3, 8), 4, np.uint8))
    assert not any(flags.any() for flags in found.values())


def test_what_does_not_fit() -> None:
    for answers, options in (
        (np.ones((2, 3)), {}),
        (np.ones(3, np.uint8), {}),
        (np.ones((2, 3), np.uint8), {"reversed_items": (3,)}),
        (np.ones((2, 3), np.uint8), {"seconds": [1.0]}),
    ):
        with pytest.raises(AnalysisError):
            find_certain(answers, **options)  # type: ignore[arg-type]
