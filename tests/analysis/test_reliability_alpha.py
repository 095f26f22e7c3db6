"""Alpha and omega: hand-computed figures, invariances, and answers of which nothing can be made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.reliability import alpha, alpha_by_group, alpha_of_covariance, omega, omega_of, recode_reversed
from analysis.replication import jackknife, replicate

FOUR = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 3.0], [4.0, 5.0]])
seeds = st.integers(0, 10_000)


def draw(seed: int, n: int = 60, k: int = 5) -> np.ndarray:
    """Answers 1 to 5 to k items that have one thing in common."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    return np.clip(np.round(3.4 + 0.9 * common + rng.normal(size=(n, k))), 1, 5)


def with_correlations(matrix: np.ndarray, n: int = 200) -> np.ndarray:
    """Answers whose correlation matrix is exactly this one."""
    raw = np.random.default_rng(1).normal(size=(n, len(matrix)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T)).T)
    return white @ np.linalg.cholesky(matrix).T


def codes(notices: tuple) -> list[str]:
    return [notice.code for notice in notices]


def test_alpha_by_hand() -> None:
    """Sums of squares 5 and 4.75, of products 4.5: alpha = 2 (1 - 9.75 / 18.75)."""
    found = alpha(FOUR)
    assert found.value == pytest.approx(0.96)
    r = 4.5 / np.sqrt(5 * 4.75)
    assert found.standardised == pytest.approx(2 * r / (1 + r))
    assert found.item_rest == pytest.approx([r, r])
    assert (found.n, found.items, found.dropped, found.n_eff) == (4, 2, 0, 4)
    assert np.isnan(found.if_dropped).all()
    assert codes(found.notices) == ["alpha_if_dropped_undefined"]


def test_feldt_limits_by_hand() -> None:
    """The table of F with 3 and 3 degrees of freedom has 15.44 at 97.5 %, and so 1 / 15.44 at 2.5 %."""
    found = alpha(FOUR)
    assert (found.low, found.high) == pytest.approx((1 - 0.04 * 15.44, 1 - 0.04 / 15.44), abs=1e-4)
    assert (found.interval, found.level) == ("feldt", 0.95)
    three = alpha(np.column_stack((FOUR, FOUR[:, 0])))  # 3 and 6 degrees of freedom: 6.60, and 1 / 14.73
    error = 1 - three.value
    assert (three.low, three.high) == pytest.approx((1 - error * 6.60, 1 - error / 14.73), abs=1e-3)


def test_alpha_of_equal_correlations() -> None:
    """k r / (1 + (k - 1) r), the formula of Spearman and Brown."""
    matrix = np.full((6, 6), 0.3) + 0.7 * np.eye(6)
    assert alpha_of_covariance(matrix) == pytest.approx(6 * 0.3 / 2.5)
    found = alpha(with_correlations(matrix))
    assert found.value == pytest.approx(6 * 0.3 / 2.5)
    assert found.if_dropped == pytest.approx(np.full(6, 5 * 0.3 / 2.2))


def test_feldt_limits_hold_what_they_promise() -> None:
    """Parallel normal items with alpha 0.75: 95 of 100 intervals hold it."""
    rng, held = np.random.default_rng(5), 0
    for _ in range(1000):
        found = alpha(rng.normal(size=(40, 1)) + rng.normal(size=(40, 3)))
        held += found.low <= 0.75 <= found.high
    assert abs(held / 1000 - 0.95) < 0.02


def test_replicate_weights_give_the_weighted_alpha_its_interval() -> None:
    """Every person a cluster, equal weights, normal items: close to what Feldt gives for the same rows."""
    rng = np.random.default_rng(2)
    answers = rng.normal(size=(300, 1)) + rng.normal(size=(300, 4))
    design = Design(np.zeros(300, np.int64), np.arange(300), np.ones(300))
    found = replicate(design, jackknife(design), lambda weight: alpha(answers, weight=weight).value)
    simple = alpha(answers)
    assert found.value[0] == pytest.approx(simple.value)
    assert found.high[0] - found.low[0] == pytest.approx(simple.high - simple.low, rel=0.15)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_units_and_order_do_not_matter(seed: int) -> None:
    answers, rng = draw(seed), np.random.default_rng(seed)
    first = alpha(answers)
    order, columns = rng.permutation(len(answers)), rng.permutation(5)
    again = alpha((7 - 3 * answers)[order][:, columns])
    assert again.value == pytest.approx(first.value, abs=1e-12)
    assert (again.low, again.high) == pytest.approx((first.low, first.high), abs=1e-12)
    assert again.item_rest == pytest.approx(first.item_rest[columns], abs=1e-12)
    assert again.if_dropped == pytest.approx(first.if_dropped[columns], abs=1e-12)
    own_units = alpha(answers * np.array([1, 2, 5, 10, 0.1]) + 3)
    assert own_units.standardised == pytest.approx(first.standardised, abs=1e-12)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_whole_weights_are_repeated_rows(seed: int) -> None:
    answers = draw(seed)
    weight = np.random.default_rng(seed).integers(0, 4, len(answers))
    weighted, repeated = alpha(answers, weight=0.37 * weight), alpha(np.repeat(answers, weight, axis=0))
    assert weighted.value == pytest.approx(repeated.value, abs=1e-12)
    assert weighted.standardised == pytest.approx(repeated.standardised, abs=1e-12)
    assert weighted.item_rest == pytest.approx(repeated.item_rest, abs=1e-12)
    assert weighted.if_dropped == pytest.approx(repeated.if_dropped, abs=1e-12)
    assert weighted.n == np.sum(weight > 0)
    assert weighted.n_eff == pytest.approx(weight.sum() ** 2 / np.sum(weight**2))
    assert (weighted.low, weighted.high, weighted.interval) == (None, None, "none")
    both = omega(answers, weight=weight), omega(np.repeat(answers, weight, axis=0))
    assert both[0].value == pytest.approx(both[1].value, abs=1e-6)


def test_alpha_if_dropped_is_alpha_of_the_others() -> None:
    answers = draw(3)
    found = alpha(answers)
    others = [alpha(np.delete(answers, item, axis=1)).value for item in range(5)]
    rest = [np.corrcoef(answers[:, item], np.delete(answers, item, 1).sum(axis=1))[0, 1] for item in range(5)]
    assert found.if_dropped == pytest.approx(others)
    assert found.item_rest == pytest.approx(rest)


def test_rows_with_a_missing_answer_are_dropped_and_counted() -> None:
    answers = draw(4)
    gaps = answers.copy()
    gaps[[3, 3, 8], [0, 1, 4]] = np.nan
    found = alpha(gaps)
    assert (found.n, found.dropped) == (58, 2)
    assert found.value == pytest.approx(alpha(np.delete(answers, [3, 8], axis=0)).value)
    assert alpha(gaps, weight=np.where(np.arange(60) == 3, 0.0, 1.0)).dropped == 1


def test_a_reversed_item_is_noticed_and_recoded() -> None:
    answers = draw(6)
    turned = answers.copy()
    turned[:, 2] = 6 - turned[:, 2]
    wrong = alpha(turned)
    assert [notice.params["item"] for notice in wrong.notices if notice.code == "item_against_the_rest"] == [2]
    assert wrong.value < alpha(answers).value
    assert "item_against_the_rest" in codes(omega(turned).notices)
    right = alpha(recode_reversed(turned, [2], low=1, high=5))
    assert right.value == pytest.approx(alpha(answers).value)
    assert right.notices == ()


def test_recoding_keeps_gaps_and_the_input() -> None:
    answers = np.array([[1.0, np.nan], [5.0, 2.0]])
    assert recode_reversed(answers, [1], low=1, high=5)[1, 1] == 4
    assert np.isnan(recode_reversed(answers, [1], low=1, high=5)[0, 1])
    assert answers[1, 1] == 2


@pytest.mark.parametrize(
    ("items", "low", "high", "said"),
    [
        ([2], 1, 5, r"items \[2\] of 2"),
        ([-1], 1, 5, r"items \[-1\] of 2"),
        ([0], 5, 1, "a scale from 5 to 1"),
        ([0], 1, 4, "1 answers outside 1 to 4"),
    ],
)
def test_recoding_says_what_is_wrong(items: list[int], low: int, high: int, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        recode_reversed(np.array([[1.0, 1.0], [5.0, 2.0]]), items, low=low, high=high)


def test_an_item_without_variance_is_left_out() -> None:
    answers = draw(7)
    flat = np.column_stack((answers[:, :2], np.full(60, 5.0), answers[:, 2:]))
    found, without = alpha(flat), alpha(answers)
    assert (found.value, found.standardised, found.items) == (without.value, without.standardised, 5)
    assert (found.low, found.high) == (without.low, without.high)
    assert np.flatnonzero(np.isnan(found.item_rest)).tolist() == [2]
    assert [(notice.code, notice.params["item"]) for notice in found.notices] == [("constant_item", 2)]


def test_a_sum_that_does_not_vary_has_no_alpha() -> None:
    first = np.array([1.0, 2.0, 3.0, 4.0])
    found = alpha(np.column_stack((first, 5 - first)))
    assert (found.value, found.standardised, found.low, found.interval) == (None, None, None, "none")
    assert "sum_does_not_vary" in codes(found.notices)
    assert found.item_rest == pytest.approx([-1, -1])


@pytest.mark.parametrize(
    ("answers", "weight", "said"),
    [
        (np.ones(4), None, r"answers of shape \(4,\)"),
        (np.ones((4, 1)), None, "1 items where 2 are needed"),
        (FOUR[:1], None, "1 complete rows for 2 items"),
        (np.full((4, 2), np.nan), None, r"0 complete rows for 2 items \(4 rows had a missing answer"),
        (np.full((4, 2), 5.0), None, "all answers equal"),
        (np.array([[1.0, 5], [2, 5], [3, 5]]), None, "two or more items that vary, got 1"),
        (np.full((4, 2), np.inf), None, "8 infinite answers"),
        (FOUR, np.ones(3), r"weights of shape \(3,\) for 4 rows"),
        (FOUR, np.array([1, 1, 1, -1.0]), "1 weights negative or not finite"),
        (FOUR, np.array([1, 1, np.nan, np.inf]), "2 weights negative or not finite"),
        (FOUR, np.zeros(4), "weights that are all 0"),
        (np.ones((4, 1)), np.ones(3), "1 items where 2 are needed; weights of shape"),
        (np.where(FOUR == 5, np.inf, FOUR), -np.ones(4), "1 infinite answers; 4 weights negative"),
    ],
)
def test_alpha_says_what_is_wrong(answers: np.ndarray, weight: np.ndarray | None, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        alpha(answers, weight=weight)


@pytest.mark.parametrize("level", [0, 1, 95, np.nan])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(AnalysisError, match="a level between 0 and 1"):
        alpha(FOUR, level=level)


def test_groups_have_their_own_alpha_and_small_ones_a_notice() -> None:
    answers = draw(8, n=140)
    group = np.repeat([0, 1, 2, 4], [70, 30, 19, 21])
    answers[119:] = 5.0
    first, few, too_few, nobody, alike = alpha_by_group(answers, group, 5)
    assert first.value == alpha(answers[:70]).value
    assert first.notices == ()
    assert few.value == alpha(answers[70:100]).value
    assert [dict(notice.params) for notice in few.notices] == [{"n": 30, "advised": 50}]
    assert (too_few.value, codes(too_few.notices), too_few.n) == (None, ["too_few_rows"], 19)
    assert (nobody.value, codes(nobody.notices), nobody.n) == (None, ["too_few_rows"], 0)
    assert (alike.value, codes(alike.notices), alike.n) == (None, ["no_variation"], 21)


def test_weights_within_groups() -> None:
    answers, group = draw(10, n=120), np.repeat([0, 1], 60)
    weight = np.random.default_rng(1).integers(0, 3, 120)
    for place, found in enumerate(alpha_by_group(answers, group, 2, weight=weight)):
        rows = group == place
        assert found.value == alpha(answers[rows], weight=weight[rows]).value
        assert found.n == np.sum(weight[rows] > 0)
    (found, _) = alpha_by_group(answers, group, 2, weight=weight * group)
    assert (found.value, found.n, codes(found.notices)) == (None, 0, ["too_few_rows"])
    with pytest.raises(AnalysisError, match=r"weights of shape \(120,\), or negative"):
        alpha_by_group(answers, group, 2, weight=-weight)


def test_a_group_needs_as_many_rows_as_items() -> None:
    answers = draw(9, n=22, k=25)
    (found,) = alpha_by_group(answers, np.zeros(22, int), 1)
    assert found.value is None
    assert dict(found.notices[0].params) == {"n": 22, "fewest": 25}


@pytest.mark.parametrize(
    ("group", "said"), [([0, 0, 0], "groups of shape"), ([0, 0, 0, 2], "groups 0 to 2 where there are 2")]
)
def test_groups_must_fit(group: list[int], said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        alpha_by_group(FOUR, np.array(group), 2)


@pytest.mark.parametrize("matrix", [np.ones((2, 3)), np.ones((1, 1)), np.array([[1.0, -1.0], [-1.0, 1.0]])])
def test_alpha_needs_a_matrix_with_a_sum(matrix: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match="alpha_of_covariance"):
        alpha_of_covariance(matrix)


def test_omega_of_known_loadings() -> None:
    """Loadings .6 .7 .8 .5 sum to 2.6, uniquenesses .64 .51 .36 .75 to 2.26."""
    loadings = np.array([0.6, 0.7, 0.8, 0.5])
    matrix = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    found = omega(with_correlations(matrix) * np.array([1, 2, 3, 4]))
    assert found.loadings == pytest.approx(loadings, abs=1e-7)
    assert found.standardised == pytest.approx(2.6**2 / (2.6**2 + 2.26), abs=1e-7)
    common, own = 0.6 + 1.4 + 2.4 + 2.0, 0.64 + 4 * 0.51 + 9 * 0.36 + 16 * 0.75
    assert found.value == pytest.approx(common**2 / (common**2 + own), abs=1e-7)
    assert found.notices == ()


def test_omega_is_alpha_where_all_items_load_alike() -> None:
    matrix = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    answers = with_correlations(matrix)
    assert omega(answers).value == pytest.approx(alpha(answers).value, abs=1e-7)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_omega_does_not_depend_on_order_or_direction(seed: int) -> None:
    answers = draw(seed)
    first, again = omega(answers), omega(6 - answers[::-1, ::-1])
    assert again.value == pytest.approx(first.value, abs=1e-7)
    assert again.loadings == pytest.approx(first.loadings[::-1], abs=1e-5)


def test_a_heywood_case_is_noticed() -> None:
    """.8 x .8 / .5 = 1.28: the first item would have more than all its variance in common."""
    matrix = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    found = omega(with_correlations(matrix))
    assert [(notice.code, notice.params["item"]) for notice in found.notices] == [("heywood", 0)]
    assert 0 < found.value < 1


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (FOUR, "2 items where 3 are needed"),
        (draw(1)[:4], "4 complete rows for 5 items"),
        (np.column_stack((draw(1), np.full(60, 5.0))), r"items \[5\] that everybody answered alike"),
        (np.column_stack((draw(1), draw(1)[:, 0])), "a correlation matrix of full rank, got smallest eigenvalue"),
    ],
)
def test_omega_says_what_is_wrong(answers: np.ndarray, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        omega(answers)


@pytest.mark.parametrize(
    ("loadings", "uniqueness"), [([0.5, 0.5], [0.5]), ([0.5], [-0.1]), ([0.0], [0.0]), ([np.nan], [0.5])]
)
def test_omega_needs_loadings_and_uniquenesses(loadings: list[float], uniqueness: list[float]) -> None:
    with pytest.raises(AnalysisError, match="k loadings and k uniquenesses"):
        omega_of(np.array(loadings), np.array(uniqueness))
