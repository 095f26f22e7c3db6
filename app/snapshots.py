"""What takes long to find out and many want to see: found out once for all of them, and kept for some seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

Found = TypeVar("Found")
LONGEST = 60.0  # seconds after which what is kept is too old to be shown meanwhile


@dataclass
class _Kept(Generic[Found]):
    """The newest of one kind, when it was asked for, and the one that is on its way."""

    made_at: float = -LONGEST
    found: Found | None = None
    making: Future[Found] | None = None


class Snapshots(Generic[Found]):
    """The newest of each key. After `keep` seconds it is found out anew, behind whoever asks for it."""

    def __init__(self, *, keep: float) -> None:
        self._keep = keep
        self._kept: dict[Hashable, _Kept[Found]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Found], *, patience: float | None = None) -> Found | None:
        """What `make` gave last.

        Only where there is nothing yet, or only something old, does one wait for it: `patience` seconds, and then hears
        None, or as long as it takes. Whatever `make` raises is raised to those who wait.
        """
        if not self._keep:
            return make()
        with self._lock:
            kept = self._kept.setdefault(key, _Kept())
            found, age = kept.found, monotonic() - kept.made_at
            if age >= self._keep and kept.making is None:
                kept.making = Future()
                Thread(target=self._make, args=(kept, make, kept.making), daemon=True).start()
            making = kept.making
        if making is None or (found is not None and age < LONGEST):
            return found
        try:
            return making.result(patience)
        except TimeoutError:
            return None

    def _make(self, kept: _Kept[Found], make: Callable[[], Found], making: Future[Found]) -> None:
        begun = monotonic()
        try:
            found = make()
        except BaseException as error:
            with self._lock:
                kept.making = None
            making.set_exception(error)
        else:
            with self._lock:
                kept.found, kept.made_at, kept.making = found, begun, None
            making.set_result(found)
