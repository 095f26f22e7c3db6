"""Change between two campaigns: by hand, against the engine's paired difference, and what must not matter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.comparison import Round, change, compare_means, pool, round_of, shared_codes
from analysis.design import Calibration, Design
from analysis.errors import AnalysisError
from analysis.estimation import estimate, mean
from tests.analysis.cases.engine import api
from tests.analysis.conftest import numbers

seeds = st.integers(0, 2**32 - 1)
slowly = settings(deadline=None, max_examples=25)
WEIGHTS = {"a": 0.25, "b": 0.75}


def texts(*values: str) -> np.ndarray:
    return np.array(values, np.str_)


def one_row_each(values: list[float], codes: str, stratum: str = "") -> Round:
    """A school for each value, named by a letter."""
    strata = texts(*(stratum or "s" * len(values)))
    return round_of(np.array(values)[:, None], ("q",), np.ones(len(values)), strata, texts(*codes))


def campaign(seed: int, schools: np.ndarray, names: tuple[str, ...] = ("a", "b")) -> Round:
    """Six people in each school; schools 0 to 4 in one stratum, the others in another; some answers missing."""
    rng = np.random.default_rng(seed)
    school = np.repeat(schools, 6)
    values = np.round(rng.normal(60 + 3 * (school % 5)[:, None], 10, (school.size, len(names))))
    values[rng.random(values.shape) < 0.1] = np.nan
    strata = np.where(school < 5, "town", "village")
    return round_of(values, names, rng.uniform(1, 3, school.size), strata, np.char.add("school ", school.astype(str)))


def alike(one: Any, other: Any) -> None:
    for name in ("value", "covariance", "low", "high", "df"):
        wanted, found = getattr(one.difference, name), getattr(other.difference, name)
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(other.correlation, one.correlation, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(other.p, one.p, rtol=1e-7)


def test_two_shared_schools_of_three_by_hand() -> None:
    """z = (-1, 0, 1) / 3 and (-2, 2, 0) / 3: V = 1/3 and 4/3, C = 3/2 (1/3 x 2/3) = 1/3, so var = 1; df 2 + 2 - 1."""
    found = change(one_row_each([1, 2, 3], "ABC"), one_row_each([2, 6, 4], "BCD"))
    assert found.difference.value == pytest.approx([2])
    assert found.difference.se == pytest.approx([1])
    assert found.correlation == pytest.approx([0.5])
    assert found.se_separate == pytest.approx([np.sqrt(5 / 3)])
    assert found.difference.df.tolist() == [3]
    assert found.clusters == (2, 1, 1)
    assert found.p == pytest.approx([2 * stats.t.sf(2, 3)])
    assert found.difference.low == pytest.approx([2 - stats.t.ppf(0.975, 3)])
    assert found.difference.n.tolist() == [6]
    assert found.notices == ()


@pytest.mark.parametrize("name", ["d1", "d1w", "dsw"])
def test_the_same_schools_twice_are_the_mean_of_their_differences(name: str) -> None:
    """api99 and api00 of the same schools: the engine's mean of api00 - api99."""
    design, table = api(name)
    codes = np.char.add("c", design.cluster.astype(str))
    strata = design.stratum.astype(str)
    before, after = (
        Round(design, mean(design, numbers(table[year])), ("api",), codes, strata) for year in ("api99", "api00")
    )
    found = change(before, after)
    paired = estimate(design, mean(design, numbers(table["api00"]) - numbers(table["api99"])))
    assert found.difference.value == pytest.approx(paired.value)
    assert found.difference.se == pytest.approx(paired.se)
    assert found.difference.df.tolist() == paired.df.tolist()
    assert found.difference.low == pytest.approx(paired.low)
    assert found.difference.se < 0.3 * found.se_separate
    assert found.before.se == pytest.approx(estimate(design, before.statistic).se)


def test_people_within_schools_are_drawn_anew() -> None:
    """Two stages: the schools' part is that of the paired difference, the people's parts add up."""
    design, table = api("d2")
    schools = replace(design, second=None)
    codes, strata = np.char.add("c", design.cluster.astype(str)), design.stratum.astype(str)
    years = [numbers(table[year]) for year in ("api99", "api00")]
    rounds = [Round(design, mean(design, values), ("api",), codes, strata) for values in years]
    people = [
        estimate(design, each.statistic).covariance - estimate(schools, each.statistic).covariance for each in rounds
    ]
    between = estimate(schools, mean(schools, years[1] - years[0])).covariance
    assert min(people) > 0
    assert change(*rounds).difference.covariance == pytest.approx(between + sum(people))


@given(seeds)
@slowly
def test_with_the_same_schools_it_is_the_pooled_sample(seed: int) -> None:
    before, after = campaign(seed, np.arange(10)), campaign(seed + 1, np.arange(10))
    found, pooled = change(before, after), pool(before, after)
    values = np.concatenate([means_of(before), means_of(after)])
    test = compare_means(pooled.design, values, pooled.period)
    assert found.difference.value[0] == pytest.approx(test.value)
    assert found.difference.se[0] == pytest.approx(test.se)
    assert found.difference.df[0] == test.ddf + 1
    assert pooled.notices == ()


def means_of(given: Round) -> np.ndarray:
    """The first column of values back from its influence."""
    return columns_of(given)[:, 0]


def columns_of(given: Round) -> np.ndarray:
    """All columns of values back from their influence, NaN outside."""
    weight, found = given.design.weight, given.statistic
    values = found.influence / weight[:, None] * (weight @ found.inside) + found.value
    return np.where(found.inside, values, np.nan)


@given(seeds)
@slowly
def test_with_no_shared_school_it_is_the_independent_difference(seed: int) -> None:
    before, after = campaign(seed, np.arange(10)), campaign(seed + 1, np.arange(10))
    after = replace(after, code=np.char.add("new ", after.code))
    found = change(before, after)
    np.testing.assert_allclose(found.difference.se, np.hypot(found.before.se, found.after.se))
    np.testing.assert_allclose(found.correlation, 0, atol=1e-15)
    assert found.difference.df.tolist() == [16, 16]
    assert found.clusters == (0, 10, 10)
    assert [each.code for each in found.notices] == ["no_shared_clusters"]


@given(seeds)
@slowly
def test_the_same_data_twice_is_no_change(seed: int) -> None:
    before = campaign(seed, np.arange(10))
    found = change(before, before, composites={"index": WEIGHTS})
    assert found.difference.value.tolist() == [0, 0, 0]
    assert found.difference.se.tolist() == [0, 0, 0]
    assert found.difference.interval == ("none",) * 3
    assert np.isnan(found.p).all()
    np.testing.assert_allclose(found.correlation, 1)
    assert [(each.code, dict(each.params)) for each in found.notices] == [("no_spread", {"columns": [0, 1, 2]})]


@given(seeds, st.integers(0, 10))
@slowly
def test_rows_weights_and_wording_of_codes_do_not_matter(seed: int, shift: int) -> None:
    """The second round has the schools `shift` further on: 10 - shift are shared."""
    composites = {"index": WEIGHTS}
    before, after = campaign(seed, np.arange(10)), campaign(seed + 1, np.arange(10))
    after = replace(after, code=np.char.add("school ", (after.design.cluster + shift).astype(str)))
    found = change(before, after, composites=composites)
    assert np.all(np.abs(found.correlation) <= 1 + 1e-12)
    assert found.clusters == (10 - shift, shift, shift)
    design = replace(before.design, weight=before.design.weight * 50)
    heavier = replace(before, design=design, statistic=mean(design, columns_of(before)))
    alike(found, change(heavier, after, composites=composites))
    order = np.random.default_rng(seed).permutation(after.code.size)
    design = Design(after.design.stratum[order], after.design.cluster[order] + 3, after.design.weight[order])
    statistic = mean(design, columns_of(after)[order])
    shuffled = Round(design, statistic, after.names, after.code[order], after.stratum[order])
    alike(found, change(before, shuffled, composites=composites))
    renamed = [replace(each, code=np.char.add("no. ", each.code)) for each in (before, after)]
    alike(found, change(*renamed, composites=composites))


def test_a_school_may_change_its_stratum() -> None:
    """Deviations (-1.5, 0.5, -0.5, 1.5) in one stratum of four before, (-1, 1, -1, 1) in two of two after."""
    before = one_row_each([1, 3, 2, 4], "ABCD", "ssss")
    after = one_row_each([1, 3, 2, 4], "ABCD", "sstt")
    found = change(before, after)
    assert found.before.se**2 == pytest.approx(4 / 3 * (2.25 + 0.25 + 0.25 + 2.25) / 16)
    assert found.after.se**2 == pytest.approx(2 * 4 * 1 / 16)
    together = np.sqrt(4 / 3 * 2) * (-1.5 * -1 + 0.5 * 1 + -0.5 * -1 + 1.5 * 1) / 16
    assert found.difference.se**2 == pytest.approx(found.before.se**2 + found.after.se**2 - 2 * together)
    assert found.difference.df.tolist() == [2]
    assert [(each.code, dict(each.params)) for each in found.notices] == [("stratum_changed", {"codes": ["C", "D"]})]
    pooled = pool(before, after)
    assert pooled.design.stratum.tolist() == [0, 0, 1, 1] * 2
    assert pooled.notices[0].params["codes"] == ["C", "D"]


def test_people_without_a_school_are_matched_with_nobody() -> None:
    before, after = (
        round_of(np.array([[1.0], [5], [2], [3]]), ("q",), np.ones(4), texts(*"ssss"), texts("A", "B", "", ""))
        for _ in range(2)
    )
    assert shared_codes(before, after).tolist() == ["A", "B"]
    found = change(before, after)
    assert found.clusters == (2, 2, 2)
    assert 0 < found.correlation[0] < 1


def test_composites_of_what_both_rounds_have() -> None:
    schools = np.arange(10)
    before, after = campaign(1, schools, ("a", "b", "old")), campaign(2, schools, ("b", "new", "a"))
    composites = {"index": WEIGHTS, "gap": {"a": 1, "b": -1}, "wider": {"a": 0.2, "b": 0.6, "old": 0.2}}
    found = change(before, after, composites=composites)
    assert found.names == ("a", "b", "index", "gap", "wider")
    change_of = dict(zip(found.names, found.difference.value, strict=True))
    assert change_of["index"] == pytest.approx(0.25 * change_of["a"] + 0.75 * change_of["b"])
    assert change_of["gap"] == pytest.approx(change_of["a"] - change_of["b"])
    assert change_of["wider"] == pytest.approx(change_of["index"])
    weights = np.array([0.25, 0.75])
    assert found.difference.covariance[2, 2] == pytest.approx(weights @ found.difference.covariance[:2, :2] @ weights)
    notices = {each.code: dict(each.params) for each in found.notices}
    assert notices["only_before"] == {"names": ["old"]}
    assert notices["only_after"] == {"names": ["new"]}
    assert notices["composite_rescaled"] == {"composite": "wider", "missing": ["old"], "share": pytest.approx(0.8)}


def test_an_item_that_few_schools_were_asked_has_its_own_freedom() -> None:
    before, after = campaign(1, np.arange(10)), campaign(2, np.arange(10))
    values = columns_of(before)
    values[before.design.cluster > 2, 1] = np.nan
    values[before.design.cluster > 0, 0] = np.nan
    before = replace(before, statistic=mean(before.design, values))
    found = change(before, after)
    assert found.before.df.tolist() == [0, 2]
    assert found.difference.df[1] == 2 + 8 - 2
    assert found.difference.interval == ("none", "wald-t")
    assert np.isnan([found.correlation[0], found.p[0]]).all()
    assert {each.code: dict(each.params) for each in found.notices}["one_cluster"] == {"columns": [0]}


def test_a_complete_count_of_schools_has_no_error_between_them() -> None:
    before, after = campaign(1, np.arange(10)), campaign(2, np.arange(10))
    first, second = (
        replace(each, design=replace(each.design, population=np.array([5, 5]))) for each in (before, after)
    )
    found = change(first, second)
    assert found.difference.se.tolist() == [0, 0]
    assert found.difference.interval == ("none", "none")
    half = [replace(each, design=replace(each.design, population=np.array([10, 10]))) for each in (before, after)]
    assert change(*half).difference.se == pytest.approx(change(before, after).difference.se / np.sqrt(2))


def test_calibration_of_one_round_counts_in_the_covariance() -> None:
    """Calibrated to the answers themselves, the first round has no error and nothing to share."""
    before, after = campaign(1, np.arange(10), ("a",)), campaign(2, np.arange(10), ("a",))
    inside = before.statistic.inside
    columns = np.column_stack([inside[:, 0].astype(float), np.where(inside[:, 0], means_of(before), 0.0)])
    design = replace(before.design, calibration=(Calibration(columns, before.design.weight),))
    found = change(replace(before, design=design), after)
    assert found.before.se == pytest.approx(0, abs=1e-9)
    assert found.difference.se == pytest.approx(found.after.se)


def test_rounds_that_do_not_fit_are_refused() -> None:
    design = Design(np.zeros(4, np.int64), np.arange(4), np.ones(4))
    statistic = mean(design, np.arange(4.0))
    good, strata = texts(*"ABCD"), texts(*"ssss")
    for names, code, message in (
        (("q", "q"), good, "for 4 rows, 2 names; names that come twice"),
        (("q",), texts(*"AACD"), "1 codes with more than one cluster"),
        (("q",), np.arange(4), r"code: shape \(4,\), type int64"),
        (("q",), texts(*"AB"), r"code: shape \(2,\)"),
    ):
        with pytest.raises(AnalysisError, match=message):
            Round(design, statistic, names, code, strata)
    same = replace(design, cluster=np.array([0, 0, 1, 2]))
    with pytest.raises(AnalysisError, match="1 clusters with more than one code"):
        Round(same, mean(same, np.arange(4.0)), ("q",), good, strata)
    with pytest.raises(AnalysisError, match=r"code \(4,\) str"):
        round_of(np.ones((4, 1)), ("q",), np.ones(4), strata, np.arange(4))
    with pytest.raises(AnalysisError, match="rows in every domain"):
        round_of(np.full((4, 1), np.nan), ("q",), np.ones(4), strata, good)
    with pytest.raises(AnalysisError, match="more than one stratum"):
        round_of(np.ones((4, 1)), ("q",), np.ones(4), texts(*"stss"), texts(*"AABC"))


def test_changes_that_cannot_be_are_refused_all_at_once() -> None:
    before, after = campaign(1, np.arange(10)), campaign(2, np.arange(10), ("c", "d"))
    with pytest.raises(AnalysisError, match="no statistic that is in both"):
        change(before, after)
    after = campaign(2, np.arange(10), ("b", "c"))
    composites = {"x": {"z": 1.0}, "y": {"a": 1.0}, "a": {"b": 1.0}, "w": {"b": np.inf}, "v": {"a": 1.0, "b": -1.0}}
    with pytest.raises(AnalysisError) as caught:
        change(before, after, composites=composites)
    for message in (
        "composite x: nothing is called z",
        "composite y: cannot be made",
        "composite a: a statistic has this name",
        "composite w: weights that are not finite",
        "composite v: cannot be made",
    ):
        assert message in str(caught.value)
    with pytest.raises(AnalysisError, match="two or more clusters in each stratum"):
        change(one_row_each([1, 2, 3], "ABC", "sst"), one_row_each([1, 2, 3], "ABC"))
    alone = change(one_row_each([1, 2, 3], "ABC", "sst"), one_row_each([1, 2, 3], "ABC"), lone="certainty")
    assert alone.before.df.tolist() == [1]
    with pytest.raises(AnalysisError, match="level between 0 and 1"):
        change(before, after, level=2.0)
