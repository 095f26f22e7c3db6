"""The bench: its numbers are those of the arithmetic on the same rows; a wrong question is told all that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.comparison import adjust, compare_means, independence
from analysis.design import Design
from analysis.estimation import estimate, mean, ratio
from analysis.models import dummies, ordinal
from analysis.reliability import alpha, omega, polychoric
from surveys.bench import KINDS, Bench, Label, Variable, analyse, open_bench
from surveys.bench.people import People
from surveys.errors import SurveyError
from surveys.evaluations.comparing import leave_out
from tests.conftest import sqlite_database
from tests.factories import NOW
from tests.surveys import benched, studied

Plain = dict[str, Any]
GOOD: dict[str, Plain] = {
    "crosstab": {"rows": "grade,boards", "columns": "overall,told_how"},
    "means": {"items": "teaching,dimension.lighter_burden", "by": "grade"},
    "shares": {"items": "overall,homework", "by": "boards"},
    "reliability": {"items": "dimension.education_quality,homework,sleep"},
    "factors": {"items": "dimension.education_quality,homework,sleep"},
    "drivers": {"outcome": "overall", "on": "teaching,homework"},
    "ordinal": {"outcome": "overall", "on": "grade,dimension.lighter_burden"},
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Bench]:
    with sqlite_database(tmp_path_factory.mktemp("bench"), sqlite_template) as database:
        with database.begin() as session:
            benched.ask(session)
        with database.read() as session:
            yield benched.opened(session)


def ask(bench: Bench, kind: str, *, right: bool = True, **asked: Any) -> Plain:
    made = analyse(bench, {"kind": kind, "groups": "student", **(asked or GOOD[kind])}, right=right)
    plain = made.plain()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    return plain


def rows_of(bench: Bench, group: str = "student") -> tuple[People, Design, np.ndarray[Any, Any]]:
    people = bench.people
    sample = people.basis.sample
    return people, people.design, np.asarray(sample.group == sample.groups.index(group))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("right", [True, False])
def test_every_kind_has_an_answer(bench: Bench, kind: str, right: bool) -> None:
    asked = GOOD[kind] if right or kind != "ordinal" else {"outcome": "overall", "on": "boards"}
    found = ask(bench, kind, right=right, **asked)
    assert any(part["why"] is None for part in found["parts"])
    assert right is False or all(part["why"] in (None, "items") for part in found["parts"])
    assert found["microdata"] is right


def test_it_is_on_both_databases(session: Session) -> None:
    benched.ask(session)
    found = ask(benched.opened(session), "crosstab")
    assert found["parts"][0]["n"] > 300


def test_answers_are_those_that_counted(bench: Bench) -> None:
    """Whole forms and the sample are in one order, also where rules take some out."""
    basis = bench.basis
    dropped = np.random.default_rng(3).random(basis.kept.size) < 0.2
    cut = leave_out(basis.dataset, dropped)
    fewer = replace(basis, dataset=cut, sample=cut.sample, kept=~dropped)
    for people in (bench.people, People.of(fewer)):
        sample = people.basis.sample
        assert people.codes("channel").shape == people.codes("grade").shape == sample.group.shape
        for place, name in enumerate(sample.items):
            assert np.array_equal(people.codes(name), sample.answers[:, place])


def test_a_table_is_that_of_the_rows(bench: Bench) -> None:
    (part, *_), (people, design, inside) = ask(bench, "crosstab")["parts"], rows_of(bench)
    grade, overall = people.codes("grade"), people.codes("overall")
    valid = inside & np.isin(overall, (4, 3, 2, 1))
    one = np.where(valid, grade.astype(np.int64) - 1, -1)
    other = np.where(valid, 4 - overall.astype(np.int64), -1)
    test = independence(design, one, other, lone="certainty")
    assert part["test"]["statistic"] == pytest.approx(test.statistic)
    assert (part["test"]["p"], part["n"]) == (pytest.approx(test.p), test.n)
    assert part["n_eff"] == pytest.approx(test.n_eff)
    row = ratio(design, np.where(one == 1, other == 0, np.nan), np.where(one == 1, 1.0, np.nan))
    made = estimate(design, row, interval="logit-t", lone="certainty")
    cell = part["cells"][1][0]
    assert cell["n"] == int(np.sum((one == 1) & (other == 0)))
    told = [cell["row"][name] for name in ("value", "se", "low", "high")]
    assert told == pytest.approx([100 * float(each[0]) for each in (made.value, made.se, made.low, made.high)])


def test_the_tests_of_all_tables_are_one_family(bench: Bench) -> None:
    for correction in ("holm", "benjamini-hochberg"):
        parts = ask(bench, "crosstab", **GOOD["crosstab"], correction=correction)["parts"]
        p = np.array([part["test"]["p"] for part in parts])
        assert len(p) == 4
        assert [part["test"]["p_adjusted"] for part in parts] == pytest.approx(adjust(p, correction).tolist())  # type: ignore[arg-type]
    plain = ask(bench, "crosstab", **GOOD["crosstab"], correction="none")["parts"]
    assert [part["test"]["p_adjusted"] for part in plain] == [part["test"]["p"] for part in plain]


def test_means_and_shares_are_those_of_the_rows(bench: Bench) -> None:
    people, design, inside = rows_of(bench)
    level = people.values("teaching", inside)
    domain = np.where(inside, people.codes("grade").astype(np.int64) - 1, -1)
    means, shares = ask(bench, "means")["parts"][0], ask(bench, "shares", items="teaching", by="grade")["parts"][0]
    made = estimate(design, mean(design, np.where(domain == 0, level, np.nan)), lone="certainty")
    row = means["rows"][0]
    assert [row["value"], row["se"], row["low"], row["high"]] == pytest.approx(
        [float(each[0]) for each in (made.value, made.se, made.low, made.high)]
    )
    assert means["untested"] == [3]  # the rare grade is in one school: its mean has no error
    tested = np.where(domain == 3, -1, domain)
    assert means["test"]["p"] == pytest.approx(compare_means(design, level, tested, lone="certainty").p)
    assert {at for pair in means["pairs"] for at in (pair["first"], pair["second"])} == {0, 1, 2}
    satisfied = np.where(np.isfinite(level), np.isin(people.codes("teaching"), (3, 4)), np.nan)
    assert shares["positive"] == [3, 4]
    there = (domain == 1) & np.isfinite(level)
    assert shares["rows"][1]["value"] == pytest.approx(100 * np.average(satisfied[there], weights=design.weight[there]))
    assert shares["rows"][1]["n"] == int(there.sum())


def test_categories_without_an_error_are_in_no_test(bench: Bench) -> None:
    """Of the rare grade and one more, only one has an error: there is nothing to hold it against."""
    part = ask(bench, "means", items="teaching", by="grade", where="grade=1,4")["parts"][0]
    assert (part["test"], part["pairs"], part["why"]) == (None, [], "fixed")
    assert part["untested"] == [1]
    assert part["rows"][1]["se"] is None
    everybody = ask(bench, "shares", items="teaching", by="grade", positive="1,2,3,4")["parts"][0]
    assert (everybody["why"], everybody["untested"]) == ("fixed", [0, 1, 2, 3])
    guarded = ask(bench, "means", right=False, items="dimension.education_quality", by="grade")["parts"][0]
    assert guarded["untested"] == []


def test_headings_say_where_wordings_differ() -> None:
    text, other, paper = (Label(text={"en": words}) for words in ("Yours?", "Your school's?", "Younger"))
    worded = ((("student",), text), (("parent", "teacher"), other), (("principal",), other))
    asked = Variable("v", "item", text, ("student", "parent"), wordings=worded, without=((("student",), paper),))
    assert asked.label_for(["parent", "principal"]) == other
    assert asked.label_for(["student"]) == text
    assert asked.label_for([]) == replace(text, varied=True)
    assert replace(asked, role="overall").label_for([]).words == "variables"
    assert asked.worded_for([]) == [(("student",), text), (("parent", "teacher", "principal"), other)]
    assert asked.missing_for(["parent"]) == []
    assert asked.missing_for([]) == [(("student",), paper)]


def test_a_scale_of_one_question_has_its_people(bench: Bench) -> None:
    part = ask(bench, "reliability", items="overall,dimension.lighter_burden")["parts"][1]
    assert (part["why"], part["n"] > 300) == ("items", True)


def test_scales_are_those_of_the_rows(bench: Bench) -> None:
    people, design, inside = rows_of(bench)
    names = ("teaching", "lessons", "teachers")
    table = np.column_stack([people.values(name, inside) for name in names])
    part = ask(bench, "reliability")["parts"][0]
    assert part["items"] == list(names)
    plain = alpha(table, weight=design.weight)
    assert part["alpha"]["value"] == pytest.approx(plain.value)
    assert part["alpha"]["low"] < part["alpha"]["value"] < part["alpha"]["high"] < 1
    assert [row["item_rest"] for row in part["rows"]] == pytest.approx(plain.item_rest.tolist())
    assert [row["if_dropped"] for row in part["rows"]] == pytest.approx(plain.if_dropped.tolist())
    assert part["ordinal_alpha"] == pytest.approx(polychoric(table, weight=design.weight).alpha)
    assert part["omega"] == pytest.approx(omega(table, weight=design.weight).value)


def test_an_item_turned_round_lowers_alpha(bench: Bench) -> None:
    asked = {"items": "teaching,lessons,teachers"}
    straight = ask(bench, "reliability", **asked)["parts"][0]
    turned = ask(bench, "reliability", **asked, reverse="lessons")["parts"][0]
    assert turned["alpha"]["value"] < straight["alpha"]["value"] - 0.2
    against = [each["params"]["item"] for each in turned["notices"] if each["code"] == "item_against_the_rest"]
    assert "lessons" in against


def test_factors_are_as_many_as_wanted(bench: Bench) -> None:
    (part,) = ask(bench, "factors", items="teaching,lessons,teachers,homework,sleep", factors=2)["parts"]
    assert (part["factors"], part["suggested"]) == (2, 1)
    assert all(len(row["loadings"]) == 2 for row in part["loadings"])
    assert part["eigenvalues"] == sorted(part["eigenvalues"], reverse=True)
    assert 0.5 < part["kmo"] < 1
    for row in part["loadings"]:
        assert row["communality"] == pytest.approx(np.square(row["loadings"]).sum(), abs=1e-6)


def test_a_regression_is_that_of_the_rows(bench: Bench) -> None:
    people, design, inside = rows_of(bench)
    (part,) = ask(bench, "ordinal", outcome="overall", on="boards,teaching")["parts"]
    outcome = np.where(inside, people.levels.table["overall"][people.codes("overall")], np.nan)
    boards = np.where(inside & np.isin(people.codes("boards"), (1, 2)), people.codes("boards").astype(np.int64) - 1, -1)
    columns = np.column_stack([dummies(boards, ["1", "2"])[0], people.values("teaching", inside) / 10])
    model = ordinal(design, outcome, columns, ["boards", "teaching"], lone="certainty")
    boards_row, teaching_row = (term["rows"][0] for term in part["terms"])
    assert [boards_row["coefficient"], teaching_row["coefficient"]] == pytest.approx(model.value[:2].tolist(), abs=1e-6)
    assert [boards_row["se"], teaching_row["se"]] == pytest.approx(model.se[:2].tolist(), abs=1e-6)
    assert teaching_row["odds"] == pytest.approx(np.exp(model.value[1]), abs=1e-6)
    assert (part["df"], part["n"]) == (model.df, model.n)
    assert part["proportional"] is None  # seven schools more than strata would be needed
    (alone,) = ask(bench, "ordinal", outcome="overall", on="teaching")["parts"]
    assert (alone["proportional"]["ndf"], alone["proportional"]["ddf"]) == (2, 3)


def numbers(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [each for key in sorted(found) for each in numbers(found[key])]
    if isinstance(found, list):
        return [each for part in found for each in numbers(part)]
    return [found] if isinstance(found, float) else []


@pytest.mark.parametrize("kind", KINDS)
def test_a_weight_ten_times_as_large_changes_nothing(bench: Bench, kind: str) -> None:
    basis = bench.basis
    heavy = replace(basis, sample=replace(basis.sample, weight=10 * basis.sample.weight))
    before, after = (ask(each, kind)["parts"] for each in (bench, replace(bench, people=People.of(heavy))))
    assert len(numbers(before)) > 5
    assert numbers(after) == pytest.approx(numbers(before), rel=1e-4, abs=1e-6)


def test_only_those_who_were_chosen_are_looked_at(bench: Bench) -> None:
    people, _design, inside = rows_of(bench)
    boards = inside & (people.codes("boards") == 1)
    found = ask(bench, "means", items="overall", where=["boards=1"])
    assert found["base"]["people"] == int(boards.sum())
    assert found["request"]["where"] == ["boards=1"]
    told = {each["variable"]: each for each in found["counted"]}["overall"]
    assert told["asked"] == told["valid"] + told["missing"] + told["dont_know"] == int(boards.sum())


def test_a_request_given_back_is_the_same(bench: Bench) -> None:
    for kind in KINDS:
        found = ask(bench, kind, **GOOD[kind], level=0.9)
        again = analyse(bench, found["request"], right=True).plain()
        assert again == found


def at(field: str, *codes: str) -> set[tuple[str, str]]:
    return {(f"bench.{code}", field) for code in codes}


ALL_AT_ONCE = {
    "kind": "crosstab",
    "rows": "grad,zzzz",
    "columns": "dimension.lighter_burden,grade,grade",
    "level": "7",
    "colour": "red",
    "factors": "2",
    "groups": "students",
    "correction": "all",
    "by": "grade",
}
FILTERS = ["grade", "boards=7", "zzzz=1", "dimension.lighter_burden=3"]
MEANS = {"kind": "means", "items": "overall"}
WRONG: list[tuple[Plain, set[tuple[str, str]]]] = [
    ({}, at("kind", "required_kind")),
    ({"kind": "pie"}, at("kind", "kind")),
    ({"kind": ["crosstab"]}, at("kind", "kind")),
    ({"kind": "crosstab"}, at("rows", "required") | at("columns", "required")),
    (
        ALL_AT_ONCE,
        at("rows", "unknown_variable_near", "unknown_variable")
        | at("columns", "twice", "no_categories")
        | at("level", "level")
        | at("colour", "unknown_field")
        | at("factors", "not_for_kind")
        | at("by", "not_for_kind")
        | at("groups", "unknown_group")
        | at("correction", "correction"),
    ),
    (
        {"kind": "crosstab", "rows": {"a": 1}, "columns": [None]},
        at("rows", "not_a_list") | at("columns", "not_a_list"),
    ),
    ({"kind": "crosstab", "rows": "grade", "columns": "grade"}, at("columns", "both")),
    ({"kind": "means", "items": "grade"}, at("items", "no_order")),
    ({**MEANS, "level": True}, at("level", "level")),
    ({**MEANS, "level": float("nan")}, at("level", "level")),
    ({**MEANS, "where": FILTERS}, at("where", "filter", "unknown_code", "unknown_variable", "no_categories")),
    ({**MEANS, "where": 7}, at("where", "not_a_list")),
    ({"kind": "means", "items": ["overall"] * 3000}, at("items", "too_long")),
    ({"kind": "means", "items": [f"zz{n}" for n in range(70)]}, at("items", "too_many", "unknown_variable")),
    ({"kind": "means", "items": "overall\x00,\ud800,=1+1"}, at("items", "unknown_variable_near", "unknown_variable")),
    ({"kind": "shares", "items": "overall", "positive": "4,x,7"}, at("positive", "no_code", "unknown_code")),
    (
        {"kind": "factors", "items": "teaching,homework", "factors": "-1"},
        at("items", "too_few") | at("factors", "factors"),
    ),
    ({"kind": "factors", "items": "teaching,homework,sleep", "factors": 2}, at("factors", "too_many_factors")),
    ({"kind": "reliability", "items": "teaching,sleep", "reverse": "overall"}, at("reverse", "reverse")),
    ({"kind": "drivers", "outcome": "overall", "on": "overall,grade"}, at("on", "both", "no_order")),
    ({"kind": "ordinal", "outcome": "dimension.lighter_burden", "on": "grade"}, at("outcome", "no_categories")),
]


@pytest.mark.parametrize(("asked", "expected"), WRONG)
def test_all_that_is_wrong_is_told_at_once(bench: Bench, asked: Plain, expected: set[tuple[str, str]]) -> None:
    with pytest.raises(SurveyError) as caught:
        analyse(bench, asked, right=True)
    assert caught.value.code == "bench.asked"
    assert {(each.code, each.field) for each in caught.value.problems} == expected
    for each in caught.value.problems:
        assert each.value is None or (len(each.value) <= 60 and "\x00" not in each.value and "\ud800" not in each.value)


def test_a_question_that_was_not_asked_is_named_with_those_who_were(bench: Bench) -> None:
    with pytest.raises(SurveyError) as caught:
        analyse(bench, {"kind": "means", "items": "overall", "by": "stage", "groups": "npc_deputy"}, right=True)
    (problem,) = caught.value.problems
    assert (problem.code, problem.field, problem.value) == ("bench.not_asked", "by", "stage")
    assert problem.params["groups"] == "student, parent, teacher"


def test_nobody_left_is_said(bench: Bench) -> None:
    with pytest.raises(SurveyError) as caught:
        ask(bench, "means", items="overall", where=["grade=4", "boards=1", "told_how=1"])
    assert caught.value.code == "bench.nobody"


def test_only_settled_scores_are_open(session: Session) -> None:
    studied.add_frame(session)
    with pytest.raises(SurveyError) as caught:
        open_bench(session, name="newer", now=NOW)
    assert caught.value.code == "campaign.unknown"
