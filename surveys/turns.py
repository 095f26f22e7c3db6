"""Taking turns: one writer at a time, whichever thread of whichever process it is."""

from __future__ import annotations

import fcntl
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import RLock
from typing import IO


class Turn(AbstractContextManager["Turn"]):
    """One writer at a time, of all threads of all processes; a thread that has the turn may take it again.

    The kernel gives the turn back when a process dies.
    """

    def __init__(self, file: Path) -> None:
        self._threads, self._depth = RLock(), 0
        self._file = file
        self._opened: IO[bytes] | None = None

    def __enter__(self) -> Turn:
        self._threads.acquire()
        try:
            if self._depth == 0:
                self._wait_for_others()
        except BaseException:
            self._threads.release()
            raise
        self._depth += 1
        return self

    def __exit__(self, *_error: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._opened is not None:
            fcntl.flock(self._opened, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Let go of the file; the next turn opens it again."""
        with self._threads:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _wait_for_others(self) -> None:
        if self._opened is None:
            with suppress(OSError):  # where no file can be made the database cannot be written either, and will say so
                self._opened = self._file.open("ab")
        if self._opened is not None:
            fcntl.flock(self._opened, fcntl.LOCK_EX)
