"""Regressions: what must not change them, what they reduce to, and what cannot be fitted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import combine, estimate, mean, transform
from analysis.models import Model, dummies, linear, logistic, ordinal, wald_test

SEEDS = st.integers(0, 2**32 - 1)
NAMES = ("x", "y")


def draw(seed: int, rows: int = 120) -> tuple[Design, np.ndarray, np.ndarray]:
    """Answers 1 to 4 in ten schools of two strata, and two columns."""
    rng = np.random.default_rng(seed)
    cluster = rng.permutation(np.arange(rows) % 10)
    columns = rng.normal(0, 1, (rows, 2))
    latent = columns @ [0.8, -0.4] + rng.logistic(0, 1, rows)
    return Design(cluster % 2, cluster, rng.uniform(0.5, 3, rows)), 1.0 + np.digitize(latent, [-1, 0, 1.2]), columns


def fits(design: Design, answers: np.ndarray, columns: np.ndarray) -> tuple[Model, ...]:
    return (
        linear(design, answers, columns, NAMES),
        logistic(design, np.where(np.isnan(answers), np.nan, answers > 2), columns, NAMES),
        ordinal(design, answers, columns, NAMES),
    )


def everything(models: tuple[Model, ...]) -> np.ndarray:
    return np.concatenate([np.concatenate([m.value, m.se, m.low, m.p, [m.df, m.n]]) for m in models])


@given(SEEDS, st.floats(0.01, 100))
@settings(max_examples=10, deadline=None)
def test_scale_of_weights_and_order_of_rows(seed: int, factor: float) -> None:
    design, answers, columns = draw(seed)
    order = np.random.default_rng(seed).permutation(answers.size)
    moved = Design(design.stratum[order], design.cluster[order], design.weight[order] * factor)
    expected = pytest.approx(everything(fits(design, answers, columns)), rel=1e-6, abs=1e-9)
    assert everything(fits(moved, answers[order], columns[order])) == expected


def test_weights_are_repeated_rows_for_the_coefficients() -> None:
    design, answers, columns = draw(4)
    times = np.random.default_rng(1).integers(1, 4, answers.size)
    weighted = fits(replace(design, weight=times.astype(float)), answers, columns)
    stratum, cluster = (np.repeat(each, times) for each in (design.stratum, design.cluster))
    repeated = fits(
        Design(stratum, cluster, np.ones(stratum.size)), np.repeat(answers, times), np.repeat(columns, times, 0)
    )
    for one, other in zip(weighted, repeated, strict=True):
        assert other.value == pytest.approx(one.value, rel=1e-8)
        assert other.se == pytest.approx(one.se, rel=1e-8)


def test_rows_that_lack_something_keep_their_school() -> None:
    """Dropping a row that is not used changes nothing as long as its school stays; a table cut down is not the same."""
    design, answers, columns = draw(9)
    columns[design.cluster == 3, 0] = np.nan
    found = linear(design, answers, columns, NAMES)
    assert found.n == int((design.cluster != 3).sum())
    assert found.df == 10 - 1 - 2 - 2
    use = design.cluster != 3
    cut = linear(
        Design(design.stratum[use], design.cluster[use], design.weight[use]), answers[use], columns[use], NAMES
    )
    assert cut.value == pytest.approx(found.value)
    assert not np.allclose(cut.se, found.se)


def test_without_columns_the_models_are_means() -> None:
    design, answers, _ = draw(2)
    empty = np.zeros((answers.size, 0))
    average = estimate(design, mean(design, answers))
    found = linear(design, answers, empty, ())
    assert (found.value[0], found.se[0], found.df) == (
        pytest.approx(average.value[0]),
        pytest.approx(average.se[0]),
        average.df[0],
    )
    shares = mean(design, (answers[:, None] > [1, 2, 3]).astype(float))
    logits = estimate(design, transform(shares, special.logit))
    found = logistic(design, (answers > 2).astype(float), empty, ())
    assert (found.value[0], found.se[0]) == (pytest.approx(logits.value[1]), pytest.approx(logits.se[1], rel=1e-6))
    cuts = ordinal(design, answers, empty, ())
    assert cuts.names == ("1|2", "2|3", "3|4")
    assert cuts.value == pytest.approx(-logits.value, rel=1e-6)
    assert cuts.covariance == pytest.approx(logits.covariance, rel=1e-5)


def test_turning_the_answers_round_turns_the_slopes() -> None:
    design, answers, columns = draw(3)
    one, other = ordinal(design, answers, columns, NAMES), ordinal(design, 5 - answers, columns, NAMES)
    assert other.value[:2] == pytest.approx(-one.value[:2], rel=1e-6)
    assert other.value[2:] == pytest.approx(-one.value[:1:-1], rel=1e-6)
    assert other.se[:2] == pytest.approx(one.se[:2], rel=1e-6)
    two = ordinal(design, (answers > 2).astype(float), columns, NAMES)
    plain = logistic(design, (answers > 2).astype(float), columns, NAMES)
    assert (two.value[:2], two.se[:2]) == (
        pytest.approx(plain.value[1:], rel=1e-6),
        pytest.approx(plain.se[1:], rel=1e-6),
    )


def test_units_of_the_columns_do_not_matter() -> None:
    design, answers, columns = draw(6)
    one, other = (ordinal(design, answers, columns * scale + shift, NAMES) for scale, shift in ((1, 0), (1e4, 3e4)))
    assert other.value[:2] * 1e4 == pytest.approx(one.value[:2], rel=1e-6)
    assert other.t[:2] == pytest.approx(one.t[:2], rel=1e-6)
    assert other.deviance == pytest.approx(one.deviance)


def test_coefficients_combine_with_anything_of_the_same_rows() -> None:
    design, answers, columns = draw(8)
    found = linear(design, answers, columns, NAMES)
    difference = estimate(design, combine(found.statistic, np.array([0, 1.0, -1.0])))
    line = np.array([0, 1.0, -1.0])
    assert difference.se[0] ** 2 == pytest.approx(line @ found.covariance @ line)


def test_one_coefficient_tested_is_its_t() -> None:
    design, answers, columns = draw(8)
    for found in fits(design, answers, columns):
        test = wald_test(found, ["x"])
        at = found.names.index("x")
        assert (test.statistic, test.p) == (pytest.approx(found.t[at] ** 2), pytest.approx(found.p[at]))
    with pytest.raises(AnalysisError, match="some of"):
        wald_test(found, ["z"])
    with pytest.raises(AnalysisError, match="more clusters"):
        wald_test(replace(found, df=0), ["x"])


def test_dummies() -> None:
    columns, names = dummies(np.array([0, 2, -1, 1]), ("city", "town", "village"))
    assert names == ("town", "village")
    assert columns[[0, 1, 3]].tolist() == [[0, 0], [0, 1], [1, 0]]
    assert np.isnan(columns[2]).all()
    with pytest.raises(AnalysisError, match="categories below 2"):
        dummies(np.array([2]), ("a", "b"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d, a, c: linear(d, a[:-1], c, NAMES), "outcome"),
        (lambda d, a, c: linear(d, a, c, ("x",)), "1 names"),
        (lambda d, a, c: linear(d, np.where(a > 3, np.inf, a), c, NAMES), "infinite"),
        (lambda d, a, c: linear(d, np.where(np.arange(a.size) > 2, np.nan, a), c, NAMES), "3 complete rows for 3"),
        (lambda d, a, c: linear(d, a, np.column_stack([c[:, 0], 2 * c[:, 0] + 1]), NAMES), "not so: [xy]"),
        (lambda d, a, c: linear(d, a, np.column_stack([c[:, 0], np.ones(a.size)]), NAMES), "not so: y"),
        (lambda d, a, c: logistic(d, a, c, NAMES), "outcome from 0 to 1, got 1 to 4"),
        (lambda d, a, c: logistic(d, np.ones(a.size), c, NAMES), "varies, got everywhere 1"),
        (lambda d, a, c: logistic(d, (c[:, 0] > 0).astype(float), c, NAMES), "settle, got none for x, y"),
        (lambda d, a, c: ordinal(d, np.digitize(c[:, 1], [-1, 1]).astype(float), c, NAMES), "slopes that settle"),
        (lambda d, a, c: ordinal(d, np.full(a.size, 2.0), c, NAMES), "two or more codes"),
    ],
)
def test_what_cannot_be_fitted_is_said(call: Any, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        call(*draw(1))


def test_too_few_schools_for_the_columns() -> None:
    """Three schools in one stratum leave 2 - 2 = 0 degrees of freedom: no interval, no probability, a notice."""
    design, answers, columns = draw(1)
    small = Design(np.zeros_like(design.stratum), design.cluster % 3, design.weight)
    found = linear(small, answers, columns, NAMES)
    assert (found.df, found.interval, found.notices[0].code) == (0, "none", "too_few_clusters")
    assert np.isnan(found.low).all()
    assert np.isnan(found.p).all()
