"""Design, ratios and intervals against R `survey`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.design import Design, covariance, degrees_of_freedom, number_clusters
from analysis.errors import AnalysisError
from analysis.estimation import Ratios, combine, mean, ratio
from analysis.frame import Sample
from analysis.intervals import exact, korn_graubard, logit, wald, wilson
from tests.analysis.conftest import DIMENSION, GROUP_WEIGHT, GROUPS, ITEMS, numbers, positions, read

TIGHT = {"rel": 1e-8, "abs": 1e-12}
API = {
    "ds": ("apistrat.csv", True),
    "dsw": ("apistrat.csv", False),
    "d1": ("apiclus1.csv", True),
    "d1w": ("apiclus1.csv", False),
}
Table = dict[str, list[str]]


def load(name: str) -> tuple[Design, Table]:
    file, finite = API[name]
    table = read(file)
    rows = len(table["pw"])
    if file == "apistrat.csv":
        stratum, cluster = positions(table["stype"])[0], np.arange(rows)
    else:
        stratum, cluster = np.zeros(rows, np.int64), positions(table["dnum"])[0]
    population = None
    if finite:
        population = np.zeros(stratum.max() + 1, np.int64)
        population[stratum] = numbers(table["fpc"])
    return Design(stratum, cluster, numbers(table["pw"]), population), table


def se(design: Design, found: Ratios) -> np.ndarray:
    return np.sqrt(np.diag(covariance(design, found.influence)))


def split(values: np.ndarray, labels: list[str], names: list[str]) -> np.ndarray:
    """Each domain in a column of its own, NaN outside."""
    return np.where(np.array(labels)[:, None] == np.array(names), values[:, None], np.nan)


@pytest.mark.parametrize("name", API)
def test_mean_and_total(name: str, expected: dict[str, Any]) -> None:
    design, table = load(name)
    found, case = mean(design, numbers(table["api99"])), expected[f"{name}.mean"]
    error = se(design, found)
    assert (found.value[0], error[0]) == pytest.approx((case["est"], case["se"]), **TIGHT)
    assert found.df[0] == case["df"]
    assert np.ravel(wald(found.value, error, found.df)) == pytest.approx(case["ci95"], rel=1e-8)
    meals, case = design.weight * numbers(table["meals"]), expected[f"{name}.total"]
    error = np.sqrt(covariance(design, meals[:, None]))[0, 0]
    assert (meals.sum(), error) == pytest.approx((case["est"], case["se"]), **TIGHT)


@pytest.mark.parametrize("name", API)
def test_ratio(name: str, expected: dict[str, Any]) -> None:
    design, table = load(name)
    found, case = ratio(design, numbers(table["ell"]), numbers(table["meals"])), expected[f"{name}.ratio"]
    assert (found.value[0], se(design, found)[0]) == pytest.approx((case["est"], case["se"]), **TIGHT)


@pytest.mark.parametrize("name", API)
def test_domains(name: str, expected: dict[str, Any]) -> None:
    design, table = load(name)
    case = expected[f"{name}.by"]
    found = mean(design, split(numbers(table["api99"]), table["stype"], case["domain"]))
    assert found.value == pytest.approx(case["est"], **TIGHT)
    assert se(design, found) == pytest.approx(case["se"], **TIGHT)


@pytest.mark.parametrize("name", API)
def test_contrast(name: str, expected: dict[str, Any]) -> None:
    design, table = load(name)
    case = expected[f"{name}.contrast"]
    found = mean(design, split(numbers(table["api99"]), table["awards"], case["domain"]))
    assert covariance(design, found.influence) == pytest.approx(np.array(case["vcov"]), **TIGHT)
    value, variance = combine(design, found, np.array([[-1.0, 1.0]]))
    assert (value[0], np.sqrt(variance[0, 0])) == pytest.approx((case["diff"], case["diff_se"]), **TIGHT)


@pytest.mark.parametrize("name", API)
def test_intervals_of_a_proportion(name: str, expected: dict[str, Any]) -> None:
    design, table = load(name)
    found, case = mean(design, (np.array(table["comp.imp"]) == "Yes").astype(float)), expected[f"{name}.ciprop"]
    p, error, df = found.value[0], se(design, found)[0], found.df[0]
    assert (p, error, df, found.n[0]) == pytest.approx((case["est"], case["se"], case["df"], case["n"]), rel=1e-8)
    for key, limits in (
        ("mean", wald(p, error, df)),
        ("logit", logit(p, error, df)),
        ("wilson", wilson(p, error, df)),
        ("kg_nchs", korn_graubard(p, error, found.n[0], df)),
    ):
        assert limits == pytest.approx(case[key], rel=1e-4), key


def test_intervals_of_groups(expected: dict[str, Any]) -> None:
    for case in expected["school.SD.group_ci"]["groups"].values():
        if case["se"]:
            p, error, df = case["est"], case["se"], case["df"]
            assert korn_graubard(p, error, case["n"], df) == pytest.approx(case["kg_nchs"], rel=1e-4)
            assert logit(p, error, df) == pytest.approx(case["logit"], rel=1e-4)
            assert wilson(p, error, df) == pytest.approx(case["wilson"], rel=1e-4)
            assert wald(p, error, df) == pytest.approx(case["mean"], rel=1e-4)


def test_exact_limit_where_all_agree(expected: dict[str, Any]) -> None:
    for row in expected["school.boundary_p1"]["rows"]:
        low, high = exact(1.0, row["n"], row["df"])
        assert (low, high) == (pytest.approx(row["lo_kg"], rel=1e-8), 1)
        assert exact(1.0, row["n"], row["n"] - 1)[0] == pytest.approx(row["lo_exact_n"], rel=1e-8)
        assert exact(0.0, row["n"], row["df"]) == (0, pytest.approx(1 - row["lo_kg"], rel=1e-8))


@pytest.mark.parametrize("remedy", ["certainty", "adjust", "average"])
def test_lone_clusters(remedy: Any, expected: dict[str, Any]) -> None:
    table, case = read("lonely.csv"), expected[f"lonely.{remedy}"]
    stratum, _ = positions(table["strat"])
    design = Design(stratum, np.arange(stratum.size), numbers(table["pw"]))
    found, total = mean(design, numbers(table["api99"])), design.weight * numbers(table["meals"])
    both = covariance(design, np.column_stack([found.influence, total]), lone=remedy)
    assert (found.value[0], total.sum()) == pytest.approx((case["mean"], case["total"]), rel=1e-8)
    assert np.sqrt(np.diag(both)) == pytest.approx([case["mean_se"], case["total_se"]], rel=1e-8)
    clusters = number_clusters(design)
    assert degrees_of_freedom(clusters, np.ones((clusters.stratum.size, 1), bool))[0] == case["df"]
    with pytest.raises(AnalysisError, match="two or more clusters in each stratum"):
        covariance(design, found.influence)


# The school survey, row by row


def school_design(school: Sample, finite: bool) -> Design:
    population = None
    if finite:
        frame, population = read("school_frame.csv"), np.zeros(len(school.strata), np.int64)
        population[positions(frame["stratum"], school.strata)[0]] = numbers(frame["N_psu"])
    return Design(school.stratum, school.cluster, school.weight, population)


def top_two(school: Sample, item: str) -> np.ndarray:
    answers = school.answers[:, school.items.index(item)]
    return np.where(np.isin(answers, (1, 2, 3, 4, 5)), np.isin(answers, (4, 5)).astype(float), np.nan)


def own_score(school: Sample, item: str) -> np.ndarray:
    answers = school.answers[:, school.items.index(item)].astype(float)
    return np.where(np.isin(answers, (1, 2, 3, 4, 5)), answers, np.nan)


GROUP_NAMES, WEIGHT_LINE = list(GROUPS), np.array([GROUP_WEIGHT[group] for group in GROUPS])


@pytest.mark.parametrize(("finite", "name"), [(False, "SD"), (True, "SF")])
def test_rates_of_groups(school: Sample, expected: dict[str, Any], finite: bool, name: str) -> None:
    design, labels = school_design(school, finite), [GROUPS[group] for group in school.group]
    for case_name, outcome in (("rate_by_group", top_two), ("mean_score", own_score)):
        for item, case in expected[f"school.{name}.{case_name}"]["items"].items():
            found = mean(design, split(outcome(school, item), labels, GROUP_NAMES))
            assert found.value == pytest.approx(case["est"], **TIGHT)
            assert se(design, found) == pytest.approx(case["se"], rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(("finite", "name"), [(False, "SD"), (True, "SF")])
def test_composite(school: Sample, expected: dict[str, Any], finite: bool, name: str) -> None:
    design, labels = school_design(school, finite), [GROUPS[group] for group in school.group]
    columns = np.hstack([split(top_two(school, item), labels, GROUP_NAMES) for item in ITEMS])
    found = mean(design, columns)
    lines = np.kron(np.eye(len(ITEMS)), WEIGHT_LINE)
    members = [[DIMENSION.get(item) == f"D{number}" for item in ITEMS] for number in range(1, 5)]
    lines = np.vstack([lines, np.array(members, float) / 3 @ lines])
    lines = np.vstack([lines, lines[-4:].mean(axis=0)])
    value, variance = combine(design, found, lines)
    case = expected[f"school.{name}.composite"]
    wanted = [*case["items"].values(), *case["dimensions"].values(), case["index"]]
    assert value == pytest.approx([each["est"] for each in wanted], **TIGHT)
    assert np.sqrt(np.diag(variance)) == pytest.approx([each["se"] for each in wanted], **TIGHT)


def test_rates_of_areas(school: Sample, expected: dict[str, Any]) -> None:
    design, table = school_design(school, False), read("school.csv")
    for column, case in expected["school.SD.rate_by_area"].items():
        found = mean(design, split(top_two(school, "q13"), table[column], case["domain"]))
        assert found.value == pytest.approx(case["est"], **TIGHT)
        assert se(design, found) == pytest.approx(case["se"], **TIGHT)


def test_composite_of_townships(school: Sample, expected: dict[str, Any]) -> None:
    design, township = school_design(school, False), np.array(read("school.csv")["township"])
    labels = [GROUPS[group] for group in school.group]
    for name, case in expected["school.SD.composite_by_township"]["township"].items():
        found = mean(design, split(np.where(township == name, top_two(school, "q13"), np.nan), labels, GROUP_NAMES))
        line = np.where(np.isnan(found.value), 0, WEIGHT_LINE)
        assert [group for group, weight in zip(GROUPS, line, strict=True) if weight] == case["groups"]
        value, variance = combine(design, found, line / line.sum())
        assert (value[0], np.sqrt(variance[0, 0])) == pytest.approx((case["est"], case["se"]), **TIGHT)


def test_a_ratio_without_rows_cannot_be_combined(school: Sample) -> None:
    design = school_design(school, False)
    found = mean(design, np.column_stack([top_two(school, "q13"), np.full(school.group.size, np.nan)]))
    with pytest.raises(AnalysisError, match="not defined"):
        combine(design, found, np.array([[0.5, 0.5]]))
