"""Bodies that arrive slowly: each holds a thread while it does, so that only some may, and pages stay for everybody.

A sheet is two or three packets, and comes at once where the network is good. A web server in front (see
deploy/nginx.conf) collects bodies before it hands them on, and then none is slow; this is for where there is none.
"""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import IO, Any

from surveys.db import UnavailableError

THREADS = 32  # of each worker of the server
MOST = 24  # of these may wait for a body


class Bodies:
    """Hands out the bodies of one process."""

    def __init__(self, most: int = MOST) -> None:
        self._places = BoundedSemaphore(most)

    def guard(self, environ: dict[str, Any]) -> None:
        """Let the body of this request be read only while there is a place to wait for it."""
        environ["wsgi.input"] = _Body(environ["wsgi.input"], self._places)


class _Body:
    """What an application reads from; nothing is read before it asks."""

    def __init__(self, body: IO[bytes], places: BoundedSemaphore) -> None:
        self._body, self._places = body, places

    def read(self, size: int = -1) -> bytes:
        return self._wait_for(self._body.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._wait_for(self._body.readline, size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        return self.read().splitlines(keepends=True)

    def __iter__(self) -> Any:
        return iter(self.readlines())

    def _wait_for(self, read: Any, size: int) -> bytes:
        """Raises UnavailableError where too many wait already: 503, and to come again is right."""
        if not self._places.acquire(blocking=False):
            raise UnavailableError("Bodies")
        try:
            data: bytes = read(size)
            return data
        finally:
            self._places.release()
