"""Samples and frames that cannot be are refused where they are made, with everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.counting import count_answers
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.scoring import figures, score
from analysis.weighting import frame_weights
from tests.analysis.test_score_silence import FRAME, SAMPLE, rule_of, two_schools

WHOLE = two_schools(SAMPLE)
N = WHOLE.group.size
COLUMNS = ("answers", "group", "school", "stratum", "cluster", "weight")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": np.full(N, np.nan)}, f"{N} weights not positive and finite"),
        ({"weight": -np.ones(N), "school": WHOLE.school + 7}, "weights not positive.*school outside -1 to 1"),
        ({"weight": [1.0] * N}, "weight of type list"),
        ({"weight": np.array(["a"] * N)}, "instead of numbers"),
        ({"weight": np.ones(N - 1)}, "weight .* for 8 people"),
        ({"group": WHOLE.group.astype(float)}, "group of type float64 instead of whole numbers"),
        ({"group": WHOLE.group + 9}, "group outside 0 to 1"),
        ({"answers": WHOLE.answers.astype(int)}, "int64 instead of uint8"),
        ({"answers": WHOLE.answers[:, 0]}, "1 items"),
        ({"items": ()}, "0 items"),
        ({"cluster": -np.ones(N, int)}, "cluster below 0"),
        ({"stratum": -np.ones(N, int)}, "stratum outside 0 to 0"),
        ({"cluster": WHOLE.cluster[:-1]}, "cluster .* rows"),
    ],
)
def test_samples_that_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        replace(WHOLE, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": -FRAME.size}, "size below 0"),
        ({"size": FRAME.size * np.nan}, "size of type float64"),
        ({"size": FRAME.size[:2], "school": FRAME.school - 9}, "school below -1.*size .* for 4 rows"),
    ],
)
def test_frames_that_cannot_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        replace(FRAME, **changes)


@pytest.mark.parametrize("use", [lambda f: score(WHOLE, rule_of(), population=f), lambda f: frame_weights(WHOLE, f)])
def test_a_frame_of_another_county(use: Callable[[Population], object]) -> None:
    with pytest.raises(AnalysisError, match="group outside 0 to 1; school outside -1 to 1"):
        use(replace(FRAME, group=FRAME.group + 5, school=FRAME.school + 5))


@pytest.mark.parametrize(
    "use", [lambda s: score(s, rule_of()), lambda s: figures(s, rule_of()), lambda s: frame_weights(s, FRAME)]
)
def test_nobody_answered(use: Callable[[Sample], object]) -> None:
    empty = replace(WHOLE, **{name: getattr(WHOLE, name)[:0] for name in COLUMNS})
    with pytest.raises(AnalysisError, match="got no answers"):
        use(empty)
    assert count_answers(empty).people.size == 0
