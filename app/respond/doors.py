"""Doors as they are opened: by many at once, most of them to a few places.

In the event loop nothing may be waited for but in a gathering. A row of SQLite by its key is no waiting: it is there in
some microseconds, fewer than it takes to hand the question to a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TypeVar

from app.gathering import Gathering, twice
from app.limits import Limits
from surveys.codes import Door
from surveys.codes.doors import IssuedCode, Place, PlaceKey, check_code, door_of, find_codes, get_places
from surveys.codes.forms import Written, read_code
from surveys.db import Database
from surveys.errors import SurveyError

MOST = 64  # codes that one question asks for
PATIENCE = 5.0  # seconds
MOST_KEPT = 20_000  # places, and posters

Key = TypeVar("Key")
Value = TypeVar("Value")


class Doors:
    """Finds what is behind a code. A code is always looked up; its place may be as it was `stale` seconds ago."""

    def __init__(
        self, database: Database, *, secret: bytes, clock: Callable[[], datetime], limits: Limits, stale: float
    ) -> None:
        self._database, self._secret, self._clock = database, secret, clock
        self._limits, self._stale = limits, stale
        self._codes = Gathering(self._look_up, most=MOST, patience=PATIENCE)
        self._askings = Gathering(self._places_of, most=MOST, patience=PATIENCE)
        self._places: dict[PlaceKey, tuple[float, Place]] = {}
        self._posters: dict[Written, tuple[float, IssuedCode]] = {}

    def find(self, typed: str) -> Door:
        """The door of the code in either form, however it was written; not yet whether it may be opened.

        Raises SurveyError as `find_door`, TooManyRequests, and UnavailableError.
        """
        try:
            written = read_code(self._secret, typed)
            if not written.scanned:
                self._limits.check_guessing()
            code = check_code(self._look_up([written])[0])
            return door_of(code, self.place(*code.place))
        except SurveyError as error:
            if error.code == "code.unknown":
                self._limits.count_unknown()
            raise

    async def find_scanned(self, typed: str, *, to_read: bool) -> Door | None:
        """As `find`, for a scanned code: it cannot be guessed, so that nothing is counted. None for a typed one.

        `to_read` is whether somebody wants the page only: a poster too may then be as it was a moment ago.
        """
        written = read_code(self._secret, typed)
        if not written.scanned:
            return None
        code = self._fresh(self._posters, written) if to_read else None
        if code is None:
            code = check_code(await self._find_code(written))
            if code.kind == "open":
                _keep(self._posters, written, code)
        return door_of(code, self._fresh(self._places, code.place) or await self._askings(code.place))

    async def _find_code(self, written: Written) -> IssuedCode | None:
        return await self._codes(written) if self._database.is_remote else self._look_up([written])[0]

    def place(self, campaign_id: int, group: str, school_id: int | None) -> Place:
        """Where codes of this group at this school lead, there being any or not."""
        key = (campaign_id, group, school_id)
        (place,) = self._places_of([key])
        return place

    def close(self) -> None:
        self._codes.close()
        self._askings.close()

    def _places_of(self, keys: Sequence[PlaceKey]) -> Sequence[Place]:
        places = {key: place for key in keys if (place := self._fresh(self._places, key))}
        missing = [key for key in set(keys) if key not in places]
        for place in twice(lambda: self._read(missing)) if missing else ():
            _keep(self._places, place.key, place)
            places[place.key] = place
        return [places[key] for key in keys]

    def _fresh(self, kept: Mapping[Key, tuple[float, Value]], key: Key) -> Value | None:
        """What is kept under `key`, unless it may have changed since."""
        read_at, value = kept.get(key, (0.0, None))
        return value if monotonic() - read_at < self._stale else None

    def _look_up(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        return twice(lambda: self._look_up_once(wanted))

    def _look_up_once(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        with self._database.look() as look:
            found = find_codes(look, set(wanted))
        return [found.get(each) for each in wanted]

    def _read(self, keys: Sequence[PlaceKey]) -> Sequence[Place]:
        with self._database.read() as session:
            return get_places(session, keys, now=self._clock())


def _keep(kept: dict[Key, tuple[float, Value]], key: Key, value: Value) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = (monotonic(), value)
