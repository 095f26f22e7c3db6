"""The register of signs: complete, with its limits in words, and with rates that measuring again confirms."""

from __future__ import annotations

import inspect
from dataclasses import fields

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.quality import SchoolRule, Thresholds, judge_persons
from analysis.quality.judgement import KINDS
from analysis.quality.measured import CASES, FALSE_ALARM_ERRORS, FALSE_ALARMS, POWER, POWER_ERRORS
from analysis.quality.persons import CERTAIN, EVIDENCE, SUSPICIOUS
from analysis.quality.power import Rate
from analysis.quality.scenarios import HONEST, WAYS, arranged
from analysis.quality.signs import SIGNS, false_alarm, state_threshold
from tests.analysis.measure_signs import of_arranged, of_forms, of_schools

MANY = 4.0  # standard errors
SLACK = 0.02  # and what a school or two in a hundred add where a rate is about 0


def test_every_flag_has_a_sign_of_its_kind() -> None:
    forms = {name: (sign.kind, sign.counts_as) for name, sign in SIGNS.items() if sign.level == "form"}
    assert forms == (
        dict.fromkeys(CERTAIN, ("certain", "certain"))
        | {name: ("suspicious", kind) for kind, names in SUSPICIOUS.items() for name in names}
        | dict.fromkeys(EVIDENCE, ("evidence", ""))
    )
    assert set(judge_persons([[5, 4], [4, 4], [3, 5]]).flags) == set(forms)


def test_every_family_has_a_sign_of_its_kind() -> None:
    schools = {name: sign.counts_as for name, sign in SIGNS.items() if sign.level == "school"}
    assert schools == {**KINDS, "funnel": "", "enrolment": "certain"}


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_says_its_method_its_source_and_its_limits(name: str) -> None:
    sign = SIGNS[name]
    assert sign.method.endswith(".")
    assert any(letter.isdigit() for letter in sign.reference)
    limits = {each.name for each in fields(Thresholds if sign.level == "form" else SchoolRule)}
    assert set(sign.parameters) <= limits
    said = state_threshold(name)
    assert said
    assert "{" not in said


def test_limits_are_stated_as_they_were_set() -> None:
    assert state_threshold("speed", thresholds=Thresholds(suspicious_seconds=2.5)) == "under 2.5 seconds an item"
    assert state_threshold("told", rule=SchoolRule(q=0.05)).startswith("q under 0.05 over the schools")


def test_every_limit_belongs_to_a_sign() -> None:
    named = {name for sign in SIGNS.values() for name in sign.parameters}
    rules = {"suspicious_needed", "families", "draws", "enough"}
    assert {each.name for each in fields(Thresholds)} | {each.name for each in fields(SchoolRule)} == named | rules


def test_unknown_signs() -> None:
    for wrong in (state_threshold, false_alarm):
        with pytest.raises(AnalysisError, match="one of speed_certain"):
            wrong("height")


def test_what_simulated_counties_have_was_measured() -> None:
    measured = {name for name in (*SIGNS, "candidate", "unusual") if false_alarm(name) is not None}
    assert set(SIGNS) - measured == {"instructed", "comments"}
    assert FALSE_ALARMS.keys() == FALSE_ALARM_ERRORS.keys() == measured
    assert {len(rates) for rates in (*FALSE_ALARMS.values(), *CASES.values())} == {len(HONEST)}
    assert {len(rates) for rates in (*POWER.values(), *POWER_ERRORS.values())} == {len(arranged())}
    assert set(arranged()) == {f"{way}, {size} parents" for way in WAYS for size in (60, 200)}


def test_the_rate_of_a_sign_is_the_mean_over_the_honest_plans() -> None:
    found = false_alarm("repeats")
    assert found is not None
    rates = FALSE_ALARMS["repeats"]
    assert found.rate == pytest.approx(np.mean(rates))
    assert found.worst == max(rates) == rates[list(HONEST).index(found.worst_plan)]
    assert found.n == sum(CASES["school"])
    assert found.se == pytest.approx(np.linalg.norm(FALSE_ALARM_ERRORS["repeats"]) / len(HONEST))


def test_hardly_any_honest_school_is_unusual() -> None:
    for rates in (FALSE_ALARMS["unusual"], POWER["honest"]):
        assert max(rates) <= 0.01
    assert max(FALSE_ALARMS["candidate"]) <= 0.02


def agree(rates: dict[str, Rate], stored: dict[str, tuple[float, float]]) -> list[str]:
    """Signs whose rate now is further from the stored one than both errors allow."""
    far = []
    for name, (value, error) in stored.items():
        now = rates[name]
        allowed = MANY * float(np.hypot(error, now.se or 0.0)) + SLACK
        if abs((now.value or 0.0) - value) > allowed:
            far.append(f"{name}: {now.value:.3f}, stored {value:.3f}, allowed {allowed:.3f}")
    return far


def stored(plan: str, level: str) -> dict[str, tuple[float, float]]:
    place, rule = list(HONEST).index(plan), {"form": "candidate", "school": "unusual"}[level]
    names = [name for name in FALSE_ALARMS if name == rule or (name in SIGNS and SIGNS[name].level == level)]
    return {name: (FALSE_ALARMS[name][place], FALSE_ALARM_ERRORS[name][place]) for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["plain", "loose"])
def test_measuring_forms_again_agrees(plan: str) -> None:
    assert agree(of_forms(plan, 3), stored(plan, "form")) == []


@pytest.mark.slow
def test_measuring_honest_schools_again_agrees() -> None:
    assert agree(of_schools("evenings", 2), stored("evenings", "school")) == []


@pytest.mark.slow
def test_measuring_arranged_schools_again_agrees() -> None:
    name = "told 30%, together, 60 parents"
    place = list(arranged()).index(name)
    power = {sign: (POWER[sign][place], POWER_ERRORS[sign][place]) for sign in POWER}
    assert agree(of_arranged(name, 2), power) == []


def test_the_rates_lie_in_the_code_and_are_no_computation() -> None:
    text = inspect.getsource(inspect.getmodule(false_alarm).measured)  # type: ignore[union-attr]
    assert "def " not in text
