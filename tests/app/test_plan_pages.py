"""The plan at the desk and at the shell: tried out, refused, made."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.edge import Renke
from app.plans import points
from surveys import campaigns, models, trail
from surveys.sampling.library import library_document
from tests import factories
from tests.app.desk import Desk, add_people

DATABASES = ("sqlite",)

PLAN = "/console/campaigns/tiny/plan"
MINE = """
rule: mine
title: {zh-CN: 我的规则, en: My rule}
source: {zh-CN: 自定, en: own}
size: {by: fixed, answers: {parent: 90, npc_deputy: 30}}
"""


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


@pytest.fixture
def desk(staffed: Renke) -> Desk:
    desk = Desk(staffed.test_client())
    desk.sign_in("officer")
    return desk


def count_plans(app: Renke) -> int:
    with app.database.read() as session:
        return session.scalar(select(func.count()).select_from(models.Plan)) or 0


def run(app: Renke, *words: str, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == status, done.output
    return done.output


# The console


def test_a_rule_is_tried_out_and_nothing_is_written(staffed: Renke, desk: Desk) -> None:
    assert "还没有抽样方案" in desk.get(PLAN).words
    page = desk.get(f"{PLAN}?rule=compulsory-2012&residents=20,000")
    assert "这是试算，没有写入任何内容。" in page.words
    groups = {row[0]: row[1:5] for row in page.rows(0)}
    assert groups["家长"] == ["180", "300", "180", "120"]
    assert groups["人大代表"] == ["20", "75", "20", "55"]
    assert "家长（要 300 份，只有 180 人）" in page.words
    assert count_plans(staffed) == 0


def test_a_plan_is_made_from_what_was_tried(staffed: Renke, desk: Desk) -> None:
    tried = f"{PLAN}?rule=compulsory-2024&residents=100000&urban=50000&town=30000&rural=20000&deff=1.5"
    page = desk.get(tried)
    hidden = {each.get("name", ""): each.get("value", "") for each in page.all("input", type="hidden")}
    sent = {name: value for name, value in hidden.items() if name != "csrf_token"}
    assert sent == {
        "rule": "compulsory-2024", "residents": "100000", "urban": "50000", "town": "30000", "rural": "20000",
        "deff": "1.5", "earlier": "",
    }  # fmt: skip
    made = desk.post(PLAN, sent)
    assert "方案已定（第 1 版）" in made.words
    assert "100,000" in made.words
    assert desk.get(PLAN).rows(0) == page.rows(0)
    assert desk.get(PLAN).all("input", name="residents")[0].get("value") == "100000"
    with staffed.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        (deed,) = trail.list_deeds(session, campaign_id=campaign.id)
        assert (deed.by, deed.action, deed.facts["plan"]) == ("officer", "plan.made", 1)
    assert "代替现在的方案（第 1 版）" in desk.get(tried).words


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("rule=compulsory-2012", 422, ["常住人口", "不知道本县有多少人"]),
        ("rule=compulsory-2012&residents=x&urban=y&deff=z", 422, ["共 3 处问题", "城区", "设计效应"]),
        ("rule=compulsory-2024&residents=9&urban=1&deff=0.5", 422, ["镇区", "乡村", "1 到 100 之间"]),
        ("rule=nothing", 404, ["没有叫“nothing”的抽样规则"]),
        ("rule=per-school-classes", 422, ["P01", "P02", "J01", "班级名册"]),
        ("rule=everyone&earlier=elsewhere", 422, ["本县没有这个批次"]),
        ("rule=everyone&deff=nan", 422, ["1 到 100 之间"]),
    ],
)
def test_refusals_name_everything_at_once(desk: Desk, query: str, status: int, says: list[str]) -> None:
    page = desk.get(f"{PLAN}?{query}")
    assert page.status == status
    assert all(words in page.words for words in says), page.words
    assert desk.post(PLAN, dict(part.split("=") for part in query.split("&"))).status == status


def test_slips_in_hand_are_named(staffed: Renke, desk: Desk) -> None:
    with staffed.database.begin() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        factories.issue_slips(session, campaign, count=4)
    page = desk.post(PLAN, {"rule": "everyone"})
    assert page.status == 409
    assert "4 个个人码" in page.words
    assert "先作废" in page.words
    assert count_plans(staffed) == 0


def test_who_only_reads_can_try_and_cannot_make(staffed: Renke) -> None:
    desk = Desk(staffed.test_client())
    desk.sign_in("analyst")
    assert desk.get(PLAN).actions() - {"/console/sign-out"} == set()
    page = desk.get(f"{PLAN}?rule=everyone")
    assert "这是试算" in page.words
    assert page.actions() - {"/console/sign-out"} == set()


def test_a_closed_campaign_shows_its_plan_and_takes_no_other(staffed: Renke, desk: Desk) -> None:
    desk.post(PLAN, {"rule": "everyone"})
    with staffed.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
    page = desk.get(PLAN)
    assert "第 1 版" in page.words
    assert page.actions() - {"/console/sign-out"} == set()
    assert desk.post(PLAN, {"rule": "every-parent"}).status == 409


def test_in_english(staffed: Renke) -> None:
    desk = Desk(staffed.test_client(), language="en")
    desk.sign_in("officer")
    assert "Everyone: all people of the frame are invited" in desk.get(f"{PLAN}?rule=everyone").words


# The shell


def test_the_commands_from_rule_to_plan(staffed: Renke, tmp_path: Path) -> None:
    assert "compulsory-2024" in run(staffed, "plan", "rules")
    file = tmp_path / "mine.yaml"
    file.write_text(MINE, "utf-8")
    assert run(staffed, "plan", "rule", "check", str(file)) == "没有问题：mine\n"
    assert run(staffed, "plan", "rule", "publish", str(file)) == "已发布 mine 第 1 版\n"
    tried = run(staffed, "plan", "show", "tiny", "--rule", "mine", "--deff", "1.2")
    assert tried.startswith("【试算】没有写入任何内容。\n规则 mine@1：我的规则\n")
    assert count_plans(staffed) == 0
    made = run(staffed, "plan", "make", "tiny", "--rule", "mine@1", "--deff", "1.2")
    assert made.startswith("抽样方案第 1 版")
    assert made.splitlines()[1:] == tried.splitlines()[1:]
    assert run(staffed, "plan", "show", "tiny") == made
    rows = [line.split() for line in made.splitlines()]
    assert ["P01学校（模拟）", "P01", "30"] in rows  # 60 of 180 parents
    assert ["J01学校（模拟）", "J01", "40"] in rows
    assert ["家长", "180", "90", "90", "—", "90", "1.20"] in [row[:7] for row in rows]
    assert ["人大代表", "20", "30", "20", "10"] in [row[:5] for row in rows]


def test_a_rule_that_draws_more_schools_than_there_are_draws_all(staffed: Renke, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"{MINE}schools: {{draw: pps, number: 20}}\n", "utf-8")
    run(staffed, "plan", "rule", "publish", str(file))
    tried = run(staffed, "plan", "show", "tiny", "--rule", "mine")
    assert "因此全部参加" in tried
    assert "只抽一部分学校" not in tried


def test_refusals_name_groups_by_their_words(staffed: Renke) -> None:
    said = run(
        staffed, "codes", "issue", "tiny", "--personal", "1", "--group", "npc_deputy", "--school", "P01", status=1
    )
    assert "抽样框里没有这一类人：人大代表，学校 P01" in said


def test_more_personal_codes_than_people_are_told(staffed: Renke) -> None:
    said = [run(staffed, "codes", "issue", "tiny", "--personal", "15", "--group", "npc_deputy") for _ in range(2)]
    assert "这里只有" not in said[0]
    assert "这里只有 20 人，已有 30 个个人码" in said[1]


def test_half_widths_that_say_nothing_are_not_numbers(staffed: Renke) -> None:
    with staffed.test_request_context():
        assert [points(each) for each in (None, 0.04, 0.5, 0.51)] == ["—", "±4.0", "±50.0", "—（太少）"]


def test_the_shell_refuses_in_words(staffed: Renke, tmp_path: Path) -> None:
    assert "还没有抽样方案" in run(staffed, "plan", "show", "tiny", status=1)
    assert "residents" in run(staffed, "plan", "make", "tiny", "--rule", "compulsory-2012", status=1)
    assert "--rule" in run(staffed, "plan", "show", "tiny", "--deff", "2", status=2)
    file = tmp_path / "broken.yaml"
    file.write_text(library_document("everyone").replace("everyone}", "guess}"), "utf-8")
    assert "size.by" in run(staffed, "plan", "rule", "check", str(file), status=1)
    assert count_plans(staffed) == 0
