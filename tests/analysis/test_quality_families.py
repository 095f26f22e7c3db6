"""Copies beyond chance, the ceiling, shares of yes, the funnel, and what counts as one kind of evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from analysis.errors import AnalysisError
from analysis.quality import SchoolMaterial, judge_schools
from analysis.quality.ceiling import NEAR, judge_ceiling
from analysis.quality.contamination import Bot, Coaching, coach, let_in
from analysis.quality.duplicates import CLOSE, close_share, closest, find_shared, judge_copies
from analysis.quality.families import finish, judge_comments
from analysis.quality.forms import read_forms
from analysis.quality.judgement import KINDS
from analysis.quality.shares import judge_funnel, judge_share
from analysis.quality.simulation import PARENT, CountyPlan, simulate_county

PLAN = CountyPlan(schools=12, parents=60, students=20)
TABLES = arrays.arrays(np.uint8, st.tuples(st.integers(2, 12), st.integers(3, 6)), elements=st.integers(0, 3))


def rng() -> np.random.Generator:
    return np.random.default_rng(23)


def parents(plan: CountyPlan = PLAN) -> tuple[np.ndarray, np.ndarray]:
    county = simulate_county(plan, rng())
    own = county.group == PARENT
    return county.answers[own], county.school[own]


def test_a_rare_form_given_by_six_people_of_one_school_is_beyond_chance() -> None:
    answers, school = parents()
    answers[:6] = answers[0] = np.tile([3, 4, 5, 4], 5)
    shared = find_shared(read_forms(answers), school, 12)
    assert (shared.school[shared.place[0]], shared.forms[shared.place[0]]) == (0, 6)
    assert shared.expected[shared.place[0]] < 1.2
    assert shared.q[shared.place[0]] < 0.01
    assert Counter((shared.q < 0.01).tolist())[True] == 1
    family = judge_copies(shared, np.bincount(school, minlength=12), 10)
    assert family.observed[0, 0] == 6
    assert family.p[0] < 1e-3 < family.p[1:].min()


def test_the_tail_of_a_shared_form_is_beta_binomial() -> None:
    """Three schools of equal level, so that nothing is tilted: one of twenty elsewhere, three of ten here."""
    rows = [[2, 2]] * 3 + [[1, 3]] * 7 + [[2, 2]] + [[1, 3]] * 9 + [[3, 1]] * 10
    shared = find_shared(read_forms(rows, scale=(1, 4)), np.repeat([0, 1, 2], 10), 3)
    assert shared.p[shared.place[0]] == pytest.approx(stats.betabinom.sf(1, 9, 2, 20))
    assert shared.expected[shared.place[0]] == pytest.approx(1 + 9 * 2 / 22)


def test_a_form_that_is_frequent_everywhere_is_no_copy_and_the_best_form_is_never_listed() -> None:
    answers, school = parents()
    for each in range(12):
        answers[np.flatnonzero(school == each)[:6]] = 4
        answers[np.flatnonzero(school == each)[6 : 6 + 20 * (each == 0)]] = 5
    shared = find_shared(read_forms(answers), school, 12)
    assert (shared.q > 0.5).all()
    assert shared.place[np.flatnonzero(school == 0)[6]] == -1


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_the_closest_form_is_the_closest_of_all(table: np.ndarray) -> None:
    forms = read_forms(table, scale=(1, 3))
    found = closest(forms, np.zeros(len(table), np.int64), 1, fewest=1)
    for one in range(len(table)):
        if forms.count[one] == 0 or (forms.count > 0).sum() < 2:
            assert np.isnan(found[one])
            continue
        shares = []
        for other in range(len(table)):
            if other != one and forms.count[other]:
                both = forms.valid[one] & forms.valid[other]
                shares.append(np.sum(table[one][both] == table[other][both]) / max(both.sum(), 1))
        assert found[one] == pytest.approx(max(shares), abs=1e-6)


def test_the_share_of_close_forms() -> None:
    nearest = np.array([CLOSE, 0.5, np.nan, 0.95, 0.2])
    assert close_share(nearest, np.array([0, 0, 0, 1, -1]), 3)[:2].tolist() == [0.5, 1.0]


def ceiling(mean: np.ndarray, school: np.ndarray, schools: int) -> np.ndarray:
    draft = judge_ceiling(mean, school, schools, 10, 499, tuple(rng().spawn(schools)), best=5)
    return finish(draft, np.zeros(schools, bool), most=499, enough=10).p


def test_the_top_is_too_full_only_for_what_the_other_forms_say() -> None:
    random = rng()
    school = np.repeat(np.arange(10), 80)
    mean = np.minimum(np.round(random.normal(4.3, 0.6, 800) * 20) / 20, 5.0)
    good = school == 1
    mean[good] = np.minimum(np.round(random.normal(4.9, 0.6, 80) * 20) / 20, 5.0)
    told = np.flatnonzero(school == 2)[:24]
    mean[told] = 5.0
    p = ceiling(mean, school, 10)
    assert p[2] < 0.01
    assert p[1] > 0.02
    assert mean[good].mean() > mean[school == 2].mean()


def test_a_school_without_enough_forms_below_the_ceiling_is_not_judged() -> None:
    mean = np.where(np.arange(80) < 20, 5.0, 4.0)
    assert np.isnan(ceiling(mean, np.repeat(np.arange(4), 20), 4)[0])
    assert np.isnan(ceiling(np.full(80, 5.0 - NEAR / 2), np.repeat(np.arange(4), 20), 4)).all()


def test_a_share_is_held_against_that_of_the_others() -> None:
    yes = np.zeros(200)
    yes[:8] = yes[20::30] = 1.0
    family = judge_share("told", "told_share", yes, np.repeat(np.arange(10), 20), 10, 10)
    rate = (yes[20:].sum() + 0.5) / 181
    assert family.observed[0, 0] == 0.4
    assert family.expected[0, 0] == pytest.approx(rate)
    assert family.p[0] >= stats.binom.sf(7, 20, rate)
    assert family.p[0] < 1e-3 < family.p[1:].min()


def test_where_schools_differ_much_a_high_share_is_usual() -> None:
    school, random = np.repeat(np.arange(40), 60), rng()
    even, uneven = np.full(40, 0.1), random.beta(0.5, 4.5, 40)
    even[0] = uneven[0] = 0.35
    p = [
        judge_share("told", "x", (random.random(2400) < each[school]) * 1.0, school, 40, 10).p[0]
        for each in (even, uneven)
    ]
    assert p[0] < 1e-3 < p[1]


def test_nobody_says_yes() -> None:
    family = judge_share("told", "x", np.zeros(80), np.repeat(np.arange(4), 20), 4, 10)
    assert (family.p > 0.5).all()
    nobody = judge_share("told", "x", np.full(80, np.nan), np.repeat(np.arange(4), 20), 4, 10)
    assert np.isnan(nobody.p).all()


def test_no_comment_is_repeated() -> None:
    assert (judge_comments(np.full(4, 20.0), np.zeros(4), 10).p > 0.5).all()


def test_the_funnel_looks_up_and_is_never_counted() -> None:
    answers, school = parents(replace(PLAN, parents=150, students=0, good=1, better=3.0, school_sd=0.1))
    forms = read_forms(answers, reversed_items=PLAN.reversed_items)
    family = judge_funnel(forms, school, 12, 10)
    assert family.p[0] < 0.001 < family.p[1:].min()
    found = judge_schools(SchoolMaterial(answers, school, 12, reversed_items=PLAN.reversed_items), rng=rng())
    assert found.q["funnel"][0] < 0.01
    assert "funnel" in found.beside
    assert "funnel" not in found.families
    assert not found.count.any()


def test_a_room_of_shared_devices_is_one_kind_of_evidence() -> None:
    found = judge_schools(simulate_county(replace(PLAN, evenings=1), rng()).material(), rng=rng())
    assert found.q["repeats"][-1] < 0.01
    assert found.families["burst"].p[-1] < 0.01
    assert found.count[-1] == 1
    assert not found.unusual.any()
    assert set(found.families) <= set(KINDS)


def test_who_says_that_they_were_told_is_a_kind_of_its_own() -> None:
    county = coach(simulate_county(PLAN, rng()), Coaching(1, 0.6, admits=0.5, staged=False), rng())
    found = judge_schools(county.material(), rng=rng())
    assert {each.family for each in found.evidence if each.school == 0} == {"told", "ceiling"}
    assert np.flatnonzero(found.unusual).tolist() == [0]


def test_a_machine_that_copies_people_shares_their_forms() -> None:
    county = let_in(simulate_county(PLAN, rng()), Bot(1, 0.4, "templates", repeats=0.6), rng())
    own = np.array(county.kind) == "bot"
    assert 15 <= own.sum() <= 33
    assert len(county.kind) == PLAN.schools * (PLAN.parents + PLAN.students)
    found = judge_schools(county.material(), rng=rng())
    assert {each.family for each in found.evidence if each.school == 0} >= {"copies", "repeats"}
    assert found.closeness[0] > found.closeness[1:].max()


@pytest.mark.parametrize("column", ["told", "repeats"])
def test_an_answer_that_is_neither_yes_nor_no(column: str) -> None:
    material = SchoolMaterial([[5, 4], [3, 2]], [0, 1], 2, **{column: [2, np.nan]})
    with pytest.raises(AnalysisError) as raised:
        judge_schools(material, rng=rng())
    assert f"{column} has 1 values other than 0 and 1" in raised.value.got
