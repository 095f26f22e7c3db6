"""Bodies of requests, read before anybody judges them: who sends slowly costs a connection, but no thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app.rsgi import ClosedError, Exchange, Scope

SMALL = 64 * 1024  # bytes; what may be many at a time
LARGE_ONES = 8  # larger ones, or of a length that was not announced, that are being read at the same time
WHOLE = 60.0  # seconds that a small body may take
PART = 30.0  # seconds between two parts of a large one
CUT_OFF = [b"", b""]  # the last parts where the sender gave up; after a whole body only one is empty


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
        except (TimeoutError, ClosedError):
            raise LateError from None


async def _read_whole(exchange: Exchange, length: int) -> Body:
    async with asyncio.timeout(WHOLE):
        data = await exchange()
    if len(data) != length:
        raise LateError
    return Body(data, length)


async def _read_parts(exchange: Exchange, length: int | None, largest: int) -> Body:
    """By `async for`: `anext` with a default crashes the process on what the server lets us await."""
    parts, count, loop = [], 0, asyncio.get_running_loop()
    async with asyncio.timeout(PART) as patience:
        async for part in exchange:
            patience.reschedule(loop.time() + PART)
            parts.append(part)
            count += len(part)
            if count > largest:
                return Body(b"", count)
    if count != length if length is not None else parts[-2:] == CUT_OFF:
        raise LateError
    return Body(b"".join(parts), count)
