"""Power against coaching of 10, 30 and 60 percent of the parents, and against a machine that takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from analysis.quality.contamination import Bot, Coaching, coach, let_in
from analysis.quality.power import RuleQuality, measure_school_rule
from analysis.quality.simulation import PARENT, CountyPlan, simulate_county

PLAN = CountyPlan(schools=20, parents=60, students=20)

pytestmark = pytest.mark.slow


def rng() -> np.random.Generator:
    return np.random.default_rng(60)


@cache
def measure(way: Coaching | Bot | None) -> RuleQuality:
    return measure_school_rule(PLAN, way, replications=2, rng=rng())


def power(found: RuleQuality) -> Mapping[str, float]:
    """Of the rule and of every family, over the arranged schools."""
    return {"rule": found.rates["coached"].value or 0.0} | {
        name: rates["coached"].value or 0.0 for name, rates in found.signs.items()
    }


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("staged", [True, False])
def test_no_honest_school_pays_for_what_others_do(share: float, staged: bool) -> None:
    found = measure(Coaching(2, share, staged=staged))
    assert found.rates["honest"].n == 36
    assert found.rates["honest"].value == 0


def test_power_against_coaching_grows_with_its_share() -> None:
    ten, thirty, sixty = (power(measure(Coaching(2, share))) for share in (0.1, 0.3, 0.6))
    assert ten["rule"] <= 1 / 4  # too few to be found: said in docs/methods/quality.md
    assert thirty["burst"] >= 0.5
    assert sixty["rule"] >= 0.75
    assert sixty["ceiling"] >= 0.5
    assert sixty["burst"] == 1
    assert ten["rule"] <= thirty["rule"] <= sixty["rule"]


def test_coaching_at_home_leaves_the_answers_and_what_people_say() -> None:
    sixty = power(measure(Coaching(2, 0.6, staged=False)))
    assert sixty["ceiling"] + sixty["told"] >= 0.5
    assert sixty["burst"] == sixty["pace"] == 0
    assert power(measure(Coaching(2, 0.1, staged=False)))["rule"] == 0


def test_a_machine_that_takes_its_time_gives_itself_away_by_its_forms_and_its_device() -> None:
    found = power(measure(Bot(2, 0.6, "templates", repeats=0.5)))
    assert found["copies"] >= 0.5
    assert found["repeats"] >= 0.5
    assert found["pace"] == found["enrolment"] == 0


def test_a_machine_that_varies_the_best_answers_and_forgets_its_device_is_not_found() -> None:
    assert power(measure(Bot(2, 0.3)))["rule"] == 0


def test_the_machine_is_as_slow_as_people_and_comes_when_they_come() -> None:
    county = simulate_county(CountyPlan(schools=2, parents=2000, students=0), rng())
    made = let_in(county, Bot(1, 0.5), rng())
    own, people = np.array(made.kind) == "bot", (county.school == 1) & (county.group == PARENT)
    assert np.median(made.seconds[own]) == pytest.approx(np.median(county.seconds[people]), rel=0.15)
    assert np.std(np.log(made.seconds[own])) == pytest.approx(0.4, rel=0.1)
    assert np.ptp(made.moment[own]) > 5 * 86400
    assert made.told[own].sum() == made.repeats[own].sum() == 0
    assert made.coached.tolist() == [True, False]


def test_the_coached_say_so_as_often_as_they_admit() -> None:
    county = simulate_county(CountyPlan(schools=2, parents=2000, students=0), rng())
    told = coach(county, Coaching(1, 0.5, admits=0.4), rng())
    marked = np.array(told.kind) == "coached"
    assert told.told[marked].mean() == pytest.approx(0.4, abs=0.06)
    assert county.told.mean() == pytest.approx(0.03, abs=0.02)
