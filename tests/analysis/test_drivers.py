"""Key drivers: what they add up to, what must not change them, what cannot be said."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.drivers import drivers, priority
from analysis.errors import AnalysisError
from analysis.replication import bootstrap

SEEDS = st.integers(0, 2**32 - 1)
NAMES = ("a", "b", "c")


def draw(seed: int, rows: int = 200) -> tuple[Design, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    cluster = rng.permutation(np.arange(rows) % 12)
    columns = rng.normal(3, 1, (rows, 3)) + rng.normal(0, 0.7, (rows, 1))
    outcome = columns @ [0.6, 0.3, 0.1] + rng.normal(0, 1, rows)
    return Design(cluster % 2, cluster, rng.uniform(0.5, 3, rows)), outcome, columns


@given(SEEDS, st.floats(0.01, 100))
@settings(max_examples=15, deadline=None)
def test_they_add_up_and_units_do_not_matter(seed: int, factor: float) -> None:
    design, outcome, columns = draw(seed)
    found = drivers(design, outcome, columns, NAMES)
    fitted = np.column_stack([np.ones(outcome.size), columns])
    root = np.sqrt(design.weight)
    slope = np.linalg.lstsq(fitted * root[:, None], outcome * root)[0]
    middle = np.average(outcome, weights=design.weight)
    explained = design.weight @ (fitted @ slope - middle) ** 2 / (design.weight @ (outcome - middle) ** 2)
    assert found.r2 == pytest.approx(explained)
    assert (found.value.sum(), found.shapley.sum(), found.share.sum()) == pytest.approx((found.r2, found.r2, 1))
    order = np.random.default_rng(seed).permutation(outcome.size)
    moved = Design(design.stratum[order], design.cluster[order], design.weight[order] * factor)
    other = drivers(moved, 7 - 2 * outcome[order], columns[order][:, ::-1] * 10 + 4, NAMES[::-1])
    assert other.share[::-1] == pytest.approx(found.share)
    assert other.shapley[::-1] == pytest.approx(found.shapley)


def test_shapley_is_the_mean_over_all_orders() -> None:
    design, outcome, columns = draw(3)
    found = drivers(design, outcome, columns, NAMES)

    def r2(subset: tuple[int, ...]) -> float:
        inner, own = found.correlation[np.ix_(subset, subset)], found.correlation[list(subset), -1]
        return float(own @ np.linalg.solve(inner, own)) if subset else 0.0

    gains = np.zeros(3)
    for order in permutations(range(3)):
        for place, column in enumerate(order):
            gains[column] += (r2(order[: place + 1]) - r2(order[:place])) / 6
    assert found.shapley == pytest.approx(gains)


def test_columns_without_correlation_have_their_squared_correlations() -> None:
    """A complete factorial: the columns are orthogonal, the outcome is 2 a + b."""
    columns = np.array([[a, b] for a in (-1.0, 1) for b in (-1.0, 1)] * 3)
    outcome = columns @ [2.0, 1.0]
    found = drivers(Design(np.zeros(12, np.int64), np.arange(12), np.ones(12)), outcome, columns, ("a", "b"))
    assert found.value == pytest.approx([0.8, 0.2])
    assert found.shapley == pytest.approx([0.8, 0.2])


def test_intervals_over_schools_repeat_and_hold_the_estimate() -> None:
    design, outcome, columns = draw(5, rows=2000)
    outcome[::17] = np.nan
    replicates = bootstrap(design, 300, np.random.default_rng(2))
    one, other = (drivers(design, outcome, columns, NAMES, replicates=replicates) for _ in range(2))
    assert (one.low.tolist(), one.interval, one.df) == (other.low.tolist(), "percentile", 10)
    assert np.all((one.low < one.share) & (one.share < one.high))
    assert np.all((one.shapley_low < one.shapley / one.r2) & (one.shapley / one.r2 < one.shapley_high))
    r = 17
    weight = replicates.weights(design, r) + 1e-300  # a school that was not drawn must not be called an error
    again = drivers(replace(design, weight=weight), outcome, columns, NAMES)
    single = drivers(
        design, outcome, columns, NAMES, replicates=replace(replicates, factor=replicates.factor[:, [r, r]])
    )
    assert single.low == pytest.approx(again.share, rel=1e-8)


def test_what_they_are_not_is_said() -> None:
    found = drivers(*draw(1), NAMES)
    assert found.notices[0].code == "drivers_are_not_causes"
    assert (found.interval, found.df) == ("none", None)
    assert np.isnan(found.low).all()


def test_many_columns() -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(0, 1, (100, 12))
    design = Design(np.zeros(100, np.int64), np.arange(100) % 10, np.ones(100))
    names = [f"c{place}" for place in range(12)]
    found = drivers(
        design, columns.sum(axis=1), columns, names, replicates=bootstrap(design, 20, np.random.default_rng(1))
    )
    assert found.shapley.sum() == pytest.approx(1)
    assert np.isnan(found.shapley_low).all()
    assert np.isfinite(found.low).all()


def test_priority() -> None:
    assert priority(np.array([0.5, 0.5]), np.array([0.9, 0.6])).tolist() == pytest.approx([0.2, 0.8])
    assert priority(np.array([0.5, 0.5]), np.ones(2)).tolist() == [0, 0]
    with pytest.raises(AnalysisError, match="satisfaction from 0 to 1"):
        priority(np.array([0.5]), np.array([85.0]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d, o, c: drivers(d, o, c[:, :1], NAMES[:1]), "2 to 12 columns, got 1"),
        (lambda d, o, c: drivers(d, o, np.tile(c, 5), NAMES * 5), "dimensions"),
        (lambda d, o, c: drivers(d, np.full(o.size, 3.0), c, NAMES), "not so: the outcome"),
        (lambda d, o, c: drivers(d, o, c[:, [0, 1, 1]], NAMES), "not so: [bc]"),
        (lambda d, o, c: drivers(d, o, c * [1, 0, 1], NAMES), "not so: b"),
        (lambda d, o, c: drivers(d, o[:-1], c, NAMES), "outcome"),
        (
            lambda d, o, c: drivers(d, o, c, NAMES, replicates=bootstrap(draw(1, 100)[0], 5, np.random.default_rng(1))),
            "of 200 rows",
        ),
    ],
)
def test_what_cannot_be_said(call: Any, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        call(*draw(1))
