"""Factors: published and exact figures, invariances, and matrices that carry no factor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor
from statsmodels.multivariate.factor_rotation import rotate_factors

from analysis.errors import AnalysisError
from analysis.reliability import (
    bartlett,
    confirmatory,
    factor_analysis,
    maximum_likelihood,
    minres,
    sampling_adequacy,
    varimax,
)
from tests.analysis.cases.registry import all_cases
from tests.analysis.cases.reliability import answers as school_answers

# Gaelic, English, history, arithmetic, algebra, geometry of 220 pupils (Lawley & Maxwell 1971)
SUBJECTS = np.array(
    [
        [1, 0.439, 0.410, 0.288, 0.329, 0.248],
        [0.439, 1, 0.351, 0.354, 0.320, 0.329],
        [0.410, 0.351, 1, 0.164, 0.190, 0.181],
        [0.288, 0.354, 0.164, 1, 0.595, 0.470],
        [0.329, 0.320, 0.190, 0.595, 1, 0.464],
        [0.248, 0.329, 0.181, 0.470, 0.464, 1],
    ]
)
LOADINGS = np.array([0.8, 0.7, 0.6, 0.75, 0.65, 0.55])
BLOCKS = np.array([0, 0, 0, 1, 1, 1])


def with_correlations(matrix: np.ndarray, n: int = 220) -> np.ndarray:
    """Answers whose correlation matrix is exactly this one."""
    raw = np.random.default_rng(1).normal(size=(n, len(matrix)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T)
    return white @ np.linalg.cholesky(matrix).T


def two_blocks(correlation: float, signs: np.ndarray | float = 1.0) -> np.ndarray:
    """The correlation matrix of two factors of three items each."""
    loadings = LOADINGS * signs
    phi = np.array([[1, correlation], [correlation, 1]])[np.ix_(BLOCKS, BLOCKS)]
    return phi * np.outer(loadings, loadings) + np.diag(1 - loadings**2)


def noisy(seed: int, n: int = 150, k: int = 7) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)) @ rng.normal(size=(2, k)) + 1.5 * rng.normal(size=(n, k))


def test_six_school_subjects_as_published() -> None:
    found = maximum_likelihood(SUBJECTS, 2)
    published = [(0.553, 0.429), (0.568, 0.288), (0.392, 0.450), (0.740, -0.273), (0.724, -0.211), (0.595, -0.132)]
    assert found.loadings == pytest.approx(np.array(published), abs=1.1e-3)
    assert 1 - found.uniqueness == pytest.approx([0.490, 0.406, 0.356, 0.623, 0.569, 0.372], abs=1.1e-3)


def test_the_test_of_two_factors_for_six_subjects() -> None:
    found = factor_analysis(with_correlations(SUBJECTS), 2)
    assert found.test is not None
    assert (found.df, found.test.ndf, found.n) == (4, 4, 220)
    assert found.test.statistic == pytest.approx(2.3354, abs=0.02)
    assert np.argmax(np.abs(found.loadings), axis=0).tolist() == [0, 3]


def slope(loadings: np.ndarray, uniqueness: np.ndarray, matrix: np.ndarray) -> float:
    """The steepest slope of the whole discrepancy, written out in loadings and uniquenesses."""
    implied = loadings @ loadings.T + np.diag(uniqueness)
    inverse = np.linalg.inv(implied)
    middle = inverse @ (implied - matrix) @ inverse
    return float(max(np.abs(np.diag(middle)).max(), np.abs(2 * middle @ loadings).max()))


def discrepancy(loadings: np.ndarray, uniqueness: np.ndarray, matrix: np.ndarray) -> float:
    implied = loadings @ loadings.T + np.diag(uniqueness)
    ratio = np.linalg.solve(implied, matrix)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(matrix))


def test_the_likelihood_is_higher_than_where_other_programs_stop() -> None:
    """R stops at a slope of 5e-6, statsmodels within 1e-5 of the uniquenesses: the maximum itself lies in between."""
    table = school_answers()
    table = table[np.isfinite(table).all(axis=1)]
    matrix, reference = np.corrcoef(table.T), all_cases()["school.factor"]["expected"]
    found = maximum_likelihood(matrix, 4)
    theirs = np.array(reference["ml4_varimax_loadings"]), np.array(reference["ml4_uniqueness"])
    assert slope(found.loadings, found.uniqueness, matrix) < 1e-8 < 1e-6 < slope(*theirs, matrix)
    assert discrepancy(found.loadings, found.uniqueness, matrix) < discrepancy(*theirs, matrix)
    assert found.uniqueness == pytest.approx(theirs[1], rel=5e-6)
    other = Factor(corr=matrix, n_factor=4, nobs=len(table), method="ml").fit(rng=1)
    assert found.uniqueness == pytest.approx(other.uniqueness, rel=2e-5)


def test_an_exact_structure_is_recovered() -> None:
    found = factor_analysis(with_correlations(two_blocks(0.0)), 2)
    expected = np.zeros((6, 2))
    expected[np.arange(6), BLOCKS] = LOADINGS
    assert found.loadings == pytest.approx(expected, abs=1e-5)
    assert found.uniqueness == pytest.approx(1 - LOADINGS**2, abs=1e-5)
    assert found.test is not None
    assert found.test.statistic == pytest.approx(0, abs=1e-6)
    assert found.test.p == pytest.approx(1)
    assert found.eigenvalues.sum() == pytest.approx(6)
    assert (np.diff(found.eigenvalues) <= 0).all()


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_units_order_and_repetition_do_not_matter(seed: int) -> None:
    table, rng = noisy(seed), np.random.default_rng(seed)
    first = factor_analysis(table, 1)
    order, columns = rng.permutation(len(table)), rng.permutation(7)
    again = factor_analysis(((10 - 2 * table) * np.arange(1, 8))[order][:, columns], 1)
    assert again.uniqueness == pytest.approx(first.uniqueness[columns], abs=1e-6)
    assert np.abs(again.loadings) == pytest.approx(np.abs(first.loadings[columns]), abs=1e-6)
    assert first.test is not None
    assert again.test is not None
    assert again.test.statistic == pytest.approx(first.test.statistic, abs=1e-6)
    weight = rng.integers(0, 3, len(table))
    weighted, repeated = factor_analysis(table, 1, weight=weight), factor_analysis(np.repeat(table, weight, axis=0), 1)
    assert weighted.uniqueness == pytest.approx(repeated.uniqueness, abs=1e-6)
    assert weighted.test is None
    assert minres(table, weight=weight).loadings == pytest.approx(
        minres(np.repeat(table, weight, axis=0)).loadings, abs=1e-6
    )


def test_rows_with_a_missing_answer_are_dropped_and_counted() -> None:
    table = noisy(3)
    table[[4, 9], [0, 6]] = np.nan
    found = factor_analysis(table, 1)
    assert (found.n, found.dropped) == (148, 2)
    assert np.array_equal(found.loadings, factor_analysis(np.delete(table, [4, 9], axis=0), 1).loadings)


def test_no_test_without_degrees_of_freedom() -> None:
    found = factor_analysis(noisy(2, k=3), 1)
    assert (found.df, found.test) == (0, None)


@pytest.mark.parametrize(("items", "factors", "most"), [(6, 4, 3), (6, 0, 3), (4, 2, 1), (2, 1, 0), (7, -1, 3)])
def test_too_many_factors_are_refused(items: int, factors: int, most: int) -> None:
    with pytest.raises(AnalysisError, match=f"1 to {most} factors for {items} items, got {factors}"):
        factor_analysis(noisy(1, k=items), factors)


@pytest.mark.parametrize("matrix", [np.ones((2, 3)), np.array([[1, np.nan], [np.nan, 1]]), 2 * np.eye(4), np.ones(3)])
def test_likelihood_needs_a_correlation_matrix(matrix: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match=r"a correlation matrix \(k, k\)"):
        maximum_likelihood(matrix, 1)


@pytest.mark.parametrize("compute", [lambda x: factor_analysis(x, 1), minres, sampling_adequacy, bartlett])
def test_a_singular_matrix_and_a_constant_item_are_refused(compute) -> None:
    table = noisy(5)
    with pytest.raises(AnalysisError, match="a correlation matrix of full rank"):
        compute(np.column_stack((table, table[:, 0] + table[:, 1])))
    with pytest.raises(AnalysisError, match=r"items \[7\] that everybody answered alike"):
        compute(np.column_stack((table, np.full(150, 3.0))))
    with pytest.raises(AnalysisError, match="5 complete rows for 7 items"):
        compute(table[:5])
    with pytest.raises(AnalysisError, match="a correlation matrix of full rank"):
        compute(table[:7])


def test_minres_recovers_one_exact_factor() -> None:
    matrix = np.outer(LOADINGS, LOADINGS) + np.diag(1 - LOADINGS**2)
    found = minres(with_correlations(matrix))
    assert found.loadings[:, 0] == pytest.approx(LOADINGS, abs=1e-8)
    assert found.notices == ()


def test_minres_leaves_smaller_residuals_than_any_neighbour() -> None:
    table = noisy(11)
    matrix, loadings = np.corrcoef(table.T), minres(table).loadings[:, 0]

    def squares(at: np.ndarray) -> float:
        return float(np.sum(np.tril(matrix - np.outer(at, at), -1) ** 2))

    nearby = np.random.default_rng(1).normal(scale=1e-3, size=(200, 7))
    assert all(squares(loadings + step) > squares(loadings) for step in nearby)


@pytest.mark.parametrize("compute", [minres, lambda x: factor_analysis(x, 1)])
def test_a_heywood_case_is_noticed(compute) -> None:
    """.8 x .8 / .5 = 1.28: the first item would have more than all its variance in common."""
    matrix = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    found = compute(with_correlations(matrix))
    assert [(notice.code, notice.params["item"]) for notice in found.notices] == [("heywood", 0)]
    assert found.uniqueness[0] == pytest.approx(0.005)


def test_varimax_turns_and_nothing_else() -> None:
    loadings = maximum_likelihood(np.corrcoef(noisy(7).T), 2).loadings
    turned = varimax(loadings)
    assert turned @ turned.T == pytest.approx(loadings @ loadings.T)


def criterion(loadings: np.ndarray) -> float:
    """Sum over the columns of the variance of the squared loadings, rows scaled to length 1."""
    rows = loadings / np.sqrt(np.square(loadings).sum(axis=1, keepdims=True))
    return float(np.square(rows).var(axis=0).sum())


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_varimax_is_the_top_of_its_criterion(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(-0.6, 0.6, (8, 2))
    best = max(
        criterion(loadings @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]))
        for a in np.linspace(0, np.pi / 2, 400)
    )
    assert criterion(varimax(loadings)) >= best - 1e-9


def test_varimax_counts_every_item_alike() -> None:
    """Kaiser: scaling an item's row scales its turned row. It is not so with the rows as they are."""
    loadings = maximum_likelihood(SUBJECTS, 2).loadings
    scale = np.array([[1.0], [0.2], [1.0], [0.5], [1.0], [0.3]])
    assert varimax(loadings * scale) == pytest.approx(varimax(loadings) * scale, abs=1e-8)
    plain, normalised = rotate_factors(loadings, "varimax")[0], loadings / np.linalg.norm(loadings, axis=1)[:, None]
    assert criterion(plain) < criterion(varimax(loadings)) - 1e-6
    other = rotate_factors(normalised, "varimax", tol=1e-9)[0]
    assert criterion(other) == pytest.approx(criterion(varimax(loadings)), abs=1e-9)


def test_varimax_of_an_item_without_loadings() -> None:
    turned = varimax(np.array([[0.0, 0.0], [0.6, 0.6], [0.5, -0.5]]))
    assert turned[0].tolist() == [0, 0]
    assert np.sort(np.abs(turned[1:]).ravel()) == pytest.approx([0, 0, np.sqrt(0.5), np.sqrt(0.72)], abs=1e-8)


def test_varimax_where_every_angle_is_as_good() -> None:
    angle = np.arange(3) * np.pi / 3
    loadings = 0.7 * np.column_stack((np.cos(angle), np.sin(angle)))
    assert varimax(loadings) == pytest.approx(loadings)


@pytest.mark.parametrize("loadings", [np.ones(3), np.ones((2, 3)), np.full((3, 2), np.nan)])
def test_varimax_needs_loadings(loadings: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match="finite loadings"):
        varimax(loadings)


def test_adequacy_and_sphericity_of_equal_correlations() -> None:
    """Three items, r = 1/2: partial correlations 1/3, determinant 1/2."""
    table = with_correlations(np.full((3, 3), 0.5) + 0.5 * np.eye(3), n=100)
    found = sampling_adequacy(table)
    assert found.value == pytest.approx(0.25 / (0.25 + 1 / 9))
    assert found.by_item == pytest.approx(np.full(3, 0.25 / (0.25 + 1 / 9)))
    test = bartlett(table)
    assert (test.ndf, test.n) == (3, 100)
    assert test.statistic == pytest.approx((99 - 11 / 6) * np.log(2))


def test_bartlett_is_rarely_significant_where_nothing_is_correlated() -> None:
    rng = np.random.default_rng(1)
    p = [bartlett(rng.normal(size=(60, 4))).p for _ in range(600)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.025)


def test_an_exact_simple_structure_is_confirmed() -> None:
    signs = np.array([1, 1, -1, 1, 1, 1])
    found = confirmatory(with_correlations(two_blocks(0.4, signs), n=300), BLOCKS.tolist())
    assert found.loadings == pytest.approx(LOADINGS * signs, abs=1e-5)
    assert found.uniqueness == pytest.approx(1 - LOADINGS**2, abs=1e-5)
    assert found.correlation == pytest.approx(np.array([[1, 0.4], [0.4, 1]]), abs=1e-5)
    assert found.test is not None
    assert (found.df, found.test.ndf, found.n) == (8, 8, 300)
    assert found.test.statistic == pytest.approx(0, abs=1e-6)
    assert (found.cfi, found.rmsea) == (1, 0)
    assert found.tli > 1
    assert found.srmr == pytest.approx(0, abs=1e-6)
    assert found.notices == ()


def test_the_indices_of_a_structure_that_does_not_hold() -> None:
    """Items in the wrong groups; the base is -n log |R| with 15 degrees of freedom."""
    matrix = two_blocks(0.2)
    found = confirmatory(with_correlations(matrix, n=400), [0, 1, 0, 1, 0, 1])
    assert found.test is not None
    excess, base = found.test.statistic - 8, -400 * np.log(np.linalg.det(matrix)) - 15
    assert found.test.p < 1e-6
    assert found.cfi == pytest.approx(1 - excess / base)
    assert found.tli == pytest.approx(1 - (excess / 8) / (base / 15))
    assert found.rmsea == pytest.approx(np.sqrt(excess / 8 / 400))
    phi = found.correlation[np.ix_([0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1])]
    residual = np.tril(matrix - phi * np.outer(found.loadings, found.loadings), -1)
    assert found.srmr == pytest.approx(np.sqrt(np.sum(residual**2) / 21), abs=1e-6)


def test_factors_that_run_against_each_other() -> None:
    found = confirmatory(with_correlations(two_blocks(-0.6)), BLOCKS.tolist())
    assert found.loadings == pytest.approx(LOADINGS, abs=1e-5)
    assert found.correlation[0, 1] == pytest.approx(-0.6, abs=1e-5)


def test_one_factor_confirmed_is_one_factor_explored() -> None:
    """Two programs, one likelihood; Bartlett's correction apart."""
    table = noisy(13)
    one, other = confirmatory(table, [0] * 7), factor_analysis(table, 1)
    assert one.test is not None
    assert other.test is not None
    assert np.abs(one.loadings) == pytest.approx(np.abs(other.loadings[:, 0]), abs=1e-5)
    assert one.test.statistic / 150 == pytest.approx(other.test.statistic / (149 - 19 / 6 - 2 / 3), rel=1e-6)
    assert one.df == other.df == 14


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_fit_does_not_depend_on_units_or_labels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.multivariate_normal(np.zeros(6), two_blocks(0.3), size=200)
    first = confirmatory(table, BLOCKS.tolist())
    again = confirmatory((table * [1, -1, 2, 3, 4, 5])[rng.permutation(200)], (1 - BLOCKS).tolist())
    assert first.test is not None
    assert again.test is not None
    assert again.test.statistic == pytest.approx(first.test.statistic, abs=1e-5)
    assert (again.cfi, again.tli, again.rmsea, again.srmr) == pytest.approx(
        (first.cfi, first.tli, first.rmsea, first.srmr), abs=1e-5
    )
    assert np.abs(again.loadings) == pytest.approx(np.abs(first.loadings), abs=1e-4)


def test_factors_that_are_one_are_noticed() -> None:
    matrix = np.outer(LOADINGS, LOADINGS) + np.diag(1 - LOADINGS**2)
    found = confirmatory(with_correlations(matrix), BLOCKS.tolist())
    assert [(notice.code, notice.params["factors"]) for notice in found.notices] == [("factors_alike", (0, 1))]


@pytest.mark.parametrize(
    "factor", [[0] * 6, [0, 0, 0, 1, 1, 1, 2], [0, 0, 0, 1, 1, 1, -1], [0, 0, 0, 2, 2, 2, 2], [0.0] * 7]
)
def test_a_structure_must_fit_its_items(factor: list[int]) -> None:
    with pytest.raises(AnalysisError, match="two or more items for each factor"):
        confirmatory(noisy(1), factor)


def test_one_factor_needs_three_items() -> None:
    with pytest.raises(AnalysisError, match=r"enough items for each factor, got \[2\] items"):
        confirmatory(noisy(1)[:, :2], [0, 0])
