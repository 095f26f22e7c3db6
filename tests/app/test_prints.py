"""Printed pages: one page for all who see the same, each copy whole, with a token of its own."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.edge import Renke
from app.respond.prints import MOST, STAMP, Prints, make_print
from app.respond.reception import Reception
from surveys import models
from surveys.codes import Place
from surveys.db import Database
from tests import factories
from tests.app.conftest import Clock
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit

DATABASES = ("sqlite",)


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def place(app: Renke, fieldwork: Fieldwork) -> Place:
    with app.database.read() as session:
        return factories.open_door(session, fieldwork.slips[0]).place


@pytest.mark.parametrize("token", ["x", "a.b~c" * 20, "x" * 60_000])
@pytest.mark.parametrize("html", ["<p>好</p>" * 9000 + STAMP, f"{STAMP}</html>", "好" + STAMP + "尾" * 500])
def test_a_copy_is_one_whole_gzip_member(place: Place, html: str, token: str) -> None:
    printed = make_print(html.encode(), place, ())
    _, headers, body = printed.stamp(token, gzip=True)
    unpacking = zlib.decompressobj(wbits=31)  # one member only, its length and checksum looked at
    assert unpacking.decompress(body).decode() == html.replace(STAMP, token)
    assert (unpacking.eof, unpacking.unused_data) == (True, b"")
    assert dict(headers) == {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
    _, headers, plain = printed.stamp(token, gzip=False)
    assert plain.decode() == html.replace(STAMP, token)
    assert dict(headers) == {"Content-Length": str(len(plain))}


def test_pages_make_room_for_new_ones(place: Place) -> None:
    prints = Prints()
    page = make_print(STAMP.encode(), place, ())
    for number in range(MOST + 10):
        prints.keep(number, page)
    assert [prints.find(number, place) for number in (0, 9)] == [None, None]
    assert prints.find(10, place) is page
    assert prints.find(MOST + 9, place) is page
    assert prints.find(MOST + 9, replace(place, school_name="另一个名字")) is None, "the place is not what it was"


def raw(client: FlaskClient, address: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """The page unpacked, its token taken out, and its headers without what its length decides."""
    response = client.get(address, headers={"Accept-Language": "zh-CN", "Accept-Encoding": "gzip", **headers})
    assert response.status_code == 200
    packed = response.headers.pop("Content-Encoding", None) == "gzip"
    html = gzip.decompress(response.data) if packed else response.data
    before, _, rest = html.rpartition(b'name="_form"')
    _token, _, end = rest.partition(b'">')
    response.headers.pop("Content-Length")
    return before + end, dict(response.headers)


def test_every_copy_is_the_page_that_was_drawn(client: FlaskClient, fieldwork: Fieldwork) -> None:
    for address in (fieldwork.poster, fieldwork.slip, fieldwork.slips[0].typed):
        first, second = raw(client, f"/r/{address}"), raw(client, f"/r/{address}")
        plain = raw(client, f"/r/{address}", **{"Accept-Encoding": "identity"})
        assert first == second == plain
    assert raw(client, f"/r/{fieldwork.slip}") == raw(client, f"/r/{fieldwork.slips[1].token}"), "the same place"
    assert raw(client, f"/r/{fieldwork.poster}") != raw(client, f"/r/{fieldwork.poster_of('teacher', 'P01')}")


def test_no_reader_gets_the_page_of_another(app: Renke, fieldwork: Fieldwork) -> None:
    client = app.test_client(use_cookies=False)
    seen: dict[Any, bytes] = {}
    ways = [
        {"Accept-Language": language, "Cookie": cookie}
        for language in ("zh-CN", "en")
        for cookie in ("", "size=huge", "shared=1", "size=huge; shared=1", "lang=en", "lang=zh-CN; size=large")
    ]
    for _ in range(2):
        for way in ways:
            page, _headers = raw(client, f"/r/{fieldwork.poster}", **way)
            assert seen.setdefault(tuple(way.items()), page) == page
    assert len(set(seen.values())) == 9  # two languages of four kinds, and large: a cookie says more than a browser
    for query in ("lang=en", "size=large", "lang=en&size=large", "lang=xx", "size=9"):
        page, _headers = raw(client, f"/r/{fieldwork.poster}?{query}")
        assert query.replace("&", "&amp;").encode() in page or query == "size=9", "switches keep what was asked"


def test_what_an_address_may_say_for_nothing_fills_no_shelf(
    app: Renke, client: FlaskClient, fieldwork: Fieldwork
) -> None:
    reception: Reception = app.front.extensions["reception"]
    raw(client, f"/r/{fieldwork.poster}")
    before = len(reception.prints._kept)
    for number in range(30):
        raw(client, f"/r/{fieldwork.poster}?lang=x{number}&paper=y{number}&size=z{number}")
    assert len(reception.prints._kept) == before


def test_a_page_knows_when_its_campaign_changes(client: FlaskClient, fieldwork: Fieldwork, clock: Clock) -> None:
    visit = Visit(client)
    assert visit.get(f"/r/{fieldwork.poster}").status == 200
    with fieldwork.database.begin() as session:
        session.execute(update(models.Campaign).values(contact="110"))
    assert "110" in visit.get(f"/r/{fieldwork.poster}").words
    with fieldwork.database.begin() as session:
        session.execute(update(models.Campaign).values(closes_at=clock.now + timedelta(minutes=1)))
    assert visit.get(f"/r/{fieldwork.poster}").status == 200
    clock.now += timedelta(minutes=1)
    assert visit.get(f"/r/{fieldwork.poster}").status == 410
