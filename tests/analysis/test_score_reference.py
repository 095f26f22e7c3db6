"""The score against R `survey` (see reference/README.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.frame import Sample
from analysis.results import Estimate
from analysis.scoring import Score, decide, score
from tests.analysis.conftest import DIMENSION, GROUPS, ITEMS, QUARTERS, SATISFIED, estimate_of, make_rule

TIGHT = {"rel": 1e-8, "abs": 1e-10}
LOOSE = {"rel": 1e-4}


@pytest.fixture(scope="module")
def scored(school: Sample) -> Score:
    return score(school, make_rule())


def close(found: Estimate, value: float, se: float, scale: float = 100.0) -> bool:
    assert found.value == pytest.approx(scale * value, **TIGHT)
    assert found.se == pytest.approx(scale * se, **TIGHT)
    return True


@pytest.mark.parametrize("item", ITEMS)
def test_rate_by_group(scored: Score, expected: dict[str, Any], item: str) -> None:
    case = expected["school.SD.rate_by_group"]["items"][item]
    for group, value, se in zip(GROUPS, case["est"], case["se"], strict=True):
        assert close(estimate_of(scored, group=group, item=item), value, se)


@pytest.mark.parametrize("item", ITEMS)
def test_composite_of_an_item(scored: Score, expected: dict[str, Any], item: str) -> None:
    case, found = expected["school.SD.composite"]["items"][item], estimate_of(scored, item=item)
    assert close(found, case["est"], case["se"])
    assert found.interval == "logit-t"
    assert [found.low, found.high] == pytest.approx([100 * limit for limit in case["ci95_logit"]], **TIGHT)


@pytest.mark.parametrize("dimension", sorted(set(DIMENSION.values())))
def test_composite_of_a_dimension(scored: Score, expected: dict[str, Any], dimension: str) -> None:
    case = expected["school.SD.composite"]["dimensions"][dimension]
    assert close(estimate_of(scored, dimension=dimension), case["est"], case["se"])


def test_composite_of_all(scored: Score, expected: dict[str, Any]) -> None:
    case, found = expected["school.SD.composite"]["index"], scored.composite
    assert close(found, case["est"], case["se"])
    assert found.df == expected["school.SD.composite"]["df"]
    assert [found.low, found.high] == pytest.approx([100 * limit for limit in case["ci95_logit"]], **TIGHT)


def test_threshold(scored: Score, expected: dict[str, Any]) -> None:
    words = {"pass": "met", "fail": "not_met", "inconclusive": "not_enough_evidence"}
    for row in expected["school.SD.threshold85"]["rows"]:
        name = row["item"]
        where = {"item": name} if name in ITEMS else {"dimension": name}
        found = scored.composite if name == "index" else estimate_of(scored, **where)
        assert decide(found, 85.0, ">=") == words[row["decision_logit"]], name
        assert [found.low, found.high] == pytest.approx([100 * limit for limit in row["logit"]], rel=1e-6)
    assert (scored.verdict, scored.reached) == ("met", True)


def test_mean_score(school: Sample, expected: dict[str, Any]) -> None:
    """1 to 5 is 0 to 100 in steps of 25: value 1 + x / 25."""
    scored = score(school, make_rule(QUARTERS, measure="mean"))
    for item, case in expected["school.SD.mean_score"]["items"].items():
        for group, value, se in zip(GROUPS, case["est"], case["se"], strict=True):
            found = estimate_of(scored, group=group, item=item)
            assert (1 + found.value / 25, found.se / 25) == pytest.approx((value, se), **TIGHT)
        found = estimate_of(scored, item=item)
        assert (1 + found.value / 25, found.se / 25) == pytest.approx(tuple(case["composite"].values()), **TIGHT)


def test_scheme_pooled(school: Sample, expected: dict[str, Any]) -> None:
    case, rule = expected["school.SD.schemes"], make_rule(unit="overall", grouping="pooled", group_weight={})
    found = score(school, rule)
    assert found.composite == found.pooled
    assert close(found.pooled, **named(case["pooled_weighted"]))
    unweighted = score(replace(school, weight=np.ones(school.group.size)), rule)
    assert close(unweighted.pooled, **named(case["pooled_returned_mix"]))


def named(case: dict[str, float]) -> dict[str, float]:
    return {"value": case["est"], "se": case["se"]}


@pytest.mark.parametrize(
    ("scheme", "points", "scale"),
    [
        ("option_points", {1: 0, 2: 30, 3: 60, 4: 80, 5: 100}, 1.0),
        ("top3", {1: 0, 2: 0, 3: 100, 4: 100, 5: 100}, 100.0),
    ],
)
def test_scheme_of_points(school: Sample, expected: dict[str, Any], scheme: str, points: Any, scale: float) -> None:
    found = score(school, make_rule(points, unit="overall", measure="mean"))
    assert close(found.composite, **named(expected["school.SD.schemes"][scheme]), scale=scale)


def test_scheme_of_respondents(school: Sample, expected: dict[str, Any]) -> None:
    """Satisfied: own mean of at least 4.0 of 5 (75 of 100) over at least 6 valid answers to q01 to q12."""
    rule = make_rule(QUARTERS, measure="mean", unit="respondent", respondent_threshold=75.0, respondent_minimum=6)
    case, found = expected["school.SD.schemes"], score(school, rule)
    assert close(found.composite, **named(case["respondent"]))
    assert found.composite.n == case["respondent_n"]


def test_group_intervals(scored: Score, expected: dict[str, Any]) -> None:
    for group, case in expected["school.SD.group_ci"]["groups"].items():
        found = estimate_of(scored, group=group, item="q13")
        assert (found.n, found.df) == (case["n"], case["df"])
        assert found.n_eff == pytest.approx(case["n"] / case["kish"], rel=1e-8)
        if group == "cppcc":
            assert (found.value, found.se, found.interval) == (100, 0, "exact")
        else:
            assert found.interval == "korn-graubard"
            assert [found.low, found.high] == pytest.approx([100 * x for x in case["kg_nchs"]], **LOOSE)


def test_all_satisfied_is_no_certainty(scored: Score, expected: dict[str, Any]) -> None:
    """The limit is the exact one with a design effect of 1 or more lent by the group's other items."""
    for row in expected["school.boundary_p1"]["rows"]:
        found = estimate_of(scored, group=row["grp"], item=row["item"])
        assert (found.value, found.high, found.interval, found.df) == (100, 100, "exact", row["df"])
        assert 0 < found.low <= 100 * row["lo_kg"] + 1e-9


def test_rate_by_school(school: Sample, expected: dict[str, Any]) -> None:
    scored = score(school, make_rule(unit="overall"))
    case = expected["school.rate_by_psu"]
    for psu, value, n in zip(case["psu"], case["est"], case["n"], strict=True):
        found = estimate_of(scored, school=psu)
        assert found.value == pytest.approx(100 * value, **TIGHT)
        assert (found.n, found.df) == (n, n - 1)
    for row in expected["school.rate_by_psu_group_first60"]["rows"]:
        found = estimate_of(scored, school=row["psu"], group=row["grp"])
        assert found.value == pytest.approx(100 * row["est"], **TIGHT)
        assert found.n == row["n"]


def test_a_group_of_one_school_has_no_interval(school: Sample, expected: dict[str, Any]) -> None:
    """Only the teachers of s005 are left of their group; everybody else stays in the design."""
    case = expected["school.domain_one_psu"]
    teacher = GROUPS.index(case["grp"])
    answers = school.answers.copy()
    answers[(school.group == teacher) & (school.school != school.schools.index(case["psu"]))] = 0
    found = estimate_of(score(replace(school, answers=answers), make_rule()), group=case["grp"], item="q13")
    assert found.value == pytest.approx(100 * case["est"], **TIGHT)
    assert (found.df, found.se, found.low, found.high, found.interval) == (0, None, None, None, "none")


def test_dont_know_as_not_satisfied(school: Sample, expected: dict[str, Any]) -> None:
    case = expected["school.SD.rate_dk_in_denominator"]
    scored = score(school, make_rule(SATISFIED | {9: 0.0}))
    for group, value, se in zip(case["groups"], case["est"], case["se"], strict=True):
        assert close(estimate_of(scored, group=group, item=case["item"]), value, se)
