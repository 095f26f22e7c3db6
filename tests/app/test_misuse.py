"""Reporting misuse: from the page to the evaluators above the county, with no link to a code or an answer."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.edge import Renke
from app.words import MISUSE
from surveys import accounts, misuse, models, regions
from surveys.db import Database
from tests import factories
from tests.app.desk import Desk, hashed
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Page, Visit, text

DATABASES = ("sqlite",)

LINK = "有人教您怎么答？匿名反映"


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    return Visit(client)


def reports(database: Database) -> list[models.MisuseReport]:
    with database.read() as session:
        return list(session.scalars(select(models.MisuseReport)))


def link_of(page: Page) -> str:
    """It stands before the first question and, where script makes pages of sections, below each of them."""
    (address,) = {each.get("href", "") for each in page.all("a") if text(each) == LINK}
    return address


def send(visit: Visit, page: Page, **changes: Any) -> Page:
    return visit.post("?", {**page.fields(), "kind": "told", "text": "班主任发了样卷", **changes})


def test_a_report_says_the_school_and_the_day_and_nothing_of_a_code(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(link_of(visit.get(f"/r/{fieldwork.slip}")))
    assert page.status == 200
    for code in (fieldwork.slip, fieldwork.slips[0].typed.replace("-", "")):
        assert code not in page.html
        assert code not in visit.address
    done = send(visit, page)
    assert (done.status, done.heading) == (200, "已经送出")
    (row,) = reports(fieldwork.database)
    with fieldwork.database.read() as session:
        school = session.scalars(select(models.School).where(models.School.code == "P01")).one()
    assert (row.school_id, row.kind, row.text) == (school.id, "told", "班主任发了样卷")
    assert row.received_on == factories.TODAY
    assert "Set-Cookie" not in done.response.headers


def test_every_page_that_knows_the_school_leads_there(visit: Visit, fieldwork: Fieldwork) -> None:
    pages = [visit.get(f"/r/{fieldwork.slip}"), visit.answer(fieldwork.slip), visit.get(f"/r/{fieldwork.slip}")]
    pages.append(visit.get(f"/r/{fieldwork.poster}?preview=1"))
    assert [page.status for page in pages] == [200, 200, 410, 200]
    assert len({link_of(page) for page in pages}) == 1, "the same place for all: it does not tell who came from where"


def test_a_report_sent_twice_is_one(visit: Visit, fieldwork: Fieldwork) -> None:
    address = link_of(visit.get(f"/r/{fieldwork.slip}"))
    page = visit.get(address)
    visit.post(address, {**page.fields(), "kind": "told"})
    visit.post(address, {**page.fields(), "kind": "told"})
    assert len(reports(fieldwork.database)) == 1
    visit.post(address, {**visit.get(address).fields(), "kind": "told"})
    assert len(reports(fieldwork.database)) == 2


BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": ""}, "请选一种情况"),
    ({"kind": "praise"}, "请选一种情况"),
    ({"text": "长" * 1001}, "最多写 1000 字"),
    ({"text": "空\x00"}, "无法识别的字符"),
]


def test_what_is_wrong_with_a_report_is_said_at_its_place(visit: Visit, fieldwork: Fieldwork) -> None:
    address = link_of(visit.get(f"/r/{fieldwork.slip}"))
    for changes, words in BAD:
        page = visit.get(address)
        back = visit.post(address, {**page.fields(), "kind": "told", "text": "原话", **changes})
        assert back.status == 422
        assert back.title.startswith("错误：")
        (summary,) = back.all("div", role="alert")
        assert words in text(summary)
        assert back.fields()["_form"] == page.fields()["_form"]
    assert reports(fieldwork.database) == []


@pytest.mark.parametrize("address", ["/r/report/x", "/r/report/1~1~1.x", "/r/reported/x", "/r/report/é"])
def test_an_address_that_we_did_not_make_leads_nowhere(visit: Visit, fieldwork: Fieldwork, address: str) -> None:
    assert visit.get(address).status == 404


def test_reports_without_end_are_stopped(visit: Visit, fieldwork: Fieldwork) -> None:
    address = link_of(visit.get(f"/r/{fieldwork.slip}"))
    fields = {**visit.get(address).fields(), "kind": "told"}
    assert [visit.post(address, fields).status for _ in range(31)] == [200] * 30 + [429]


# Who reads them


def test_they_reach_evaluators_above_the_county_only(app: Renke, fieldwork: Fieldwork) -> None:
    visit = Visit(app.test_client())
    send(visit, visit.get(link_of(visit.get(f"/r/{fieldwork.slip}"))))
    people = {
        "above": ("evaluator", "demo-province"),
        "county": ("evaluator", "demo"),
        "officer": ("officer", "demo-province"),
        "elsewhere": ("evaluator", "far"),
    }
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        regions.add_region(session, code="far", name="远省", level="province", parent=None, simulated=True)
        for name, (role, region) in people.items():
            accounts.add_account(session, name=name, password=password, role=role, region=region, now=factories.NOW)
    seen = {}
    for name in people:
        desk = Desk(app.test_client())
        desk.sign_in(name)
        seen[name] = desk.client.get("/console/reports")
    assert {name: response.status_code for name, response in seen.items()} == {
        "above": 200, "county": 200, "officer": 403, "elsewhere": 200,
    }  # fmt: skip
    assert [name for name, response in seen.items() if "班主任发了样卷" in response.text] == ["above"]
    assert "P01学校（模拟）" in seen["above"].text
    assert "有人规定或暗示怎么选" in seen["above"].text


def test_kinds_have_words() -> None:
    assert tuple(MISUSE) == misuse.KINDS
