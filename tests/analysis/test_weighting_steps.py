"""Weights from a draw: unbiased over draws, right in every step, and the same from cells as from people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.calibration import Margin
from analysis.counting import count_answers
from analysis.drawing import systematic_by_size, systematic_positions, systematic_start
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.inclusion import proportional_to_size
from analysis.trimming import rake_and_trim
from analysis.weighting import frame_weights
from analysis.weighting.steps import STEPS, Chances, DesignWeights, design_weights

FEW = settings(max_examples=40, deadline=None)
STRATA = ("urban.primary", "urban.junior", "rural.primary", "rural.junior", "county", "unplaced")
MARGINS = {"stage": np.array([0, 1, 0, 1, -1, -1]), "locality": np.array([0, 0, 1, 1, -1, -1])}
SCHOOLS = tuple(f"S{place}" for place in range(12))
Cell = dict[str, Any]  # school, stratum, people, answers, chance, invited; chance None where it was not drawn


def cell(
    school: int, stratum: int, people: int, answers: int, *, invited: int = 0, first: float = 1.0, group: int = 0
) -> Cell:
    chance = first * invited / people if invited else None
    where = {"group": group, "school": school, "stratum": stratum}
    return {**where, "people": people, "answers": answers, "invited": invited, "chance": chance}


def column(cells: list[Cell], name: str) -> np.ndarray:
    return np.array([each[name] for each in cells])


def weigh(cells: list[Cell], **options: Any) -> tuple[Sample, Population, DesignWeights]:
    row = np.repeat(np.arange(len(cells)), column(cells, "answers"))
    group, school, stratum = (column(cells, name)[row] for name in ("group", "school", "stratum"))
    sample = Sample(
        answers=np.ones((row.size, 1), np.uint8),
        items=("q",),
        group=group,
        groups=("parent", "public"),
        school=school,
        schools=SCHOOLS,
        stratum=stratum,
        strata=STRATA,
        cluster=np.where(school < 0, 100 + np.arange(row.size), school),
        weight=np.ones(row.size),
    )
    known = [each for each in cells if each["people"] > 0]
    frame = Population(*(column(known, name) for name in ("group", "school", "stratum", "people")))
    drawn = [each for each in cells if each["chance"] is not None]
    chances = Chances(*(column(drawn, name) for name in ("group", "school", "chance", "invited")))
    return sample, frame, design_weights(sample, frame, chances, MARGINS, **options)


FOUR = [  # two schools of each kind were drawn, with chances of their own
    cell(0, 0, 400, 30, invited=40, first=1.0),
    cell(1, 0, 100, 10, invited=40, first=0.5),
    cell(2, 1, 300, 20, invited=40, first=0.8),
    cell(3, 2, 200, 25, invited=40, first=0.5),
    cell(4, 2, 80, 16, invited=40, first=0.25),
    cell(5, 3, 150, 12, invited=40, first=0.6),
    cell(6, 2, 120, 0),
    cell(7, -2 + 2, 60, 0),
]


def test_base_and_nonresponse_by_hand() -> None:
    """S1: half of the schools like it were drawn, 40 of 100 invited: 5 people each; ten of the 40 answered: 20 each."""
    _, _, found = weigh(FOUR)
    assert found.cells.base.tolist() == pytest.approx([10, 5, 9.375, 10, 8, 6.25])
    assert found.cells.nonresponse.tolist() == pytest.approx([40 / r for r in (30, 10, 20, 25, 16, 12)])
    stands_for = found.cells.after("nonresponse") * found.cells.answers
    assert stands_for.tolist() == pytest.approx([400, 200, 375, 400, 320, 250]), "people over the chance of the school"
    assert [notice.code for notice in found.notices] == ["silent_cells"] * 0


def test_the_weights_meet_the_frame_in_every_margin() -> None:
    sample, frame, found = weigh(FOUR)
    for category in MARGINS.values():
        weighted = np.bincount(category[sample.stratum], weights=found.final)
        assert weighted.tolist() == pytest.approx(np.bincount(category[frame.stratum], weights=frame.size).tolist())
    assert found.cells.final @ found.cells.answers == pytest.approx(frame.size.sum())


def test_all_who_were_invited_answer_and_all_schools_were_drawn() -> None:
    """Then base weights alone meet the frame, and no step changes them."""
    cells = [cell(n, n % 4, 50 + 10 * n, 5 + n, invited=5 + n) for n in range(8)]
    _, _, found = weigh(cells)
    assert found.cells.base.tolist() == pytest.approx([(50 + 10 * n) / (5 + n) for n in range(8)])
    for name in ("nonresponse", "calibration", "trimming"):
        assert getattr(found.cells, name).tolist() == pytest.approx([1.0] * 8)
    assert (found.lowered, found.notices) == (0, ())


def test_a_census_gives_the_weights_of_the_frame() -> None:
    cells = [cell(n, n % 4, 60 + n, 20 + n, invited=60 + n) for n in range(8)]
    sample, frame, found = weigh(cells)
    assert found.final == pytest.approx(frame_weights(sample, frame).final)


@FEW
@given(st.integers(0, 10_000))
def test_cells_give_what_people_give(seed: int) -> None:
    """Raking and capping 1000 people one by one, with the function that is checked against R."""
    rng = np.random.default_rng(seed)
    cells = [
        cell(n, n % 4, int(people), int(rng.integers(6, 40)), invited=40, first=float(rng.uniform(0.05, 1)))
        for n, people in enumerate(rng.integers(60, 900, 12))
    ]
    sample, frame, found = weigh(cells, least=1, most=1e9, times=2.5)
    start = np.repeat(found.cells.after("nonresponse"), found.cells.answers)
    known = [
        Margin(name, category[sample.stratum], np.bincount(category[frame.stratum], frame.size).astype(float))
        for name, category in MARGINS.items()
    ]
    raked, trimmed = rake_and_trim(start, known, sample.group, times=2.5)
    order = np.argsort(sample.school, kind="stable")
    if "above_cap" not in {notice.code for notice in trimmed.notices}:
        assert found.final[order] == pytest.approx(raked.weight[order], rel=1e-7)
        assert found.lowered == trimmed.lowered


@FEW
@given(st.integers(0, 10_000))
def test_counts_give_what_a_sample_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = [
        cell(n, n % 4, int(rng.integers(30, 300)), int(rng.integers(0, 20)), invited=int(rng.integers(0, 2)) * 25)
        for n in range(11)
    ]
    cells += [cell(-1, 4, 500, 30, group=1), cell(11, 0, 90, 8, invited=30, first=0.3)]
    sample, frame, found = weigh(cells)
    drawn = [each for each in cells if each["chance"] is not None]
    chances = Chances(*(column(drawn, name) for name in ("group", "school", "chance", "invited")))
    counts = count_answers(sample)
    of_cells = design_weights(counts, frame, chances, MARGINS)
    at = {key: place for place, key in enumerate(zip(counts.group.tolist(), counts.school.tolist(), strict=True))}
    row = [at[key] for key in zip(sample.group.tolist(), sample.school.tolist(), strict=True)]
    assert found.final == pytest.approx(of_cells.final[row])
    assert found.notices == of_cells.notices


def test_a_weight_above_the_cap_is_cut_and_the_totals_hold() -> None:
    cells = [*FOUR, cell(8, 0, 900, 6, invited=40, first=0.1)]
    sample, frame, found = weigh(cells, times=3.0)
    before, after = (found.cells.after(step) for step in STEPS[-2:])
    assert before.max() > 3 * np.median(np.repeat(before, found.cells.answers))
    assert after.max() <= 3 * 1.01 * np.median(np.repeat(after, found.cells.answers))
    assert found.lowered >= 6
    assert after @ found.cells.answers == pytest.approx(frame.size.sum())
    assert sample.group.size == found.final.size


def test_people_of_drawn_schools_that_are_silent_are_spread_in_their_stratum() -> None:
    cells = [cell(0, 0, 100, 20, invited=20), cell(1, 0, 60, 0, invited=20), cell(2, 1, 80, 20, invited=20)]
    _, _, found = weigh(cells)
    assert (found.cells.after("nonresponse") * found.cells.answers).tolist() == pytest.approx([160, 80])
    assert [(n.code, n.params) for n in found.notices] == [
        ("silent_cells", {"group": "parent", "cells": 1, "people": 60})
    ]


def test_schools_that_were_not_drawn_are_not_called_silent() -> None:
    cells = [cell(0, 0, 100, 20, invited=20, first=0.5), cell(1, 0, 100, 0), cell(2, 1, 80, 20, invited=20)]
    _, _, found = weigh(cells)
    assert found.notices == ()
    assert (found.cells.final * found.cells.answers).tolist() == pytest.approx([200, 80])


def test_a_group_that_is_silent_is_told_with_all_its_people() -> None:
    """Also those of schools that were not drawn: the reader asks whose voice is missing."""
    cells = [cell(0, 0, 100, 20, invited=20), cell(0, 0, 30, 0, group=1, invited=9), cell(1, 0, 50, 0, group=1)]
    _, _, found = weigh(cells)
    told = {notice.code: notice.params for notice in found.notices}
    assert told["group_silent"]["population"] == 80


def test_answers_that_no_draw_led_to_are_told() -> None:
    cells = [cell(0, 0, 100, 20, invited=20, first=0.5), cell(1, 0, 90, 30), cell(2, 1, 80, 20, invited=20)]
    _, _, found = weigh(cells)
    told = {notice.code: notice.params for notice in found.notices}
    assert told["outside_plan"] == {"group": "parent", "cells": 1, "answers": 30}
    assert found.cells.base.tolist() == pytest.approx([10, 3, 4]), "90 people, 30 answers"
    assert found.cells.final @ found.cells.answers == pytest.approx(270)


def test_a_group_that_was_not_drawn_has_the_weights_of_the_frame() -> None:
    cells = [cell(0, 0, 100, 20, invited=20), cell(-1, 4, 500, 25, group=1)]
    sample, _, found = weigh(cells)
    assert set(found.final[sample.group == 1].tolist()) == {20.0}


def test_a_category_without_answers_and_margins_that_cannot_be_met_together_are_told() -> None:
    """Only urban primary and rural junior schools answered: 200 of one, and 150 of the other locality or stage."""
    cells = [
        cell(0, 0, 100, 20, invited=20),
        cell(1, 1, 50, 0),
        cell(2, 2, 100, 0),
        cell(3, 3, 90, 20, invited=20),
    ]
    _, _, found = weigh(cells)
    told = {notice.code: notice.params for notice in found.notices}
    assert told["margin_dropped"] == {"group": "parent", "margin": "locality"}
    assert (found.cells.final * found.cells.answers).tolist() == pytest.approx([200, 140]), "the stages are met"
    _, _, found = weigh([cells[0], cells[2], replace_people(cells[1])])
    told = {notice.code: notice.params for notice in found.notices}
    assert told["margin_silent"]["people"] in (50, 100)
    assert found.cells.final @ found.cells.answers == pytest.approx(250)


def replace_people(each: Cell) -> Cell:
    return {**each, "answers": 0}


def test_thin_cells_share_their_factor_and_keep_their_chances() -> None:
    cells = [cell(0, 0, 100, 2, invited=20, first=0.5), cell(1, 0, 100, 15, invited=20), cell(2, 1, 80, 20, invited=20)]
    _, _, found = weigh(cells)
    assert found.cells.base.tolist() == pytest.approx([10, 5, 4])
    shared = (20 * 10 + 20 * 5) / (2 * 10 + 15 * 5)
    assert found.cells.nonresponse.tolist() == pytest.approx([shared, shared, 1])
    assert [notice.code for notice in found.notices] == ["cells_merged"]


def test_answers_where_the_frame_has_nobody_weigh_one() -> None:
    cells = [cell(0, 0, 100, 20, invited=20), cell(1, 0, 0, 3), cell(5, 5, 0, 2)]
    sample, _, found = weigh(cells)
    assert set(found.final[sample.school > 0].tolist()) == {1.0}


def test_over_draws_and_silences_the_weighted_mean_is_right() -> None:
    """PPS of schools, equal steps of people, answers that go with size, school and response: 300 surveys.

    What is estimated is the mean of all people; the bare mean of the answers is further off than the weighted one.
    """
    rng = np.random.default_rng(19)
    people = rng.integers(40, 500, 12)
    stratum = np.arange(12) % 4
    happy = [
        np.clip(0.4 + 0.1 * s + people[n] / 1500 + np.linspace(0, 0.1, people[n]), 0, 1) for n, s in enumerate(stratum)
    ]
    truth = np.concatenate(happy).mean()
    weighted, bare = [], []
    for _ in range(300):
        cells, values = [], []
        for s in range(4):
            schools = np.flatnonzero(stratum == s)
            chance = proportional_to_size(people[schools].astype(float), 2).probability
            taken = systematic_by_size(chance, rng)
            for school, first, drawn in zip(schools.tolist(), chance.tolist(), taken.tolist(), strict=True):
                start = systematic_start(int(people[school]), 30, rng.random())
                positions = systematic_positions(start, int(people[school]), 30) - 1
                came = positions[rng.random(30) < 0.3 + 0.5 * (school % 3) / 2] if drawn else positions[:0]
                invited = 30 if drawn else 0
                cells.append(cell(school, s, int(people[school]), came.size, invited=invited, first=first))
                values.append(happy[school][came])
        _, _, found = weigh(cells, times=20.0)
        answers = np.concatenate(values)
        weighted.append(found.final @ answers / found.final.sum())
        bare.append(answers.mean())
    error = np.std(weighted, ddof=1) / np.sqrt(300)
    assert abs(np.mean(weighted) - truth) < max(4 * error, 0.004)
    assert abs(np.mean(bare) - truth) > 3 * abs(np.mean(weighted) - truth)


def test_chances_that_are_none() -> None:
    fit = Chances(np.array([0, 0]), np.array([0, 1]), np.array([0.5, 1.0]), np.array([3, 4]))
    for changes, said in (
        ({"chance": np.array([0.0, 1.0])}, "1 chances outside"),
        ({"chance": np.array([np.nan, 1.1])}, "2 chances outside"),
        ({"invited": np.array([0, 4])}, "nobody is invited"),
        ({"school": np.array([1, 1])}, "the same place twice"),
        ({"school": np.array([1])}, "shapes"),
    ):
        with pytest.raises(AnalysisError, match=said):
            replace(fit, **changes)


def test_margins_that_do_not_fit() -> None:
    sample, frame, _ = weigh(FOUR)
    chances = Chances(np.array([0]), np.array([0]), np.array([0.5]), np.array([3]))
    for margins in ({}, {"stage": np.zeros(3, int)}, {"stage": np.full(6, -2)}):
        with pytest.raises(AnalysisError, match="margins"):
            design_weights(sample, frame, chances, margins)
