"""What somebody without the right to single answers cannot see, and cannot work out from what is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.design import Design
from surveys.bench import Bench, analyse
from surveys.bench.crosstabs import crosstab
from surveys.bench.guarding import Crossing, Guard, cross, settle_categories
from surveys.bench.model import Label, Request, Variable
from surveys.bench.people import People
from surveys.disclosure.versions import library_rule
from surveys.errors import SurveyError
from tests.conftest import sqlite_database
from tests.surveys import benched

RULE = library_rule("renke-default")
GUARD = Guard.of(RULE, right=False)
WIDE = 2 * RULE.protection
SLACK = 1e-6


def variable(name: str, codes: int, *, role: str = "background", positive: tuple[int, ...] = ()) -> Variable:
    labels = tuple(Label(text={"zh-CN": f"{name} {code}"}) for code in range(1, codes + 1))
    return Variable(
        id=name,
        role=role,  # type: ignore[arg-type]
        label=Label(text={"zh-CN": name}),
        groups=("parent",),
        codes=tuple(range(1, codes + 1)),
        labels=labels,
        scored=role == "item",
        positive=frozenset(positive),
    )


def people_of(rng: np.random.Generator, size: int) -> People:
    """People with two backgrounds and an opinion; some categories are rare, some answers blank, opinions alike."""
    split = variable("grade", int(rng.integers(2, 6))), variable("relation", int(rng.integers(2, 4)))
    opinion = variable("overall", 4, role="item", positive=(3, 4))
    codes = {}
    for each in split:
        share = rng.dirichlet(np.full(len(each.codes), 0.7))
        codes[each.id] = rng.choice([*each.codes, 0], size, p=[*(0.96 * share), 0.04]).astype(np.uint8)
    share = rng.dirichlet([0.5, 0.8, 2.0, 6.0])
    codes["overall"] = rng.choice([1, 2, 3, 4, 0], size, p=[*(0.97 * share), 0.03]).astype(np.uint8)
    return People(None, (*split, opinion), codes)  # type: ignore[arg-type]


def ranges(found: Crossing) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The least and the most that each hidden cell can be, by all that is shown of the table: cells and totals.

    Exact counts are used, though a reader sees numbers in tens and whole percent.
    """
    r, c = found.counts.shape
    lines, sums = [], []
    for i in range(r):
        lines.append(np.eye(r)[i].repeat(c))
        sums.append(found.counts[i].sum())
    for j in range(c):
        lines.append(np.tile(np.eye(c)[j], r))
        sums.append(found.counts[:, j].sum())
    hidden = found.hidden.ravel()
    bounds = [(0, None) if dark else (n, n) for dark, n in zip(hidden, found.counts.ravel(), strict=True)]
    low, high = found.counts.ravel().astype(float), found.counts.ravel().astype(float)
    for cell in np.flatnonzero(hidden):
        for sign, ends in ((1, low), (-1, high)):
            made = linprog(sign * np.eye(r * c)[cell], A_eq=np.array(lines), b_eq=sums, bounds=bounds)
            assert made.status == 0
            ends[cell] = sign * made.fun
    return low.reshape(r, c), high.reshape(r, c)


@pytest.mark.parametrize("seed", range(30))
def test_nobody_works_out_a_cell_about_few(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = people_of(rng, int(rng.choice([25, 60, 150, 400, 1500])))
    base = np.ones(people.codes("grade").size, bool)
    for row, column in (("grade", "overall"), ("relation", "overall"), ("overall", "grade"), ("grade", "relation")):
        found = cross(people, row, column, base, GUARD)
        opinions = "overall" in (row, column)
        shown = found.counts[~found.hidden]
        assert np.all((shown >= RULE.smallest) | ((shown == 0) & (not opinions)))
        if found.hidden.all():
            continue  # totals are those of other tables; nothing else is told
        low, high = ranges(found)
        widths = (high - low)[found.hidden]
        assert np.all(widths >= WIDE - SLACK), (row, column, found.counts, found.hidden)


@pytest.mark.parametrize("seed", range(20))
def test_categories_are_put_together_in_the_same_way_everywhere(seed: int) -> None:
    """Or the difference of two ways of putting them together would be few people."""
    rng = np.random.default_rng(1000 + seed)
    people = people_of(rng, int(rng.choice([40, 150, 400])))
    base = np.ones(people.codes("grade").size, bool)
    alone = settle_categories(people.column("grade", base), GUARD)
    counts = np.bincount(alone.position[alone.position >= 0])
    assert alone.size == 1 or counts.min() >= RULE.smallest
    for other in ("overall", "relation"):
        crossed = cross(people, "grade", other, base, GUARD).row
        pairs = {(int(one), int(two)) for one, two in zip(alone.position, crossed.position, strict=True)}
        assert len(pairs) == len({one for one, _two in pairs})  # every category lies in one of the table's


# The whole way


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Bench]:
    with sqlite_database(tmp_path_factory.mktemp("guarded"), sqlite_template) as database:
        with database.begin() as session:
            benched.ask(session)
        with database.read() as session:
            yield benched.opened(session)


def ask(bench: Bench, right: bool = False, **asked: Any) -> dict[str, Any]:
    return analyse(bench, {"groups": "student", **asked}, right=right).plain()


def sizes(found: Any) -> list[int]:
    """Every number of people in a result."""
    if isinstance(found, dict):
        own = [found[name] for name in ("n", "people", "asked", "valid", "missing", "dont_know") if name in found]
        rest = [each for value in found.values() for each in sizes(value)]
        return [n for n in own if isinstance(n, int)] + rest
    return [each for part in found for each in sizes(part)] if isinstance(found, list) else []


QUESTIONS: list[dict[str, Any]] = [
    {"kind": "crosstab", "rows": "grade,boards,stage,locality", "columns": "overall,told_how,teaching"},
    {"kind": "crosstab", "rows": "grade", "columns": "boards,stage"},
    {"kind": "means", "items": "overall,teaching,dimension.lighter_burden", "by": "grade"},
    {"kind": "shares", "items": "overall,teaching,homework", "by": "grade"},
    {"kind": "reliability", "items": "teaching,lessons,teachers"},
    {"kind": "factors", "items": "teaching,lessons,teachers,homework,sleep"},
    {"kind": "drivers", "outcome": "overall", "on": "teaching,homework"},
    {"kind": "ordinal", "outcome": "overall", "on": "grade,boards"},
]


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["kind"])
@pytest.mark.parametrize("group", ["student", "npc_deputy"])
def test_no_number_of_people_is_small_or_exact(bench: Bench, asked: dict[str, Any], group: str) -> None:
    if group == "npc_deputy":
        asked = {
            **asked,
            **{
                name: asked[name].replace(",stage", "").replace(",locality", "")
                for name in ("rows", "columns")
                if name in asked
            },
        }
    found = ask(bench, **{**asked, "groups": group})
    assert {n for n in sizes(found) if n} == {n for n in sizes(found) if n >= RULE.smallest and n % 10 == 0}
    assert found["small"] is False
    assert {"code": "guarded", "params": {"smallest": RULE.smallest}} in found["notices"]


def test_totals_of_few_are_not_told_and_not_left_by_the_others() -> None:
    """Twelve were told what to say, nine of them named their grade: then no total of the table is told."""
    told_how, grade = np.full(300, 2, np.uint8), np.repeat([1, 2], 150).astype(np.uint8)
    told_how[:12], grade[:3] = 1, 0
    variables = variable("grade", 2), variable("told_how", 2, role="conduct")
    people = People(None, variables, {"grade": grade, "told_how": told_how})  # type: ignore[arg-type]
    people.__dict__["design"] = Design(np.zeros(300, np.int64), np.arange(300) % 15, np.ones(300))
    request = Request(kind="crosstab", rows=("grade",), columns=("told_how",), groups=("parent",))
    (part,) = crosstab(people, request, np.ones(300, bool), GUARD)
    assert len(part["column_labels"]) == 2
    assert all(cell["hidden"] for row in part["cells"] for cell in row)
    assert [(each["n"], each["value"]) for each in part["column_totals"]] == [(None, None), (None, None)]
    assert part["test"] is None


def test_the_rare_grade_is_seen_by_whoever_has_the_right_only(bench: Bench) -> None:
    asked = {"kind": "crosstab", "rows": "grade", "columns": "boards"}
    (free,), (held,) = (ask(bench, right, **asked)["parts"] for right in (True, False))
    assert len(free["row_labels"]) == 4
    assert [sum(cell["n"] for cell in row) < 10 for row in free["cells"]] == [False, False, False, True]
    assert len(held["row_labels"]) == 3
    assert held["row_labels"][-1]["parts"][1]["text"]["zh-CN"] == "4 年级"
    marked = ask(bench, True, **asked)
    assert marked["small"] is True
    assert marked["notices"][0]["code"] == "small"


def test_a_mean_or_share_tells_no_more_than_the_table(bench: Bench) -> None:
    """Where the table of the two is coarse or hides something, means are not told, and no test is."""
    for item in ("overall", "teaching", "lessons", "homework"):
        (table,) = ask(bench, kind="crosstab", rows="grade", columns=item)["parts"]
        (means,) = ask(bench, kind="means", items=item, by="grade")["parts"]
        (shares,) = ask(bench, kind="shares", items=item, by="grade")["parts"]
        dark = [any(cell["hidden"] for cell in row) for row in table["cells"]]
        whole = not table["coarse"] and not any(dark)
        assert [row["hidden"] for row in means["rows"]] == [not whole] * len(dark)
        assert [row["hidden"] for row in shares["rows"]] == dark
        assert all(
            row["value"] is None and row["n"] is None for row in (*means["rows"], *shares["rows"]) if row["hidden"]
        )
        for part in (table, means, shares):
            assert part["test"] is None or not any(dark)


FORBIDDEN: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "means", "items": "overall", "groups": ""}, "bench.one_group", "groups"),
    ({"kind": "means", "items": "overall", "groups": "student,parent"}, "bench.one_group", "groups"),
    ({"kind": "means", "items": "overall", "where": ["boards=1"]}, "bench.no_filter", "where"),
    ({"kind": "shares", "items": "overall", "positive": "1"}, "bench.no_codes", "positive"),
    ({"kind": "means", "items": "overall", "level": 0.951}, "bench.levels", "level"),
    ({"kind": "means", "items": "overall", "by": "grade,boards"}, "bench.one_by", "by"),
    ({"kind": "means", "items": "overall", "by": "group"}, "bench.no_groups", "by"),
    ({"kind": "means", "items": "overall", "by": "told_how"}, "bench.no_answers", "by"),
    ({"kind": "crosstab", "rows": "teaching", "columns": "overall"}, "bench.two_answers", "columns"),
    ({"kind": "ordinal", "outcome": "overall", "on": "teaching"}, "bench.no_answers", "on"),
]


@pytest.mark.parametrize(("asked", "code", "field"), FORBIDDEN)
def test_what_takes_the_right_is_refused(bench: Bench, asked: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(SurveyError) as caught:
        ask(bench, **asked)
    assert (caught.value.code, caught.value.kind) == ("bench.guarded", "forbidden")
    assert [(each.code, each.field) for each in caught.value.problems] == [(code, field)]
    assert ask(bench, True, **asked)["parts"]
