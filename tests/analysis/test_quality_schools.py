"""Indices of schools, the rule for unusual ones, and how often it is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import AnalysisError
from analysis.quality import (
    Arrivals,
    SchoolMaterial,
    SchoolRule,
    arrivals_of_slots,
    judge_schools,
    largest_window,
    school_indices,
)
from analysis.quality.contamination import Coaching, add_careless, coach
from analysis.quality.families import judge_comments, judge_level, tail_among_schools
from analysis.quality.forms import read_forms
from analysis.quality.level import make_pool, tilt, uniformity
from analysis.quality.montecarlo import first_look, look_closer
from analysis.quality.power import measure_person_rule, measure_school_rule
from analysis.quality.simulation import CountyPlan, simulate_county

SMALL = CountyPlan(schools=12, parents=60, students=60, good=1, better=1.5)


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_by_hand() -> None:
    found = school_indices(
        [[5, 5], [5, 5], [4, 1], [3, 0]],
        [0, 0, 0, 2],
        schools=3,
        seconds=[2.0, 4.0, 9.0, float("nan")],
        arrivals=Arrivals(np.array([0, 0, 0, 2]), np.array([0.0, 1799.0, 1800.0, 5.0])),
    )
    assert found.n.tolist() == [3, 0, 1]
    assert found.mean[[0, 2]] == pytest.approx([25 / 6, 3.0])
    assert found.entropy[0] == pytest.approx(-(2 / 3) * np.log(2 / 3) - np.log(1 / 3) / 3)
    assert found.entropy[2] == 0
    assert found.modal_share[[0, 2]] == pytest.approx([2 / 3, 1])
    assert found.variance[0] == pytest.approx(np.var([5, 5, 2.5], ddof=1))
    assert found.median_seconds[0] == 4
    assert found.iqr_seconds[0] == pytest.approx(3.5)
    assert found.burst_30.tolist() == [2, 0, 1]
    assert found.burst_10.tolist() == [2, 0, 1]
    assert np.isnan([found.mean[1], found.entropy[1], found.modal_share[1], found.variance[2]]).all()


@given(st.lists(st.integers(0, 60), max_size=25), st.integers(1, 20))
@settings(deadline=None)
def test_the_largest_window_is_the_largest_of_all_windows(moments: list[int], width: int) -> None:
    everywhere = [sum(start <= each < start + width for each in moments) for start in range(-width, 61)]
    assert largest_window(moments, width) == max(everywhere)


def test_slots_are_arrivals_at_their_start() -> None:
    found = arrivals_of_slots([[0, 2, 1, 4], [1, 0, 0, 0]])
    assert found.school.tolist() == [0] * 7 + [1]
    assert largest_window(found.moment[found.school == 0], 1800) == 7
    assert largest_window(found.moment[found.school == 0], 1200) == 5


@given(st.floats(1.5, 4.9), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_tilting_reaches_the_level(level: float, seed: int) -> None:
    mean = np.random.default_rng(seed).uniform(1, 5, 200)
    share = tilt(mean, level)
    assert share.sum() == pytest.approx(1)
    assert share @ mean == pytest.approx(level, abs=1e-6)


def test_tilting_moves_normal_person_means_by_one_amount() -> None:
    mean = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    share = tilt(mean, 0.7)
    assert share @ (mean - 0.7) ** 2 == pytest.approx(mean.var(), rel=0.02)


def test_uniformity_of_drawn_sets_is_that_of_the_schools() -> None:
    answers = rng().integers(1, 6, (30, 4))
    answers[3, 2] = 0
    school = np.repeat([0, 1], 15)
    found = school_indices(answers, school, schools=2)
    pool = make_pool(read_forms(answers), school)
    assert uniformity(pool, np.arange(30).reshape(2, 15)) == pytest.approx(
        np.stack([found.modal_share, -found.entropy, -found.variance], axis=1)
    )


def test_a_small_p_takes_many_draws_and_a_large_one_few() -> None:
    draws = rng()
    look = first_look(np.array([9.0]), lambda sets: draws.normal(size=(sets, 1)), draws=99)
    closer = look_closer(look, most=5000, enough=10)
    assert (look.p, closer.p, closer.draws) == (1 / 100, 1 / 5001, 5000)
    ordinary = first_look(np.array([0.0]), lambda sets: draws.normal(size=(sets, 1)), draws=99)
    assert look_closer(ordinary, most=5000, enough=10).draws == 99
    assert 0.3 < ordinary.p < 0.7
    assert look.z == pytest.approx(9, rel=0.3)


def test_p_of_the_first_look_is_even_where_nothing_is_going_on() -> None:
    draws = rng()
    p = [first_look(draws.normal(size=2), lambda sets: draws.normal(size=(sets, 2)), draws=199).p for _ in range(300)]
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_what_most_schools_do_is_not_unusual() -> None:
    assert tail_among_schools(np.array([0.0, 0.5, -0.5, 0.2, 5.0]))[4] == pytest.approx(stats.norm.sf(4.8))
    common = tail_among_schools(np.array([30.0, 35.0, 40.0, 45.0, 50.0]))
    assert common[4] > 0.05
    assert np.isnan(tail_among_schools(np.array([np.nan, 1.0]))[0])


def test_many_equal_comments() -> None:
    found = judge_comments(np.array([20.0, 20, 20, 4]), np.array([1.0, 2, 15, 4]), 10)
    assert found.p[2] < 1e-5 < found.p[0]
    assert np.isnan(found.p[3])


def test_a_gap_counts_only_where_the_judged_group_is_high() -> None:
    random = rng()
    school, group = np.repeat(np.arange(12), 60), np.tile(np.repeat([0, 1], 30), 12)
    mean = random.normal(4.0, 0.5, school.size)
    mean[(school == 0) & (group == 1)] += 0.8  # parents far too high
    mean[(school == 1) & (group == 0)] -= 0.8  # students hard to please
    mean[school == 2] += 0.8  # good in everybody's eyes
    p = judge_level(mean, school, group == 1, group == 0, 12, 10).p
    assert p[0] < 1e-4
    assert p[1] == 1
    assert p[2] > 0.01


def county(coaching: Coaching | None = None) -> SchoolMaterial:
    random = rng()
    honest = simulate_county(SMALL, random)
    return (coach(honest, coaching, random) if coaching else honest).material()


def test_the_same_seed_gives_the_same_result() -> None:
    one, other = (judge_schools(county(), rng=rng()) for _ in range(2))
    for name, family in one.families.items():
        np.testing.assert_array_equal(family.p, other.families[name].p)


def test_the_direction_of_the_items_does_not_matter() -> None:
    material = county(Coaching())
    turned = replace(material, answers=6 - np.asarray(material.answers), reversed_items=range(20))
    plain = replace(material, reversed_items=())
    one, other = judge_schools(turned, rng=rng()), judge_schools(plain, rng=rng())
    np.testing.assert_allclose(one.families["uniformity"].p, other.families["uniformity"].p)


def test_the_evidence_says_what_was_seen_and_what_was_to_be_expected() -> None:
    found = judge_schools(county(Coaching()), rng=rng())
    assert found.unusual[2]
    (burst,) = (each for each in found.evidence if each.school == 2 and each.figure == "burst_30")
    assert burst.observed == found.indices.burst_30[2]
    assert burst.observed > burst.expected
    assert burst.q is not None
    assert burst.q < found.rule.q
    assert {each.school for each in found.evidence} == set(np.flatnonzero(found.unusual)) <= {1, 2}


def test_more_answers_than_people_is_certain() -> None:
    material = county()
    enrolled = np.full(12, 100.0)
    enrolled[4] = 59
    enrolled[5] = np.nan
    found = judge_schools(replace(material, enrolled=enrolled), rng=rng())
    assert np.flatnonzero(found.certain).tolist() == np.flatnonzero(found.unusual).tolist() == [4]
    assert [(each.family, each.observed, each.expected) for each in found.evidence] == [("enrolment", 60.0, 59.0)]


def test_little_material_is_said() -> None:
    found = judge_schools(SchoolMaterial([[5, 4], [3, 2]], [0, 1], 3), rng=rng())
    assert {notice.code for notice in found.notices} == {
        "quality.small_schools",
        "quality.few_families",
        "quality.family_not_judged",
    }
    assert not found.unusual.any()


def test_a_county_of_nothing_but_best_answers_is_no_evidence() -> None:
    found = judge_schools(SchoolMaterial(np.full((80, 6), 5), np.repeat(np.arange(4), 20), 4), rng=rng())
    assert (found.families["uniformity"].p > 0.4).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"school": [0]}, "school has shape (1,)"),
        ({"schools": 4, "enrolled": None}, "positions up to 11"),
        ({"seconds": np.full(1440, np.inf)}, "1440 values infinite"),
        ({"group": None}, "a group to compare with, but no groups"),
        ({"judged": 0}, "compared with itself"),
        ({"comments": np.ones(12)}, "comments without repeated"),
        ({"comments": np.ones(12), "repeated": np.full(12, 2)}, "more repeated comments"),
        ({"judged": 7}, "nobody in the judged group"),
        ({"arrivals": Arrivals(np.array([99]), np.array([0.0]))}, "arrivals at position 99"),
    ],
)
def test_material_that_does_not_fit(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        judge_schools(replace(county(), **changes), rng=rng())
    assert said in raised.value.got


def test_other_bad_input() -> None:
    for wrong in (
        lambda: SchoolRule(q=2.0, least=1),
        lambda: Arrivals(np.array([0, 1]), np.array([-1.0, np.nan])),
        lambda: arrivals_of_slots([[0.5]]),
        lambda: largest_window([1.0], 0),
        lambda: school_indices([[5]], [3], schools=2),
        lambda: simulate_county(CountyPlan(shares=(0.5, 0.5), returned=0), rng()),
        lambda: add_careless(simulate_county(SMALL, rng()), {"random": 0.7, "speed": 0.7}, rng()),
        lambda: measure_person_rule(SMALL, {}, replications=0, rng=rng()),
    ):
        with pytest.raises(AnalysisError):
            wrong()


def test_schools_are_found_where_most_forms_are_coached_and_left_alone_where_they_are_good() -> None:
    found = measure_school_rule(SMALL, Coaching(), replications=3, rng=rng()).rates
    coached, honest, good = (found[kind].value for kind in ("coached", "honest", "good"))
    assert coached is not None
    assert coached >= 0.75
    assert honest is not None
    assert honest <= 0.02
    assert good == 0


def test_no_alarm_in_honest_counties() -> None:
    found = measure_school_rule(SMALL, None, replications=3, rng=rng()).rates
    assert found["any_false"].value == 0
    assert found["honest"].n == 33


def test_stuffed_ballots_are_found_by_enrolment() -> None:
    found = measure_school_rule(SMALL, Coaching(share=0.0, stuffed=0.3), replications=1, rng=rng())
    assert found.rates["coached"].value == 1
    assert found.rates["coached"].se is None


def test_careless_forms_are_found_and_honest_ones_left_alone() -> None:
    shares = {"straight": 0.03, "random": 0.03, "speed": 0.03, "copy": 0.02}
    found = measure_person_rule(SMALL, shares, replications=3, rng=rng()).rates
    value = {kind: rate.value or 0.0 for kind, rate in found.items()}
    assert value["ok"] <= 0.02
    assert value["straight"] >= 0.9
    assert value["speed"] >= 0.9
    assert value["random"] >= 0.35
    assert value["copy"] >= 0.7
