"""A computer room: one device, a class of pupils, nothing left behind. And the pupils' paper for their guardians."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from surveys.db import Database
from tests import factories
from tests.app.conftest import Clock
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit, text


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    return Visit(client)


def again(visit: Visit, page_address: str) -> str | None:
    page = visit.get(page_address)
    links = [each.get("href") for each in page.all("a", class_="go") if text(each) == "下一位"]
    return links[0] if links else None


def test_pupils_at_a_poster_follow_one_another(visit: Visit, fieldwork: Fieldwork) -> None:
    poster = fieldwork.poster_of("student", "P01")
    visit.get("/r/?shared=1")
    for _ in range(3):
        assert visit.answer(poster).status == 200
        assert again(visit, visit.address) == f"/r/{poster}"
    assert [row.repeat_device for row in fieldwork.stored()] == [False] * 3, "a device of many says nothing"
    assert {each.key for each in visit.client._cookies.values()} == {"shared"}


def test_pupils_with_slips_type_the_next_one(visit: Visit, fieldwork: Fieldwork) -> None:
    visit.get("/r/?shared=1")
    assert visit.answer(fieldwork.slips[0].typed).status == 200
    assert again(visit, visit.address) == "/r/"
    assert fieldwork.slips[0].typed.replace("-", "") not in visit.get(visit.address).html
    assert visit.answer(fieldwork.slips[1].typed).status == 200


def test_a_phone_of_ones_own_has_no_next(visit: Visit, fieldwork: Fieldwork) -> None:
    visit.answer(fieldwork.poster)
    receipt = visit.address
    assert again(visit, receipt) is None
    visit.get("/r/?shared=1")
    assert again(visit, receipt) == "/r/"
    visit.get("/r/?shared=0")
    assert again(visit, receipt) is None


def test_a_device_stays_shared_for_half_a_day(visit: Visit, fieldwork: Fieldwork) -> None:
    (cookie,) = visit.get("/r/?shared=1").response.headers.getlist("Set-Cookie")
    assert cookie.startswith("shared=1; ")
    assert "Max-Age=43200" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/r" in cookie
    page = visit.get(f"/r/{fieldwork.poster}")
    (main,) = page.all("main")
    assert main.get("data-shared") is not None, "the script keeps nothing there"


def test_guardians_read_the_pupils_paper(visit: Visit, fieldwork: Fieldwork, clock: Clock) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    (link,) = [each for each in page.all("a") if text(each) == "看看孩子的问卷"]
    preview = visit.get(f"/r/{fieldwork.slip}{link.get('href')}")
    assert preview.status == 200
    assert "P01学校（模拟） · 学生" in preview.words
    assert preview.all("form") == []
    assert preview.all("input") == []
    for words in ("1. teaching", "非常满意", "不了解"):
        assert words in preview.words
    assert visit.get(f"/r/{fieldwork.slip}?preview=1&lang=en").language == "en"
    visit.answer(fieldwork.slip)
    assert visit.get(f"/r/{fieldwork.slip}?preview=1").status == 200, "also when they have answered"
    others = visit.get(f"/r/{fieldwork.poster_of('teacher', 'P01')}")
    assert not [each for each in others.all("a") if text(each) == "看看孩子的问卷"]


def test_a_preview_of_several_papers_lets_guardians_choose(visit: Visit, database: Database) -> None:
    with database.begin() as session:
        for name, grades in (("younger", "3–6年级"), ("older", "7–9年级")):
            factories.publish_paper(session, instrument=name, groups=["student"], grades=factories.both(grades))
    papers = {"student": ["younger", "older"], "parent": ["tiny"], "teacher": ["tiny"], "principal": ["tiny"]}
    fieldwork = prepare(database, papers={**papers, "npc_deputy": ["tiny"]})
    choice = visit.get(f"/r/{fieldwork.slip}?preview=1")
    links = [each.get("href", "") for each in choice.all("a", class_="o")]
    assert len(links) == 2
    chosen = visit.get(f"/r/{fieldwork.slip}{links[1]}")
    assert chosen.status == 200
    assert chosen.all("form") == []
