"""The main job, from an empty machine to a score that was worked out by hand.

The demo county is made and printed by commands; its QR codes are read back from the PDF; seven people answer on a
phone, one of them without JavaScript; six more parents come from another form tool; the score must be the one that
plain arithmetic gives, to 1e-9.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from surveys.instruments.library import library_document
from surveys.instruments.model import Instrument, Item
from surveys.instruments.parsing import parse_instrument
from tests.conftest import unavailable
from tests.journeys.county import Office, free_port, read_kit
from tests.journeys.phone import browser, fill_in, find_browser, hand_in, phone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

SCHOOLS = {"P01": "青禾县实验小学", "P02": "青禾县第二小学", "P03": "青禾县育才小学"}
# group -> (paper, whose poster, the items that this person is not satisfied with)
PEOPLE: Mapping[str, tuple[str, str | None, tuple[str, ...]]] = {
    "student": ("student-g3-6", "P01", ("books_younger",)),
    "parent": ("parent", "P01", ("child_moral", "facilities_balance")),
    "teacher": ("teacher", "P02", ("teacher_pay", "rotation", "training")),
    "principal": ("principal", "P03", ()),
    "npc_deputy": ("social", None, ("tutoring_control",)),
    "cppcc_member": ("social", None, ("gov_effort", "weekend_lessons_seen")),
    "public": ("social", None, ("high_school_entry", "unfair_fees_heard", "enrolment_nearby")),
}
WORDS = {
    "student": "学生", "parent": "家长", "teacher": "教师", "principal": "校长",
    "npc_deputy": "人大代表", "cppcc_member": "政协委员", "public": "其他群众",
}  # fmt: skip
# six parents from another form tool: school, and what they are not satisfied with
ELSEWHERE = (
    ("P01", ("school_safety",)),
    ("P02", ()),
    ("P02", ("child_moral", "enrolment_nearby", "gov_effort")),
    ("P03", ("unclear_fees",)),
    ("P03", ()),
    ("P03", ("child_teaching", "class_assignment")),
)
QUOTA = {"parent": 300 / 600} | {group: 50 / 600 for group in PEOPLE if group != "parent"}
PAPERS = {name: parse_instrument(library_document(name)) for name, _, _ in PEOPLE.values()}


def good(item: Item) -> int:
    """The best answer: the highest code, or the lowest where the item is worded in reverse."""
    codes = item.scale.codes - item.scale.dont_know
    return max(codes) if item.direction > 0 else min(codes)


def bad(item: Item) -> int:
    codes = item.scale.codes - item.scale.dont_know
    return min(codes) if item.direction > 0 else max(codes)


def answers(paper: Instrument, unhappy: tuple[str, ...]) -> dict[str, int]:
    scored = [item for item in paper.items if item.scored]
    assert set(unhappy) <= {item.id for item in scored}
    return {item.id: bad(item) if item.id in unhappy else good(item) for item in scored}


def index(paper: Instrument, unhappy: tuple[str, ...]) -> float:
    """One person's index by hand: within each dimension the share of satisfied answers, then the plain mean."""
    by_dimension: dict[str, list[int]] = {}
    for item in paper.items:
        if item.dimension is not None:
            by_dimension.setdefault(item.dimension, []).append(item.id not in unhappy)
    return 100 * math.fsum(sum(each) / len(each) for each in by_dimension.values()) / len(by_dimension)


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    if find_browser() is None:
        unavailable("browser", "no Chromium found")
    return Office(tmp_path_factory.mktemp("home"), free_port())


def write_elsewhere(file: Path) -> None:
    """What another form tool exports: the questions as headings, the labels as answers."""
    paper = PAPERS["parent"]
    with file.open("w", encoding="gb18030", newline="") as out:
        table = csv.writer(out)
        table.writerow(["学校", *(item.text["zh-CN"] for item in paper.items if item.scored)])
        for school, unhappy in ELSEWHERE:
            given = answers(paper, unhappy)
            table.writerow([SCHOOLS[school], *(label(paper, item, code) for item, code in given.items())])


def label(paper: Instrument, item_id: str, code: int) -> str:
    item = paper.find_item(item_id)
    assert item is not None
    return next(option.text["zh-CN"] for option in item.scale.options if option.code == code)


def poster_address(kit: list[tuple[str, list[str]]], group: str, school: str | None) -> str:
    """What the poster of this group and school says; a poster is a page with one code."""
    heading = f"{SCHOOLS[school] if school else '青禾县（模拟）'} {WORDS[group]}"
    found = [codes for text, codes in kit if len(codes) == 1 and heading in text]
    assert len(found) == 1, (group, school, len(found))
    return found[0][0]


def expected_composite() -> float:
    parents = [PEOPLE["parent"][2], *(unhappy for _, unhappy in ELSEWHERE)]
    values = {group: index(PAPERS[paper], unhappy) for group, (paper, _, unhappy) in PEOPLE.items()}
    values["parent"] = math.fsum(index(PAPERS["parent"], unhappy) for unhappy in parents) / len(parents)
    return math.fsum(QUOTA[group] * value for group, value in values.items())


def expected_error() -> float:
    """Only parents vary: the three schools of one stratum, with replacement: n/(n-1) sum (z - mean z)^2."""
    people = [("P01", PEOPLE["parent"][2]), *ELSEWHERE]
    values = [(school, index(PAPERS["parent"], unhappy)) for school, unhappy in people]
    mean = math.fsum(value for _, value in values) / len(values)
    totals = [math.fsum(value - mean for at, value in values if at == school) / len(values) for school in SCHOOLS]
    centre = math.fsum(totals) / 3
    return QUOTA["parent"] * math.sqrt(3 / 2 * math.fsum((total - centre) ** 2 for total in totals))


def test_the_main_job(office: Office, tmp_path: Path) -> None:
    assert re.search(r"^\S+ +officer", office.flask("demo"), re.MULTILINE)
    kit = print_kit(office, tmp_path)
    with office.serving() as printed:
        assert f"{office.base_url}/console/" in printed
        assert "█" in printed or "▀" in printed
        receipts = seven_people(office, kit)
    assert len(set(receipts)) == len(PEOPLE)
    file = tmp_path / "elsewhere.csv"
    write_elsewhere(file)
    assert "6" in office.flask("responses", "import", "demo", str(file))
    office.flask("campaign", "close", "demo")
    check_score(office)


def print_kit(office: Office, folder: Path) -> list[tuple[str, list[str]]]:
    """Every page of the kit, all its codes readable and each of them there once."""
    office.flask("codes", "issue", "demo", "--personal", "3", "--group", "parent", "--school", "P02")
    office.flask("codes", "print", "demo", "--out", str(folder / "kit.pdf"))
    kit = read_kit(folder / "kit.pdf")
    codes = [code for _, found in kit for code in found]
    assert len(codes) == len(set(codes)) == 17 * 4 + 3 + 3  # schools x groups, groups of the county, slips
    assert all(re.fullmatch(rf"{re.escape(office.base_url)}/r/[0-9A-Z]{{24}}", code) for code in codes)
    assert all("模拟数据" in text for text, _ in kit)
    return kit


def seven_people(office: Office, kit: list[tuple[str, list[str]]]) -> list[str]:
    receipts = []
    with browser() as running:
        for group, (paper, school, unhappy) in PEOPLE.items():
            address = poster_address(kit, group, school)
            with phone(running, office.base_url, script=group != "public") as (page, strangers):
                answer = page.goto(address)
                assert answer is not None
                assert answer.status == 200
                assert "模拟数据" in page.inner_text("body")
                assert page.evaluate("document.documentElement.scrollWidth") <= 360 if group != "public" else True
                fill_in(page, answers(PAPERS[paper], unhappy))
                receipts.append(hand_in(page))
                assert strangers == []
    return receipts


def check_score(office: Office) -> None:
    plain = json.loads(office.flask("score", "demo", "--json", "--weighting", "none"))
    assert plain["responses"] == len(PEOPLE) + len(ELSEWHERE)
    # nothing is shown of single people's groups, and what all of them make is rounded then
    assert plain["composite"]["value"] == pytest.approx(expected_composite(), abs=0.0051)
    assert plain["composite"]["se"] == pytest.approx(expected_error(), abs=0.0051)
    assert plain["provisional"] is False
    weighted = json.loads(office.flask("score", "demo", "--json"))
    # every cell is too small to stand alone and is merged with its group, so the frame's weights change no mean
    assert weighted["composite"]["value"] == pytest.approx(expected_composite(), abs=0.0051)
    assert weighted["verdict"] == verdict(weighted["composite"], weighted["threshold"])
    assert {row["group"] for row in weighted["groups"]} == set(PEOPLE)


def verdict(composite: Mapping[str, Any], threshold: float) -> str:
    if composite["low"] is None:
        return "not_enough_evidence"
    if composite["low"] >= threshold:
        return "met"
    return "not_met" if composite["high"] < threshold else "not_enough_evidence"


def test_a_second_start_keeps_all_data(office: Office) -> None:
    """The first start makes the county and shows the password; the second finds it and shows none."""
    with office.serving() as printed:
        first = re.search(r"^Password +(\S{12}) ", printed, re.MULTILINE)
    assert first is not None
    before = office.flask("campaign", "show", "demo")
    with office.serving() as printed:
        assert "officer" in printed
        assert first[1] not in printed
    assert office.flask("campaign", "show", "demo") == before
