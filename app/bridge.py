"""From the server's interface (RSGI) to that of Flask (WSGI), which answers in threads.

Answers are made whole before they leave, but for those that say no length, or a large one: they are sent as they are
made, or read.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any

from werkzeug.wsgi import FileWrapper

from app.bodies import Body
from app.rsgi import ClosedError, Exchange, Scope

Environ = dict[str, Any]
WSGI = Callable[[Environ, Any], Iterable[bytes]]
LARGE = 1 << 20  # bytes from which an answer is not made whole
PIECE = 1 << 18  # bytes of a file at a time
BARE = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}  # the two that WSGI calls by their names


class Bridge:
    """A WSGI application with threads of its own, so that another's never keep it waiting."""

    def __init__(self, app: WSGI, *, threads: int) -> None:
        self._app, self._threads = app, ThreadPoolExecutor(threads)

    async def __call__(self, scope: Scope, body: Body, exchange: Exchange, more: Mapping[str, Any]) -> None:
        """Answer; `more` is what the application is told beside the request."""
        environ = {**environ_of(scope, body), **more}
        loop = asyncio.get_running_loop()
        status, headers, parts = await loop.run_in_executor(self._threads, self._answer, environ)
        if isinstance(parts, bytes):
            exchange.response_bytes(status, headers, parts)
            return
        stream, made = exchange.response_stream(status, headers), iter(parts)
        try:
            while part := await loop.run_in_executor(self._threads, _next_of, made):
                await stream.send_bytes(part)
        except ClosedError:  # nobody is there any more
            pass
        finally:
            await loop.run_in_executor(self._threads, _close, parts)

    def close(self) -> None:
        self._threads.shutdown(wait=False)

    def _answer(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes | Iterable[bytes]]:
        """The status, the headers, and the whole answer; or where its parts come from, if it says no length."""
        begun: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            begun.append((int(status.split(" ", 1)[0]), headers))

        parts = self._app(environ, start_response)
        if begun and _is_long(*begun[-1], environ["REQUEST_METHOD"]):
            return *begun[-1], parts
        try:
            data = b"".join(parts)
        finally:
            _close(parts)
        return *begun[-1], data


def _is_long(status: int, headers: Iterable[tuple[str, str]], method: str) -> bool:
    if method == "HEAD" or status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return False
    length = next((value for name, value in headers if name.lower() == "content-length"), None)
    return length is None or int(length) > LARGE


def _in_pieces(file: Any, _size: int = 0) -> FileWrapper:
    """A file as pieces of a size that is worth a thread's turn."""
    return FileWrapper(file, PIECE)


def _next_of(parts: Iterator[bytes]) -> bytes:
    """The next part that is not empty; nothing at the end."""
    return next((part for part in parts if part), b"")


def _close(parts: Iterable[bytes]) -> None:
    getattr(parts, "close", lambda: None)()


def environ_of(scope: Scope, body: Body) -> Environ:
    """The request as PEP 3333 has it."""
    server, _, port = scope.server.rpartition(":")
    return {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "HTTP_HOST": scope.authority or scope.server,
        **_headers(scope),
        "CONTENT_LENGTH": str(body.length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body.data),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _in_pieces,
    }


def _headers(scope: Scope) -> Environ:
    """Without those whose name has an underscore: they would pass for what a web server in front has set.

    Nor with that of how the body came, which is whole by now and has a length.
    """
    names = {name for name in scope.headers.keys() if "_" not in name} - {"transfer-encoding"}  # noqa: SIM118
    return {_variable(name): _joined(scope, name) for name in names}


def _variable(name: str) -> str:
    return BARE.get(name) or f"HTTP_{name.upper().replace('-', '_')}"


def _joined(scope: Scope, name: str) -> str:
    return ("; " if name == "cookie" else ",").join(scope.headers.get_all(name))
