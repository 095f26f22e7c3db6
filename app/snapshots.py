"""What takes long to find out and many want to see: found out once for all of them, and kept for some seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

Found = TypeVar("Found")
LONGEST = 60.0  # seconds after which what is kept is too old to be shown meanwhile


@dataclass
class _Kept(Generic[Found]):
    """The newest of one kind, when it was asked for, and who is at it now."""

    made_at: float = -LONGEST
    found: Found | None = None
    making: Lock = field(default_factory=Lock)


class Snapshots(Generic[Found]):
    """The newest of each key. After `keep` seconds it is found out anew, behind whoever asks for it."""

    def __init__(self, *, keep: float) -> None:
        self._keep = keep
        self._kept: dict[Hashable, _Kept[Found]] = {}

    def get(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """What `make` gave last. Only where there is nothing yet, or only something old, does one wait for it."""
        if not self._keep:
            return make()
        kept = self._kept.setdefault(key, _Kept())
        age = monotonic() - kept.made_at
        if kept.found is None or age >= LONGEST:
            return self._wait(kept, make)
        if age >= self._keep and kept.making.acquire(blocking=False):
            Thread(target=self._renew, args=(kept, make), daemon=True).start()
        return kept.found

    def _wait(self, kept: _Kept[Found], make: Callable[[], Found]) -> Found:
        with kept.making:
            if kept.found is None or monotonic() - kept.made_at >= self._keep:  # else another one was at it
                self._make(kept, make)
            assert kept.found is not None
            return kept.found

    def _renew(self, kept: _Kept[Found], make: Callable[[], Found]) -> None:
        """Where it fails, what is kept grows old, and whoever then waits hears why."""
        with suppress(Exception):
            self._make(kept, make)
        kept.making.release()

    def _make(self, kept: _Kept[Found], make: Callable[[], Found]) -> None:
        begun = monotonic()
        kept.found = make()
        kept.made_at = begun
