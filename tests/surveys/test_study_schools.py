"""The study of schools against the same arithmetic on raw arrays, and what must not follow from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from analysis.comparison import adjust
from analysis.schools import discoveries, fay_herriot, funnel, spread_of_schools
from surveys.db import Database
from surveys.models import School
from surveys.studies import Basis
from surveys.studies.domains import choose_cells
from surveys.studies.schools import study_schools
from tests.conftest import sqlite_database
from tests.surveys import studied
from tests.surveys.studied import ANSWERED, SCHOOLS, ask, basis_of

LOW, SMALL = "RJ2", "UP1"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    with sqlite_database(tmp_path_factory.mktemp("schools"), sqlite_template) as database:
        yield database


@dataclass(frozen=True)
class Made:
    basis: Basis
    study: dict[str, Any]

    def view(self, group: str | None) -> dict[str, Any]:
        return next(dict(view) for view in self.study["views"] if view["group"] == group)

    def family(self, by: str, group: str | None) -> dict[str, Any]:
        kinds = next(kinds for kinds in self.study["kinds"] if kinds["by"] == by)
        return next(dict(family) for family in kinds["families"] if family["group"] == group)


def make(database: Database, **asked: Any) -> Made:
    """The study of a campaign in a transaction that is undone."""
    with database.engine.connect() as connection, Session(connection) as session:
        rename = asked.pop("rename", {})
        ask(session, **asked)
        for code, name in rename.items():
            session.execute(update(School).where(School.code == code).values(name=name))
        basis = basis_of(session)
        return Made(basis, study_schools(basis))


@pytest.fixture(scope="module")
def made(database: Database) -> Made:
    return make(database, level=studied.LEVEL | {LOW: 0.45})


@pytest.fixture(scope="module")
def few(database: Database) -> Made:
    """One school where six people answered."""
    return make(database, answered={SMALL: {"student": 3, "parent": 3, "teacher": 0}})


def raw_of(basis: Basis, group: str) -> tuple[np.ndarray, np.ndarray]:
    """(n,) each person's score, half of each dimension's question; and the code of the school."""
    sample = basis.sample
    inside = (sample.group == sample.groups.index(group)) & (sample.school >= 0)
    columns = [sample.items.index(item) for item in ("teaching", "homework")]
    satisfied = sample.answers[inside][:, columns] >= 3
    return 100 * satisfied.mean(axis=1), np.array(sample.schools)[sample.school[inside]]


# Against raw arrays


def test_stabilised_values_are_fay_herriot_of_raw_rates(made: Made) -> None:
    score, code = raw_of(made.basis, "student")
    figures = {each.school: each for each in made.basis.publication.cells if each.group == "student"}
    codes = sorted(SCHOOLS)
    rates = np.array([score[code == each].mean() for each in codes])
    told = np.array([figures[each].value for each in codes], float)
    assert told == pytest.approx(rates, abs=0.51), "published in whole per cent"
    spread = np.mean([score[code == each].var(ddof=1) for each in codes])
    kinds = np.array([[SCHOOLS[each][1] == "town", SCHOOLS[each][1] == "urban"] for each in codes], float)
    wanted = fay_herriot(told, np.full(12, spread / ANSWERED["student"]), kinds[:, :1])
    found = made.view("student")["schools"]  # errors are published with two decimals
    assert [each["school"] for each in found] == codes
    assert [each["value"] for each in found] == pytest.approx(wanted.value.tolist(), abs=0.02)
    assert [each["low"] for each in found] == pytest.approx(wanted.low.tolist(), abs=0.02)


def test_who_stands_out_is_who_was_made_to(made: Made) -> None:
    view = made.view("student")
    assert [each["school"] for each in view["schools"] if each["found"]] == [LOW]
    score, code = raw_of(made.basis, "student")
    codes = sorted(SCHOOLS)
    told = np.array([each.value for each in made.basis.publication.cells if each.group == "student"], float)
    middle = told.mean() / 100
    counts = ANSWERED["student"] * middle * (1 - middle) * 1e4
    counts /= np.mean([score[code == each].var(ddof=1) for each in codes])
    wanted = funnel(counts * told / 100, np.full(12, counts))
    assert [each["z"] for each in view["schools"]] == pytest.approx(wanted.z_adjusted.tolist(), abs=1e-6)
    assert [each["p"] for each in view["schools"]] == pytest.approx(discoveries(wanted.p).adjusted.tolist(), abs=1e-9)
    assert view["funnel"]["target"] == pytest.approx(100 * middle)


def test_the_spread_is_the_official_coefficient_without_chance(made: Made) -> None:
    score, code = raw_of(made.basis, "student")
    told = np.array([each.value for each in made.basis.publication.cells if each.group == "student"], float)
    noise = np.mean([score[code == each].var(ddof=1) for each in SCHOOLS]) / ANSWERED["student"]
    wanted = spread_of_schools(told, np.full(12, noise), np.full(12, 80.0), np.random.default_rng(1))
    spread = made.view("student")["spread"]
    assert spread["coefficient"] == pytest.approx(wanted.variation.value, abs=1e-4)
    assert spread["coefficient"] == pytest.approx(np.sqrt(told.var() - noise * 11 / 12) / told.mean(), abs=1e-4)
    assert spread["low"] == pytest.approx(wanted.low, abs=0.01), "other draws"
    assert spread["low"] < spread["coefficient"] < spread["high"]


def test_kinds_of_school_by_hand(made: Made) -> None:
    """Everybody weighs 80 / 30: means are plain, and errors those of schools within stages."""
    score, code = raw_of(made.basis, "student")
    values, errors = {}, {}
    for kind in ("urban", "town", "rural"):
        strata = [[each for each in SCHOOLS if SCHOOLS[each] == (stage, kind)] for stage in ("primary", "junior")]
        mean = np.mean([score[code == each].mean() for stratum in strata for each in stratum])
        totals = [[(score[code == each].mean() - mean) / 4 for each in stratum] for stratum in strata]
        values[kind], errors[kind] = mean, np.sqrt(sum(2 * np.var(each) * 2 for each in totals))
    family = made.family("locality", "student")
    assert [row["kind"] for row in family["rows"]] == list(values)
    assert [row["value"] for row in family["rows"]] == pytest.approx(list(values.values()))
    assert [row["se"] for row in family["rows"]] == pytest.approx(list(errors.values()))
    assert {(row["n"], row["schools"], row["df"]) for row in family["rows"]} == {(120, 4, 2)}
    (pair,) = (pair for pair in family["pairs"] if (pair["first"], pair["second"]) == ("urban", "rural"))
    assert pair["value"] == pytest.approx(values["urban"] - values["rural"])
    assert pair["se"] == pytest.approx(np.hypot(errors["urban"], errors["rural"]))


def test_pairs_are_corrected_for_how_many_there_are(made: Made) -> None:
    kinds = made.study["kinds"][0]
    whole, *groups = kinds["families"]
    for pairs in (whole["pairs"], [pair for family in groups for pair in family["pairs"]]):
        given = np.array([pair["p"] for pair in pairs], float)
        found = np.array([pair["p_holm"] for pair in pairs], float)
        assert found == pytest.approx(adjust(given, "holm"), nan_ok=True)
    assert len(groups) * 3 == sum(len(family["pairs"]) for family in groups)


def test_kinds_are_put_together_of_the_groups_that_are_told(made: Made) -> None:
    """Weights of the default scorecard are equal between groups at school."""
    kinds = made.study["kinds"][1]
    rows = [{row["kind"]: row["value"] for row in family["rows"]} for family in kinds["families"]]
    weights = [made.basis.rule.group_weight[group] for group in kinds["groups"]]
    for kind, value in rows[0].items():
        assert value == pytest.approx(np.average([each[kind] for each in rows[1:]], weights=weights))


# Invariances


def test_the_same_answers_give_the_same_study(made: Made, database: Database) -> None:
    again = make(database, level=studied.LEVEL | {LOW: 0.45})
    assert again.study == made.study == json.loads(json.dumps(made.study))
    assert made.study["seed"] == int(made.basis.evaluation.data_digest[:12], 16)


def test_names_of_schools_do_not_matter(made: Made, database: Database) -> None:
    renamed = make(database, level=studied.LEVEL | {LOW: 0.45}, rename={LOW: "另一个名字"})
    assert renamed.study == made.study


def test_ranks_are_ranges(made: Made) -> None:
    ranks = {each["school"]: (each["rank_low"], each["rank_high"]) for each in made.view(None)["schools"]}
    assert ranks[LOW] == (12, 12)
    assert sum(high - low >= 3 for low, high in ranks.values()) >= 6, "most cannot be told apart"


# What must not follow


def test_a_school_that_is_hidden_is_nowhere(few: Made) -> None:
    hidden = {str(each.school) for each in few.basis.publication.schools if each.hidden}
    assert SMALL in hidden
    for view in few.study["views"]:
        assert not hidden & {each["school"] for each in view["schools"]}


def test_nothing_of_a_view_changes_with_the_answers_of_a_hidden_school(few: Made, database: Database) -> None:
    """Whatever six people said: no value, no distance, no line is another one."""
    other = make(
        database, answered={SMALL: {"student": 3, "parent": 3, "teacher": 0}}, level=studied.LEVEL | {SMALL: 0.0}
    )
    assert few.basis.evaluation.result["composite"]["value"] != other.basis.evaluation.result["composite"]["value"]
    for one, another in zip(few.study["views"], other.study["views"], strict=True):
        assert one["funnel"] == another["funnel"]
        for school, same in zip(one["schools"], another["schools"], strict=True):
            assert {key: school[key] for key in ("school", "value", "low", "high", "z", "p")} == {
                key: same[key] for key in ("school", "value", "low", "high", "z", "p")
            }


def test_where_all_say_the_same_nobody_stands_out(database: Database) -> None:
    made = make(database, level=dict.fromkeys(SCHOOLS, 1.0))
    assert all(view["schools"] == [] and view["spread"] is None for view in made.study["views"])


KINDS = np.array(["a", "a", "a", "b", "b", "b"])
OTHER = np.array(["x", "x", "y", "x", "x", "x"])


def chosen(people: list[int], dark: list[int], *kinds: np.ndarray) -> list[int]:
    """Schools that are left out."""
    size = np.array(people)[:, None]
    hidden = np.isin(np.arange(size.size), dark)[:, None]
    return np.flatnonzero(~choose_cells(size, hidden, kinds, smallest=10)[:, 0]).tolist()


def test_a_single_hidden_school_of_a_kind_is_left_out() -> None:
    assert chosen([30, 30, 14, 30, 30, 30], [2], KINDS) == [2]


def test_hidden_schools_that_cannot_be_told_apart_count() -> None:
    assert chosen([30, 8, 7, 30, 30, 30], [1, 2], KINDS) == []
    assert chosen([30, 4, 3, 30, 30, 30], [1, 2], KINDS) == [1, 2], "they are seven people"


def test_what_is_left_out_is_no_single_school_either() -> None:
    """School 2 alone would be the county without the rest: two more stay with it."""
    assert chosen([30, 30, 14, 30, 8, 7], [2, 4, 5], KINDS) == [2, 4, 5]


def test_two_ways_of_sorting_do_not_give_a_school_away() -> None:
    """a holds 0, 1, 2, of which x holds 0 and 1: the difference would be school 2."""
    assert chosen([8, 8, 8, 30, 30, 30], [0, 1, 2], KINDS) == []
    left = chosen([8, 8, 8, 30, 30, 30], [0, 1, 2], KINDS, OTHER)
    assert 2 in left
