"""Differences between schools: coefficients of variation, likeness, funnel, ranks, many tests at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import schools
from analysis.errors import AnalysisError
from analysis.schools import Funnel, Variation

FEW = settings(max_examples=40, deadline=None)
NAN = math.nan
# Shrout & Fleiss 1979, Psychological Bulletin 86:420, six targets judged four times.
SHROUT = np.array([9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7], float)
SIX_TIMES_FOUR = np.repeat(np.arange(6), 4)
# Benjamini & Hochberg 1995, section 4: fifteen hypotheses of a trial.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590]


def codes(found: object) -> list[str]:
    return [notice.code for notice in found.notices]  # type: ignore[attr-defined]


@st.composite
def figures(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, sampling variances and sizes of a few schools."""
    count = draw(st.integers(2, 9))
    numbers = st.lists(st.floats(0.05, 1), min_size=count, max_size=count)
    value, variance, size = (np.array(draw(numbers)) for _ in range(3))
    return value, variance / 50, np.ceil(size * 900)


@st.composite
def answered(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Satisfied answers and answers, not all alike."""
    n = np.array(draw(st.lists(st.integers(1, 60), min_size=2, max_size=9)), float)
    y = np.array([draw(st.integers(0, int(each))) for each in n], float)
    y[0] = min(y[0], n[0] - 1) if y.sum() == n.sum() else y[0]
    y[0] = max(y[0], 1) if y.sum() == 0 else y[0]
    return (y, n) if n[0] > 1 or 0 < y.sum() < n.sum() else (np.array([1.0, 2]), np.array([3.0, 4]))


class TestVariation:
    def test_by_hand(self) -> None:
        found = schools.weighted_variation([2, 4], [100, 300])
        assert found.mean == 3.5
        assert found.observed == pytest.approx(0.75)
        assert found.value == pytest.approx(math.sqrt(0.75) / 3.5)
        assert schools.simple_variation([2, 4]).value == pytest.approx(math.sqrt(2) / 3)

    def test_noise_by_hand(self) -> None:
        simple = schools.corrected_variation([2, 4], [0.5, 0.7])
        assert (simple.observed, simple.noise, simple.variance) == pytest.approx((2, 0.6, 1.4))
        weighted = schools.corrected_variation([2, 4], [0.5, 0.7], [100, 300])
        assert weighted.noise == pytest.approx(0.25 * 0.75 * 0.5 + 0.75 * 0.25 * 0.7)
        assert weighted.value == pytest.approx(math.sqrt(0.75 - weighted.noise) / 3.5)

    @pytest.mark.parametrize("size", [None, [200, 300, 500, 900, 50, 400.0]])
    def test_noise_is_what_sampling_adds_on_average(self, size: list[float] | None) -> None:
        rng = np.random.default_rng(5)
        truth, variance = np.array([70, 75, 80, 85, 90, 95.0]), np.array([4, 9, 16, 1, 25, 9.0])
        without = schools.corrected_variation(truth, np.zeros(6), size).observed
        noisy = truth + np.sqrt(variance) * rng.standard_normal((2500, 6))
        left = [schools.corrected_variation(row, variance, size) for row in noisy]
        assert np.mean([each.observed - each.noise for each in left]) == pytest.approx(without, rel=0.02)

    @FEW
    @given(figures(), st.floats(0.1, 100), st.integers(1, 9))
    def test_neither_units_nor_order_nor_the_scale_of_sizes_matter(
        self, schools_: tuple[np.ndarray, ...], unit: float, times: int
    ) -> None:
        value, variance, size = schools_
        first = schools.corrected_variation(value, variance, size)
        second = schools.corrected_variation(value[::-1] * unit, variance[::-1] * unit**2, size[::-1] * times)
        assert second.value == pytest.approx(first.value, rel=1e-6, abs=1e-7)

    @FEW
    @given(figures())
    def test_a_school_in_two_halves_counts_as_before(self, schools_: tuple[np.ndarray, ...]) -> None:
        value, _, size = schools_
        split = np.append(size, size[0] / 2)
        split[0] /= 2
        halves = schools.weighted_variation(np.append(value, value[0]), split)
        assert halves.value == pytest.approx(schools.weighted_variation(value, size).value, abs=1e-12)

    @FEW
    @given(figures())
    def test_equal_sizes_differ_from_the_simple_one_by_the_divisor_only(self, schools_: tuple[np.ndarray, ...]) -> None:
        value, variance, _ = schools_
        for one, other in (
            (schools.weighted_variation(value, np.full(value.size, 7)), schools.simple_variation(value)),
            (
                schools.corrected_variation(value, variance, np.full(value.size, 7)),
                schools.corrected_variation(value, variance),
            ),
        ):
            factor = 1 - 1 / value.size
            assert one.observed == pytest.approx(other.observed * factor, abs=1e-15)
            assert one.noise == pytest.approx(other.noise * factor, abs=1e-15)

    def test_equal_schools(self) -> None:
        assert schools.weighted_variation([0.1] * 3, [3, 5, 7]).value == 0
        found = schools.corrected_variation([0.1] * 3, [0.01] * 3)
        assert (found.value, codes(found)) == (0, ["noise_covers_all"])

    def test_a_mean_of_zero_has_no_coefficient(self) -> None:
        found = schools.weighted_variation([0, 0], [3, 5])
        assert (found.value, codes(found)) == (None, ["mean_zero"])

    def test_a_school_without_answers_is_named_and_left_out(self) -> None:
        found = schools.weighted_variation([2, NAN, 4], [100, 50, 300])
        assert found.value == schools.weighted_variation([2, 4], [100, 300]).value
        assert (found.n, found.notices[0].params) == (2, {"schools": [1]})

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        with pytest.raises(AnalysisError) as said:
            schools.weighted_variation([-1, math.inf, 0.8, 0.9], [10, NAN, -3, 20], answers=[11, 1, 1, 20])
        assert "value negative or infinite at position 0, 1" in said.value.got
        assert "size not positive and finite at position 1, 2" in said.value.got
        assert "more answers than people at position 0" in said.value.got
        assert "roster" in said.value.hint

    @pytest.mark.parametrize("values", [[], [0.8], [0.8, NAN]])
    def test_one_school_does_not_vary(self, values: list[float]) -> None:
        for compute in (schools.simple_variation, lambda x: schools.weighted_variation(x, np.ones(len(x)))):
            with pytest.raises(AnalysisError, match="schools with answers"):
                compute(values)

    def test_columns_must_fit(self) -> None:
        with pytest.raises(AnalysisError, match="lengths value 2, variance 3"):
            schools.corrected_variation([1, 2], [1, 2, 3])
        with pytest.raises(AnalysisError, match=r"size of shape \(1, 2\)"):
            schools.weighted_variation([1, 2], [[1, 2]])
        with pytest.raises(AnalysisError, match="variance negative or not finite at position 1"):
            schools.corrected_variation([1, 2], [1, NAN])

    def test_shape_of_the_result(self) -> None:
        assert isinstance(schools.simple_variation([1, 2]), Variation)
        assert schools.corrected_variation([1, 2], [0, 0], [1, 1]).method == "size-weighted, noise-corrected"


class TestLikeness:
    def test_published(self) -> None:
        found = schools.intraclass_correlation(SHROUT, SIX_TIMES_FOUR)
        assert (found.between, found.within) == pytest.approx((11.24, 6.26), abs=0.005)
        assert found.value == pytest.approx(0.166, abs=0.0005)
        assert (found.low, found.high) == pytest.approx((-0.133, 0.723), abs=0.0006)

    @FEW
    @given(st.permutations(range(24)), st.permutations(range(6)), st.floats(0.01, 50), st.floats(-9, 9))
    def test_neither_order_nor_names_nor_units_matter(
        self, order: list[int], names: list[int], unit: float, shift: float
    ) -> None:
        school = np.array(names)[SIX_TIMES_FOUR]
        found = schools.intraclass_correlation((SHROUT * unit + shift)[order], school[order])
        first = schools.intraclass_correlation(SHROUT, SIX_TIMES_FOUR)
        assert (found.value, found.low, found.high) == pytest.approx((first.value, first.low, first.high), rel=1e-6)

    def test_people_without_answer_or_school_do_not_count(self) -> None:
        values, school = np.append(SHROUT, [NAN, 3.0]), np.append(SIX_TIMES_FOUR, [2, -1])
        assert schools.intraclass_correlation(values, school) == schools.intraclass_correlation(SHROUT, SIX_TIMES_FOUR)

    def test_less_alike_than_chance(self) -> None:
        found = schools.intraclass_correlation([0, 1, 1, 0], [0, 0, 1, 1])
        assert (found.value, codes(found)) == (-1, ["negative_icc"])

    def test_nothing_varies(self) -> None:
        found = schools.intraclass_correlation([0.1] * 6, [0, 0, 0, 1, 1, 1])
        assert (found.value, found.low, codes(found)) == (None, None, ["answers_all_alike"])

    def test_alike_within_every_school(self) -> None:
        found = schools.intraclass_correlation([0.1] * 3 + [0.3] * 3, [0, 0, 0, 1, 1, 1])
        assert (found.value, found.low, codes(found)) == (1, None, ["no_interval"])

    @pytest.mark.parametrize(
        ("values", "school", "said"),
        [
            ([1, 0], [0, 1], "one answer in every school"),
            ([1, 0], [0, 0], "1 schools with answers"),
            ([1, math.inf, 0], [0, 0, 1], "infinite value at position 1"),
            ([1, 0, 1], [0, 0.5, -2], "no position of a school at position 1, 2"),
        ],
    )
    def test_bad_input(self, values: list[float], school: list[float], said: str) -> None:
        with pytest.raises(AnalysisError, match=said):
            schools.intraclass_correlation(values, school)


class TestRates:
    def test_by_hand(self) -> None:
        found = schools.school_rates([1, 0, 1, 1, 0], [0, 0, 1, 1, 1], [1, 3, 2, 2, 2])
        assert found.value == pytest.approx([1 / 4, 2 / 3])
        assert found.n_eff == pytest.approx([16 / 10, 3])
        assert found.satisfied == pytest.approx([0.4, 2])
        scatter = [(0.75**2 + (3 * 0.25) ** 2) / 16 * 2, 4 * (2 / 9 + 4 / 9) / 36 * 3 / 2]
        assert found.variance == pytest.approx(scatter)

    def test_equal_weights_give_the_textbook_variance(self) -> None:
        values, school = np.array([1, 1, 0, 1, 0, 1, 1.0]), np.array([0, 0, 0, 0, 1, 1, 1])
        found = schools.school_rates(values, school, np.full(7, 2.5))
        plain, notices = schools.sampling_variances([3 / 4, 2 / 3], [4, 3])
        assert found.variance == pytest.approx([3 / 16 / 3, 2 / 9 / 2])
        assert plain == pytest.approx(found.variance)
        assert notices == ()

    def test_a_finite_school(self) -> None:
        values, school = [1, 0, 1, 1], [0, 0, 1, 1]
        infinite = schools.school_rates(values, school).variance
        finite = schools.school_rates(values, school, enrolled=[2, 8]).variance
        assert finite == pytest.approx(infinite * [0, 0.75])

    def test_more_answers_than_people(self) -> None:
        with pytest.raises(AnalysisError, match="more answers than people at position 0") as said:
            schools.school_rates([1, 0, 1, 1], [0, 0, 1, 1], enrolled=[1, 2])
        assert "roster" in said.value.hint

    @FEW
    @given(st.lists(st.floats(0.2, 5), min_size=24, max_size=24), st.floats(0.01, 100), st.permutations(range(24)))
    def test_neither_the_scale_of_weights_nor_the_order_matters(
        self, weight: list[float], scale: float, order: list[int]
    ) -> None:
        w = np.array(weight)
        one = schools.school_rates(SHROUT, SIX_TIMES_FOUR, w)
        other = schools.school_rates(SHROUT[order], SIX_TIMES_FOUR[order], w[order] * scale)
        for name in ("value", "variance", "n_eff"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9)
        assert np.all(one.n_eff <= one.n + 1e-9)

    def test_one_answer_borrows_and_none_is_named(self) -> None:
        found = schools.school_rates([1, 0, 1, 1, NAN], [0, 0, 1, -1, 2], schools=4)
        assert found.variance[1] == 0.5  # the two answers of school 0 have variance 1/2
        assert np.isnan(found.value[2:]).all()
        assert found.n_eff[2:].tolist() == [0, 0]
        assert {each.code: each.params["schools"] for each in found.notices} == {
            "schools_without_answers": [2, 3],
            "variance_borrowed": [1],
        }
        plain, notices = schools.sampling_variances([0.5, 1, NAN], [2, 1, 0])
        assert plain[:2].tolist() == [0.25, 0.5]
        assert [each.code for each in notices] == ["schools_without_answers", "variance_borrowed"]

    def test_one_answer_in_every_school_has_a_rate_and_no_variance(self) -> None:
        found = schools.school_rates([1, 0, 1], [0, 1, 2])
        assert found.value.tolist() == [1, 0, 1]
        assert np.isnan(found.variance).all()
        assert codes(found) == ["variance_unknown"]

    def test_smoothed(self) -> None:
        found = schools.smoothed_variances([1, 0.5, NAN], [10, 10, 0], deff=[2, 1, 1])
        assert found.tolist() == [0.75 * 0.25 * 2 / 10, 0.75 * 0.25 / 10, math.inf]

    @pytest.mark.parametrize(
        ("rate", "n", "said"),
        [
            ([0.5, 85], [10, 10], "rate outside 0 to 1 at position 1"),
            ([0.5, NAN], [10, 10], "rate outside 0 to 1 at position 1"),
            ([0.5, 0.5], [-1, NAN], "n negative, below 1 or not finite at position 0, 1"),
            ([NAN, NAN], [0, 0], "no answers at all"),
        ],
    )
    def test_bad_rates(self, rate: list[float], n: list[float], said: str) -> None:
        for compute in (schools.sampling_variances, schools.smoothed_variances):
            with pytest.raises(AnalysisError, match=said):
                compute(rate, n)

    def test_bad_people(self) -> None:
        with pytest.raises(AnalysisError) as said:
            schools.school_rates([1, 0, math.inf], [0, 0.5, 3], [0, -1, 2], schools=2)
        for each in ("infinite value at position 2", "weight not positive", "no position of a school"):
            assert each in said.value.got
        with pytest.raises(AnalysisError, match="no answers at all"):
            schools.school_rates([NAN, 1], [0, -1])
        with pytest.raises(AnalysisError, match="all answers are alike"):
            schools.smoothed_variances([1, 1], [5, 6])
        with pytest.raises(AnalysisError, match="smoothed_variances"):
            schools.sampling_variances([1, 0], [1, 1])


class TestFunnel:
    def test_by_hand(self) -> None:
        found = schools.funnel([50, 90, 80], [100, 100, 100], tails=0)
        assert found.target == pytest.approx(220 / 300)
        s2 = 22 / 30 * 8 / 30 / 100
        z = np.array([50, 90, 80]) / 100 - 22 / 30
        assert found.z == pytest.approx(z / math.sqrt(s2))
        phi = np.mean(z**2) / s2
        assert found.dispersion == pytest.approx(phi)
        assert found.between == pytest.approx((3 * phi - 2) / (2 / s2))  # sum w - sum w^2 / sum w = 2 w
        assert found.z_adjusted == pytest.approx(z / np.sqrt(s2 + found.between))
        assert found.p == pytest.approx(2 * stats.norm.sf(np.abs(found.z_adjusted)))

    def test_no_more_than_chance_leaves_z_as_it_is(self) -> None:
        found = schools.funnel([50, 51, 49], [100, 100, 100])
        assert found.between == 0
        assert found.z_adjusted == pytest.approx(found.z)

    @FEW
    @given(answered())
    def test_satisfied_and_not_are_mirror_images(self, counted: tuple[np.ndarray, np.ndarray]) -> None:
        y, n = counted
        one, other = schools.funnel(y, n), schools.funnel((n - y)[::-1], n[::-1])
        assert other.z_adjusted[::-1] == pytest.approx(-one.z_adjusted, rel=1e-6, abs=1e-9)
        assert other.between == pytest.approx(one.between, rel=1e-6, abs=1e-9)

    @FEW
    @given(answered())
    def test_a_school_is_outside_a_line_exactly_where_its_z_is(self, counted: tuple[np.ndarray, np.ndarray]) -> None:
        found = schools.funnel(*counted)
        limits = schools.funnel_limits(found, found.n, levels=(0.6, 0.95))
        for level, low, high in zip(limits.level, limits.low, limits.high, strict=True):
            cut = stats.norm.ppf(0.5 + level / 2)
            outside = (found.value < low) | (found.value > high)
            clear = np.abs(np.abs(found.z_adjusted) - cut) > 1e-9
            assert np.array_equal(outside[clear], (np.abs(found.z_adjusted) > cut)[clear])

    def test_limits(self) -> None:
        found = schools.funnel([50, 51, 49], [100, 100, 100])
        limits = schools.funnel_limits(found, [4, 100])
        assert limits.low[0] == pytest.approx(0.5 - 1.959964 * np.sqrt(0.25 / np.array([4, 100])))
        assert limits.high[1] == pytest.approx([1, 0.5 + 3.090232 * 0.05])
        wide = schools.funnel([50, 90, 80], [100, 100, 100])
        inner = schools.funnel_limits(wide, [50], dispersed=False)
        assert np.all(schools.funnel_limits(wide, [50]).low < inner.low)

    def test_a_target_of_ones_own(self) -> None:
        found = schools.funnel([85, 170], [100, 200], target=0.85)
        assert (found.target, found.z.tolist()) == (0.85, [0, 0])

    def test_all_alike(self) -> None:
        found = schools.funnel([10, 5], [10, 5])
        assert (found.dispersion, found.between, codes(found)) == (None, 0, ["answers_all_alike"])
        assert np.isnan(found.z_adjusted).all()
        assert np.isnan(schools.funnel_limits(found, [10]).low).all()

    def test_a_school_without_answers(self) -> None:
        found, without = schools.funnel([5, 0, 9], [10, 0, 12]), schools.funnel([5, 9], [10, 12])
        assert np.isnan(found.p[1])
        assert found.z_adjusted[[0, 2]] == pytest.approx(without.z_adjusted)
        assert (found.schools, codes(found)) == (2, ["schools_without_answers"])

    def test_bad_input(self) -> None:
        with pytest.raises(AnalysisError, match=r"tails 0\.7; target 85"):
            schools.funnel([1, 2], [3, 4], target=85, tails=0.7)
        with pytest.raises(AnalysisError, match="more satisfied than n at position 1"):
            schools.funnel([1, 5], [3, 4])
        found: Funnel = schools.funnel([1, 2], [3, 4])
        with pytest.raises(AnalysisError, match="size not positive and finite at position 0, 2; level 2"):
            schools.funnel_limits(found, [0, 1, NAN], levels=[2])


class TestRanks:
    def test_schools_far_apart_have_one_rank(self) -> None:
        rng = np.random.default_rng(1)
        found = schools.ranks(schools.draw_normal([0.7, 0.9, 0.8], [0.001] * 3, 500, rng), rng)
        assert [found.value.tolist(), found.low.tolist(), found.high.tolist()] == [[3, 1, 2]] * 3

    def test_schools_that_cannot_be_told_apart_share_all_ranks(self) -> None:
        rng = np.random.default_rng(1)
        fit = schools.beta_binomial([5, 5, 5, 5], [10, 10, 10, 10])
        found = schools.ranks(schools.draw_beta(fit, 2000, rng), rng)
        assert (found.low.tolist(), found.high.tolist()) == ([1] * 4, [4] * 4)
        assert found.value == pytest.approx([2.5] * 4, abs=0.1)

    def test_two_schools_by_formula(self) -> None:
        rng = np.random.default_rng(2)
        draws = schools.draw_normal([0.80, 0.82], [0.03, 0.04], 40_000, rng)
        first = stats.norm.cdf(-0.02 / 0.05)  # P(the first is above the second)
        assert schools.ranks(draws, rng).value == pytest.approx([2 - first, 1 + first], abs=0.01)

    @FEW
    @given(st.permutations(range(6)), st.integers(0, 99))
    def test_names_and_scales_do_not_matter(self, order: list[int], seed: int) -> None:
        rng = np.random.default_rng(seed)
        draws = rng.normal(0, 1, (50, 6)) + np.arange(6)
        one, other = schools.ranks(draws, rng), schools.ranks(np.exp(draws[:, order]), rng)
        for name in ("value", "median", "low", "high"):
            assert np.array_equal(getattr(other, name), getattr(one, name)[order])
        assert one.value.sum() == pytest.approx(21)
        assert np.all((one.low <= one.median) & (one.median <= one.high))

    def test_draws_follow_the_posterior(self) -> None:
        rng = np.random.default_rng(3)
        fit = schools.beta_binomial([54, 33, 12], [61, 40, 30])
        draws = schools.draw_beta(fit, 20_000, rng)
        assert draws.mean(axis=0) == pytest.approx(fit.value, abs=0.003)
        assert np.quantile(draws, 0.025, axis=0) == pytest.approx(fit.low, abs=0.006)

    def test_bad_input(self) -> None:
        rng = np.random.default_rng(1)
        with pytest.raises(AnalysisError, match="value missing or infinite at position 1; se negative"):
            schools.draw_normal([1, NAN], [-1, 1], 10, rng)
        with pytest.raises(AnalysisError, match="0 draws; a fit with M = 0"):
            schools.draw_beta(schools.beta_binomial([0, 10], [10, 10]), 0, rng)
        with pytest.raises(AnalysisError, match="1 schools"):
            schools.ranks([[1.0], [2.0]], rng)
        with pytest.raises(AnalysisError, match="shape"):
            schools.ranks([1.0, 2.0], rng)
        with pytest.raises(AnalysisError, match="draws missing or infinite at position 1"):
            schools.ranks([[1.0, NAN]], rng)


class TestManySchools:
    def test_published(self) -> None:
        found = schools.discoveries([*TRIAL, 1.0])
        assert found.found.sum() == 4
        assert found.adjusted[3] == pytest.approx(0.0095 * 15 / 4)

    def test_schools_without_a_test_do_not_count(self) -> None:
        found = schools.discoveries([0.04, NAN, 0.01])
        assert found.adjusted[[0, 2]] == pytest.approx([0.04, 0.02])
        assert np.isnan(found.adjusted[1])
        assert (found.found.tolist(), found.n) == ([True, False, True], 2)
        assert schools.discoveries([NAN]).found.tolist() == [False]

    def test_bad_input(self) -> None:
        with pytest.raises(AnalysisError, match="p outside 0 to 1 at position 0, 1; level 0"):
            schools.discoveries([2, -1], level=0)
