"""Whoever sends a body slowly keeps a connection, and nothing from others; who gives up leaves nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from surveys.db import Database
from tests.benchmarks.load import get
from tests.durability.books import read_books
from tests.durability.counties import Code, open_county
from tests.durability.forms import Form, Pages, opening
from tests.durability.nodes import Node, node
from tests.durability.phones import OPENED, Answer, ask
from tests.durability.warm import Warm

SLOW = 400  # far more than there are threads
KEPT = 1_500
AT_ONCE = 5.0  # seconds within which everything must be there
RECEIPT, TOO_LATE = 303, 408
CUT = 20  # bytes that never come
pytestmark = pytest.mark.xdist_group("durability")


@contextmanager
def senders(server: Node, start: bytes, count: int) -> Iterator[list[socket.socket]]:
    """So many who have sent this much, and no more."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(count)]
        for line in lines:
            line.sendall(start)
        time.sleep(0.5)
        yield lines


def asked(server: Node, request: bytes) -> Answer:
    """What is answered, and at once."""
    begun = time.monotonic()
    answer = ask(server.port, request)
    assert answer is not None
    assert time.monotonic() - begun < AT_ONCE
    return answer


def opened(server: Node, pages: Pages, code: Code) -> Form:
    return pages.fill_in(code, asked(server, opening(code)).text)


def in_parts(request: bytes) -> bytes:
    """The same request, with a body whose length is not announced."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:]))
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked", b"", parts + b"0\r\n\r\n"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_slow_bodies_keep_nothing_from_others(database: Database, warm: Warm, tmp_path: Path) -> None:
    county = open_county(database, tmp_path, slips=2)
    pages = Pages(county)
    with node(warm, county.environment, tmp_path / "server.txt") as server:
        slow, quick = (opened(server, pages, slip) for slip in pages.slips)
        with senders(server, slow.request[:-CUT], SLOW):
            for _ in range(10):
                assert asked(server, opening(pages.posters[0])).status == OPENED
                assert asked(server, get("/console/sign-in")).status == OPENED
            assert asked(server, quick.request).status == RECEIPT
        assert asked(server, slow.request).status == RECEIPT, "of those who gave up nothing is there"
    assert read_books(county).responses.total() == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_kept_connections_keep_nothing_from_others(database: Database, warm: Warm, tmp_path: Path) -> None:
    """A browser keeps its connection after a page, as the next may come soon."""
    county = open_county(database, tmp_path, slips=1)
    pages = Pages(county)
    page = opening(pages.posters[0])
    with node(warm, county.environment, tmp_path / "server.txt") as server:
        assert b"close" not in page
        with senders(server, page, KEPT):
            for _ in range(10):
                assert asked(server, page).status == OPENED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_gives_up_leaves_nothing(database: Database, warm: Warm, tmp_path: Path) -> None:
    """Cut off in the middle, with a length and in parts; and the server goes on, as the same process."""
    county = open_county(database, tmp_path, slips=2)
    pages = Pages(county)
    with node(warm, county.environment, tmp_path / "server.txt") as server:
        workers = {each.pid for each in server.workers()}
        forms = [opened(server, pages, slip) for slip in pages.slips]
        for request in (forms[0].request, in_parts(forms[1].request)):
            with senders(server, request[:-CUT], 4) as lines:
                for line in lines[:2]:
                    line.shutdown(socket.SHUT_WR)
                    assert line.recv(4096).split()[1] == str(TOO_LATE).encode()
        assert read_books(county).responses.total() == 0
        assert asked(server, forms[0].request).status == RECEIPT
        assert asked(server, in_parts(forms[1].request)).status == RECEIPT
        assert {each.pid for each in server.workers()} == workers
    assert read_books(county).responses.total() == 2
