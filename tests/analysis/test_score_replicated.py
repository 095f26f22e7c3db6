"""Errors of a score from replicates: against R, and against replicate weights computed in the long way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.frame import Sample
from analysis.replication import bootstrap, jackknife, replicate
from analysis.scoring import figures
from analysis.scoring.replicated import (
    bootstrap_errors,
    bootstrap_factors,
    cluster_sums,
    jackknife_errors,
    replicated,
)
from tests.analysis.conftest import GROUP_WEIGHT, GROUPS, make_rule, read

Cases = dict[str, dict[str, Any]]
UNITS: list[dict[str, Any]] = [
    {"unit": "item"},
    {"unit": "answer"},
    {"unit": "overall"},
    {"unit": "respondent", "respondent_threshold": 75.0, "respondent_minimum": 5},
    {"unit": "item", "grouping": "pooled"},
    {"unit": "item", "grouping": "equal"},
]


def without_schools(sample: Sample) -> Sample:
    """The same people with deputies, advisers and the public as clusters of their own."""
    alone = sample.group >= GROUPS.index("deputy")
    clusters = np.where(alone, sample.cluster.max() + 1 + np.arange(alone.size), sample.cluster)
    strata = np.where(alone, len(sample.strata), sample.stratum)
    return replace(
        sample,
        cluster=clusters,
        school=np.where(alone, -1, sample.school),
        stratum=strata,
        strata=(*sample.strata, "county"),
    )


# Against R


def test_jackknife_of_r(school: Sample, expected: Cases) -> None:
    """school.JKn: the overall question, svyratio by group and svycontrast."""
    sums, wanted = cluster_sums(school, make_rule(unit="overall")), expected["school.JKn"]
    np.testing.assert_allclose(sums.estimate[:-1] / 100, wanted["est"], rtol=1e-8)
    found = jackknife_errors(sums) / 100
    np.testing.assert_allclose(found[:-1], wanted["se"], rtol=1e-7, atol=1e-9)
    assert found[-1] == pytest.approx(wanted["composite"]["se"], rel=1e-7)


def test_bootstrap_of_r(school: Sample, expected: Cases) -> None:
    """school.bootstrap: the factors that R was given, with its scale of 1 / (B - 1)."""
    sums, wanted = cluster_sums(school, make_rule(unit="overall")), expected["school.bootstrap"]
    table = read("school_bootstrap_factors.csv")
    columns = [name for name in table if name != "psu"]
    by_psu = dict(zip(table["psu"], np.array([table[name] for name in columns], float).T, strict=True))
    factor = np.array([by_psu[school.schools[place]] for place in sums.school])
    found = bootstrap_errors(sums, factor) / 100 * np.sqrt(wanted["B"] / (wanted["B"] - 1))
    np.testing.assert_allclose(found[:-1], wanted["mse_false"]["se"], rtol=1e-7, atol=1e-9)
    assert found[-1] == pytest.approx(wanted["mse_false"]["composite"]["se"], rel=1e-7)


# Against the long way


def in_the_long_way(sample: Sample, changes: dict[str, Any], weight: np.ndarray) -> np.ndarray:
    """Indices and composite of the people whose weight is above 0."""
    some = weight > 0
    columns = {name: getattr(sample, name)[some] for name in ("group", "school", "stratum", "cluster")}
    left = replace(sample, answers=np.ascontiguousarray(sample.answers[some]), weight=weight[some], **columns)
    found = figures(left, make_rule(**changes))
    return np.append(found.value[:, -1], found.county[-1])


@pytest.mark.parametrize("changes", UNITS, ids=lambda each: "-".join(str(value) for value in each.values()))
def test_replicates_are_those_of_the_engine(school: Sample, changes: dict[str, Any]) -> None:
    """With people who are clusters of their own, for every unit: `analysis.replication` with whole new weights."""
    sample = without_schools(school)
    sums = cluster_sums(sample, make_rule(**changes))
    design = Design(sample.stratum, sample.cluster, sample.weight)
    drawn = bootstrap(design, 25, np.random.default_rng(7))
    long = replicate(design, drawn, lambda weight: in_the_long_way(sample, changes, weight))
    np.testing.assert_allclose(sums.estimate, long.value, rtol=1e-12)
    _, at = np.unique(sample.cluster, return_inverse=True)
    of_row = [np.flatnonzero(cluster_of(sums, sample) == number)[0] for number in range(sums.stratum.size)]
    factor = np.empty((sums.group.size, 25))
    for number, person in enumerate(of_row):
        factor[sums.cluster == number] = drawn.factor[at[person]]
    np.testing.assert_allclose(bootstrap_errors(sums, factor), long.se, rtol=1e-9)


def cluster_of(sums: Any, sample: Sample) -> np.ndarray:
    """(n,) the cluster of each person as `sums` numbers them: schools as they come, then people without one."""
    schools = np.unique(sums.cluster[sums.school >= 0])
    numbered = dict(zip(sums.school[sums.school >= 0].tolist(), sums.cluster[sums.school >= 0].tolist(), strict=True))
    alone = np.flatnonzero(sample.school < 0)
    result = np.array([numbered.get(place, -1) for place in sample.school.tolist()])
    result[alone] = schools.size + np.arange(alone.size)
    return result


@pytest.mark.parametrize("changes", UNITS[:5:2], ids=lambda each: "-".join(str(value) for value in each.values()))
def test_jackknife_is_that_of_the_engine(school: Sample, changes: dict[str, Any]) -> None:
    sample = without_schools(school)
    design = Design(sample.stratum, sample.cluster, sample.weight)
    long = replicate(design, jackknife(design), lambda weight: in_the_long_way(sample, changes, weight))
    np.testing.assert_allclose(jackknife_errors(cluster_sums(sample, make_rule(**changes))), long.se, rtol=1e-9)


def test_the_errors_of_the_score_are_beside_them(school: Sample) -> None:
    sums, found = cluster_sums(school, make_rule()), figures(school, make_rule())
    np.testing.assert_array_equal(sums.linearised, np.append(found.se[:, -1], found.county_se[-1]))
    again = jackknife_errors(sums)
    assert again[-1] == pytest.approx(sums.linearised[-1], rel=0.02)
    np.testing.assert_allclose(again, sums.linearised, rtol=0.1)  # the five advisers are few
    weights = np.array([GROUP_WEIGHT[group] for group in GROUPS])
    assert sums.estimate[-1] == pytest.approx(weights @ sums.estimate[:-1])


def test_the_bootstrap_comes_near_with_many_replicates(school: Sample) -> None:
    sums = cluster_sums(school, make_rule())
    factor = bootstrap_factors(sums, 2000, np.random.default_rng(1))
    np.testing.assert_allclose(bootstrap_errors(sums, factor)[-1], sums.linearised[-1], rtol=0.08)
    assert np.allclose(factor.mean(axis=1), 1, atol=0.15)


def test_one_school_has_no_replicates(school: Sample) -> None:
    one = school.cluster == school.cluster[0]
    columns = {name: getattr(school, name)[one] for name in ("group", "school", "stratum", "cluster", "weight")}
    sums = cluster_sums(replace(school, answers=school.answers[one], **columns), make_rule(unit="item"))
    with pytest.raises(AnalysisError, match="one school alone"):
        jackknife_errors(sums)
    with pytest.raises(AnalysisError, match="one school alone"):
        bootstrap_factors(sums, 10, np.random.default_rng(1))
    with pytest.raises(AnalysisError, match="factors"):
        replicated(sums, np.ones((1, 3)))
