from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counting import count_answers
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.weighting import Weights, cell_weights, class_factors, frame_weights, kish_deff
from tests.analysis.conftest import numbers, positions, read

NAMES = ("parent", "teacher")
Cell = tuple[int, int, int, int, int]  # group, school (-1: county), stratum, people, answers


def weigh(cells: list[Cell], **options: Any) -> tuple[Sample, Weights]:
    """Weights for answers and a frame made of cells; cells with people None stay out of the frame."""
    group, school, stratum, size, answers = (np.array(column, np.int64) for column in zip(*cells, strict=True))
    row = np.repeat(np.arange(len(cells)), answers)
    sample = Sample(
        answers=np.ones((row.size, 1), np.uint8),
        items=("q",),
        group=group[row],
        groups=NAMES,
        school=school[row],
        schools=("A", "B", "C", "D", "E"),
        stratum=stratum[row],
        strata=("h0", "h1", "h2"),
        cluster=np.arange(row.size),
        weight=np.ones(row.size),
    )
    known = size >= 0
    frame = Population(group[known], school[known], stratum[known], size[known])
    return sample, frame_weights(sample, frame, **({"overfull": "floor"} | options))


def of_cell(sample: Sample, weights: np.ndarray, group: int, school: int) -> float:
    found = set(weights[(sample.group == group) & (sample.school == school)].tolist())
    assert len(found) == 1
    return found.pop()


def codes(weights: Weights) -> list[str]:
    return [notice.code for notice in weights.notices]


def test_people_per_answer() -> None:
    sample, weights = weigh([(0, 0, 0, 100, 50), (0, 1, 0, 60, 20), (1, -1, 2, 30, 10)])
    assert [of_cell(sample, weights.final, *cell) for cell in ((0, 0), (0, 1), (1, -1))] == [2, 3, 3]
    assert weights.notices == ()


def test_few_answers_are_merged_with_the_fullest_cell_of_the_stratum() -> None:
    cells = [(0, 0, 0, 40, 4), (0, 1, 0, 100, 50), (0, 2, 0, 60, 20), (0, 3, 1, 90, 30)]
    sample, weights = weigh(cells)
    assert of_cell(sample, weights.base, 0, 0) == of_cell(sample, weights.base, 0, 1) == pytest.approx(140 / 54)
    assert of_cell(sample, weights.base, 0, 2) == of_cell(sample, weights.base, 0, 3) == 3
    assert [notice.params for notice in weights.notices] == [{"group": "parent", "stratum": "h0", "cells": 2}]


def test_a_factor_three_times_the_usual_is_merged() -> None:
    cells = [(0, 0, 0, 100, 5), (0, 1, 0, 100, 80), (0, 2, 0, 100, 40)]  # usual factor 300 / 125 = 2.4; 20 > 7.2
    sample, weights = weigh(cells)
    assert of_cell(sample, weights.base, 0, 0) == of_cell(sample, weights.base, 0, 1) == pytest.approx(200 / 85)
    assert of_cell(sample, weights.base, 0, 2) == 2.5


def test_a_sample_of_few_in_a_thousand_keeps_its_cells() -> None:
    sample, weights = weigh([(0, 0, 0, 2000, 10), (0, 1, 0, 3000, 12)])
    assert of_cell(sample, weights.final, 0, 0) == 200
    assert codes(weights) == []


def test_silent_schools_are_spread_within_stratum_and_group() -> None:
    sample, weights = weigh([(0, 0, 0, 100, 50), (0, 1, 0, 50, 0), (0, 2, 1, 80, 40), (1, 0, 0, 10, 10)])
    assert of_cell(sample, weights.nonresponse, 0, 0) == 1.5
    assert of_cell(sample, weights.final, 0, 0) == 3
    assert of_cell(sample, weights.final, 0, 2) == 2
    assert of_cell(sample, weights.final, 1, 0) == 1
    assert weights.notices[0].params == {"group": "parent", "cells": 1, "people": 50}


def test_a_silent_stratum_is_spread_over_the_group() -> None:
    sample, weights = weigh([(0, 0, 0, 100, 50), (0, 1, 1, 60, 0), (0, 2, 2, 20, 10)])
    assert of_cell(sample, weights.final, 0, 0) == of_cell(sample, weights.final, 0, 2) == pytest.approx(2 * 180 / 120)


def test_more_answers_than_people() -> None:
    cells = [(0, 0, 0, 10, 20), (0, 1, 0, 100, 50)]
    sample, floored = weigh(cells)
    assert of_cell(sample, floored.final, 0, 0) == 1
    assert floored.notices[0].params == {"group": "parent", "school": "A", "answers": 20, "population": 10}
    _, shared = weigh(cells, overfull="share")
    assert of_cell(sample, shared.final, 0, 0) == 0.5
    assert codes(shared) == codes(floored) == ["more_answers_than_roster"]


def test_a_group_without_counts_weighs_one() -> None:
    sample, weights = weigh([(0, 0, 0, 100, 50), (1, 0, 0, -1, 7)])
    assert of_cell(sample, weights.final, 1, 0) == 1
    assert weights.notices[0].code == "no_frame_count"


def test_a_county_count_serves_answers_from_schools() -> None:
    _, weights = weigh([(1, -1, 2, 40, 0), (1, 0, 0, -1, 6), (1, 1, 0, -1, 4)])
    assert set(weights.final.tolist()) == {4.0}


def test_a_silent_group_is_reported() -> None:
    _, weights = weigh([(0, 0, 0, 100, 50), (1, 0, 0, 30, 0)])
    assert weights.notices[0].params == {"group": "teacher", "population": 30}


cell_lists = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(1, 400), st.floats(0, 1)),
    min_size=1,
    max_size=10,
    unique_by=lambda cell: cell[:2],
)


@settings(deadline=None)
@given(cell_lists)
def test_weights_sum_to_the_people_of_each_group(drawn: list[tuple[int, int, int, float]]) -> None:
    cells = [(group, school, school % 3, size, int(share * size)) for group, school, size, share in drawn]
    if not any(cell[4] for cell in cells):
        return
    sample, weights = weigh(cells)
    assert np.all(weights.final > 0)
    assert np.allclose(weights.final, weights.base * weights.nonresponse)
    for group in np.unique(sample.group):
        people = sum(cell[3] for cell in cells if cell[0] == group)
        assert weights.final[sample.group == group].sum() == pytest.approx(people)


@settings(deadline=None)
@given(cell_lists, st.integers(0, 3), st.sampled_from(["floor", "share"]))
def test_weights_of_cells_are_those_of_their_people(drawn: Any, unknown: int, overfull: Any) -> None:
    """Cells of schools, some of which only the answers know, and a group of the county."""
    cells = [(group, school, school % 3, size, int(1.2 * share * size)) for group, school, size, share in drawn]
    cells = [(*cell[:3], -1, cell[4]) if place < unknown else cell for place, cell in enumerate(cells)]
    cells.append((1, -1, 2, 50, 20))
    sample, _ = weigh(cells)
    frame = Population(
        *(np.array(column, np.int64) for column in zip(*(c[:4] for c in cells if c[3] >= 0), strict=True))
    )
    schools = replace(sample, cluster=np.where(sample.school < 0, 5 + np.arange(sample.group.size), sample.school))
    counts = count_answers(schools)
    of_people, of_cells = (
        frame_weights(sample, frame, overfull=overfull),
        cell_weights(counts, frame, overfull=overfull),
    )
    assert of_cells.notices == of_people.notices
    for name in ("base", "nonresponse", "final"):
        for cell in range(counts.people.size):
            here = (sample.group == counts.group[cell]) & (sample.school == counts.school[cell])
            assert np.all(getattr(of_people, name)[here] == getattr(of_cells, name)[cell])


def test_the_same_cell_twice_is_an_error() -> None:
    with pytest.raises(AnalysisError, match="twice"):
        weigh([(0, 0, 0, 10, 5), (0, 0, 0, 20, 5)])


def test_nonresponse_classes(expected: dict[str, Any]) -> None:
    frame = read("school_frame.csv")
    classes, names = positions([f"{h} {g}" for h, g in zip(frame["stratum"], frame["grp"], strict=True)])
    factor = class_factors(numbers(frame["invited"]), numbers(frame["responded"]), classes)
    for row in expected["school.nonresponse_classes"]["rows"]:
        here = classes == names.index(f"{row['stratum']} {row['grp']}")
        assert factor[here] == pytest.approx(row["factor"], rel=1e-8)


def test_more_responses_than_invitations_is_an_error() -> None:
    with pytest.raises(AnalysisError, match="roster"):
        class_factors(np.array([5.0]), np.array([6.0]), np.array([0]))


def test_kish(school: Sample, expected: dict[str, Any]) -> None:
    for group, row in expected["school.SD.group_ci"]["groups"].items():
        here = (school.group == school.groups.index(group)) & np.isin(school.answers[:, 12], (1, 2, 3, 4, 5))
        assert kish_deff(school.weight[here]) == pytest.approx(row["kish"], rel=1e-8)
