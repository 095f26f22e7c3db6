"""What a score adds to the figures of R `survey`: the cases themselves are in cases/score.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.frame import Sample
from analysis.scoring import Score, score
from tests.analysis.conftest import GROUPS, estimate_of, make_rule

TIGHT = {"rel": 1e-8, "abs": 1e-10}
LOOSE = {"rel": 1e-4}


@pytest.fixture(scope="module")
def scored(school: Sample) -> Score:
    return score(school, make_rule())


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


def test_a_group_of_one_school_has_no_interval(school: Sample, expected: dict[str, Any]) -> None:
    """Only the teachers of s005 are left of their group; everybody else stays in the design."""
    case = expected["school.domain_one_psu"]
    teacher = GROUPS.index(case["grp"])
    answers = school.answers.copy()
    answers[(school.group == teacher) & (school.school != school.schools.index(case["psu"]))] = 0
    found = estimate_of(score(replace(school, answers=answers), make_rule()), group=case["grp"], item="q13")
    assert found.value == pytest.approx(100 * case["est"], **TIGHT)
    assert (found.df, found.se, found.low, found.high, found.interval) == (0, None, None, None, "none")
