"""A gate that is shut while sheets are written.

One thread of a Python process runs at a time. Whoever writes lets go of the interpreter at each statement, and with
thirty others about would get it back after all of them, each time; meanwhile the next process waits for its turn at the
file. So new requests wait at the gate instead, for the millisecond or two that a commit takes, and lose nothing by it.
"""

from __future__ import annotations

from threading import Event
from types import TracebackType

LONGEST = 0.05  # seconds: a disk may be slow, and then there is time for others


class Gate:
    """Shut inside its `with` block; `pass_through` waits until it opens."""

    def __init__(self) -> None:
        self._open = Event()
        self._open.set()

    def pass_through(self) -> None:
        if not self._open.is_set():
            self._open.wait(LONGEST)

    def __enter__(self) -> None:
        self._open.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.set()
