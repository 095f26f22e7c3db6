"""Bodies: read whole, never more than may be, and not waited for without end."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from app.bodies import LARGE_ONES, SMALL, Bodies, Body, LateError
from app.respond.submission import LARGEST_BODY
from surveys.db import Database
from tests.app.served import Exchange, Headers, Scope
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit, filled

FORM = "application/x-www-form-urlencoded"
LARGEST = 4 * SMALL
IN_PARTS = ("Transfer-Encoding", "chunked")


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


def scope(*headers: tuple[str, str]) -> Scope:
    return Scope("/r/x", "POST", headers=Headers(*headers))


def announced(length: int) -> tuple[str, str]:
    return ("Content-Length", str(length))


def read(exchange: Exchange, *headers: tuple[str, str]) -> Body:
    return asyncio.run(Bodies().read(scope(*headers), exchange, LARGEST))


def unread() -> Iterator[bytes]:
    pytest.fail("it was read")
    yield b""


@pytest.mark.parametrize("size", [1, SMALL, SMALL + 1, LARGEST])
def test_an_announced_body_is_read_whole(size: int) -> None:
    parts = [b"x" * 1000] * (size // 1000) + [b"x" * (size % 1000)]
    assert read(Exchange(parts), announced(size)) == Body(b"x" * size, size)


@pytest.mark.parametrize("parts", [[], [b"abc"], [b"a", b"bc", b"d" * SMALL]])
def test_one_in_parts_needs_no_announcement(parts: list[bytes]) -> None:
    whole = b"".join(parts)
    assert read(Exchange(parts), IN_PARTS) == Body(whole, len(whole))


@pytest.mark.parametrize("headers", [[], [announced(0)], [("Content-Length", "x")], [("Content-Length", "²")]])
def test_where_none_is_announced_none_is_read(headers: list[tuple[str, str]]) -> None:
    assert read(Exchange(unread()), *headers) == Body(b"", 0)


def test_one_that_is_too_large_is_not_read() -> None:
    assert read(Exchange(unread()), announced(LARGEST + 1)) == Body(b"", LARGEST + 1)


def test_one_that_grows_too_large_is_read_no_further() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LARGEST // SMALL + 1):
            yield b"x" * SMALL
        yield from unread()

    assert read(Exchange(endless()), IN_PARTS) == Body(b"", LARGEST + SMALL)


@pytest.mark.parametrize("size", [10, SMALL + 10])
@pytest.mark.parametrize("cut_off", [False, True])
def test_one_that_is_shorter_than_announced_is_none(size: int, cut_off: bool) -> None:
    with pytest.raises(LateError):
        read(Exchange([b"x" * (size - 1)], cut_off=cut_off), announced(size))


def test_one_in_parts_that_is_cut_off_is_none() -> None:
    with pytest.raises(LateError):
        read(Exchange([b"abc"], cut_off=True), IN_PARTS)


class Slow(Exchange):
    """The last part never comes."""

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.Event().wait()


@pytest.mark.parametrize("header", [announced(2), announced(SMALL + 1), IN_PARTS])
def test_nobody_is_waited_for_without_end(monkeypatch: pytest.MonkeyPatch, header: tuple[str, str]) -> None:
    monkeypatch.setattr("app.bodies.WHOLE", 0.01)
    monkeypatch.setattr("app.bodies.PART", 0.01)
    with pytest.raises(LateError):
        read(Slow(), header)


class Crowd:
    """Large bodies that end when they are let go, and how many of them are being read."""

    def __init__(self, size: int) -> None:
        self.size, self.reading, self.most, self.go = size, 0, 0, asyncio.Event()

    def exchange(self) -> Exchange:
        return CrowdedExchange(self)


class CrowdedExchange(Exchange):
    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self._crowd = crowd

    async def __aiter__(self) -> AsyncIterator[bytes]:
        crowd = self._crowd
        crowd.reading += 1
        crowd.most = max(crowd.most, crowd.reading)
        yield b"x" * (crowd.size - 1)
        await crowd.go.wait()
        crowd.reading -= 1
        yield b"x"


def test_few_large_ones_are_read_at_the_same_time() -> None:
    async def life() -> None:
        bodies, crowd, header = Bodies(), Crowd(SMALL + 1), announced(SMALL + 1)
        readings = [bodies.read(scope(header), crowd.exchange(), LARGEST) for _ in range(3 * LARGE_ONES)]
        large = asyncio.gather(*readings)
        while crowd.reading < LARGE_ONES:
            await asyncio.sleep(0)
        small = [bodies.read(scope(announced(1)), Exchange([b"x"]), LARGEST) for _ in range(3 * LARGE_ONES)]
        assert set(await asyncio.gather(*small)) == {Body(b"x", 1)}, "of small ones any number meanwhile"
        crowd.go.set()
        assert {body.length for body in await large} == {SMALL + 1}
        assert crowd.most == LARGE_ONES

    asyncio.run(life())


# What whoever sent it hears


def test_too_large_a_sheet(client: FlaskClient, fieldwork: Fieldwork) -> None:
    for options in ({"CONTENT_LENGTH": str(LARGEST_BODY + 1)}, {"CONTENT_LENGTH": "200000000"}):
        answer = client.post(f"/r/{fieldwork.slip}", data=b"a=1", content_type=FORM, environ_overrides=options)
        assert answer.status_code == 413
        assert answer.mimetype == "text/html"


def post_in_parts(client: FlaskClient, address: str, body: bytes, **environ: Any) -> int:
    """The status that a body without a length gets."""
    environ["wsgi.input_terminated"] = True
    sent = io.BytesIO(body)
    return client.post(address, input_stream=sent, content_type=FORM, environ_overrides=environ).status_code


@pytest.mark.parametrize(("address", "size"), [("/r/{}", LARGEST_BODY + 1), ("/console/sign-in", 21 * 1024 * 1024)])
def test_too_large_a_body_in_parts(client: FlaskClient, fieldwork: Fieldwork, address: str, size: int) -> None:
    assert post_in_parts(client, address.format(fieldwork.slip), b"x" * size) == 413


def test_a_sheet_in_parts(client: FlaskClient, fieldwork: Fieldwork) -> None:
    sheet = urlencode(filled(Visit(client).get(f"/r/{fieldwork.slip}"))).encode()
    assert post_in_parts(client, f"/r/{fieldwork.slip}", sheet, **{"tests.cut_off": True}) == 408
    assert fieldwork.stored() == []
    assert post_in_parts(client, f"/r/{fieldwork.slip}", sheet) == 303
    assert len(fieldwork.stored()) == 1


def test_a_sheet_whose_end_does_not_come(client: FlaskClient, fieldwork: Fieldwork) -> None:
    sheet = urlencode(filled(Visit(client).get(f"/r/{fieldwork.slip}"))).encode()
    short = {"CONTENT_LENGTH": str(len(sheet) + 1)}
    answer = client.post(f"/r/{fieldwork.slip}", data=sheet, content_type=FORM, environ_overrides=short)
    assert answer.status_code == 408
    assert fieldwork.stored() == []
    assert client.post(f"/r/{fieldwork.slip}", data=sheet, content_type=FORM).status_code == 303
