"""Whoever sends a body slowly holds a thread of the server, but not all of them, and leaves nothing in the database."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.bodies import THREADS
from surveys.db import Database
from tests.durability.books import read_books
from tests.durability.counties import open_county
from tests.durability.forms import Pages, opening
from tests.durability.nodes import node
from tests.durability.phones import LATER, OPENED, ask
from tests.durability.warm import Warm

SLOW = 6 * THREADS  # more than both workers have threads
AT_ONCE = 5.0  # seconds within which a page must be there
pytestmark = pytest.mark.xdist_group("durability")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_slow_bodies_keep_no_page_from_others(database: Database, warm: Warm, tmp_path: Path) -> None:
    county = open_county(database, tmp_path, slips=1)
    pages = Pages(county)
    with node(warm, county.environment, tmp_path / "server.txt") as server, ExitStack() as stack:
        first = ask(server.port, opening(pages.slips[0]))
        assert first is not None
        form = pages.fill_in(pages.slips[0], first.text)
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(SLOW)]
        for line in lines:
            line.sendall(form.request[:-20])
        time.sleep(0.5)
        for _ in range(10):
            begun = time.monotonic()
            page = ask(server.port, opening(pages.posters[0]))
            assert page is not None
            assert page.status == OPENED
            assert time.monotonic() - begun < AT_ONCE
        answers = [answer for answer in (ask(server.port, form.request) for _ in range(4)) if answer is not None]
        assert len(answers) == 4, "everybody hears something"
        assert {answer.status for answer in answers} <= {303, LATER}
        assert {answer.headers["Retry-After"] for answer in answers if answer.status == LATER} <= {"5"}
        for line in lines:
            line.close()
        until = time.monotonic() + AT_ONCE
        while (answer := ask(server.port, form.request)) is None or answer.status == LATER:
            assert time.monotonic() < until
        assert answer.status == 303
    assert read_books(county).responses.total() == 1, "of those who never finished nothing is there"
