"""Weights made anew for replicates: known totals hold in every one of them."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.weighting.again import calibrate_again
from tests.analysis.test_weighting_steps import FOUR, MARGINS, weigh


def again(factor: np.ndarray, **options: float) -> tuple[np.ndarray, ...]:
    """The ratios, the cells' final weights, and what the cells' people add up to in each replicate."""
    sample, frame, made = weigh(FOUR, **options)
    ratio = calibrate_again(sample, frame, made.cells, MARGINS, factor, **options)
    return ratio, made.cells.final, made.cells.answers @ (made.cells.final[:, None] * ratio)


def test_nothing_changes_where_nothing_was_drawn_anew() -> None:
    ratio, final, total = again(np.ones((6, 2)))
    np.testing.assert_allclose(ratio, 1.0, rtol=1e-12)
    assert total[0] == pytest.approx(sum(each["people"] for each in FOUR))
    assert final.size == 6


def test_a_factor_for_all_is_undone_by_the_known_totals() -> None:
    np.testing.assert_allclose(again(np.full((6, 1), 1.7))[0], 1.0, rtol=1e-6)


def test_totals_hold_without_a_school() -> None:
    """The first of the two urban primary schools was drawn twice, the second not: it carries all 500 people."""
    factor = np.ones((6, 1))
    factor[0], factor[1] = 2.0, 0.0
    ratio, final, total = again(factor, times=1000.0)
    assert ratio[1, 0] == 0.0
    assert total[0] == pytest.approx(sum(each["people"] for each in FOUR))
    sample, frame, made = weigh(FOUR, times=1000.0)
    stratum = np.array([each["stratum"] for each in FOUR if each["answers"]])
    people = made.cells.answers * final * ratio[:, 0]
    for margin in MARGINS.values():
        for category in (0, 1):
            wanted = frame.size[margin[frame.stratum] == category].sum()
            assert people[margin[stratum] == category].sum() == pytest.approx(wanted, rel=1e-6)
    assert sample.group.size == made.cells.answers.sum()


def test_factors_of_other_cells_are_refused() -> None:
    with pytest.raises(AnalysisError, match="factors"):
        again(np.ones((5, 2)))
