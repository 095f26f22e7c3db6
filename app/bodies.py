"""Bodies of requests, read before anybody judges them: who sends slowly costs a connection, but no thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app.rsgi import Exchange, Scope

SMALL = 64 * 1024  # bytes; what may be many at a time
LARGE_ONES = 8  # larger ones, or of a length that was not announced, that are being read at the same time
WHOLE = 60.0  # seconds that a small body may take
PART = 30.0  # seconds between two parts of a large one


@dataclass(frozen=True)
class Body:
    """What was sent. Where `length` is more than `data`, it was too much, and the rest was not read."""

    data: bytes = field(repr=False)
    length: int


class LateError(Exception):
    """The sender gave up, or is too slow."""


class Bodies:
    """Reads those of one process."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(LARGE_ONES)

    async def read(self, scope: Scope, exchange: Exchange, largest: int) -> Body:
        """The body, of at most `largest` bytes. Raises LateError."""
        announced = scope.headers.get("content-length")
        length = int(announced) if announced and announced.isascii() and announced.isdigit() else None
        if length == 0 or (length is None and scope.headers.get("transfer-encoding") is None):
            return Body(b"", 0)
        if length is not None and length > largest:
            return Body(b"", length)
        try:
            if length is not None and length <= SMALL:
                return await _read_whole(exchange, length)
            async with self._room:
                return await _read_parts(exchange, length, largest)
        except TimeoutError:
            raise LateError from None


async def _read_whole(exchange: Exchange, length: int) -> Body:
    async with asyncio.timeout(WHOLE):
        data = await exchange()
    if len(data) != length:
        raise LateError
    return Body(data, length)


async def _read_parts(exchange: Exchange, length: int | None, largest: int) -> Body:
    parts, count, coming = [], 0, aiter(exchange)
    while (part := await asyncio.wait_for(anext(coming, None), PART)) is not None:
        parts.append(part)
        count += len(part)
        if count > largest:
            return Body(b"", count)
    if length is not None and count != length:
        raise LateError
    return Body(b"".join(parts), count)
