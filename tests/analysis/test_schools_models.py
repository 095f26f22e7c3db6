"""Stabilised rates of schools: beta-binomial, Fay-Herriot, the mixed model."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from analysis import schools
from analysis.errors import AnalysisError
from analysis.schools.counting import digamma_rise, log_rising
from analysis.schools.optimum import highest

NAN = math.nan
SOME = settings(max_examples=10, deadline=None)
Y, N = np.array([54, 33, 12, 40, 9, 21.0]), np.array([61, 40, 30, 42, 20, 22.0])
DIRECT, D = np.array([0.7, 0.9, 0.8, 0.95, 0.6]), np.array([0.002, 0.004, 0.003, 0.001, 0.006])
# Yields of dyestuff, five of each of six batches: Davies 1947; its fits in Bates et al. 2015 and the lme4 manual.
DYESTUFF = np.array(
    [
        [1545, 1440, 1440, 1520, 1580],
        [1540, 1555, 1490, 1560, 1495],
        [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545],
        [1595, 1630, 1515, 1635, 1625],
        [1520, 1455, 1450, 1480, 1445.0],
    ]
).ravel()
# Box & Tiao 1973: batches that differ less than chance.
DYESTUFF2 = np.array(
    [
        [7.298, 3.846, 2.434, 9.566, 7.990],
        [5.220, 6.556, 0.608, 11.788, -0.892],
        [0.110, 10.386, 13.434, 5.510, 8.166],
        [2.212, 4.852, 7.092, 9.288, 4.980],
        [0.282, 9.014, 4.458, 9.446, 7.198],
        [1.722, 4.782, 8.106, 0.758, 3.758],
    ]
).ravel()
BATCH = np.repeat(np.arange(6), 5)


def codes(found: object) -> list[str]:
    return [notice.code for notice in found.notices]  # type: ignore[attr-defined]


@st.composite
def counted(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    n = np.array(draw(st.lists(st.integers(2, 60), min_size=3, max_size=8)), float)
    return np.array([draw(st.integers(0, int(each))) for each in n], float), n


class TestBetaBinomial:
    def test_the_likelihood_is_the_one_of_scipy_and_nowhere_higher(self) -> None:
        fit = schools.beta_binomial(Y, N)

        def loglik(mu: float, m: float) -> float:
            return float(stats.betabinom.logpmf(Y, N, mu * m, (1 - mu) * m).sum())

        assert fit.loglik == pytest.approx(loglik(fit.mu, fit.concentration), abs=1e-9)
        for mu in (0.99, 0.999, 1, 1.001, 1.01):
            for m in (0.95, 0.99, 1, 1.01, 1.05):
                assert loglik(fit.mu * mu, fit.concentration * m) <= fit.loglik + 1e-10

    def test_the_posterior(self) -> None:
        fit = schools.beta_binomial(Y, N, level=0.9)
        m, mu = fit.concentration, fit.mu
        posterior = stats.beta(Y + mu * m, N - Y + (1 - mu) * m)
        assert fit.value == pytest.approx((Y + mu * m) / (N + m))
        assert fit.se == pytest.approx(posterior.std())
        assert fit.low == pytest.approx(posterior.ppf(0.05))
        assert fit.high == pytest.approx(posterior.ppf(0.95))
        assert fit.intraclass == pytest.approx(1 / (1 + m))

    @SOME
    @given(counted(), st.floats(0.3, 1))
    def test_fractional_counts_mirrored_and_in_another_order(
        self, of_schools: tuple[np.ndarray, np.ndarray], effective: float
    ) -> None:
        y, n = of_schools[0] * effective, of_schools[1] * effective
        if n.max() <= 1:
            return
        one, other = schools.beta_binomial(y, n), schools.beta_binomial((n - y)[::-1], n[::-1])
        assert other.value[::-1] == pytest.approx(1 - one.value, abs=1e-7)
        assert other.low[::-1] == pytest.approx(1 - one.high, abs=1e-7, nan_ok=True)
        between = (one.value - one.raw) * (one.value - one.mu)
        assert np.all(between <= 1e-12)  # between the school's own rate and the county's

    def test_a_school_without_answers_has_the_prior_and_changes_nothing(self) -> None:
        fit, without = schools.beta_binomial([*Y, 0], [*N, 0]), schools.beta_binomial(Y, N)
        assert fit.value[:-1] == pytest.approx(without.value)
        assert fit.value[-1] == pytest.approx(without.mu)
        assert np.isnan(fit.raw[-1])
        assert fit.notices[0].params == {"schools": [6]}

    def test_rates_of_nothing_and_everything(self) -> None:
        fit = schools.beta_binomial([0, 20, 15, 11], [20, 20, 20, 20])
        assert 0 < fit.value[0] < fit.value[3] < fit.value[2] < fit.value[1] < 1
        assert np.all((fit.low < fit.value) & (fit.value < fit.high))

    @pytest.mark.parametrize(
        ("y", "n", "rate"),
        [([8, 16, 8], [10, 20, 10], 0.8), ([5, 6, 5], [10, 10, 10], 16 / 30), ([0, 0], [9, 3], 0), ([9, 3], [9, 3], 1)],
    )
    def test_no_variance_between_schools(self, y: list[float], n: list[float], rate: float) -> None:
        fit = schools.beta_binomial(y, n)
        assert (fit.concentration, fit.intraclass, codes(fit)) == (math.inf, 0, ["no_variance_between"])
        assert fit.value == pytest.approx([rate] * len(n))
        exact = stats.binomtest(sum(y), sum(n)).proportion_ci(method="exact")
        assert (fit.low[0], fit.high[0]) == pytest.approx((exact.low, exact.high))
        assert fit.loglik == pytest.approx(stats.binom.logpmf(y, n, rate).sum())

    def test_schools_all_or_nothing(self) -> None:
        fit = schools.beta_binomial([0, 10, 20, 0], [10, 10, 20, 0])
        assert (fit.concentration, fit.interval) == (0, "none")
        assert fit.value == pytest.approx([0, 1, 1, 2 / 3])
        assert np.isnan(fit.low).all()
        assert codes(fit) == ["schools_without_answers", "schools_all_or_nothing"]

    def test_intervals_hold_the_truth_as_often_as_they_say(self) -> None:
        rng = np.random.default_rng(11)
        n = rng.integers(8, 90, 60)
        held = []
        for _ in range(25):
            truth = rng.beta(0.85 * 25, 0.15 * 25, 60)
            fit = schools.beta_binomial(rng.binomial(n, truth), n)
            held.append((fit.low <= truth) & (truth <= fit.high))
        assert np.mean(held) == pytest.approx(0.95, abs=0.02)  # 1,500 intervals: three standard errors are 0.017

    def test_the_boundary_lies_where_the_slope_at_infinite_m_changes_sign(self) -> None:
        """By hand: the slope by 1 / M is there half of sum (2 y - n)^2 - sum n, at mu = 1/2 and equal n."""
        n = np.full(3, 100.0)
        inside, beyond = (schools.beta_binomial([50 - s, 50, 50 + s], n) for s in (math.sqrt(37.4), math.sqrt(37.6)))
        assert inside.concentration == math.inf
        assert 1000 < beyond.concentration < math.inf

    @pytest.mark.parametrize("a", [1e-3, 0.7, 29, 31, 1e4, 1e9])
    @pytest.mark.parametrize("k", [0, 1, 7, 200])
    def test_gamma_ratios_keep_their_digits(self, a: float, k: int) -> None:
        product = math.prod((Fraction(a) + each for each in range(k)), start=Fraction(1))
        exact = math.log(product.numerator) - math.log(product.denominator)
        assert float(log_rising(a, k)) == pytest.approx(exact, rel=1e-12, abs=1e-12)
        assert float(digamma_rise(a, k)) == pytest.approx(math.fsum(1 / (a + each) for each in range(k)), rel=1e-11)

    @pytest.mark.parametrize(
        ("y", "n", "said"),
        [
            ([5], [10], "1 schools with answers"),
            ([5, 0], [10, 0], "1 schools with answers"),
            ([1, 0, 1], [1, 1, 1], "one answer in every school"),
            ([-1, 4, NAN], [NAN, -3, 5], "n negative or not finite at position 0, 1; satisfied negative or not finite"),
            ([11, 2], [10, 10], "more satisfied than n at position 0"),
            ([1, 2], [1, 2, 3], "lengths satisfied 2, n 3"),
        ],
    )
    def test_bad_input(self, y: list[float], n: list[float], said: str) -> None:
        with pytest.raises(AnalysisError, match=said):
            schools.beta_binomial(y, n)
        with pytest.raises(AnalysisError, match="level 95"):
            schools.beta_binomial([1, 2], [3, 4], level=95)


class TestFayHerriot:
    @pytest.mark.parametrize("likelihood", ["reml", "ml"])
    def test_equal_variances_by_hand(self, likelihood: Any) -> None:
        d, count = 0.004, DIRECT.size
        fit = schools.fay_herriot(DIRECT, np.full(5, d), likelihood=likelihood)
        spread = np.sum((DIRECT - DIRECT.mean()) ** 2)
        a = spread / (count - (likelihood == "reml")) - d
        gamma = a / (a + d)
        assert fit.between == pytest.approx(a)
        assert fit.gamma == pytest.approx([gamma] * 5)
        assert fit.value == pytest.approx(gamma * DIRECT + (1 - gamma) * DIRECT.mean())
        assert fit.beta_se == pytest.approx([math.sqrt((a + d) / count)])
        g1, g2, g3 = gamma * d, (1 - gamma) ** 2 * (a + d) / count, 2 * d**2 / (a + d) / count
        bias = 0 if likelihood == "reml" else -(a + d) / count
        assert fit.mse == pytest.approx([g1 + g2 + 2 * g3 - bias * (1 - gamma) ** 2] * 5)
        assert fit.loglik == pytest.approx(stats.norm.logpdf(DIRECT, DIRECT.mean(), math.sqrt(a + d)).sum())

    @SOME
    @given(st.permutations(range(5)), st.floats(0.01, 100), st.floats(-5, 5), st.floats(0.1, 50), st.booleans())
    def test_order_and_units_do_not_matter(
        self, order: list[int], unit: float, shift: float, scale: float, restricted: bool
    ) -> None:
        x = np.array([0, 1, 0, 2, 1.0])
        kind: Any = "reml" if restricted else "ml"
        one = schools.fay_herriot(DIRECT, D, x, likelihood=kind)
        moved = schools.fay_herriot(
            (DIRECT * unit + shift)[order], (D * unit**2)[order], x[order] * scale - 3, likelihood=kind
        )
        assert moved.value == pytest.approx((one.value * unit + shift)[order], rel=1e-6, abs=1e-6)
        assert moved.se == pytest.approx((one.se * unit)[order], rel=1e-5)
        assert moved.beta[1] == pytest.approx(one.beta[1] * unit / scale, rel=1e-5, abs=1e-9)

    @pytest.mark.parametrize("likelihood", ["reml", "ml"])
    def test_nowhere_is_the_likelihood_higher(self, likelihood: Any) -> None:
        x = np.column_stack([np.ones(5), [0, 1, 0, 2, 1.0]])
        fit = schools.fay_herriot(DIRECT, D, x[:, 1], likelihood=likelihood)

        def height(a: float) -> float:
            v = np.diag(1 / (a + D))
            information = x.T @ v @ x
            residual = DIRECT - x @ np.linalg.solve(information, x.T @ v @ DIRECT)
            value = np.log(np.diag(v)).sum() - residual @ v @ residual
            return float(value - (np.linalg.slogdet(information)[1] if likelihood == "reml" else 0))

        assert height(fit.between) >= max(height(a) for a in np.geomspace(1e-6, 1, 500))

    @pytest.mark.parametrize("likelihood", ["reml", "ml"])
    def test_the_error_is_what_it_says_it_is(self, likelihood: Any) -> None:
        rng = np.random.default_rng(13)
        d, x = np.tile([0.002, 0.004, 0.008], 8), np.repeat([0, 1.0], 12)
        squares, claimed = [], []
        for _ in range(60):
            truth = 0.8 + 0.05 * x + 0.07 * rng.standard_normal(24)
            fit = schools.fay_herriot(truth + np.sqrt(d) * rng.standard_normal(24), d, x, likelihood=likelihood)
            squares.append((fit.value - truth) ** 2)
            claimed.append(fit.mse)
        assert np.mean(claimed) == pytest.approx(np.mean(squares), rel=0.15)

    def test_no_variance_between_schools(self) -> None:
        fit = schools.fay_herriot([0.8, 0.82, 0.81], [0.01, 0.02, 0.04])
        pooled = (0.8 * 4 + 0.82 * 2 + 0.81) / 7
        assert (fit.between, codes(fit)) == (0, ["no_variance_between"])
        assert fit.value == pytest.approx([pooled] * 3)
        assert np.all(fit.se > 0)
        assert schools.fay_herriot([0.8] * 3, [0.01] * 3).value == pytest.approx([0.8] * 3)

    def test_a_school_without_answers_has_the_synthetic_value(self) -> None:
        x = np.array([0, 1, 0, 2, 1, 1.0])
        fit = schools.fay_herriot([*DIRECT, NAN], [*D, NAN], x)
        without = schools.fay_herriot(DIRECT, D, x[:-1])
        assert fit.value[:-1] == pytest.approx(without.value)
        assert fit.value[-1] == pytest.approx(without.beta.sum())
        assert fit.gamma[-1] == 0
        assert fit.se[-1] > max(math.sqrt(fit.between), *fit.se[:-1])
        assert (fit.n, fit.notices[0].params) == (5, {"schools": [5]})

    def test_a_precise_school_keeps_its_value(self) -> None:
        variance = D.copy()
        variance[0] = 1e-12
        fit = schools.fay_herriot(DIRECT, variance)
        assert fit.value[0] == pytest.approx(DIRECT[0], abs=1e-9)
        assert fit.se[0] == pytest.approx(1e-6, rel=1e-3)

    def test_smoothed_variances_take_what_own_ones_cannot(self) -> None:
        rate, n = np.array([1, 0.8, 0.6, 0.9]), np.array([22, 40, 30, 50.0])
        own, _ = schools.sampling_variances(rate, n)
        with pytest.raises(AnalysisError, match="variance not positive and finite at position 0") as said:
            schools.fay_herriot(rate, own)
        assert "smoothed_variances" in said.value.hint
        assert schools.fay_herriot(rate, schools.smoothed_variances(rate, n)).value[0] < 1

    def test_bad_input(self) -> None:
        with pytest.raises(AnalysisError) as said:
            schools.fay_herriot([0.8, math.inf, 0.8], [0.1, 1, -1], [1, 2, NAN], level=2)
        for each in ("infinite direct value at position 1", "variance not", "covariate missing", "level 2"):
            assert each in said.value.got
        with pytest.raises(AnalysisError, match="one of reml, ml, got likelihood: 'x'"):
            schools.fay_herriot([0.8, 0.9], [0.1, 1], likelihood="x")  # type: ignore[arg-type]
        for arguments, words in (
            (([0.8], [0.1]), "1 schools with a value for 1 coefficients"),
            (([0.8, 0.9, 0.7], [0.1] * 3, [2, 2, 2]), "repeat each other or the intercept"),
            (([0.8, 0.9, 0.7], [0.1] * 3, [1, 2]), "shape"),
            (([0.8, 0.9], [0.1]), "lengths"),
        ):
            with pytest.raises(AnalysisError, match=words):
                schools.fay_herriot(*arguments)


class TestMixedModel:
    def test_published_reml(self) -> None:
        fit = schools.mixed_model(DYESTUFF, BATCH)
        assert fit.value == pytest.approx([1527.5])
        assert fit.se == pytest.approx([19.383], abs=0.001)
        assert (fit.between, fit.within) == pytest.approx((1764.05, 2451.25), abs=0.005)
        assert -2 * fit.loglik == pytest.approx(319.6543, abs=0.0001)

    def test_published_ml(self) -> None:
        fit = schools.mixed_model(DYESTUFF, BATCH, likelihood="ml")
        assert (fit.between, fit.within) == pytest.approx((1388.333, 2451.25), abs=0.001)
        assert -2 * fit.loglik == pytest.approx(327.3271, abs=0.0001)

    def test_published_without_variance(self) -> None:
        fit = schools.mixed_model(DYESTUFF2, BATCH, likelihood="ml")
        assert (fit.between, fit.icc, codes(fit)) == (0, 0, ["no_variance_between"])
        assert fit.effect.tolist() == [0] * 6
        assert fit.within == pytest.approx(13.346, abs=0.001)
        assert fit.loglik == pytest.approx(-81.43651, abs=0.00002)

    def test_equal_sizes_give_the_analysis_of_variance(self) -> None:
        fit, table = schools.mixed_model(DYESTUFF, BATCH), schools.intraclass_correlation(DYESTUFF, BATCH)
        assert fit.icc == pytest.approx(table.value)
        means = DYESTUFF.reshape(6, 5).mean(axis=1) - 1527.5
        gamma = 5 * fit.between / (5 * fit.between + fit.within)
        assert fit.effect == pytest.approx(gamma * means)
        assert fit.effect_se == pytest.approx([math.sqrt(fit.between * (1 - gamma))] * 6)

    @pytest.mark.parametrize("likelihood", ["reml", "ml"])
    def test_agrees_with_statsmodels_where_that_converges(self, likelihood: Any) -> None:
        rng = np.random.default_rng(7)
        school = np.repeat(np.arange(12), rng.integers(1, 30, 12))
        x = rng.normal(size=(school.size, 2))
        y = 3 + x @ [0.5, -0.2] + 0.8 * rng.normal(size=12)[school] + rng.normal(size=school.size)
        fit = schools.mixed_model(y, school, x, likelihood=likelihood)
        other = MixedLM(y, np.column_stack([np.ones(y.size), x]), school).fit(reml=likelihood == "reml")
        assert other.converged
        assert fit.loglik == pytest.approx(other.llf, abs=1e-6)
        assert fit.value == pytest.approx(other.fe_params, abs=1e-4)
        same = school[:, None] == school
        design = np.column_stack([np.ones(y.size), x])
        variance = fit.within * np.eye(y.size) + fit.between * same
        assert fit.se**2 == pytest.approx(np.diag(np.linalg.inv(design.T @ np.linalg.solve(variance, design))))
        assert (fit.between, fit.within) == pytest.approx((other.cov_re[0, 0], other.scale), rel=1e-3)
        assert fit.effect == pytest.approx([other.random_effects[each].iloc[0] for each in range(12)], abs=1e-3)

    @SOME
    @given(st.permutations(range(30)), st.permutations(range(6)), st.floats(0.01, 100), st.floats(-99, 99))
    def test_neither_order_nor_names_nor_units_matter(
        self, order: list[int], names: list[int], unit: float, shift: float
    ) -> None:
        keep = np.array(order)[:23]  # unequal sizes
        one = schools.mixed_model(DYESTUFF[keep], BATCH[keep], schools=6)
        other = schools.mixed_model(
            (DYESTUFF * unit + shift)[keep[::-1]], np.array(names)[BATCH[keep[::-1]]], schools=6
        )
        assert other.effect[names] == pytest.approx(one.effect * unit, rel=1e-5, abs=1e-5 * unit)
        assert other.icc == pytest.approx(one.icc, rel=1e-5, abs=1e-8)

    def test_people_without_answer_or_school_and_schools_without_people(self) -> None:
        values, school = np.append(DYESTUFF, [NAN, 3.0]), np.append(BATCH, [2, -1])
        fit, without = schools.mixed_model(values, school, schools=7), schools.mixed_model(DYESTUFF, BATCH)
        assert fit.effect == pytest.approx([*without.effect, 0])
        assert fit.effect_se[-1] == pytest.approx(math.sqrt(without.between))
        assert codes(fit) == ["schools_without_answers"]

    @pytest.mark.parametrize(
        ("values", "school", "covariates", "said"),
        [
            ([1, 2], [0, 0], None, "1 schools with answers"),
            ([], [], None, "0 schools with answers"),
            ([1, 2, 3], [0, 1, 2], None, "one answer in every school"),
            ([0.1] * 6, [0, 0, 0, 1, 1, 1], None, "explain entirely"),
            ([1, 1, 2, 2], [0, 0, 1, 1], None, "explain entirely"),
            ([1, 2, 3, 5], [0, 0, 1, 1], [1, 2, 3, 5], "explain entirely"),
            ([1, 2, 3, 5], [0, 0, 1, 1], [2, 2, 2, 2], "repeat each other or the intercept"),
            ([1, 2, 3, 5], [0, 0, 1, 1], [2, 2], r"shape \(2, 1\)"),
            ([1, math.inf, 3, 5], [0, 0, 1.5, 1], [1, 2, 3, math.inf], "infinite value at position 1; infinite cov"),
        ],
    )
    def test_bad_input(self, values: Any, school: Any, covariates: Any, said: str) -> None:
        with pytest.raises(AnalysisError, match=said):
            schools.mixed_model(values, school, covariates)

    def test_unknown_likelihood(self) -> None:
        with pytest.raises(AnalysisError, match="'x'"):
            schools.mixed_model(DYESTUFF, BATCH, likelihood="x")  # type: ignore[arg-type]


class TestSearch:
    def test_the_right_peak_of_two(self) -> None:
        def height(t: float) -> float:
            return -((t**2 - 4) ** 2) + t

        def slope(t: float) -> float:
            return -4 * t * (t**2 - 4) + 1

        found = highest(height, slope, -5, 5)
        assert found > 0
        assert slope(found) == pytest.approx(0, abs=1e-9)

    def test_the_end_where_it_still_rises(self) -> None:
        assert highest(lambda t: t, lambda _: 1.0, 0, 3) == 3
        assert highest(lambda t: -t, lambda _: -1.0, 0, 3) == 0
