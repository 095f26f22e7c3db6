"""What the server calls for each request: the short way where there is one, else Flask's, in threads.

This is the server's own interface, RSGI, in which requests wait without holding a thread. The application in `wsgi.py`
is the same without the short way, for any other server, and is right but slower.
"""

from __future__ import annotations

import gc
from typing import Any

from app.bodies import Bodies, LateError
from app.bridge import Bridge
from app.edge import Renke, is_for_everybody, is_for_programs
from app.respond import WAITED, Lane
from app.respond.submission import LARGEST_BODY
from app.rsgi import Exchange, Scope
from surveys.db import UnavailableError

THREADS = 8  # for respondents, and as many for the console and programs
TOO_LATE = 408


class Service:
    """The applications of one installation, for one process of the server."""

    def __init__(self, desk: Renke) -> None:
        self._lane, self._bodies = Lane(desk.front), Bodies()
        self._front, self._desk = (Bridge(desk.wsgi_app, threads=THREADS) for _ in range(2))
        self._largest = desk.config["MAX_CONTENT_LENGTH"]

    def __rsgi_init__(self, _loop: object) -> None:
        """All that was made until now stays: to look through it for garbage would keep everybody waiting."""
        gc.collect()
        gc.freeze()

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        front = is_for_everybody(scope.path)
        small = front or is_for_programs(scope.path)
        try:
            body = await self._bodies.read(scope, exchange, LARGEST_BODY if small else self._largest)
        except LateError:
            exchange.response_empty(TOO_LATE, [])
            return
        if not front:
            await self._desk(scope, body, exchange, {})
            return
        more: dict[str, Any] = {}
        try:
            answer = await self._lane.answer(scope, body)
        except UnavailableError as error:
            answer, more[WAITED] = None, error
        if answer is None:
            await self._front(scope, body, exchange, more)
        else:
            exchange.response_bytes(*answer)

    def __rsgi_del__(self, _loop: object) -> None:
        for each in (self._front, self._desk, self._lane):
            each.close()
