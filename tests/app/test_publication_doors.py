"""Page, file and command together: what each of them prints is read back, and the attacker gets it all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.edge import Renke
from app.words import GROUPS
from surveys import campaigns
from surveys.disclosure.versions import library_rule
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, Page, add_people, answer
from tests.surveys.attacker import ALL, Attack, Cell, interval_of

DATABASES = ("sqlite",)

RULE = library_rule("renke-default")
# how many satisfied, how many not: every teacher beside a principal is satisfied
ANSWERS: dict[tuple[str, str | None], tuple[int, int]] = {
    ("student", "P01"): (40, 8), ("parent", "P01"): (35, 5), ("teacher", "P01"): (8, 0), ("principal", "P01"): (1, 0),
    ("student", "P02"): (24, 6), ("parent", "P02"): (21, 9), ("teacher", "P02"): (5, 0), ("principal", "P02"): (0, 1),
    ("student", "J01"): (60, 11), ("parent", "J01"): (50, 13), ("teacher", "J01"): (11, 1),
    ("principal", "J01"): (1, 0),
}  # fmt: skip
N: dict[Cell, int] = {(school, group): sum(each) for (group, school), each in ANSWERS.items()}
MASS: dict[Cell, float] = {cell: float(factories.PEOPLE[cell[0]][cell[1]]) for cell in N}
SATISFIED = {(school, group): each[0] for (group, school), each in ANSWERS.items()}

Said = tuple[str | None, str | None, str, int]  # school, group, the figure as printed, people


@pytest.fixture
def doors(app: Renke, clock: Clock) -> tuple[Page, list[dict[str, str]], str]:
    """The page, the lines of the file, and what the command prints."""
    add_people(app)
    answer(app, ANSWERS)
    clock.now += timedelta(days=1)
    with app.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=clock.now)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    page = desk.post("/console/campaigns/tiny/score", to="/console/campaigns/tiny/score")
    file = desk.client.get("/console/campaigns/tiny/score.csv", headers={"Accept-Language": "zh-CN"})
    lines = list(csv.DictReader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    ran = app.test_cli_runner().invoke(args=["score", "tiny", "--json"])
    assert ran.exit_code == 0, ran.output
    return page, lines, ran.output


def printed(value: float, bound: str, people: int) -> str:
    """As the doors print a figure of so many people."""
    if bound:
        return f"{bound} {value:g}"
    return f"{value:.{0 if people < RULE.whole_below else RULE.decimals}f}"


def said_by_file(lines: list[dict[str, str]]) -> Iterator[Said]:
    groups = {str(text): group for group, text in GROUPS.items()}
    for line in lines:
        about_all = not (line["题目编号"] or line["维度"])
        if line["得分"] and about_all and (line["学校代码"] or line["层次"] == "调查对象"):
            people = int(line["n"])
            value = printed(float(line["得分"]), line["界限"], people)
            yield line["学校代码"] or None, groups.get(line["调查对象"]), value, people


def said_by_command(output: str) -> Iterator[Said]:
    found = json.loads(output)
    bounds = {"": "", "above": ">", "below": "<"}
    for each in (*found["groups"], *found["schools"]):
        if each["value"] is not None:
            value = printed(each["value"], bounds[each["bound"]], each["n"])
            yield each.get("school"), each["group"], value, each["n"]


def test_nothing_hidden_can_be_computed_from_all_doors_together(
    doors: tuple[Page, list[dict[str, str]], str],
) -> None:
    _page, lines, output = doors
    said = [*said_by_file(lines), *said_by_command(output)]
    attack = Attack(list(N), MASS)
    for school, group, value, people in said:
        cells = [cell for cell in N if school in (None, cell[0]) and group in (None, cell[1])]
        mass = sum(MASS[cell] for cell in cells)
        low, high = interval_of(value, people=people, fewest=RULE.fewest)
        attack.learn(dict.fromkeys(cells, 1 / mass), low / ALL, high / ALL)
        exact = sum(MASS[cell] * SATISFIED[cell] / N[cell] for cell in cells) / mass * ALL
        assert low - 1e-6 <= exact <= high + 1e-6, "what is printed is true"
    shown = {(school, group) for school, group, _value, _people in said}
    assert ("P01", "student") in shown
    hidden = [cell for cell in N if cell not in shown and (N[cell] < RULE.smallest or cell[1] in RULE.withhold)]
    assert {("P01", "principal"), ("P02", "teacher")} <= set(hidden)
    for cell in hidden:
        low, high = attack.range_of(cell)
        people = (high - low) / MASS[cell] * N[cell]
        assert people >= min(N[cell], RULE.fewest) - 1e-4, (cell, low, high)


def test_every_door_hides_the_same(doors: tuple[Page, list[dict[str, str]], str]) -> None:
    page, lines, output = doors
    by_file = {(school, group, value) for school, group, value, _people in said_by_file(lines)}
    by_command = {(school, group, value) for school, group, value, _people in said_by_command(output)}
    assert by_file == by_command
    hidden = [each["group"] for each in json.loads(output)["groups"] if each["hidden"]]
    assert "principal" in hidden
    rows = [row for place in range(len(page.all("table"))) for row in page.rows(place)]
    for group in hidden:
        found = [row for row in rows if row and row[0].startswith(str(GROUPS[group]))]
        assert found
        assert all("不公布" in " ".join(row) for row in found), found


def test_what_is_hidden_has_no_number_anywhere(doors: tuple[Page, list[dict[str, str]], str]) -> None:
    _page, lines, output = doors
    numbers = ("得分", "标准误", "区间下限", "区间上限", "n", "有效 n", "人数", "答卷数", "应答率或参与率",
               "是哪一种", "不了解占比")  # fmt: skip
    gone = [line for line in lines if line["不公布的原因"]]
    assert gone
    assert {line[name] for line in gone for name in numbers} == {""}
    found = json.loads(output)
    for table in ("groups", "dimensions", "items", "schools"):
        for each in found[table]:
            if each["hidden"]:
                assert {each[name] for name in ("n", "n_eff", "value", "se", "low", "high")} == {None}
    assert "cells" not in found["weights"]
