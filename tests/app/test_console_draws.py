"""The draw in the console: from a seed, repeated on the page, with slips for those who were drawn."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.edge import Renke
from surveys.campaigns import get_campaign
from surveys.models import PlanCell, School
from surveys.plans import Given, make_plan
from surveys.sampling.versions import publish_rule
from tests import factories
from tests.app.desk import Desk, Page, add_people, upload
from tests.factories import NOW
from tests.surveys.drawn import PEOPLE, PUPILS, SCHOOLS, class_file

DATABASES = ("sqlite",)

DRAW, CLASSES = "/console/campaigns/tiny/draw", "/console/counties/demo/classes"
RULE = b"""
rule: a-few
title: {zh-CN: "\xe5\xb0\x91\xe6\x95\xb0", en: A few}
source: {zh-CN: "\xe6\x97\xa0", en: None}
size: {by: fixed, answers: {student: 60, parent: 60, teacher: 12, principal: 4, npc_deputy: 10}}
schools: {draw: pps, number: 6}
invite: 1.5
"""


@pytest.fixture
def desk(app: Renke) -> Desk:
    """An officer of a county with nine schools, before a plan that asks six of them."""
    with app.database.begin() as session:
        factories.add_county(session, people=PEOPLE, schools=SCHOOLS)
        for school in session.scalars(select(School)):
            school.pupils = PUPILS[school.code]
    add_people(app)
    with app.database.begin() as session:
        campaign = get_campaign(session, name="tiny", now=NOW)
        publish_rule(session, content=RULE, now=NOW)
        make_plan(session, campaign_id=campaign.id, reference="a-few", given=Given(), now=NOW, by="officer")
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def draw(desk: Desk, seed: str = "") -> Page:
    return desk.post(DRAW, {"seed": seed}, to=DRAW)


def test_the_whole_way(desk: Desk) -> None:
    assert "只抽一部分学校" in desk.get("/console/campaigns/tiny/plan").words
    assert "还没有抽签" in desk.get(DRAW).words
    page = draw(desk, "77")
    assert page.status == 200
    assert "77" in page.words
    assert "9 所中抽中 6 所" in page.words
    assert "与存档全部相同" in page.words
    assert len(page.rows()) == 7
    page = draw(desk, "79")
    assert "重新抽签会替换种子 79 的抽签结果" in page.words
    assert re.findall(r"第 (\d) 次抽签\D.*?种子 (\d+)", page.words) == [("1", "77"), ("2", "79")]
    lists = desk.get(f"{DRAW}?school=J1")
    assert "学生" in lists.rows()[0][0]
    page = desk.post(f"{DRAW}/slips", to=DRAW)
    assert re.search(r"新发放 \d+ 个答题码", page.words)
    assert "抽中的人都有答题条了" in page.words
    assert "不能用别的种子再抽" in (refused := draw(desk, "78")).words
    assert refused.status == 409


def test_a_fresh_seed_and_seeds_that_are_none(desk: Desk) -> None:
    for seed in ("-1", "abc", str(2**63)):
        assert draw(desk, seed).status == 422
    assert "还没有抽签" in desk.get(DRAW).words
    assert "与存档全部相同" in draw(desk).words


def test_what_was_changed_is_seen(desk: Desk, app: Renke) -> None:
    draw(desk, "77")
    with app.database.begin() as session:
        session.scalars(select(PlanCell).where(PlanCell.group == "npc_deputy")).one().invited = 3
    words = desk.get(DRAW).words
    assert "重抽的结果与存档不同" in words
    assert "全县 人大代表" in words


def test_class_lists(desk: Desk) -> None:
    lists = class_file({("P2", 3, 1): 30, ("P2", 4, 1): 30})
    page = desk.post(CLASSES, {"file": upload(lists, "lists.csv")}, to=CLASSES)
    assert "班级名册已导入" in page.words
    assert ["P2学校（模拟） P2", "60", "2", "60"] in page.rows()
    wrong = desk.post(CLASSES, {"file": upload(class_file({("X", 3, 1): 30}), "lists.csv")}, to=CLASSES)
    assert wrong.status == 422
    assert "抽样框里没有这所学校" in wrong.words
    assert desk.post(CLASSES, {}, to=CLASSES).status == 422


def test_a_reader_sees_the_draw_and_changes_nothing(desk: Desk, app: Renke) -> None:
    draw(desk, "77")
    reader = Desk(app.test_client())
    reader.sign_in("evaluator")
    page = reader.get(DRAW)
    assert "与存档全部相同" in page.words
    assert not {each for each in page.actions() if "draw" in each}
