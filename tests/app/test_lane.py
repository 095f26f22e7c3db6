"""The short way gives what the long way gives, and steps aside wherever something is special."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from app.bodies import Body
from app.edge import Renke
from app.respond.lane import Answer, Lane
from app.rsgi import Scope
from surveys import campaigns
from surveys.db import Database, UnavailableError
from tests.app.conftest import Clock
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit, filled

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each request to the front, whether the short way answered it."""
    answers: list[bool] = []
    original = Lane.answer

    async def answer(self: Lane, scope: Scope, body: Body) -> Answer | None:
        found = await original(self, scope, body)
        answers.append(found is not None)
        return found

    monkeypatch.setattr(Lane, "answer", answer)
    return answers


@pytest.fixture
def long_way(app: Renke) -> Client:
    """The front's Flask alone."""
    return Client(app.front, use_cookies=False)


def without_receipt(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, value.split("~")[0] if name == "Location" else value) for name, value in response.headers]
    return response.status_code, sorted(headers), response.data


def test_the_second_page_and_a_good_sheet_take_the_short_way(
    client: FlaskClient, fieldwork: Fieldwork, taken: list[bool]
) -> None:
    visit = Visit(client)
    visit.get(f"/r/{fieldwork.poster}")
    page = visit.get(f"/r/{fieldwork.poster}")
    assert taken == [False, True]
    client.post(f"/r/{fieldwork.poster}", data=filled(page))
    client.post(f"/r/{fieldwork.poster}", data=filled(page))
    assert taken == [False, True, True, True]
    assert len(fieldwork.stored()) == 1


@pytest.mark.parametrize("cookie", ["", "answered=1", "shared=1", "shared=1; answered=1; lang=en; size=huge"])
@pytest.mark.parametrize("which", ["poster", "slip"])
def test_both_ways_answer_alike(app: Renke, long_way: Client, fieldwork: Fieldwork, cookie: str, which: str) -> None:
    app.front.settings = replace(app.front.settings, base_url="https://localhost")
    visit = Visit(app.test_client())
    address = f"/r/{getattr(fieldwork, which)}"
    sent = filled(visit.get(address), _comment="同一份")
    short = app.test_client(use_cookies=False)
    options = {"data": sent, "headers": {"Cookie": cookie} if cookie else {}}
    first = short.post(address, **options)
    again = long_way.post(address, **options)
    assert without_receipt(first) == without_receipt(again)
    assert first.headers["Location"] == again.headers["Location"]
    marked = which == "poster" and "shared" not in cookie
    assert ("; Secure" in first.headers.get("Set-Cookie", "")) == marked
    (row,) = fieldwork.stored()
    assert row.repeat_device == (which == "poster" and cookie == "answered=1")


SPECIAL: dict[str, Callable[[FlaskClient, Fieldwork, dict[str, Any]], TestResponse]] = {
    "missing answer": lambda client, work, sent: client.post(f"/r/{work.slip}", data={**sent, "teaching": ""}),
    "another token": lambda client, work, sent: client.post(f"/r/{work.slip}", data={**sent, "_form": "x"}),
    "redraw": lambda client, work, sent: client.post(f"/r/{work.slip}", data={**sent, "_redraw": "1"}),
    "typed code": lambda client, work, sent: client.get(f"/r/{work.slips[0].typed}"),
    "unknown code": lambda client, work, sent: client.get(f"/r/{'0' * 24}"),
    "words": lambda client, work, sent: client.get(f"/r/{work.slip}?size=huge"),
    "json": lambda client, work, sent: client.post(f"/r/{work.slip}", json={}),
    "broken text": lambda client, work, sent: client.post(f"/r/{work.slip}", data=b"a=%FF", content_type=FORM),
    "no length": lambda client, work, sent: client.post(
        f"/r/{work.slip}",
        input_stream=io.BytesIO(b"a=1"),
        content_type=FORM,
        environ_overrides={"wsgi.input_terminated": True},
    ),
    "entry": lambda client, work, sent: client.get("/r/"),
    "head": lambda client, work, sent: client.head(f"/r/{work.slip}"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPECIAL)
def test_what_is_special_goes_the_long_way(
    client: FlaskClient, fieldwork: Fieldwork, taken: list[bool], case: str
) -> None:
    visit = Visit(client)
    visit.get(f"/r/{fieldwork.slip}")
    sent = filled(visit.get(f"/r/{fieldwork.slip}"))
    taken.clear()
    assert SPECIAL[case](client, fieldwork, sent).status_code < 500
    assert taken == [False]
    assert fieldwork.stored() == []
    assert client.post(f"/r/{fieldwork.slip}", data=sent).status_code == 303


def test_used_codes_and_closed_campaigns_go_the_long_way(
    client: FlaskClient, fieldwork: Fieldwork, taken: list[bool], clock: Clock
) -> None:
    visit = Visit(client)
    visit.answer(fieldwork.slip)
    taken.clear()
    assert visit.get(f"/r/{fieldwork.slip}").status == 410
    page = visit.get(f"/r/{fieldwork.poster}")
    with fieldwork.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=clock.now)
    assert visit.get(f"/r/{fieldwork.poster}").status == 410
    assert visit.post(f"/r/{fieldwork.poster}", filled(page)).status == 410
    assert taken == [False, True, False, False]


def test_who_waited_on_the_short_way_does_not_wait_again(
    app: Renke, fieldwork: Fieldwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, tries = Visit(app.test_client()), []
    page = visit.get(f"/r/{fieldwork.poster}")

    def fail(_self: object, _sheet: object) -> None:
        tries.append(1)
        raise UnavailableError("full")

    async def fail_soon(_self: object, _sheet: object) -> None:
        fail(_self, _sheet)

    with monkeypatch.context() as patch:
        patch.setattr("app.respond.intake.Intake.store", fail)
        patch.setattr("app.respond.intake.Intake.store_soon", fail_soon)
        refused = visit.post(f"/r/{fieldwork.poster}", filled(page, _comment="别丢"))
    assert (refused.status, len(tries)) == (503, 1)
    assert refused.response.headers["Retry-After"] == "5"
    assert visit.post(f"/r/{fieldwork.poster}", refused.fields()).status == 200, "the page can hand it in again"
    assert fieldwork.comments() == ["别丢"]
