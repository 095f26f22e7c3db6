"""SQLite's write-ahead log goes into the file beside the writers, not before one of them.

Left to itself SQLite copies the log at a commit when it has grown long enough, which takes a tenth of a second and
more, while everybody waits whose answers came meanwhile. Here a thread copies most of it while others write, and takes
the turn only for the little that came in the meantime; the next writer then begins the log anew.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from threading import Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

EVERY = 2_000  # rows of one process; the same page is written many times before it need go into the file
COPY = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpoints:
    """Those of one process. Another one's may be under way: then there is nothing to do."""

    def __init__(self, engine: Engine, turn: AbstractContextManager[object]) -> None:
        self._engine, self._turn = engine, turn
        self._going = Lock()
        self._copied = 0

    def consider(self, rows: int) -> None:
        """After a commit; `rows` is how many its connection has written since it was opened."""
        if not 0 <= rows - self._copied < EVERY and self._going.acquire(blocking=False):
            self._copied = rows
            Thread(target=self._copy, daemon=True).start()

    def close(self) -> None:
        """Wait for the one that is under way."""
        with self._going:
            pass

    def _copy(self) -> None:
        try:
            with suppress(DBAPIError), self._engine.connect() as connection:  # the next one makes up for it
                connection.exec_driver_sql(COPY)
                with self._turn:
                    connection.exec_driver_sql(COPY)
        finally:
            self._going.release()
