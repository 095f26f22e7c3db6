"""What takes long to work out of stored rows that never change: worked out once for all who look.

Kept by the database object, so that there is one for each installation, and found through its sessions; a session of
another making remembers nothing. A key names everything that the result follows from, so that nothing goes stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")
SHELVES = {"publications": 4, "counts": 64, "words": 8}  # how many are kept; a county's publication can be ten MiB
PLACE = "memory"  # in what a session knows


class Memory:
    """The newest of each shelf; what was not asked for the longest goes first."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {shelf: OrderedDict() for shelf in SHELVES}
        self._lock = Lock()

    def get(self, shelf: str, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gave for this key. Two who ask for the same at once may both make it."""
        kept = self._kept[shelf]
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        found = make()
        with self._lock:
            kept[key] = found
            while len(kept) > SHELVES[shelf]:
                kept.popitem(last=False)
        return found


def remember(session: Session, shelf: str, key: Hashable, make: Callable[[], Found]) -> Found:
    """What `make` gives, or gave before for this key in the memory that the session knows."""
    memory: Memory | None = session.info.get(PLACE)
    if memory is None:
        return make()
    found: Found = memory.get(shelf, key, make)
    return found
