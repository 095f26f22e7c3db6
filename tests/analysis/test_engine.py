"""The engine against loops written down from the formula, and what must not change its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Calibration, Design, SecondStage
from analysis.errors import AnalysisError
from analysis.estimation import (
    combine,
    estimate,
    in_domains,
    join,
    mean,
    proportions,
    ratio,
    total,
    transform,
)
from analysis.quantiles import quantiles
from analysis.replication import balanced, bootstrap, jackknife, replicate
from analysis.variance import covariance

SEEDS = st.integers(0, 2**32 - 1)
CLOSE = {"rel": 1e-9, "abs": 1e-12}


def draw(seed: int, *, strata: int = 3, two_stage: bool = True) -> tuple[Design, np.ndarray, np.ndarray]:
    """A design with two cells in each cluster, two numbers for each row, and three domains."""
    rng = np.random.default_rng(seed)
    stratum, cluster, cell = [], [], []
    for h in range(strata):
        for _ in range(int(rng.integers(2, 5))):
            name = max(cluster, default=-1) + 1
            for part in range(2):
                size = int(rng.integers(2, 5))
                stratum += [h] * size
                cluster += [name] * size
                cell += [2 * name + part] * size
    rows = len(stratum)
    counts = np.bincount(cell)
    second = SecondStage(np.array(cell), counts + rng.integers(0, 6, counts.size)) if two_stage else None
    sampled = np.array([len({c for c, s in zip(cluster, stratum, strict=True) if s == h}) for h in range(strata)])
    design = Design(
        np.array(stratum),
        np.array(cluster),
        rng.uniform(0.5, 4, rows),
        sampled + rng.integers(0, 4, strata) if two_stage else None,
        second,
    )
    return design, rng.normal(3, 1, (rows, 2)), rng.integers(0, 3, rows)


def slow_variance(design: Design, z: np.ndarray) -> float:
    """The two lines of the formula, one sum after the other."""
    result = 0.0
    for h in np.unique(design.stratum):
        clusters = np.unique(design.cluster[design.stratum == h])
        sums = [z[design.cluster == c].sum() for c in clusters]
        n, size = len(clusters), np.inf if design.population is None else design.population[h]
        result += (1 - n / size) * n / (n - 1) * sum((each - np.mean(sums)) ** 2 for each in sums)
        if design.second is None:
            continue
        for c in clusters:
            for k in np.unique(design.second.cell[design.cluster == c]):
                people = z[design.second.cell == k]
                m, of = people.size, design.second.population[k]
                result += n / size * (1 - m / of) * m / (m - 1) * np.square(people - people.mean()).sum()
    return float(result)


@given(SEEDS, st.booleans())
@settings(max_examples=25, deadline=None)
def test_variance_is_the_formula(seed: int, two_stage: bool) -> None:
    design, values, domain = draw(seed, two_stage=two_stage)
    statistic = join(mean(design, in_domains(values[:, 0], domain, 3)), ratio(design, values[:, 0], values[:, 1]))
    found = estimate(design, statistic)
    slow = [slow_variance(design, column) for column in statistic.influence.T]
    assert found.se**2 == pytest.approx(np.array(slow), **CLOSE)
    pair = slow_variance(design, statistic.influence[:, 0] + statistic.influence[:, 3])
    both = found.covariance[0, 0] + 2 * found.covariance[0, 3] + found.covariance[3, 3]
    assert both == pytest.approx(pair, **CLOSE)


def figures(design: Design, values: np.ndarray, domain: np.ndarray) -> np.ndarray:
    """Everything that must stay the same whatever the weights add up to."""
    found = estimate(design, join(mean(design, in_domains(values[:, 0], domain, 3)), proportions(design, domain, 3)))
    middle = quantiles(design, values[:, 1], np.array([0.5]), interval="korn-graubard")
    parts = found.value, found.se, found.low, found.high, found.n_eff, found.df, middle.value, middle.low, middle.high
    return np.concatenate(parts)


@given(SEEDS, st.floats(0.01, 1000))
@settings(max_examples=20, deadline=None)
def test_scale_of_weights_does_not_matter(seed: int, factor: float) -> None:
    design, values, domain = draw(seed)
    scaled = replace(design, weight=design.weight * factor)
    expected = pytest.approx(figures(design, values, domain), rel=1e-8, nan_ok=True)
    assert figures(scaled, values, domain) == expected
    one, other = (estimate(each, total(each, values)) for each in (design, scaled))
    assert other.se == pytest.approx(one.se * factor)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_order_of_rows_and_names_do_not_matter(seed: int) -> None:
    design, values, domain = draw(seed)
    order = np.random.default_rng(seed).permutation(domain.size)
    assert design.second is not None
    moved = Design(
        (design.stratum * 7 + 3)[order],
        (design.cluster * 11 + 5)[order],
        design.weight[order],
        np.repeat(design.population, 7) if design.population is not None else None,
        SecondStage(design.second.cell[order] * 3, np.repeat(design.second.population, 3)),
    )
    moved = replace(moved, population=spread(design.population, 7, 3))
    expected = pytest.approx(figures(design, values, domain), rel=1e-8, nan_ok=True)
    assert figures(moved, values[order], domain[order]) == expected


def spread(population: Any, step: int, first: int) -> np.ndarray:
    table = np.full(first + step * len(population), 10**6)
    table[first::step][: len(population)] = population
    return table


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_an_empty_stratum_outside_the_domain_changes_no_mean(seed: int) -> None:
    """A stratum with nobody in the domain adds neither variance nor degrees of freedom."""
    design, values, _ = draw(seed, two_stage=False)
    added = Design(
        np.append(design.stratum, [9, 9, 9]),
        np.append(design.cluster, [90, 91, 92]),
        np.append(design.weight, np.ones(3)),
    )
    one = estimate(design, mean(design, values))
    other = estimate(added, mean(added, np.vstack([values, np.full((3, 2), np.nan)])))
    assert other.covariance == pytest.approx(one.covariance, **CLOSE)
    assert other.df.tolist() == one.df.tolist()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_rows_of_one_cluster_may_be_put_together(seed: int) -> None:
    """Replication: a person twice with half the weight changes nothing but n."""
    design, values, domain = draw(seed, two_stage=False)
    twice = Design(np.tile(design.stratum, 2), np.tile(design.cluster, 2), np.tile(design.weight / 2, 2))
    one = estimate(design, mean(design, in_domains(values[:, 0], domain, 3)))
    other = estimate(twice, mean(twice, in_domains(np.tile(values[:, 0], 2), np.tile(domain, 2), 3)))
    assert other.covariance == pytest.approx(one.covariance, **CLOSE)
    assert (other.df.tolist(), other.n.tolist()) == (one.df.tolist(), (2 * one.n).tolist())


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_identical_strata_merged(seed: int) -> None:
    """Two strata with the same n clusters and totals, as one: n / (n - 1) becomes 2 n / (2 n - 1), no more."""
    design, values, _ = draw(seed, strata=1, two_stage=False)
    stratum = np.repeat([0, 1], design.weight.size)
    cluster = np.concatenate([design.cluster, design.cluster + 1000])
    apart = Design(stratum, cluster, np.tile(design.weight, 2))
    merged = replace(apart, stratum=np.zeros_like(stratum))
    n = np.unique(design.cluster).size
    one, other = (estimate(each, mean(each, np.tile(values, (2, 1)))) for each in (apart, merged))
    assert other.covariance == pytest.approx(one.covariance * (2 * n / (2 * n - 1)) / (n / (n - 1)), **CLOSE)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_combinations_keep_covariances(seed: int) -> None:
    design, values, domain = draw(seed)
    groups = mean(design, in_domains(values[:, 0], domain, 3))
    lines = np.array([[0.5, 0.3, 0.2], [1.0, -1.0, 0.0]])
    found, direct = estimate(design, combine(groups, lines)), estimate(design, groups)
    assert found.covariance == pytest.approx(lines @ direct.covariance @ lines.T, **CLOSE)
    bent = estimate(design, transform(groups, lambda r: np.array([np.log(r[0] / r[1])])))
    slope = np.array([1 / direct.value[0], -1 / direct.value[1], 0])
    assert bent.se[0] ** 2 == pytest.approx(slope @ direct.covariance @ slope, rel=1e-6)
    exact = estimate(design, transform(groups, lambda r: r[:1] * r[1], jacobian=np.array([[*direct.value[1::-1], 0]])))
    assert exact.se[0] ** 2 == pytest.approx(
        (direct.value[[1, 0]] @ direct.covariance[:2, :2] @ direct.value[[1, 0]]), rel=1e-9
    )


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_replicates_of_a_total_give_the_formula(seed: int) -> None:
    """For a linear statistic the jackknife is the stratified formula; so is balanced replication of pairs."""
    design, values, _ = draw(seed, two_stage=False)
    formula = estimate(design, total(design, values))
    found = replicate(design, jackknife(design), lambda w: w @ values, centre="estimate")
    assert found.covariance == pytest.approx(formula.covariance, rel=1e-9)
    assert found.df.tolist() == formula.df.tolist()
    pairs = Design(design.stratum, design.stratum * 2 + np.arange(design.stratum.size) % 2, design.weight)
    formula = estimate(pairs, total(pairs, values))
    for fay in (0.0, 0.3):
        found = replicate(pairs, balanced(pairs, fay=fay), lambda w: w @ values, centre="estimate")
        assert found.covariance == pytest.approx(formula.covariance, rel=1e-9)


def test_bootstrap_comes_near_and_repeats() -> None:
    design, values, _ = draw(5, strata=4, two_stage=False)
    formula = estimate(design, total(design, values[:, 0]))
    found = [
        replicate(design, bootstrap(design, 4000, np.random.default_rng(7)), lambda w: w @ values[:, 0])
        for _ in range(2)
    ]
    assert found[0].se[0] == found[1].se[0]
    assert found[0].se[0] == pytest.approx(formula.se[0], rel=0.08)


def test_everybody_asked_and_everybody_answered() -> None:
    """Every school takes part and every person: no error is left; the interval says why there is none."""
    design, values, _ = draw(3)
    assert design.second is not None
    complete = replace(
        design,
        population=np.bincount(np.unique(np.column_stack([design.cluster, design.stratum]), axis=0)[:, 1]),
        second=replace(design.second, population=np.bincount(design.second.cell)),
    )
    found = estimate(complete, mean(complete, values[:, 0]))
    assert (found.se[0], found.interval, found.notices[0].code) == (0.0, ("none",), "no_spread")


def test_second_stage_units_of_several_people() -> None:
    """Classes drawn within schools: the classes' totals vary, not the people's."""
    stratum, cluster, unit = np.zeros(8, np.int64), np.repeat([0, 1], 4), np.repeat([0, 1, 2, 3], 2)
    second = SecondStage(cluster, np.array([4, 4]), unit)
    design = Design(stratum, cluster, np.ones(8), np.array([2]), second)
    z = np.arange(8.0)[:, None]
    expected = sum((1 - 2 / 4) * 2 / 1 * np.square(np.array(t) - np.mean(t)).sum() for t in ([1, 5], [9, 13]))
    assert covariance(design, z)[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize(("lone", "factor"), [("certainty", 1.0), ("average", 2.0)])
def test_a_lone_person_in_a_cell(lone: Any, factor: float) -> None:
    """Cells of one cluster: two people 1 and 3 out of 4, and one person out of 3."""
    second = SecondStage(np.array([0, 0, 1]), np.array([4, 3]))
    design = Design(np.zeros(3, np.int64), np.zeros(3, np.int64), np.ones(3), np.array([1]), second)
    z = np.array([[1.0], [3.0], [8.0]])
    with pytest.raises(AnalysisError, match="two or more people in each cell"):
        covariance(design, z)
    assert covariance(design, z, lone=lone)[0, 0] == pytest.approx(factor * 0.5 * 2 * 2)
    adjusted = 0.5 * 2 * 2 + (1 - 1 / 3) * 1 * (8 - 4) ** 2
    assert covariance(design, z, lone="adjust")[0, 0] == pytest.approx(adjusted)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_calibrated_totals_do_not_vary(seed: int) -> None:
    design, values, domain = draw(seed, two_stage=False)
    columns = np.column_stack([np.ones(domain.size), values[:, 1]])
    calibrated = replace(design, calibration=(Calibration(columns, design.weight),))
    exact, free = (
        estimate(each, total(each, np.column_stack([columns, values[:, 0]]))) for each in (calibrated, design)
    )
    assert exact.se[:2] == pytest.approx(np.zeros(2), abs=1e-6 * free.se[0])
    assert exact.interval[:2] == ("none", "none") or exact.se[0] > 0
    root = np.sqrt(design.weight)[:, None]
    slope = np.linalg.lstsq(root * columns, root[:, 0] * values[:, 0], rcond=None)[0]
    left = estimate(design, total(design, values[:, 0] - columns @ slope))
    assert exact.se[2] == pytest.approx(left.se[0], rel=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d, v: mean(d, v[:-1]), "expected values"),
        (lambda d, v: mean(d, np.full(v.shape, np.nan)), "rows in every domain.*leave the empty domains out"),
        (lambda d, v: mean(d, np.where(v > 3, np.inf, v)), "infinite"),
        (lambda d, v: ratio(d, v, np.zeros(v.shape)), "do not add up to 0"),
        (lambda d, v: combine(mean(d, v), np.ones(5)), "coefficients"),
        (lambda d, v: transform(mean(d, v), lambda r: r - r + np.inf), "finite and smooth"),
        (lambda d, v: estimate(d, mean(d, v), level=1.0), "level between 0 and 1"),
        (lambda d, v: estimate(d, mean(d, v * 100), interval="wilson"), "use the interval wald-t"),
        (lambda d, v: proportions(d, np.full(v.shape[0], 3), 3), "categories below 3"),
        (lambda d, v: join(mean(d, v), replace(mean(d, v), influence=np.ones((1, 2)))), "same rows"),
        (lambda d, v: quantiles(d, v[:, 0], np.array([1.2])), "shares between 0 and 1"),
        (lambda d, v: quantiles(d, np.full(v.shape[0], np.nan), np.array([0.5])), "some of them known"),
        (lambda d, v: bootstrap(d, 1, np.random.default_rng(1)), "2 or more replicates"),
        (lambda d, v: balanced(replace(d, cluster=np.arange(v.shape[0])), fay=0.5), "use jackknife"),
        (lambda d, v: jackknife(Design(np.array([0]), np.array([0]), np.ones(1))), "strata.collapse"),
        (lambda d, v: replicate(d, jackknife(d), lambda w: np.log(w.min())), "may be empty without"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_cannot_be_estimated_is_said(call: Any, words: str) -> None:
    design, values, _ = draw(1, two_stage=False)
    with pytest.raises(AnalysisError, match=words):
        call(design, values)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (SecondStage(np.zeros(4, np.int64), np.array([9])), "more than one cluster"),
        (SecondStage(np.array([0, 0, 1, 1]), np.array([9, 1])), "more people sampled than the population has: 1"),
        (SecondStage(np.array([0, 0, 1, 2]), np.array([9, 9])), "outside 0 to 1"),
        (SecondStage(np.array([0, 0, 1]), np.array([9, 9])), "shape"),
        (SecondStage(np.array([0, 1, 2, 2]), np.full(3, 9), np.array([0, 0, 1, 2])), "units in more than one cell"),
    ],
)
def test_second_stages_that_cannot_be(second: SecondStage, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        Design(np.zeros(4, np.int64), np.array([0, 0, 1, 1]), np.ones(4), np.array([5]), second)


def test_a_second_stage_needs_the_first() -> None:
    with pytest.raises(AnalysisError, match="without the population of the first"):
        Design(np.zeros(2, np.int64), np.arange(2), np.ones(2), None, SecondStage(np.arange(2), np.full(2, 5)))


@pytest.mark.parametrize("weight", [np.array([1.0, -1.0]), np.array([1.0, np.nan]), np.zeros(2), np.array([1, np.inf])])
def test_weights_that_cannot_be(weight: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match="weights not positive and finite"):
        Design(np.zeros(2, np.int64), np.arange(2), weight)


def test_one_school_has_no_interval() -> None:
    """Domain in one school: degrees of freedom 0, no interval, and a notice."""
    design, values, _ = draw(2, two_stage=False)
    found = estimate(design, mean(design, np.where(design.cluster == 0, values[:, 0], np.nan)))
    assert (found.df[0], found.interval, found.notices[0].code) == (0, ("none",), "one_cluster")
    assert np.isnan(found.low[0])
    assert np.isnan(found.high[0])


def test_quantile_limits_outside_have_no_value() -> None:
    design = Design(np.zeros(4, np.int64), np.arange(4), np.ones(4))
    found = quantiles(design, np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.5, 0.9]))
    assert found.value.tolist() == [2.0, 4.0]
    assert (found.interval[1], found.notices[0].code) == ("none", "no_limits")


def test_a_quantile_near_the_end_keeps_the_limit_that_exists() -> None:
    """Of ten values the ninth: its share 0.9 has the error 0.1 and t(9) = 2.262, thus limits 0.674 and 1.126."""
    design = Design(np.zeros(10, np.int64), np.arange(10), np.ones(10))
    found = quantiles(design, np.arange(1.0, 11.0), np.array([0.5, 0.9, 0.1]))
    assert found.value.tolist() == [5.0, 9.0, 1.0]
    assert np.isnan([found.high[1], found.low[2], found.se[1], found.se[2]]).all()
    assert (found.low[1], found.high[2]) == (7.0, 4.0)
    assert found.interval == ("wald-t", "one-sided", "one-sided")
    assert found.notices[0].params == {"columns": [1, 2]}


def test_the_average_of_strata_is_over_those_of_the_domain() -> None:
    """Strata of two, two and one cluster; the domain has nobody in the second.

    Mean 2, influence values -1/3, 1/3 and 0: the first stratum adds 2 (1/9 + 1/9), the lone one as much again.
    """
    design = Design(np.array([0, 0, 1, 1, 2]), np.arange(5), np.ones(5))
    values = mean(design, np.column_stack([[1.0, 3.0, np.nan, np.nan, 2.0], [1.0, 3.0, 1.0, 3.0, 2.0]]))
    variance = np.diag(estimate(design, values, lone="average").covariance)
    assert variance == pytest.approx([2 * 4 / 9, 3 / 2 * 2 * 4 / 25])


def test_the_average_of_cells_is_over_those_of_the_domain() -> None:
    """One cluster of all, with cells of two, two and one; nobody of the second is in the domain."""
    second = SecondStage(np.array([0, 0, 1, 1, 2]), np.array([10, 10, 10]))
    design = Design(np.zeros(5, np.int64), np.zeros(5, np.int64), np.ones(5), np.array([1]), second)
    found = estimate(design, mean(design, np.array([1.0, 3.0, np.nan, np.nan, 2.0])), lone="average")
    assert found.covariance[0, 0] == pytest.approx(2 * (1 - 2 / 10) * 2 * (1 / 9 + 1 / 9))


def test_answers_that_are_all_alike_have_no_interval_whatever_the_last_digit() -> None:
    weight = np.array([7.3, 7.3, 4.7, 2.6, 0.6, 3.5, 3.7])
    assert np.sum(weight * 3.3) / weight.sum() != 3.3
    design = Design(np.zeros(7, np.int64), np.arange(7), weight)
    found = estimate(design, mean(design, np.full(7, 3.3)))
    assert (found.se[0], found.interval) == (0.0, ("none",))
