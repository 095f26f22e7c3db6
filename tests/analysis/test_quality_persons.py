"""Indices and flags of careless forms."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis.errors import AnalysisError
from analysis.quality import Paradata, PersonQuality, Thresholds, judge_persons
from analysis.quality.consistency import even_odd, mahalanobis, pair_consistency, pair_moments, person_total
from analysis.quality.forms import read_forms
from analysis.quality.measures import relative_speed
from analysis.quality.runs import run_tails
from analysis.quality.sameness import longest_run, relative_spread, spread_within

TABLES = arrays.arrays(np.uint8, st.tuples(st.integers(2, 12), st.integers(3, 9)), elements=st.integers(0, 5))
HONEST = np.random.default_rng(5).choice([2, 3, 4, 5], (60, 10), p=[0.1, 0.2, 0.4, 0.3])


def judge(first: list[int], *, seconds: float = 6.0, **settings: Any) -> PersonQuality:
    """Sixty ordinary forms behind the one in question."""
    answers = np.vstack([first, HONEST[:, : len(first)]])
    pace = np.concatenate([[seconds], np.full(len(HONEST), 6.0)])
    return judge_persons(answers, paradata=Paradata(seconds=pace), **settings)


def test_by_hand() -> None:
    forms = read_forms([[1, 1, 2, 2, 2], [5, 0, 5, 5, 4], [0, 0, 0, 0, 0]])
    assert longest_run(forms).tolist() == [3, 2, 0]
    spread = spread_within(forms.raw, forms.valid)
    assert spread[:2] == pytest.approx([np.sqrt(0.3), 0.5])
    assert np.isnan(spread[2])
    # means 1.6 and 4.75; variances 0.24 and 0.1875; room 0.6 x 3.4 and 3.75 x 0.25
    assert relative_spread(forms)[:2] == pytest.approx([0.24 / 2.04, 0.1875 / 0.9375])


def test_a_reversed_item_is_turned_round() -> None:
    forms = read_forms([[5, 5, 1]], reversed_items=(2,))
    assert forms.recoded.tolist() == [[5, 5, 5]]
    assert longest_run(forms).tolist() == [2]


@given(arrays.arrays(np.float64, (1, 4, 3), elements=st.floats(0.05, 1)))
@settings(max_examples=20, deadline=None)
def test_the_chance_of_a_run_is_that_over_all_forms(weight: np.ndarray) -> None:
    mix = weight / weight.sum(axis=2, keepdims=True)
    chance = np.zeros(5)
    for answers in product(range(3), repeat=4):
        run = longest_run(read_forms([[answer + 1 for answer in answers]], scale=(1, 3)))[0]
        chance[: run + 1] += np.prod([mix[0, item, answer] for item, answer in enumerate(answers)])
    assert run_tails(mix)[0] == pytest.approx(chance)


def test_a_long_run_is_long_for_the_level_of_the_person_and_counts_only_with_speed() -> None:
    random = np.random.default_rng(7)
    best = np.where(random.random((40, 20)) < 0.97, 5, 4)
    others = random.choice([2, 3, 4, 5], (160, 20), p=[0.1, 0.2, 0.4, 0.3])
    run = [5, 2, *[3] * 14, 4, 5, 4, 3]
    answers = np.vstack([run, run, best, others])
    seconds = np.where(np.arange(len(answers)) == 1, 1.5, 6.0)
    found = judge_persons(answers, paradata=Paradata(seconds=seconds))
    assert np.flatnonzero(found.flags["long_string"][:42]).tolist() == [0, 1]
    assert np.flatnonzero(found.flags["long_string_fast"]).tolist() == [1]
    assert found.candidate[1]
    assert not found.candidate[0]
    assert (found.indices.longest_run[2:42] >= 14).any()


def test_the_same_form_from_many_of_one_school_is_suspicious_and_only_there() -> None:
    answers = np.random.default_rng(8).choice([2, 3, 4, 5], (240, 12), p=[0.1, 0.2, 0.4, 0.3])
    answers[:10] = [4, 3, 5, 4, 2, 5, 3, 4, 4, 5, 3, 4]
    answers[10:22] = 5
    school = np.repeat([0, 1, 2, 3], 60)
    found = judge_persons(answers, paradata=Paradata(school=school))
    assert np.flatnonzero(found.flags["same_beyond_chance"]).tolist() == list(range(10))
    assert found.indices.same_here[[0, 10, 200]].tolist() == [9, 11, 0]
    assert found.indices.closest[:22].tolist() == [1.0] * 22
    assert np.isnan(found.indices.same_q[10])
    assert not found.candidate.any()
    apart = judge_persons(answers)
    assert not apart.flags["same_beyond_chance"].any()
    assert np.isnan(apart.indices.same_q).all()


def test_relative_speed_is_the_median_over_the_own() -> None:
    assert relative_speed([2.0, 4.0, 8.0]).tolist() == [2.0, 1.0, 0.5]
    assert relative_speed([0.0, 4.0, 8.0], bucket=1.0).tolist() == [9.0, 1.0, 4.5 / 8.5]
    assert np.isnan(relative_speed([0.0, 4.0, 8.0])[0])


def test_even_odd_by_hand() -> None:
    # three dimensions of two items: odd 1, 3, 5 and even 2, 3, 4: r = 1, stepped up 1; then odd against even: r = -1
    forms = read_forms([[1, 2, 3, 3, 5, 4], [1, 4, 3, 3, 5, 2]])
    assert even_odd(forms, [0, 0, 1, 1, 2, 2]) == pytest.approx([1.0, -1.0])
    assert np.isnan(even_odd(forms, [0, 0, 0, 1, 1, 1])).all()


def test_pairs_within_a_person() -> None:
    forms = read_forms([[1, 2, 3, 2, 4, 5], [1, 0, 3, 2, 4, 5]])
    pairs = np.array([[0, 3], [1, 4], [2, 5]])
    found = pair_consistency(forms, pairs)
    assert found[0] == pytest.approx(np.corrcoef([1, 2, 3], [2, 4, 5])[0, 1])
    assert np.isnan(found[1])


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_moments_are_those_of_the_people_who_answered_both(table: np.ndarray) -> None:
    forms = read_forms(table)
    covariance, correlation = pair_moments(forms.raw, forms.valid)
    both = forms.valid[:, 0] & forms.valid[:, 1]
    if both.sum() > 1:
        one, other = forms.raw[both, 0], forms.raw[both, 1]
        assert covariance[0, 1] == pytest.approx(np.cov(one, other)[0, 1], abs=1e-10)
        if np.ptp(one) and np.ptp(other):
            assert correlation[0, 1] == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-8)
    else:
        assert np.isnan(covariance[0, 1])


def test_a_form_with_blanks_is_measured_on_what_it_answers() -> None:
    table = HONEST.copy()
    table[0, 3:] = 0
    forms = read_forms(table)
    distance, df = mahalanobis(forms)
    covariance, _ = pair_moments(forms.raw, forms.valid)
    deviation = table[0, :3] - table[:, :3].mean(axis=0)
    assert df[0] == 3
    assert distance[0] == pytest.approx(deviation @ np.linalg.inv(covariance[:3, :3]) @ deviation)


def test_no_distance_where_items_repeat_each_other() -> None:
    table = np.hstack([HONEST, HONEST[:, :1]])
    found = judge_persons(table)
    assert np.isnan(found.indices.mahalanobis).all()
    assert "quality.no_mahalanobis" in {notice.code for notice in found.notices}


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_people_does_not_matter(table: np.ndarray, random: Any) -> None:
    order = np.array(random.sample(range(len(table)), len(table)))
    one, other = judge_persons(table, reversed_items=(1,)), judge_persons(table[order], reversed_items=(1,))
    assert (one.candidate[order] == other.candidate).all()
    for name in ("irv", "person_total", "longest_run", "same_answers"):
        np.testing.assert_allclose(getattr(one.indices, name)[order], getattr(other.indices, name), atol=1e-9)


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_the_direction_of_the_scale_does_not_matter(table: np.ndarray) -> None:
    mirrored = np.where(table > 0, 6 - table, 0)
    one, other = judge_persons(table), judge_persons(mirrored)
    np.testing.assert_allclose(one.indices.irv, other.indices.irv, atol=1e-9)
    np.testing.assert_allclose(one.indices.mahalanobis, other.indices.mahalanobis, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(one.indices.person_total, other.indices.person_total, atol=1e-7)
    assert (one.indices.identical == other.indices.identical).all()


def test_person_total_leaves_the_person_out() -> None:
    table = np.array([[1, 2, 5, 3], [2, 3, 4, 4], [5, 4, 1, 2]])
    expected = np.corrcoef(table[0], table[1:].mean(axis=0))[0, 1]
    assert person_total(read_forms(table))[0] == pytest.approx(expected)


@pytest.mark.parametrize("answer", [1, 3, 5])
def test_one_answer_throughout_alone_is_no_reason(answer: int) -> None:
    found = judge([answer] * 10)
    assert found.indices.identical[0]
    assert not found.candidate[0]
    assert found.suspicious[0] == 0


def test_one_answer_throughout_is_one_with_speed_or_a_reversed_item() -> None:
    assert judge([5] * 10, seconds=1.5).candidate[0]
    assert judge([5] * 10, reversed_items=(4,)).flags["identical_reversed"][0]
    assert judge([5] * 10, reversed_items=(4,)).candidate[0]


def test_the_best_answer_throughout_is_not_identical_where_items_are_reversed() -> None:
    found = judge([5, 5, 5, 5, 1, 5, 5, 5, 5, 5], reversed_items=(4,))
    assert not found.candidate[0]


def test_speed() -> None:
    ordinary = HONEST[0].tolist()
    assert judge(ordinary, seconds=0.9).certain[0]
    assert judge(ordinary, seconds=2.5).suspicious[0] == judge(ordinary, seconds=6.0).suspicious[0]
    assert not judge(ordinary, seconds=float("nan")).flags["speed"][0]
    assert judge(ordinary, seconds=0.0).flags["speed_certain"][0]


def test_a_copy_counts_after_the_first_by_time() -> None:
    answers, device = np.vstack([HONEST, HONEST[:1]]), np.r_[np.arange(60), 0]
    found = judge_persons(answers, paradata=Paradata(device=device, order=-np.arange(61.0)))
    assert np.flatnonzero(found.flags["duplicate"]).tolist() == [0]
    assert not judge_persons(answers, paradata=Paradata(device=np.full(61, -1))).candidate.any()
    assert not judge_persons(answers).flags["duplicate"].any()


def test_two_on_one_phone_may_both_be_fully_satisfied() -> None:
    answers = np.vstack([HONEST, np.full((10, 10), 5)])
    device = np.r_[np.arange(60), np.arange(60, 69), 60]
    found = judge_persons(answers, paradata=Paradata(device=device))
    assert found.flags["duplicate_common"][-1]
    assert not found.candidate[-1]


def test_a_failed_instructed_item() -> None:
    failed = np.zeros((60, 2), bool)
    failed[7, 1] = True
    assert np.flatnonzero(judge_persons(HONEST, paradata=Paradata(instructed=failed)).flags["instructed"]).tolist() == [
        7
    ]


def test_short_and_empty_forms_are_not_judged_by_their_answers() -> None:
    found = judge_persons([[5, 5, 5, 0, 0, 0, 0, 0], [0] * 8, *HONEST[:, :8].tolist()], reversed_items=(2,))
    assert not found.candidate[:2].any()


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(AnalysisError) as raised:
        judge_persons([[9, 1.5], [1, 2]], reversed_items=(4,))
    assert "2 answers outside 1 to 5 (1.5, 9)" in raised.value.got
    assert "reversed items [4]" in raised.value.got
    assert "don't know" in raised.value.hint


@pytest.mark.parametrize(
    ("paradata", "said"),
    [
        (Paradata(seconds=[1.0]), "seconds has shape (1,)"),
        (Paradata(seconds=np.full(60, -1.0)), "60 values infinite or under"),
        (Paradata(device=np.full(60, np.nan)), "60 missing"),
        (Paradata(instructed=[[True]]), "instructed has shape"),
        (Paradata(bucket=-1.0), "bucket"),
    ],
)
def test_columns_that_do_not_fit(paradata: Paradata, said: str) -> None:
    with pytest.raises(AnalysisError) as raised:
        judge_persons(HONEST, paradata=paradata)
    assert said in raised.value.got


def test_limits_that_make_no_sense() -> None:
    with pytest.raises(AnalysisError) as raised:
        Thresholds(certain_seconds=3.0, irv_tail=0.0, suspicious_needed=0)
    assert all(name in raised.value.got for name in ("certain_seconds", "irv_tail", "suspicious_needed"))


@pytest.mark.parametrize("table", [np.zeros((0, 3)), np.zeros(3), [[float("inf"), 1.0]]])
def test_no_table(table: Any) -> None:
    with pytest.raises(AnalysisError):
        judge_persons(table)


def test_one_person_and_all_alike_give_no_number_and_no_warning() -> None:
    for table in ([[5, 5, 5, 5, 5, 5]], np.full((20, 6), 4), np.zeros((3, 6))):
        found = judge_persons(table, dimension=[0, 0, 1, 1, 2, 2])
        assert np.isnan(found.indices.mahalanobis).all()
        assert np.isnan(found.indices.person_total).all()
        assert not found.candidate.any()
