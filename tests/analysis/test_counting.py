"""Counts of answers against loops over people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import counting
from analysis.counting import Counts, Keys, count_answers, count_bins, find_codes
from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Sample

GROUPS = ("student", "parent", "public")
unhurried = settings(deadline=None, max_examples=25)


def make_sample(seed: int, *, people: int = 60, items: int = 5, codes: int = 4) -> Sample:
    """Schools in two strata, and people of the county by themselves in two others."""
    rng = np.random.default_rng(seed)
    school = rng.integers(-1, 4, people)
    group = np.where(school < 0, rng.integers(1, 3, people), rng.integers(0, 2, people))
    known = np.array([MISSING, NOT_ASKED, *range(1, codes + 1)], np.uint8)
    return Sample(
        answers=rng.choice(known, (people, items)),
        items=tuple(f"q{place}" for place in range(items)),
        group=group,
        groups=GROUPS,
        school=school,
        schools=tuple("ABCD"),
        stratum=np.where(school < 0, 1 + group, school % 2),
        strata=("h0", "h1", "county.parent", "county.public"),
        cluster=np.where(school < 0, 4 + np.arange(people), school),
        weight=rng.uniform(0.5, 3, people),
    )


def rows_of(sample: Sample, counts: Counts, cell: int) -> np.ndarray:
    return np.flatnonzero(
        (sample.group == counts.group[cell])
        & (sample.school == counts.school[cell])
        & (sample.stratum == counts.stratum[cell])
    )


@unhurried
@given(st.integers(0, 10**6), st.integers(1, 80), st.integers(1, 5))
def test_counts_are_those_of_loops(seed: int, people: int, items: int) -> None:
    sample = make_sample(seed, people=people, items=items)
    counts = count_answers(sample)
    assert counts.people.sum() == people
    assert counts.codes.tolist() == sorted({*sample.answers.ravel().tolist()} - {NOT_ASKED})
    for cell in range(counts.people.size):
        answers = sample.answers[rows_of(sample, counts, cell)]
        assert counts.people[cell] == len(answers)
        for item in range(items):
            for place, code in enumerate(counts.codes.tolist()):
                assert counts.table[cell, item, place] == np.sum(answers[:, item] == code)


@unhurried
@given(st.integers(0, 10**6))
def test_pairs_are_those_of_loops(seed: int) -> None:
    sample = make_sample(seed, items=3)
    counts = count_answers(sample)
    assert sorted(counts.pairs) == np.flatnonzero(counts.school == -1).tolist()
    for cell, table in counts.pairs.items():
        given_codes = sample.answers[rows_of(sample, counts, cell)].tolist()
        keys = [(item, code) for item in range(3) for code in counts.codes.tolist()]
        for one, (item, code) in enumerate(keys):
            for other, (second, third) in enumerate(keys):
                both = [person for person in given_codes if person[item] == code and person[second] == third]
                assert table[one, other] == len(both)


@pytest.mark.parametrize("rows", [1, 7, 60, 61])
@pytest.mark.parametrize("bins", [0, 10**6])
@pytest.mark.parametrize("items", [1, 4, 5])
def test_chunks_and_pairs_of_items_change_nothing(monkeypatch: Any, rows: int, bins: int, items: int) -> None:
    monkeypatch.setattr(counting, "ROWS", rows)
    monkeypatch.setattr(counting, "BINS", bins)
    sample = make_sample(3, items=items)
    row, column = sample.group, np.arange(items)[::-1]
    lookup = np.random.default_rng(1).integers(0, 3, (items, 256)).astype(np.uint8)
    keys = Keys(sample.answers, column, lookup, 3, row, 3)
    people, weights, squares = count_bins(keys, (sample.weight, sample.weight**2))
    for cell in range(3):
        for item in range(items):
            code = lookup[item][sample.answers[:, column[item]]]
            for place in range(3):
                here = (row == cell) & (code == place)
                assert people[cell, item, place] == here.sum()
                assert weights[cell, item, place] == pytest.approx(sample.weight[here].sum())
                assert squares[cell, item, place] == pytest.approx((sample.weight[here] ** 2).sum())


def test_columns_in_the_other_order_of_memory() -> None:
    sample = make_sample(5)
    turned = replace(sample, answers=np.asfortranarray(sample.answers))
    assert np.array_equal(count_answers(turned).table, count_answers(sample).table)


def test_many_codes_are_counted_item_by_item() -> None:
    answers = np.random.default_rng(2).integers(1, 255, (500, 3)).astype(np.uint8)
    sample = replace(make_sample(1, people=500, items=3), answers=answers)
    counts = count_answers(sample)
    assert counts.table.sum() == 1500
    assert np.array_equal(counts.codes, find_codes(answers))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cluster": np.array([0, 0, 4, 4])}, "share a cluster"),
        ({"school": np.array([0, 1, -1, -1])}, "a cluster with several schools"),
        ({"cluster": np.arange(4)}, "school with several clusters"),
        ({"stratum": np.array([0, 1, 0, 1])}, "several strata"),
    ],
)
def test_samples_of_another_design(changes: dict[str, Any], message: str) -> None:
    sample = replace(
        make_sample(1, people=4),
        school=np.array([0, 0, -1, -1]),
        group=np.zeros(4, np.int64),
        stratum=np.zeros(4, np.int64),
        cluster=np.array([0, 0, 4, 5]),
    )
    count_answers(sample)
    with pytest.raises(AnalysisError, match=message):
        count_answers(replace(sample, **changes))
