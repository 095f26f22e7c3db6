"""`flask plan draw | audit | list | issue` and `flask frame classes`, as an officer meets them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.edge import Renke
from surveys.models import PlanCell
from tests.surveys.drawn import add_drawable, class_file


@pytest.fixture
def planned(app: Renke) -> Renke:
    with app.database.begin() as session:
        add_drawable(session)
    return app


def run(app: Renke, *words: str, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == status, done.output
    return done.output


def test_draw_audit_list_issue(planned: Renke) -> None:
    said = run(planned, "plan", "draw", "tiny", "--seed", "7")
    assert "种子 7" in said
    assert "抽中 6 所学校，共 9 所" in said
    digest = re.search(r"摘要 ([0-9a-f]{64})", said)
    assert digest is not None
    audited = run(planned, "plan", "audit", "tiny")
    assert digest[1] in audited
    assert "复核一致：37 处全部相同" in audited
    listed = run(planned, "plan", "list", "tiny", "--school", "J1")
    (students,) = (line.split() for line in listed.splitlines() if "学生" in line)
    assert students[:4] == ["J1", "学生", "24", "300"]
    numbers = [int(number) for number in students[4:]]
    assert len(numbers) == 24
    assert numbers == sorted(numbers)
    first = run(planned, "plan", "issue", "tiny")
    assert re.fullmatch(r"新发放 \d{3} 个答题码。\n", first)
    assert run(planned, "plan", "issue", "tiny") == "新发放 0 个答题码。\n"
    assert "不能用别的种子再抽" in run(planned, "plan", "draw", "tiny", "--seed", "8", status=1)


def test_a_fresh_seed_is_printed_and_draws_again(planned: Renke) -> None:
    seed = re.search(r"种子 (\d+)", run(planned, "plan", "draw", "tiny"))
    assert seed is not None
    before = run(planned, "plan", "list", "tiny")
    again = run(planned, "plan", "draw", "tiny", "--seed", "1")
    assert f"由种子 {seed[1]} 抽定的结果已被这次抽签替换" in again
    assert "替换" not in run(planned, "plan", "draw", "tiny", "--seed", "1"), "the same draw replaces nothing"
    assert run(planned, "plan", "list", "tiny") != before
    run(planned, "plan", "draw", "tiny", "--seed", seed[1])
    audited = run(planned, "plan", "audit", "tiny")
    assert re.findall(r"第 (\d) 次抽签：.*种子 (\d+)", audited) == [("1", seed[1]), ("2", "1"), ("3", seed[1])]
    assert run(planned, "plan", "list", "tiny") == before


def test_an_audit_that_finds_something_fails(planned: Renke) -> None:
    run(planned, "plan", "draw", "tiny", "--seed", "7")
    with planned.database.begin() as session:
        cell = session.scalars(select(PlanCell).where(PlanCell.group == "npc_deputy")).one()
        cell.invited = 11
    said = run(planned, "plan", "audit", "tiny", status=1)
    assert "1 处不同" in said
    assert "全县 人大代表" in said


def test_what_is_not_there(planned: Renke) -> None:
    for command in ("audit", "list", "issue"):
        assert "还没有抽定" in run(planned, "plan", command, "tiny", status=1)
        run(planned, "plan", command, "none", status=1)
    run(planned, "plan", "draw", "tiny", "--seed", "-1", status=2)


def test_class_lists(planned: Renke, tmp_path: Path) -> None:
    file = tmp_path / "classes.csv"
    file.write_bytes(class_file({("P2", 3, 1): 30, ("P2", 4, 1): 30}))
    assert "1 所学校，2 个班，60 人" in run(planned, "frame", "classes", "demo", str(file))
    assert "没有变化" in run(planned, "frame", "classes", "demo", str(file))
    run(planned, "plan", "draw", "tiny", "--seed", "3")
    run(planned, "frame", "classes", "demo", str(file))
    file.write_bytes(class_file({("P2", 3, 1): 60}))
    assert "名册不能再改" in run(planned, "frame", "classes", "demo", str(file), status=1)
