from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.calibration import (
    Calibrated,
    Columns,
    Margin,
    calibrate,
    calibrated_design,
    calibration_deff,
    poststratify,
    rake,
    raking,
    spencer_deff,
    summarize_weights,
)
from analysis.calibration.distances import make_distance
from analysis.calibration.margins import make_cells
from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import estimate, mean, total
from analysis.replication import jackknife, replicate

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=25, deadline=None)


def draw(seed: int, rows: int = 120, sizes: tuple[int, ...] = (3, 4)) -> tuple[np.ndarray, list[Margin]]:
    """Weights, and margins that a positive table on the same cells has (so that they can be met)."""
    rng = np.random.default_rng(seed)
    categories = [np.append(np.arange(size), rng.integers(0, size, rows - size)) for size in sizes]
    truth = rng.uniform(0.5, 4, rows)
    margins = [
        Margin(f"m{place}", category, np.bincount(category, weights=truth)) for place, category in enumerate(categories)
    ]
    return rng.uniform(1, 3, rows), margins


def sums_of(result: Calibrated, margin: Margin) -> np.ndarray:
    inside = margin.category >= 0
    return np.bincount(margin.category[inside], weights=result.weight[inside], minlength=margin.total.size)


def simple(rows: int) -> Design:
    return Design(np.zeros(rows, np.int64), np.arange(rows), np.ones(rows))


# Numbers


def test_poststratification_by_hand() -> None:
    found = poststratify(np.array([1.0, 3.0, 2.0]), Margin("sex", np.array([0, 0, 1]), np.array([8.0, 5.0])))
    assert found.weight.tolist() == [2.0, 6.0, 5.0]
    assert found.factor.tolist() == [2.0, 2.0, 2.5]
    assert found.totals.before.tolist() == [4.0, 2.0]
    assert found.deff_after == pytest.approx(3 * 65 / 169)


def test_raking_keeps_odds_ratios() -> None:
    """A two by two table of counts 40, 30, 35, 50 raked to halves: a = b' with a^2 / (1/2 - a)^2 = 40 50 / 30 35."""
    rows, columns = np.repeat([0, 0, 1, 1], [40, 30, 35, 50]), np.repeat([0, 1, 0, 1], [40, 30, 35, 50])
    halves = np.array([0.5, 0.5])
    found = rake(np.ones(155), [Margin("a", rows, halves), Margin("b", columns, halves)])
    root = np.sqrt(2000 / 1050)
    corner = root / (1 + root) / 2
    table = np.bincount(2 * rows + columns, weights=found.weight)
    assert table == pytest.approx([corner, 0.5 - corner, 0.5 - corner, corner], rel=1e-10)


def test_linear_calibration_is_the_regression_estimator() -> None:
    """One column, no intercept: g = 1 + l x with l = (t - X) / sum d x^2."""
    x, start = np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0])
    found = calibrate(start, columns=Columns(x[:, None], np.array([21.0])))
    assert found.factor == pytest.approx(1 + 7 / 42 * x)


def test_truncated_linear_by_hand() -> None:
    """x = 1, 2, 4 with d = 1 and total 8.8: freely 1 + 1.8x/21; with at most 1.3 the third stays there and gives 5.2,
    the others add the missing 8.8 - 5.2 - 3 over 1 + 4."""
    x = np.array([1.0, 2.0, 4.0])
    columns = Columns(x[:, None], np.array([8.8]))
    free = calibrate(np.ones(3), columns=columns)
    assert free.factor == pytest.approx(1 + 1.8 / 21 * x)
    cut = calibrate(np.ones(3), columns=columns, bounds=(0.5, 1.3))
    slope = (8.8 - 5.2 - 3) / 5
    assert cut.factor == pytest.approx([1 + slope, 1 + 2 * slope, 1.3])
    assert [notice.code for notice in cut.notices] == ["at_bounds"]


def test_an_estimate_of_a_calibrated_column_does_not_vary() -> None:
    start, margins = draw(1)
    values = np.random.default_rng(2).normal(5, 1, start.size)
    columns = Columns(values[:, None], np.array([values.sum() * 2.1]))
    design = replace(simple(start.size), weight=start)
    found = calibrate(start, margins, columns, method="raking")
    weighted = calibrated_design(design, found)
    indicator = (margins[0].category == 1).astype(float)
    both = estimate(weighted, total(weighted, np.column_stack([indicator, values])))
    assert both.value == pytest.approx([margins[0].total[1], columns.total[0]], rel=1e-9)
    assert np.all(both.se < 1e-6)


def test_poststratified_variance_is_that_of_the_strata_residuals() -> None:
    """With equal weights and replacement: n / (n - 1) sum of squared influence of the residuals from class means."""
    rng = np.random.default_rng(3)
    category, y = np.repeat([0, 1], [40, 60]), rng.normal(0, 1, 100)
    y[:40] += 3
    design = simple(100)
    found = poststratify(design.weight, Margin("class", category, np.array([70.0, 130.0])))
    got = estimate(calibrated_design(design, found), mean(calibrated_design(design, found), y))
    rest = y - np.array([y[:40].mean(), y[40:].mean()])[category]
    by_hand = 100 / 99 * np.sum((found.weight * rest / 200) ** 2)
    assert got.value[0] == pytest.approx(0.35 * y[:40].mean() + 0.65 * y[40:].mean())
    assert got.covariance[0, 0] == pytest.approx(by_hand)


def test_raking_every_replicate_again_gives_the_same_error() -> None:
    """The jackknife, with all margins met again without each cluster in turn, against the residuals of the formula."""
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(80), 15)
    start, margins = draw(6, rows=cluster.size)
    y = rng.normal(0, 1, cluster.size) + 1.5 * margins[0].category + 0.3 * rng.normal(0, 1, 80)[cluster]
    design = Design(np.zeros(cluster.size, np.int64), cluster, start)
    raked = calibrated_design(design, rake(start, margins))

    def again(weight: np.ndarray) -> np.ndarray:
        found = rake(weight, margins).weight
        return np.array([found @ y / found.sum()])

    by_formula = estimate(raked, mean(raked, y))
    by_replicates = replicate(design, jackknife(design), again)
    assert by_formula.value == pytest.approx(by_replicates.value)
    assert by_formula.se[0] == pytest.approx(by_replicates.se[0], rel=0.03)
    naive = replace(design, weight=raked.weight)
    assert estimate(naive, mean(naive, y)).se[0] > 1.2 * by_formula.se[0]


def test_rows_without_weight_take_no_part() -> None:
    start, margins = draw(12)
    start[3:20] = 0
    found, kept = rake(start, margins), start > 0
    fewer = rake(start[kept], [replace(margin, category=margin.category[kept]) for margin in margins])
    assert found.weight[kept] == pytest.approx(fewer.weight)
    assert found.weight[~kept].tolist() == [0.0] * 17
    assert found.deff_after == pytest.approx(fewer.deff_after)
    linear = calibrate(start, margins, method="raking")
    assert linear.weight == pytest.approx(found.weight)
    assert linear.notices == ()
    said = bad(margin([0, 0, 1], [5, 4]), start=[1.0, 1.0, 0.0])
    assert "sex 1: 4 people and no row with a weight" in said


# Invariances


@FEW
@given(SEEDS)
def test_margins_are_met_and_rows_of_a_cell_share_a_factor(seed: int) -> None:
    start, margins = draw(seed, sizes=(3, 4, 2))
    found = rake(start, margins)
    for margin in margins:
        assert sums_of(found, margin) == pytest.approx(margin.total, rel=1e-9)
    cell = sum(margin.category * 10**place for place, margin in enumerate(margins))
    for each in np.unique(cell):
        assert np.ptp(found.factor[cell == each]) == 0
    assert found.error <= 1e-9


@FEW
@given(SEEDS)
def test_raking_by_turns_and_by_equations_agree(seed: int) -> None:
    start, margins = draw(seed)
    by_turns, by_equations = rake(start, margins), calibrate(start, margins, method="raking")
    assert by_turns.weight == pytest.approx(by_equations.weight, rel=1e-8)
    assert rake(start, margins[::-1]).weight == pytest.approx(by_turns.weight, rel=1e-8)


@FEW
@given(SEEDS)
def test_cells_and_rows_give_the_same(seed: int) -> None:
    """Margins as categories, and the same margins as dense columns of zeros and ones."""
    start, margins = draw(seed)
    columns = np.column_stack([margin.category == place for margin in margins for place in range(margin.total.size)])
    dense = Columns(columns.astype(float), np.concatenate([margin.total for margin in margins]))
    kinds: Any = (("linear", None), ("raking", None), ("logit", (0.05, 20.0)), ("linear", (0.2, 8.0)))
    for method, bounds in kinds:
        one = calibrate(start, margins, method=method, bounds=bounds)
        other = calibrate(start, columns=dense, method=method, bounds=bounds)
        assert one.weight == pytest.approx(other.weight, rel=1e-6)


@FEW
@given(SEEDS)
def test_one_margin_is_poststratification_by_every_method(seed: int) -> None:
    start, (margin, _) = draw(seed)
    expected = poststratify(start, margin).weight
    assert rake(start, [margin]).weight == pytest.approx(expected, rel=1e-10)
    assert calibrate(start, [margin]).weight == pytest.approx(expected, rel=1e-9)
    assert calibrate(start, [margin], method="raking").weight == pytest.approx(expected, rel=1e-9)
    logit = calibrate(start, [margin], method="logit", bounds=(0.01, 50.0))
    assert logit.weight == pytest.approx(expected, rel=1e-8)


@FEW
@given(SEEDS, st.floats(1e-3, 1e3))
def test_the_scale_of_starting_weights_does_not_matter(seed: int, scale: float) -> None:
    start, margins = draw(seed)
    assert rake(start * scale, margins).weight == pytest.approx(rake(start, margins).weight, rel=1e-8)
    for method in ("linear", "raking"):
        scaled: Any = calibrate(start * scale, margins, method=method)  # type: ignore[arg-type]
        plain: Any = calibrate(start, margins, method=method)  # type: ignore[arg-type]
        assert scaled.weight == pytest.approx(plain.weight, rel=1e-7)


@FEW
@given(SEEDS)
def test_order_labels_and_replication(seed: int) -> None:
    start, margins = draw(seed)
    rng = np.random.default_rng(seed)
    found, order = rake(start, margins).weight, rng.permutation(start.size)
    shuffled = [replace(margin, category=margin.category[order]) for margin in margins]
    assert rake(start[order], shuffled).weight == pytest.approx(found[order], rel=1e-9)
    relabelled = []
    for margin in margins:
        names = rng.permutation(margin.total.size)
        moved = np.zeros(margin.total.size)
        moved[names] = margin.total
        relabelled.append(replace(margin, category=names[margin.category], total=moved))
    assert rake(start, relabelled).weight == pytest.approx(found, rel=1e-9)
    twice = [replace(margin, category=np.tile(margin.category, 2)) for margin in margins]
    assert rake(np.tile(start, 2), twice).weight == pytest.approx(np.tile(found / 2, 2), rel=1e-9)


@FEW
@given(SEEDS)
def test_calibrating_again_changes_nothing(seed: int) -> None:
    start, margins = draw(seed)
    kinds: Any = (("linear", None), ("raking", None), ("logit", (0.1, 10.0)), ("linear", (0.2, 8.0)))
    for method, bounds in kinds:
        once = calibrate(start, margins, method=method, bounds=bounds)
        if once.weight.min() > 0:
            again = calibrate(once.weight, margins, method=method, bounds=bounds)
            assert again.factor == pytest.approx(1, rel=1e-7)
    assert rake(rake(start, margins).weight, margins).factor == pytest.approx(1, rel=1e-8)


def slack_within(start: np.ndarray, margins: list[Margin], low: float, high: float) -> float:
    """How far all factors can stay from both bounds while the margins are met; negative where they cannot be."""
    table = np.array([start * (margin.category == place) for margin in margins for place in range(margin.total.size)])
    target = np.concatenate([margin.total for margin in margins])
    sides = np.vstack([np.hstack([sign * np.eye(start.size), np.ones((start.size, 1))]) for sign in (1, -1)])
    limits = np.repeat([high, -low], start.size)
    found = linprog(
        np.append(np.zeros(start.size), -1.0),
        A_ub=sides,
        b_ub=limits,
        A_eq=np.hstack([table, np.zeros((target.size, 1))]),
        b_eq=target,
        bounds=(None, None),
    )
    return float(found.x[-1])


@pytest.mark.parametrize("method", ["linear", "logit"])
@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, low=st.floats(0.3, 0.9), high=st.floats(1.5, 4.0))
def test_bounds_hold_and_are_refused_only_where_no_weights_fit(method: Any, seed: int, low: float, high: float) -> None:
    start, margins = draw(seed, rows=60)
    slack = slack_within(start, margins, low, high)
    if abs(slack) < 1e-3:
        return
    if slack < 0:
        with pytest.raises(AnalysisError, match="bounds"):
            calibrate(start, margins, method=method, bounds=(low, high))
        return
    found = calibrate(start, margins, method=method, bounds=(low, high))
    assert found.factor.min() >= low
    assert found.factor.max() <= high
    assert sums_of(found, margins[0]) == pytest.approx(margins[0].total, rel=1e-8)


@FEW
@given(SEEDS)
def test_truncated_linear_is_nearest_of_all_within_bounds(seed: int) -> None:
    """Any other weights that meet the totals within the bounds are further off; here on the way to the logit's."""
    start, margins = draw(seed)
    bounds = (0.3, 6.0)
    try:
        nearest = calibrate(start, margins, bounds=bounds)
        other = calibrate(start, margins, method="logit", bounds=bounds)
    except AnalysisError:
        return
    far = [np.sum((found.weight - start) ** 2 / start) for found in (nearest, other)]
    assert far[0] <= far[1] * (1 + 1e-9)


@pytest.mark.parametrize(("method", "bounds"), [("linear", None), ("linear", (0.4, 2.5)), ("logit", (0.4, 2.5))])
def test_distances_are_integrals_of_their_factors(method: Any, bounds: Any) -> None:
    curve, at = make_distance(method, bounds), np.linspace(-3, 3, 61) + 0.013
    step = 1e-6
    assert (curve.integral(at + step) - curve.integral(at - step)) / (2 * step) == pytest.approx(
        curve.value(at), abs=1e-6
    )
    assert (curve.value(at + step) - curve.value(at - step)) / (2 * step) == pytest.approx(curve.slope(at), abs=1e-6)
    assert curve.value(np.zeros(1))[0] == pytest.approx(1)
    assert curve.slope(np.zeros(1))[0] == pytest.approx(1)


def test_starting_weights_a_thousand_times_too_small() -> None:
    start, margins = draw(5)
    found = calibrate(start / 1e4, margins, method="raking")
    assert found.weight == pytest.approx(rake(start, margins).weight, rel=1e-8)


def test_margins_that_turns_alone_reach_too_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three margins of 20 categories on 90 rows: hundreds of turns, a few rounds of Newton's method."""
    rng = np.random.default_rng(3)
    categories = [np.append(np.arange(20), rng.integers(0, 20, 70)) for _ in range(3)]
    truth = rng.lognormal(0, 2, 90)
    margins = [Margin(f"m{place}", each, np.bincount(each, weights=truth)) for place, each in enumerate(categories)]
    start = rng.lognormal(0, 1, 90)
    found = rake(start, margins)
    assert 50 < found.iterations <= 100
    for each in margins:
        assert sums_of(found, each) == pytest.approx(each.total, rel=1e-9)
    monkeypatch.setattr(raking, "LARGEST", 0)
    by_turns = rake(start, margins, iterations=5000)
    assert by_turns.iterations > 100
    assert by_turns.weight == pytest.approx(found.weight, rel=1e-6)


def test_many_margins_whose_cross_table_is_larger_than_memory() -> None:
    rng = np.random.default_rng(1)
    margins = [Margin(f"m{place}", rng.integers(0, 1000, 50), np.ones(1000)) for place in range(8)]
    cells = make_cells(np.ones(50), margins)
    assert cells.start.sum() == 50
    for category, margin in zip(cells.category, margins, strict=True):
        assert (category[cells.row] - 1).tolist() == margin.category.tolist()


# Rows outside


def test_rows_outside_a_margin_keep_their_weight_there() -> None:
    group, town = np.array([0, 0, 1, 1, 1]), np.array([0, 1, -1, -1, -1])
    margins = [Margin("group", group, np.array([10.0, 9.0])), Margin("town", town, np.array([7.0, 3.0]))]
    found = rake(np.ones(5), margins)
    assert found.weight == pytest.approx([7, 3, 3, 3, 3])
    assert [notice.code for notice in found.notices] == ["rows_outside"]
    assert found.notices[0].params == {"margin": "town", "rows": 3}
    assert found.step.auxiliary.toarray().tolist()[2] == [0, 1, 0, 0]  # type: ignore[union-attr]
    assert calibrate(np.ones(5), margins).weight == pytest.approx(found.weight)


def test_a_row_outside_all_margins_is_left_alone() -> None:
    found = poststratify(np.array([2.0, 2.0, 5.0]), Margin("sex", np.array([0, 1, -1]), np.array([4.0, 8.0])))
    assert found.weight.tolist() == [4.0, 8.0, 5.0]


# Bad input


def bad(*margins: Margin, start: Any = None) -> str:
    rows = margins[0].category.size
    with pytest.raises(AnalysisError) as caught:
        rake(np.ones(rows) if start is None else np.asarray(start, float), margins)
    return str(caught.value)


def margin(category: Any, counts: Any, name: str = "sex", labels: tuple[str, ...] = ()) -> Margin:
    return Margin(name, np.array(category), np.array(counts, float), labels)


def test_everything_wrong_is_said_at_once() -> None:
    said = bad(margin([0, 0, 3], [1, -2]), margin([0, 1], [1, np.nan], "town"), start=[1.0, -1.0, np.nan])
    for words in (
        "2 weights",
        "sex: 1 categories",
        "sex: total -2",
        "town: categories of shape (2,)",
        "town: total nan",
    ):
        assert words in said


def test_no_rows() -> None:
    assert "shape (0,)" in bad(Margin("sex", np.zeros(0, np.int64), np.ones(2)))
    with pytest.raises(AnalysisError, match=r"totals of shape \(\)"):
        poststratify(np.ones(2), Margin("sex", np.array([0.0, 1.0]), np.array(3.0)))


def test_grand_totals_that_contradict() -> None:
    said = bad(margin([0, 1, 1], [40, 60]), margin([0, 0, 1], [40, 70], "town"))
    assert "sex 100, town 110" in said
    assert "scaled_to" in said
    scaled = margin([0, 0, 1], [70, 40], "town").scaled_to(100)
    assert rake(np.ones(3), [margin([0, 1, 1], [40, 60]), scaled]).weight.sum() == pytest.approx(100)


def test_grand_totals_that_differ_by_rounding_are_brought_together() -> None:
    found = rake(np.ones(3), [margin([0, 1, 1], [40, 60]), margin([0, 0, 1], [60.00001, 40], "town")])
    (notice,) = found.notices
    assert notice.code == "totals_scaled"
    assert notice.params["margin"] == "town"
    assert found.totals.target[2:].sum() == pytest.approx(100)


def test_empty_categories() -> None:
    said = bad(margin([0, 0, 2], [5, 4, 0, 0], labels=("a", "b", "c", "d")))
    assert "sex b: 4 people and no row" in said
    assert "merge" in said
    assert "sex c: 1 rows and no people" in said
    assert "sex d" not in said
    assert rake(np.ones(2), [margin([0, 1], [5, 4, 0])]).weight.tolist() == [5, 4]


def test_margins_that_no_weights_can_meet() -> None:
    """All of a are x and all of b are y, yet the margins want otherwise."""
    said = bad(margin([0, 0, 1, 1], [50, 50]), margin([0, 0, 1, 1], [60, 40], "town"))
    assert "of a total off" in said
    assert "instead of 40" in said
    with pytest.raises(AnalysisError, match="collinear"):
        calibrate(np.ones(4), [margin([0, 0, 1, 1], [50, 50]), margin([0, 0, 1, 1], [60, 40], "town")])
    crossed = [margin([0, 0, 1], [50, 50]), margin([0, 1, 1], [60, 40], "town")]
    for method in ("raking", "linear"):
        if method == "linear":
            assert calibrate(np.ones(3), crossed).notices[0].code == "weights_not_positive"
        else:
            with pytest.raises(AnalysisError, match="instead of"):
                calibrate(np.ones(3), crossed, method="raking")


def test_too_few_rounds() -> None:
    start, margins = draw(7)
    with pytest.raises(AnalysisError, match="after 1 rounds: m"):
        rake(start, margins, iterations=1)
    with pytest.raises(AnalysisError, match="after 1 rounds: m"):
        calibrate(start, margins, method="raking", iterations=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "logit"}, "two finite bounds"),
        ({"bounds": (1.2, 3.0)}, "hold 1 between"),
        ({"bounds": (np.nan, 3.0)}, "hold 1 between"),
        ({"method": "raking", "bounds": (0.5, 2.0)}, "raking with bounds"),
        ({"method": "chi"}, "linear, raking, logit, got method: 'chi'"),
        ({"bounds": (0.5, 2.0)}, "sex 0 needs 3"),
        ({"method": "logit", "bounds": (0.5, 2.0)}, "sex 0 needs 3"),
    ],
)
def test_bounds_that_cannot_be(options: Any, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        calibrate(np.ones(3), [margin([0, 1, 1], [3, 2])], **options)


def test_columns_that_cannot_be() -> None:
    cases = (
        (Columns(np.ones((3, 2)), np.array([1.0])), r"shape \(3, 2\)"),
        (Columns(np.array([[1.0], [np.nan]]), np.array([1.0])), "1 values of columns not finite"),
        (Columns(np.ones((2, 1)), np.array([np.inf])), "total inf"),
        (Columns(np.ones((2, 1)), np.array([1.0]), ("a", "b")), "2 names for 1"),
        (None, "no totals at all"),
    )
    for columns, words in cases:
        with pytest.raises(AnalysisError, match=words):
            calibrate(np.ones(2), columns=columns)


def test_collinear_columns_with_totals_that_agree_and_that_do_not() -> None:
    x = np.array([1.0, 2.0, 4.0])
    twice = Columns(np.column_stack([x, 2 * x]), np.array([9.0, 18.0]), ("x", "double"))
    single = calibrate(np.ones(3), columns=Columns(x[:, None], np.array([9.0])))
    assert calibrate(np.ones(3), columns=twice).weight == pytest.approx(single.weight)
    with pytest.raises(AnalysisError, match="double"):
        calibrate(np.ones(3), columns=replace(twice, total=np.array([9.0, 20.0])))


def test_a_column_whose_total_is_zero() -> None:
    """A centred score: the weights balance it."""
    x = np.array([-2.0, -1.0, 1.0, 4.0])
    columns = Columns(np.column_stack([np.ones(4), x]), np.array([8.0, 0.0]))
    for method in ("linear", "raking"):
        found = calibrate(np.ones(4), columns=columns, method=method)  # type: ignore[arg-type]
        assert found.weight @ x == pytest.approx(0, abs=1e-9)
        assert found.weight.sum() == pytest.approx(8)


def test_weights_below_zero_are_noticed_and_no_design_takes_them() -> None:
    x = np.array([1.0, 2.0, 10.0])
    columns = Columns(np.column_stack([np.ones(3), x]), np.array([3.0, 2.7]))
    found = calibrate(np.ones(3), columns=columns)
    assert found.notices[0].code == "weights_not_positive"
    assert found.deff_after is None
    with pytest.raises(AnalysisError, match="weights above 0"):
        calibrated_design(simple(3), found)


def test_designs_of_other_rows_or_weights() -> None:
    found = poststratify(np.ones(3), margin([0, 1, 1], [3, 2]))
    with pytest.raises(AnalysisError, match="4 rows"):
        calibrated_design(simple(4), found)
    with pytest.raises(AnalysisError, match="others in 3 rows"):
        calibrated_design(replace(simple(3), weight=np.full(3, 2.0)), found)


# Diagnostics


def test_summary_by_hand() -> None:
    found = summarize_weights(np.array([1.0, 1.0, 2.0, 4.0]))
    assert (found.n, found.total, found.least, found.middle, found.most) == (4, 8.0, 1.0, 1.5, 4.0)
    assert found.deff == pytest.approx(4 * 22 / 64)
    assert found.cv == pytest.approx(np.std([1, 1, 2, 4]) / 2)
    assert (found.largest, found.top, found.ratio) == (0.5, 0.5, pytest.approx(8 / 3))
    with pytest.raises(AnalysisError, match="1 others"):
        summarize_weights(np.array([1.0, -1.0]))


@FEW
@given(SEEDS)
def test_equal_weights_cost_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.normal(3, 1, 50)
    found = spencer_deff(np.full(50, 7.0), y, rng.uniform(0.1, 0.2, 50))
    assert found.kish == pytest.approx(1)
    assert found.value == pytest.approx(found.simple * 49 / 50, rel=1e-9)


def test_a_variable_in_proportion_to_the_chance_has_no_error() -> None:
    weight = np.array([1.0, 2.0, 4.0, 5.0])
    found = spencer_deff(weight, 3 / weight)
    assert found.value == pytest.approx(0, abs=1e-9)
    assert found.simple == pytest.approx(0, abs=1e-9)


def test_spencer_by_hand() -> None:
    """Weights 1, 1, 2, 4; y against 1 / w. Slope and intercept from the weighted moments."""
    w, y = np.array([1.0, 1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0, 0.0])
    p, size = 1 / w, 8.0
    middle_y, middle_p = w @ y / size, w @ p / size
    slope = (w @ ((y - middle_y) * (p - middle_p))) / (w @ (p - middle_p) ** 2)
    a = middle_y - slope * middle_p
    s2 = 4 / 3 * (w @ (y - middle_y) ** 2) / size
    r2 = slope**2 * (w @ (p - middle_p) ** 2) / (w @ (y - middle_y) ** 2)
    kish = 4 * 22 / 64
    found = spencer_deff(w, y)
    assert found.simple == pytest.approx(kish * (1 - r2) + (kish - 1) * a**2 / s2)


def test_spencer_is_the_variance_of_the_total_with_replacement() -> None:
    """In a population drawn with chances p, n times: Var = (sum p (y / p - Y)^2) / n, over N^2 S^2 / n.

    With every unit of the population in the "sample" once and weight 1 / (n p), the design's sums over the sample
    are those over the population when each unit counts n p times; here units come n p = 1, 2, 3 times.
    """
    times = np.array([1, 2, 3])
    y = np.array([5.0, 1.0, 4.0])
    n = times.sum()
    chance = times / n
    weight = np.repeat(1 / (n * chance), times)
    rows = np.repeat(y, times)
    variance = chance @ (y / chance - y.sum()) ** 2
    simple_variance = 9 * np.var(y) * n / (n - 1)
    a = np.linalg.lstsq(np.column_stack([np.ones(3), chance]), y, rcond=None)[0][0]
    slope = np.linalg.lstsq(np.column_stack([np.ones(3), chance]), y, rcond=None)[0][1]
    assert variance == pytest.approx(chance @ ((y - slope * chance) / chance - (y - slope * chance).sum()) ** 2)
    assert (y - slope * chance).mean() == pytest.approx(a)
    assert spencer_deff(weight, rows).value == pytest.approx(variance / simple_variance)


def test_what_calibration_explains_does_not_count() -> None:
    start, margins = draw(9)
    found = rake(start, margins)
    explained = margins[0].category * 2.0 - 3.0 * (margins[1].category == 1)
    assert calibration_deff(found, explained).value == pytest.approx(0, abs=1e-9)
    noise = np.random.default_rng(1).normal(0, 1, start.size)
    assert calibration_deff(found, noise).simple == pytest.approx(found.deff_after, rel=0.15)


def test_design_effect_of_calibration_is_that_of_the_design() -> None:
    """People drawn with replacement: the model's effect is the engine's, up to n / (n - 1) and the centring."""
    start, margins = draw(11, rows=400)
    y = np.random.default_rng(4).normal(0, 1, start.size) + margins[0].category
    found = rake(start, margins)
    design = calibrated_design(replace(simple(start.size), weight=start), found)
    engine = estimate(design, mean(design, y))
    assert calibration_deff(found, y).value == pytest.approx(engine.deff_replace[0], rel=0.02)


def test_design_effects_need_values_that_differ() -> None:
    found = rake(*draw(1))
    for y, words in ((np.ones(120), "all 1"), (np.full(120, np.nan), "120 others"), (np.ones(3), "shape")):
        with pytest.raises(AnalysisError, match=words):
            calibration_deff(found, y)
        with pytest.raises(AnalysisError, match=words):
            spencer_deff(found.weight, y)
