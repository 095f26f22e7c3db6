"""What the overall judgement goes with: found again in answers that were made to have it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.design import Design
from analysis.drivers import drivers, priority
from surveys.studies import Basis, make_study
from surveys.studies.levels import read_levels
from tests.surveys.certain import ANSWERS, closed_county


@pytest.fixture
def basis(session: Session) -> Basis:
    return closed_county(session, dont_know=0.02)


def of_group(basis: Basis, name: str) -> dict[str, Any]:
    study = make_study(basis, kind="drivers")
    (found,) = (each for each in study["groups"] if each["group"] == name)
    return dict(found)


def test_weights_are_those_of_the_engine(basis: Basis) -> None:
    """Parents, written out: levels of 0 to 100 in steps of a third, weighted, complete forms only."""
    found = of_group(basis, "parent")
    sample = basis.sample
    inside = sample.group == sample.groups.index("parent")
    level = np.where(sample.answers == 9, np.nan, (sample.answers.astype(float) - 1) / 3 * 100)
    column = {item: level[:, sample.items.index(item)] for item in sample.items}
    outcome = np.where(inside, column["overall"], np.nan)
    table = np.column_stack([np.where(inside, column[item], np.nan) for item in ("teaching", "homework")])
    design = Design(np.zeros(inside.size, int), np.arange(inside.size), sample.weight)
    names = ("education_quality", "lighter_burden")
    long = drivers(design, outcome, table, names)
    rows = found["dimensions"]
    assert [row["dimension"] for row in rows] == list(names)
    np.testing.assert_allclose([row["share"] for row in rows], long.share, rtol=1e-12)
    np.testing.assert_allclose([row["shapley"] for row in rows], long.shapley / long.r2, rtol=1e-12)
    assert found["n"] == long.n
    assert found["r2"] == pytest.approx(long.r2)
    satisfaction = np.array([row["satisfaction"] for row in rows]) / 100
    first = priority(long.share, satisfaction)
    np.testing.assert_allclose([row["priority"] for row in rows], first, rtol=1e-12)
    assert all(0 <= row["low"] <= row["share"] <= row["high"] <= 1 for row in rows)


def test_what_decides_is_found(basis: Basis) -> None:
    """Where everybody's overall judgement is that of the homework, the weight is there."""
    sample = basis.sample
    answers = sample.answers.copy()
    answers[:, sample.items.index("overall")] = answers[:, sample.items.index("homework")]
    answers[:, sample.items.index("teaching")] = 1 + np.arange(answers.shape[0]) % 4
    found = of_group(replace(basis, sample=replace(sample, answers=answers)), "student")
    assert found["strongest"] == "lighter_burden"
    assert {row["dimension"]: row["share"] for row in found["dimensions"]}["lighter_burden"] > 0.95
    assert [row["item"] for row in found["items"]] == ["homework"]


def test_groups_without_enough_people_say_so(basis: Basis) -> None:
    study = make_study(basis, kind="drivers")
    why = {each["group"]: each["why"] for each in study["groups"]}
    assert why == {"student": None, "parent": None, "teacher": "few", "npc_deputy": "few"}
    few = of_group(basis, "teacher")
    assert (few["n"], few["needed"]) == (pytest.approx(21, abs=1), 50)
    assert "dimensions" not in few


def test_where_all_say_the_same_nothing_is_found(basis: Basis) -> None:
    sample = basis.sample
    same = replace(sample, answers=np.full_like(sample.answers, 4))
    assert of_group(replace(basis, sample=same), "student")["why"] == "flat"


def test_without_an_overall_question_nothing_is_found(basis: Basis) -> None:
    papers = tuple(
        replace(
            paper,
            sections=tuple(
                replace(section, items=tuple(each for each in section.items if each.role != "overall"))
                for section in paper.sections
            ),
        )
        for paper in basis.dataset.instruments
    )
    found = of_group(replace(basis, dataset=replace(basis.dataset, instruments=papers)), "student")
    assert found["why"] == "no_overall"


def test_one_school_gives_weights_without_limits(session: Session) -> None:
    basis = closed_county(session, {("student", "J01"): 75})
    rows = of_group(basis, "student")["dimensions"]
    assert all(row["low"] is None and row["share"] > 0 for row in rows)


def test_levels_follow_the_direction_of_a_question(basis: Basis) -> None:
    """A question turned round: its best option is the other end."""
    papers = tuple(
        replace(
            paper,
            sections=tuple(
                replace(
                    section,
                    items=tuple(
                        replace(each, direction=-1) if each.id == "homework" else each for each in section.items
                    ),
                )
                for section in paper.sections
            ),
        )
        for paper in basis.dataset.instruments
    )
    plain = read_levels(basis).table["homework"]
    turned = read_levels(replace(basis, dataset=replace(basis.dataset, instruments=papers))).table["homework"]
    np.testing.assert_allclose(plain[1:5], [0, 100 / 3, 200 / 3, 100])
    np.testing.assert_allclose(turned[1:5], 100 - plain[1:5])
    assert np.isnan(turned[[0, 9, 255]]).all()


def test_what_may_not_be_shown_is_not_in_the_study(session: Session) -> None:
    """Five deputies: neither their figures nor anything made of them."""
    basis = closed_county(session, {**ANSWERS, ("npc_deputy", None): 5})
    found = of_group(basis, "npc_deputy")
    assert found["why"] == "few"
    assert set(found) == {"group", "why", "n", "needed", "partly"}


def test_the_study_repeats_itself_and_is_plain(basis: Basis) -> None:
    one, two = (make_study(basis, kind="drivers") for _ in range(2))
    assert one == two
    assert json.loads(json.dumps(one, allow_nan=False)) == one
