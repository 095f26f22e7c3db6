"""The server's interface, RSGI 1.6, as far as we use it; the library's own types leave out half of it.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Protocol

from granian import rsgi

Pairs = Sequence[tuple[str, str]]
ClosedError: type[Exception] = rsgi.ProtocolClosed  # type: ignore[attr-defined] # where a whole body will never be here


class Headers(Protocol):
    """Names are in lower case; what is not printable ASCII is left out."""

    def get(self, name: str) -> str | None: ...
    def get_all(self, name: str) -> list[str]: ...
    def keys(self) -> list[str]: ...


class Scope(Protocol):
    """One request without its body."""

    http_version: str
    server: str  # host:port
    client: str
    scheme: str
    method: str
    path: str  # no longer escaped
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Headers: ...


class Stream(Protocol):
    """An answer that is sent as it is made; it ends when whoever answers is done."""

    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class Exchange(Protocol):
    """Reads the body, whole or in parts, and answers, once."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_empty(self, status: int, headers: Pairs) -> None: ...
    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Pairs) -> Stream: ...
