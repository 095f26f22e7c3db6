"""The service as production runs it, for a test client: requests cross the server's interface on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Thread
from typing import Any

from app.edge import Renke
from app.rsgi import ClosedError, Pairs
from app.service import Service

Environ = Mapping[str, Any]
PART = 16 * 1024  # bytes
BARE = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class Headers:
    """As the server has them: without what is not printable ASCII."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def get(self, name: str) -> str | None:
        return next(iter(self.get_all(name)), None)

    def get_all(self, name: str) -> list[str]:
        return [value for each, value in self._pairs if each == name and value.isascii() and value.isprintable()]

    def keys(self) -> list[str]:
        return list(dict(self._pairs))


@dataclass
class Scope:
    """A request; by default that of a browser on this machine."""

    path: str
    method: str = "GET"
    query_string: str = ""
    headers: Headers = field(default_factory=Headers)
    client: str = "127.0.0.1:50000"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


class Exchange:
    """Gives the body as the server does, and takes the answer. `parts` come in time, or raise."""

    def __init__(self, parts: Iterable[bytes] = (), *, cut_off: bool = False) -> None:
        self._parts, self._cut_off = parts, cut_off
        self.answer: tuple[int, Pairs, bytes] | None = None
        self.sent = 0  # parts of an answer that says no length

    async def __call__(self) -> bytes:
        whole = b"".join(self._parts)
        if self._cut_off:
            raise ClosedError
        return whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
        for _ in range(1 + self._cut_off):
            yield b""

    def response_empty(self, status: int, headers: Pairs) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None:
        assert self.answer is None, "a request is answered once"
        self.answer = (status, headers, body)

    def response_stream(self, status: int, headers: Pairs) -> Exchange:
        self.response_bytes(status, headers, b"")
        return self

    async def send_bytes(self, data: bytes) -> None:
        assert self.answer is not None
        self.sent += 1
        self.answer = (*self.answer[:2], self.answer[2] + data)


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


@contextmanager
def served(desk: Renke) -> Iterator[Renke]:
    """Until the block ends, clients of the application come to it by the service.

    `tests.cut_off` in the environ: the sender gives up before the end.
    """
    service, original, loop = Service(desk), desk.wsgi_app, Loop()

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        exchange = Exchange(_parts(environ), cut_off=environ.get("tests.cut_off", False))
        loop.run(service.__rsgi__(scope_of(environ), exchange))
        assert exchange.answer is not None
        status, headers, body = exchange.answer
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers))
        return [body]

    desk.wsgi_app = answer  # type: ignore[method-assign, assignment]
    try:
        yield desk
    finally:
        desk.wsgi_app = original  # type: ignore[method-assign]
        service.__rsgi_del__(None)
        loop.close()


def scope_of(environ: Environ) -> Scope:
    """The request as the server would have it."""
    return Scope(
        environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        environ["REQUEST_METHOD"],
        environ["QUERY_STRING"],
        Headers(*_headers(environ)),
        client=f"{_host(environ['REMOTE_ADDR'])}:50000",
        server=f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
        scheme=environ["wsgi.url_scheme"],
    )


def _headers(environ: Environ) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-"), value
        elif name in BARE and value:
            yield BARE[name], value
    if environ.get("wsgi.input_terminated"):
        yield "Transfer-Encoding", "chunked"


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _parts(environ: Environ) -> Iterator[bytes]:
    while part := environ["wsgi.input"].read(PART):
        yield part
