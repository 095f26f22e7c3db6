"""Polychoric correlations: exact tables, an independent normal distribution, degenerate tables."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import AnalysisError
from analysis.reliability import normal_probability, polychoric


def rows_of(table: list[list[int]]) -> np.ndarray:
    return np.array([cell for cell in np.ndindex(np.shape(table)) for _ in range(table[cell[0]][cell[1]])], float)


def below(h: float, k: float, correlation: float) -> float:
    """The normal probability of another program."""
    covariance = [[1, correlation], [correlation, 1]]
    return float(stats.multivariate_normal.cdf([h, k], [0, 0], covariance, abseps=1e-12, releps=1e-12))


@pytest.mark.parametrize("correlation", [-0.99, -0.5, 0.0, 0.3, 0.95, 0.999])
def test_the_normal_probability_is_that_of_scipy(correlation: float) -> None:
    points = np.array(list(product([-3.1, -0.4, 0.0, 0.2, 1.7], repeat=2)))
    expected = [below(*point, correlation) for point in points]
    assert normal_probability(points[:, 0], points[:, 1], correlation) == pytest.approx(expected, abs=1e-9)


def test_the_quarter_plane_has_its_closed_form() -> None:
    for correlation in (-0.9, -0.2, 0.0, 0.6):
        assert normal_probability(0, 0, correlation) == pytest.approx(0.25 + np.arcsin(correlation) / (2 * np.pi))


@pytest.mark.parametrize("correlation", [1.0, -1.0, 1.5, np.nan])
def test_a_normal_needs_a_correlation_inside(correlation: float) -> None:
    with pytest.raises(AnalysisError, match="between -1 and 1"):
        normal_probability(0, 0, correlation)


def test_a_median_split_has_its_closed_form() -> None:
    """Both cut at the middle, share a in each equal cell: sin(2 pi (a - 1/4))."""
    found = polychoric(rows_of([[40, 10], [10, 40]]))
    assert found.correlation[0, 1] == pytest.approx(np.sin(2 * np.pi * 0.15), abs=1e-6)
    assert [cut.tolist() for cut in found.thresholds] == [[0.0], [0.0]]
    r = found.correlation[0, 1]
    assert found.alpha == pytest.approx(2 * r / (1 + r))
    assert found.notices == ()


@pytest.mark.parametrize("correlation", [-0.7, 0.1, 0.55, 0.93])
def test_an_exact_table_gives_its_correlation_back(correlation: float) -> None:
    """One row per cell, weighted by the cell's probability under another implementation of the normal."""
    cuts = [np.array([-1.8, -1.0, -0.3, 0.4]), np.array([-1.2, 0.1, 0.9])]
    edges = [np.concatenate(([-12.0], cut, [12.0])) for cut in cuts]
    corners = np.array([[below(a, b, correlation) for b in edges[1]] for a in edges[0]])
    cells = np.diff(np.diff(corners, axis=0), axis=1).clip(0)
    found = polychoric(np.array(list(np.ndindex(cells.shape))), weight=cells.ravel())
    assert found.correlation[0, 1] == pytest.approx(correlation, abs=1e-5)
    for cut, expected in zip(found.thresholds, cuts, strict=True):
        assert cut == pytest.approx(expected, abs=1e-8)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_labels_order_and_scale_of_weights_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = np.clip(np.round(3 + rng.normal(size=(80, 1)) + rng.normal(size=(80, 3))), 1, 5)
    first, order = polychoric(answers), rng.permutation(80)
    again = polychoric(np.exp(answers)[order] * [1, 1, -1], weight=np.full(80, 0.3))
    sign = np.array([1, 1, -1])
    assert again.correlation == pytest.approx(first.correlation * np.outer(sign, sign), abs=1e-6)
    weight = rng.integers(1, 3, 80)
    weighted, repeated = polychoric(answers, weight=weight), polychoric(np.repeat(answers, weight, axis=0))
    assert weighted.correlation == pytest.approx(repeated.correlation, abs=1e-6)


@pytest.mark.parametrize("table", [[[30, 10], [0, 20]], [[30, 0], [10, 20]], [[30, 0], [0, 30]], [[0, 30], [30, 5]]])
def test_a_degenerate_table_falls_back_to_pearson(table: list[list[int]]) -> None:
    rows = rows_of(table)
    found = polychoric(rows)
    assert found.correlation[0, 1] == pytest.approx(np.corrcoef(rows.T)[0, 1])
    assert (found.notices[0].code, found.notices[0].params["items"]) == ("pearson_instead", (0, 1))


def test_an_empty_cell_alone_is_no_reason_to_fall_back() -> None:
    found = polychoric(rows_of([[20, 8, 0], [9, 20, 9], [2, 7, 25]]))
    assert found.notices == ()
    assert 0.5 < found.correlation[0, 1] < 0.95


def test_a_matrix_that_is_no_correlation_matrix_is_noticed() -> None:
    rows = np.random.default_rng(2).integers(0, 2, (9, 8)).astype(float)
    found = polychoric(rows)
    assert np.linalg.eigvalsh(found.correlation)[0] < 0
    assert "not_positive_definite" in [notice.code for notice in found.notices]


def test_no_ordinal_alpha_where_the_correlations_cancel_the_items() -> None:
    found = polychoric(rows_of([[0, 30], [30, 0]]))
    assert found.correlation[0, 1] == pytest.approx(-1)
    assert found.alpha is None


def test_rows_with_a_missing_answer_are_dropped_and_counted() -> None:
    rows = rows_of([[40, 10], [10, 40]])
    found = polychoric(np.vstack((rows, [[np.nan, 1], [0, np.nan]])))
    assert (found.n, found.dropped) == (100, 2)
    assert np.array_equal(found.correlation, polychoric(rows).correlation)


def test_polychoric_says_everything_that_is_wrong() -> None:
    answers = np.column_stack((np.arange(60.0), np.ones(60), np.arange(60) % 3))
    with pytest.raises(AnalysisError, match="item 1 that everybody answered alike; item 0 with 60 categories"):
        polychoric(answers)
