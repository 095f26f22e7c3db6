"""The score against R `survey` (see reference/README.md)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.frame import Sample
from analysis.scoring import Score, ScoreRow, score
from tests.analysis.conftest import GROUP_WEIGHT, GROUPS, ITEMS, QUARTERS, make_rule

TIGHT = {"rel": 1e-8, "abs": 1e-10}


@pytest.fixture(scope="module")
def scored(school: Sample) -> Score:
    return score(school, make_rule())


def line(scored: Score, **where: str) -> ScoreRow:
    keys = {name: where.get(name) for name in ("group", "school", "dimension", "item")}
    return next(row for row in scored.rows if all(getattr(row, name) == value for name, value in keys.items()))


@pytest.mark.parametrize("item", ITEMS)
def test_rate_by_group(scored: Score, expected: dict[str, Any], item: str) -> None:
    case = expected["school.SD.rate_by_group"]["items"][item]
    for place, group in enumerate(GROUPS):
        found = line(scored, group=group, item=item).estimate
        assert found.value == pytest.approx(100 * case["est"][place], **TIGHT)
        assert found.se == pytest.approx(100 * case["se"][place], **TIGHT)


def test_composite(scored: Score, expected: dict[str, Any]) -> None:
    case = expected["school.SD.composite"]
    print(case.keys())
    for item in ITEMS:
        found, want = line(scored, item=item).estimate, case["items"][item]
        print(item, found, want)
    print(scored.composite, case["index"])
    assert 0
