"""Tables, two domains, all pairs: hand-made numbers, scipy where it answers the same question, invariances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.comparison import (
    adjust,
    compare_domains,
    compare_means,
    compare_pairs,
    compare_ranks,
    independence,
    population_ranks,
)
from analysis.comparison.independence import WORDS
from analysis.design import Calibration, Design
from analysis.errors import AnalysisError
from analysis.estimation import combine, estimate, in_domains, mean, proportions, transform
from analysis.results import HypothesisTest

seeds = st.integers(0, 2**32 - 1)
slowly = settings(deadline=None, max_examples=25)


def integers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def people(n: int, weight: np.ndarray | None = None) -> Design:
    """Everybody their own cluster, one stratum, equal weights."""
    return Design(np.zeros(n, np.int64), np.arange(n), np.ones(n) if weight is None else weight)


def clustered(seed: int) -> tuple[Design, np.ndarray, np.ndarray, np.ndarray]:
    """Three strata of five clusters of eight; the third stratum has nobody in the domain. Row, column and values."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(15), 8)
    design = Design(cluster // 5, cluster, rng.uniform(1, 3, 120))
    shift = rng.normal(0, 0.5, 15)[cluster]
    values = np.clip(np.round(3.5 + shift + rng.normal(0, 1, 120)), 1, 5)
    row, column = rng.integers(0, 2, 120), rng.integers(0, 3, 120)
    row[:12], column[:12] = np.arange(12) % 2, np.arange(12) % 3
    row[cluster >= 10] = -1
    values[row < 0] = np.nan
    return design, row, column, values


def same(one: HypothesisTest, other: HypothesisTest) -> None:
    assert other.statistic == pytest.approx(one.statistic, rel=1e-8)
    assert (other.ndf, other.p) == pytest.approx((one.ndf, one.p), rel=1e-7)
    assert (other.ddf is None) == (one.ddf is None)
    assert one.ddf is None or other.ddf == pytest.approx(one.ddf, rel=1e-8)


def from_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.indices(counts.shape)
    return np.repeat(row.ravel(), counts.ravel()), np.repeat(column.ravel(), counts.ravel())


tables = st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=2, max_size=4).map(np.array)


@given(tables)
@slowly
def test_a_simple_random_sample_gives_the_textbook_chi_square(counts: np.ndarray) -> None:
    """There Delta = n / (n - 1) times the identity, whatever the table."""
    row, column = from_counts(counts)
    design, n = people(row.size), row.size
    textbook = stats.chi2_contingency(counts, correction=False)
    first = independence(design, row, column, method="rao-scott-first")
    assert first.statistic == pytest.approx(textbook.statistic, abs=1e-9)
    assert first.ndf == textbook.dof
    assert first.p == pytest.approx(stats.chi2.sf(textbook.statistic * (n - 1) / n, textbook.dof))
    second = independence(design, row, column, method="rao-scott-second")
    assert (second.ndf, second.p) == pytest.approx((textbook.dof, first.p))
    found = independence(design, row, column)
    assert (found.ndf, found.ddf) == pytest.approx((textbook.dof, textbook.dof * (n - 1)))
    assert found.statistic == pytest.approx(textbook.statistic * (n - 1) / n / textbook.dof, abs=1e-9)


def test_clusters_that_say_the_same_thing_count_once() -> None:
    """Each person asked three times: X2 is three times as large, the test is that of the people."""
    row, column = from_counts(np.array([[8, 3], [4, 9]]))
    once = independence(people(24), row, column)
    design = Design(np.zeros(72, np.int64), np.repeat(np.arange(24), 3), np.ones(72))
    thrice = np.repeat(row, 3), np.repeat(column, 3)
    same(once, independence(design, *thrice))
    pearson = [independence(people(24), row, column, method="rao-scott-first").statistic]
    pearson.append(independence(design, *thrice, method="rao-scott-first").statistic)
    assert pearson[1] == pytest.approx(3 * pearson[0])


def test_wald_of_a_two_by_two_table_is_the_squared_t_of_its_departure() -> None:
    row, column = from_counts(np.array([[8, 3], [4, 9]]))
    design = people(24)

    def departure(share: np.ndarray) -> np.ndarray:
        return share[3:] - (share[2] + share[3]) * (share[1] + share[3])

    found = estimate(design, transform(proportions(design, 2 * row + column, 4), departure))
    wald, adjusted = (independence(design, row, column, method=name) for name in ("wald", "adjusted-wald"))
    assert wald.statistic == pytest.approx(float(found.value[0] / found.se[0]) ** 2, rel=1e-6)
    assert (wald.ndf, wald.ddf, adjusted.ddf) == (1, 23, 23)
    assert wald.p == pytest.approx(stats.f.sf(wald.statistic, 1, 23))
    assert adjusted.statistic == pytest.approx(wald.statistic)


@given(seeds, st.sampled_from(list(WORDS)))
@slowly
def test_a_table_is_the_same_however_it_is_written(seed: int, method: Any) -> None:
    design, row, column, _ = clustered(seed)
    rng = np.random.default_rng(seed)
    found = independence(design, row, column, method=method)
    same(found, independence(design, column, row, method=method))
    names, others = np.append(rng.permutation(2) * 7, -1), np.append(rng.permutation(3) + 4, -1)
    same(found, independence(design, names[row], others[column], method=method))
    same(found, independence(replace(design, weight=design.weight * 1e4), row, column, method=method))
    order = rng.permutation(row.size)
    shuffled = Design(design.stratum[order], design.cluster[order], design.weight[order])
    same(found, independence(shuffled, row[order], column[order], method=method))


@given(seeds, st.sampled_from(list(WORDS)))
@slowly
def test_what_lies_outside_the_domain_does_not_matter_but_its_clusters_do(seed: int, method: Any) -> None:
    design, row, column, _ = clustered(seed)
    found = independence(design, row, column, method=method)
    same(found, independence(design, row, np.where(row < 0, 9, column), method=method))
    outside = np.where(design.stratum == 2, np.where(design.cluster > 12, 3, 2), design.stratum)
    same(found, independence(replace(design, stratum=outside), row, column, method=method))
    inside = row >= 0
    filtered = Design(design.stratum[inside], design.cluster[inside], design.weight[inside])
    same(found, independence(filtered, row[inside], column[inside], method=method))
    absent = np.where(design.cluster == 0, -1, row)
    kept = design.cluster > 0
    dropped = Design(design.stratum[kept], design.cluster[kept], design.weight[kept])
    whole = independence(design, absent, column)
    assert whole.statistic != pytest.approx(independence(dropped, row[kept], column[kept]).statistic, rel=1e-9)


def test_rows_that_were_asked_enlarge_only_the_uncorrected_statistic() -> None:
    design, row, column, _ = clustered(1)
    asked = design.stratum < 2
    row[3] = -1
    for method in ("rao-scott-f", "wald"):
        same(*(independence(design, row, column, method=method, asked=each) for each in (None, asked)))
    plain, larger = (independence(design, row, column, method="rao-scott-first", asked=each) for each in (None, asked))
    assert larger.statistic == pytest.approx(plain.statistic * 80 / 79)
    assert (larger.p, larger.n) == pytest.approx((plain.p, 79))
    row[design.cluster == 0] = -1
    fewer, all_nine = (independence(design, row, column, asked=each) for each in (None, asked))
    assert (fewer.ddf, all_nine.ddf) == pytest.approx((7 * fewer.ndf, 8 * fewer.ndf))


def by_definition(design: Design, row: np.ndarray, column: np.ndarray) -> tuple[float, float]:
    """F and its numerator degrees of freedom, written out: V of all cells, contrasts free of rows and columns."""
    rows, columns = int(row.max()) + 1, int(column.max()) + 1
    cell = np.where((row >= 0) & (column >= 0), row * columns + column, -1)
    shares = proportions(design, cell, rows * columns)
    p, spread, n = shares.value, estimate(design, shares).covariance, int(np.sum(cell >= 0))
    at_row, at_column = np.divmod(np.arange(p.size), columns)
    main = np.column_stack([at_row[:, None] == np.arange(rows), at_column[:, None] == np.arange(columns)]).astype(float)
    both = np.column_stack([(at_row == r) & (at_column == c) for r in range(1, rows) for c in range(1, columns)]) * 1.0
    contrast = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.diag(np.divide(1, p, out=np.zeros_like(p), where=p > 0))
    simple = contrast.T @ inverse @ contrast / n
    delta = np.linalg.solve(simple, contrast.T @ inverse @ spread @ inverse @ contrast)
    table = p.reshape(rows, columns)
    independent = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * np.sum((table - independent) ** 2 / independent)
    return float(pearson / np.trace(delta)), float(np.trace(delta) ** 2 / np.trace(delta @ delta))


@given(seeds)
@slowly
def test_the_correction_is_as_defined_with_an_empty_cell_too(seed: int) -> None:
    design, row, column, _ = clustered(seed)
    for empty in (False, True):
        if empty:
            column = np.where((row == 0) & (column == 1), 0, column)
        found = independence(design, row, column)
        assert (found.statistic, found.ndf) == pytest.approx(by_definition(design, row, column), rel=1e-8)
        assert found.ddf == pytest.approx(8 * found.ndf)
        assert ("empty_cells" in {each.code for each in found.notices}) == empty


def test_empty_categories_are_left_out_and_empty_cells_are_named() -> None:
    row, column = from_counts(np.array([[6, 0, 3], [4, 0, 9], [2, 0, 0]]))
    row[-1] = -1
    found = independence(people(row.size), np.append(row, -1)[:-1], column)
    (cells,) = found.notices
    assert (cells.code, dict(cells.params)) == ("empty_cells", {"count": 1})
    column = np.append(column, 1)
    found = independence(people(row.size + 1), np.append(row, -1), column)
    assert {"empty_category", "empty_cells"} == {each.code for each in found.notices}
    assert found.method == "Rao-Scott second-order F, 3 x 2 table"
    assert dict(found.notices[0].params) == {"rows": [], "columns": [1]}


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ([0, 0, 0, 0], [0, 1, 0, 1], "2 or more categories each way, got 1 x 2"),
        ([-1, -1, -1, -1], [0, 1, 0, 1], "got 0 x 0"),
        ([0, 1, 0], [0, 1, 0, 1], r"row has shape \(3,\)"),
        ([0.0, 1.0, 0.0, 1.0], [0.5, 1, 0, 1], "column: an array of whole numbers, got column: others, such as 0.5"),
    ],
)
def test_tables_that_are_none(row: list[float], column: list[float], message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        independence(people(4), np.array(row), np.array(column))


def test_tables_that_cannot_be_tested() -> None:
    design, row, column, _ = clustered(2)
    with pytest.raises(AnalysisError, match=r"asked, \(n,\) bool"):
        independence(design, row, column, asked=np.zeros(120, bool))
    alone = np.where(design.cluster == 0, row, -1)
    with pytest.raises(AnalysisError, match="1 or more degrees of freedom, got 0"):
        independence(design, alone, column)
    everybody = Design(np.zeros(4, np.int64), np.arange(4), np.ones(4), integers(4))
    with pytest.raises(AnalysisError, match="no variance"):
        independence(everybody, integers(0, 0, 1, 1), integers(0, 1, 1, 1))
    diagonal = np.arange(12) % 4
    with pytest.raises(AnalysisError, match="12 empty of 16"):
        independence(people(12), diagonal, diagonal)
    few = Design(np.zeros(40, np.int64), np.arange(40) % 4, np.ones(40))
    rng = np.random.default_rng(1)
    table = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
    assert 0 < independence(few, *table).p < 1
    with pytest.raises(AnalysisError, match="differences that vary separately"):
        independence(few, *table, method="wald")
    with pytest.raises(AnalysisError, match="degrees of freedom, got 0"):
        independence(few, *table, method="adjusted-wald")
    with pytest.raises(AnalysisError, match="two or more clusters in each stratum"):
        independence(Design(np.arange(4) // 3, np.arange(4), np.ones(4)), integers(0, 1, 0, 1), integers(0, 1, 1, 0))


@given(seeds)
@slowly
def test_knowing_the_margins_says_nothing_about_independence(seed: int) -> None:
    """Calibrated to the margins of the table, Delta is the same; calibrated to its cells, nothing is left to test."""
    design, row, column, _ = clustered(seed)

    def calibrated(code: np.ndarray, size: int) -> Design:
        margins = (code[:, None] == np.arange(size)).astype(float)
        return replace(design, calibration=(Calibration(margins, design.weight),))

    found = independence(design, row, column)
    same(found, independence(calibrated(row, 2), row, column))
    same(found, independence(calibrated(np.where(row < 0, -1, column), 3), row, column))
    with pytest.raises(AnalysisError, match="no variance"):
        independence(calibrated(np.where(row < 0, -1, 3 * row + column), 6), row, column)


def test_means_of_two_domains_by_hand() -> None:
    """z = -+1/2 and -+1: V = 4/3 (1/2 + 2) = 10/3; t = 2 / sqrt(10/3), 4 - 1 - 1 degrees of freedom."""
    found = compare_means(people(4), np.array([1.0, 3.0, 2.0, 6.0]), integers(0, 0, 1, 1))
    assert found.value == pytest.approx(2)
    assert found.se == pytest.approx(np.sqrt(10 / 3))
    assert (found.statistic, found.ddf, found.n) == pytest.approx((2 / np.sqrt(10 / 3), 2, 4))
    assert found.p == pytest.approx(2 * stats.t.sf(2 / np.sqrt(10 / 3), 2))
    half = stats.t.ppf(0.975, 2) * np.sqrt(10 / 3)
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half))
    assert (found.level, found.interval) == (0.95, "wald-t")
    three = compare_means(people(6), np.array([1.0, 3.0, 2.0, 6.0, 1.0, 2.0]), integers(0, 0, 1, 1, 2, 2))
    assert (three.value, three.low, three.interval) == (None, None, "none")


TWO: list[Callable[..., HypothesisTest]] = [compare_means, compare_ranks]


@given(seeds, st.sampled_from(TWO), st.integers(2, 3))
@slowly
def test_domains_are_the_same_however_they_are_written(seed: int, test: Any, number: int) -> None:
    design, _, domain, values = clustered(seed)
    domain = domain % number
    rng = np.random.default_rng(seed)
    found = test(design, values, domain)
    assert (found.ndf, found.ddf) == (number - 1, 8 - (number - 1))
    same(found, test(replace(design, weight=design.weight / 300), values, domain))
    order = rng.permutation(domain.size)
    shuffled = Design(design.stratum[order], design.cluster[order], design.weight[order])
    same(found, test(shuffled, values[order], domain[order]))
    same(found, test(design, values, np.where(np.isnan(values), 17, domain)))
    same(found, test(design, 10 * values - 4, domain))
    turned = test(design, values, number - 1 - domain)
    assert abs(turned.statistic) == pytest.approx(abs(found.statistic))
    if number == 2:
        assert turned.value == pytest.approx(-found.value)
        inside = np.isfinite(values)
        correlation = independence(design, np.where(inside, domain, -1), np.where(inside, domain, -1)).statistic
        assert correlation > 0


@given(seeds, st.sampled_from(["wilcoxon", "van-der-waerden", "median"]))
@slowly
def test_ranks_know_only_the_order(seed: int, scores: Any) -> None:
    design, _, domain, values = clustered(seed)
    try:
        found = compare_ranks(design, values, domain, scores=scores)
    except AnalysisError:
        found = None  # all scores alike: then they are after any change of scale too
    if found is None:
        with pytest.raises(AnalysisError):
            compare_ranks(design, np.exp(values), domain, scores=scores)
    else:
        same(found, compare_ranks(design, np.exp(values), domain, scores=scores))


@given(seeds)
@slowly
def test_the_difference_of_ranks_is_that_of_mann_and_whitney(seed: int) -> None:
    """With equal weights: the chance that the second is higher, ties by halves, less one half."""
    rng = np.random.default_rng(seed)
    values, domain = rng.integers(1, 6, 30).astype(float), np.arange(30) % 2
    values[:2] = 1.0, 5.0
    found = compare_ranks(people(30), values, domain)
    higher = stats.mannwhitneyu(values[domain == 1], values[domain == 0]).statistic / 15**2
    assert found.value == pytest.approx(higher - 0.5)
    assert found.statistic == pytest.approx(compare_ranks(people(30), values, domain, ties="file-order").statistic)


def test_ranks_of_the_population_by_hand() -> None:
    """Weights 1, 3, 4 of which the first two are tied: 2 / 8 for both, and (4 + 2) / 8."""
    values, weight = np.array([7.0, 7.0, 9.0]), np.array([1.0, 3.0, 4.0])
    assert population_ranks(values, weight).tolist() == [0.25, 0.25, 0.75]
    in_order = [population_ranks(values, each, ties="file-order")[0] for each in (weight, weight[[1, 0, 2]])]
    assert in_order == [1.5 / 8, 2.5 / 8]  # (0.5 + 2.5) / 2 and (1.5 + 3.5) / 2


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=2, max_size=12))
@slowly
def test_a_weight_of_three_is_three_people_of_the_population(pairs: list[tuple[int, int]]) -> None:
    values, weight = (np.array(column, float) for column in zip(*pairs, strict=True))
    everybody = np.repeat(values, weight.astype(int))
    rank = dict(zip(everybody, (stats.rankdata(everybody) - 0.5) / everybody.size, strict=True))
    assert population_ranks(values, weight) == pytest.approx([rank[each] for each in values])


def test_scores_by_hand() -> None:
    """Ranks 1/8, 3/8, 5/8, 7/8: above the middle are the last two."""
    values, domain = np.array([1.0, 2.0, 3.0, 4.0]), integers(0, 1, 0, 1)
    median = compare_ranks(people(4), values, domain, scores="median")
    assert median.value == pytest.approx(0)
    normal = compare_ranks(people(4), values, domain, scores="van-der-waerden")
    ranks = stats.norm.ppf(np.array([1, 3, 5, 7]) / 8)
    assert normal.value == pytest.approx((ranks[1] + ranks[3] - ranks[0] - ranks[2]) / 2)


def test_domains_that_cannot_be_compared() -> None:
    values = np.array([1.0, 3.0, 2.0, 6.0])
    for test in TWO:
        with pytest.raises(AnalysisError, match="2 or more domains with valid values, got 1"):
            test(people(4), values, integers(0, 0, 0, -1))
        with pytest.raises(AnalysisError, match="standard error 0"):
            test(people(4), np.full(4, 0.1), integers(0, 0, 1, 1))
        with pytest.raises(AnalysisError, match="infinite in row 1"):
            test(people(4), np.array([1, np.inf, 2, 3]), integers(0, 0, 1, 1))
        with pytest.raises(AnalysisError, match=r"shape \(3,\)"):
            test(people(4), values[:3], integers(0, 0, 1, 1))
        with pytest.raises(AnalysisError, match="degrees of freedom, got 0"):
            test(people(2), values[:2], integers(0, 1))
    found = compare_means(people(5), np.append(values, np.nan), integers(0, 0, 3, 3, 2))
    assert dict(found.notices[0].params) == {"domains": [2]}


def holm(p: np.ndarray) -> np.ndarray:
    """As the definition has it: the largest of (m - i + 1) p over all not larger, at most 1."""
    stepped = np.sort(p) * np.arange(p.size, 0, -1)
    return np.array([min(1.0, stepped[: np.searchsorted(np.sort(p), each, "right")].max()) for each in p])


def false_discovery(p: np.ndarray) -> np.ndarray:
    """The smallest of m p / i over all not smaller, at most 1."""
    stepped = np.sort(p) * p.size / np.arange(1, p.size + 1)
    return np.array([min(1.0, stepped[np.searchsorted(np.sort(p), each, "left") :].min()) for each in p])


@given(st.lists(st.sampled_from([0.0, 1e-9, 0.001, 0.01, 0.02, 0.04, 0.3, 0.5, 1.0]), min_size=1, max_size=12))
@slowly
def test_corrections_follow_their_definition_with_ties(chances: list[float]) -> None:
    p = np.array(chances)
    np.testing.assert_allclose(adjust(p, "holm"), holm(p), rtol=1e-12)
    np.testing.assert_allclose(adjust(p, "benjamini-hochberg"), false_discovery(p), rtol=1e-12)
    np.testing.assert_allclose(adjust(p, "benjamini-hochberg"), stats.false_discovery_control(p), rtol=1e-12)
    np.testing.assert_allclose(adjust(p, "bonferroni"), np.minimum(1, p * p.size))
    slower = false_discovery(p) * np.sum(1 / np.arange(1, p.size + 1))
    np.testing.assert_allclose(adjust(p, "benjamini-yekutieli"), np.minimum(1, slower))
    gaps = np.append(p, np.nan)
    assert np.isnan(adjust(gaps, "holm")[-1])
    np.testing.assert_allclose(adjust(gaps, "holm")[:-1], holm(p), rtol=1e-12)


def test_corrections_refuse_what_is_no_probability() -> None:
    for p in ([0.1, 1.2], [-0.1], [np.inf]):
        with pytest.raises(AnalysisError, match="from 0 to 1"):
            adjust(np.array(p), "holm")
    assert np.isnan(adjust(np.array([np.nan]), "benjamini-hochberg")).all()


@given(seeds)
@slowly
def test_pairs_are_the_contrasts_of_the_engine(seed: int) -> None:
    design, _, domain, values = clustered(seed)
    means = mean(design, in_domains(np.where(np.isnan(values), np.nan, values), domain, 3))
    contrasts = estimate(design, combine(means, np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1]])))
    found = compare_domains(design, values, domain)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    np.testing.assert_allclose(found.value, contrasts.value)
    np.testing.assert_allclose(found.se, contrasts.se)
    assert found.df == 8
    np.testing.assert_allclose(found.p, 2 * stats.t.sf(np.abs(contrasts.value) / contrasts.se, 8))
    np.testing.assert_allclose(found.p_holm, holm(found.p))
    np.testing.assert_allclose(found.high - found.value, stats.t.ppf(0.975, 8) * contrasts.se)
    again = compare_pairs(design, means)
    np.testing.assert_allclose(again.p_bh, found.p_bh)
    wide = compare_domains(replace(design, weight=7 * design.weight), values, 2 * domain, level=0.5)
    np.testing.assert_allclose(wide.se, found.se)
    assert wide.second.tolist() == [2, 4, 4]
    assert np.all(wide.high < found.high)


def test_a_domain_within_one_school_has_no_test_and_does_not_count() -> None:
    design, _, domain, values = clustered(3)
    domain[design.cluster == 0] = 5
    found = compare_domains(design, values, domain)
    alone = found.second == 5
    assert alone.sum() == 3
    assert np.isnan([found.se[alone], found.p[alone], found.low[alone], found.p_holm[alone], found.p_bh[alone]]).all()
    np.testing.assert_allclose(found.p_holm[~alone], holm(found.p[~alone]))
    notices = {each.code: each.params["pairs"] for each in found.notices}
    assert notices["no_spread"] == [[0, 5], [1, 5], [2, 5]]
    assert len(notices["few_clusters"]) == 6  # the others have 9 schools in 2 strata
    test = compare_means(design, values, np.where(domain == 5, domain, 0))
    assert {each.code: each.params["domains"] for each in test.notices} == {"few_clusters": [0, 5]}


def test_pairs_that_cannot_be() -> None:
    design, _, domain, values = clustered(3)
    with pytest.raises(AnalysisError, match="2 or more domains"):
        compare_domains(design, values, np.zeros_like(domain))
    with pytest.raises(AnalysisError, match="2 or more statistics"):
        compare_pairs(design, mean(design, values))
    with pytest.raises(AnalysisError, match="level between 0 and 1"):
        compare_domains(design, values, domain, level=95)
    found = compare_domains(design, np.where(domain == 1, np.nan, values), domain)
    assert dict(found.notices[0].params) == {"domains": [1]}


def test_strata_without_the_domain_do_not_count_among_those_averaged_for_a_lone_one() -> None:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(17), 6)
    stratum = np.minimum(cluster // 4, 4)  # four of four clusters, the last of one
    domain, values, row = (
        rng.integers(0, 2, cluster.size),
        rng.normal(size=cluster.size),
        rng.integers(0, 3, cluster.size),
    )
    domain[stratum >= 3] = -1
    domain[stratum == 4] = rng.integers(0, 2, 6)
    kept = stratum != 3
    whole, part = (Design(stratum[at], cluster[at], np.ones(int(at.sum()))) for at in (kept | True, kept))

    def figures(design: Design, at: np.ndarray) -> list[float]:
        table = independence(design, row[at], domain[at], lone="average")
        wald = independence(design, row[at], domain[at], method="wald", lone="average")
        means = compare_means(design, values[at], domain[at], lone="average")
        pairs = compare_domains(design, values[at], domain[at], lone="average")
        return [table.statistic, table.p, wald.statistic, means.statistic, means.p, float(pairs.se[0])]

    assert figures(whole, kept | True) == pytest.approx(figures(part, kept), rel=1e-10)
