"""Doors as they are opened: by many at once, most of them to a few places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import TypeVar

from app.gathering import Gathering, twice
from app.limits import Limits
from surveys.codes import Door
from surveys.codes.doors import IssuedCode, Place, check_code, door_of, find_codes, get_place
from surveys.codes.forms import Written, read_code
from surveys.db import Database
from surveys.errors import SurveyError

MOMENT = 0.001  # seconds to wait for company in a crowd
MOST = 64  # codes that one question asks for
PATIENCE = 5.0  # seconds
MOST_KEPT = 20_000  # places, and posters

PlaceKey = tuple[int, str, int | None]
Key = TypeVar("Key")
Value = TypeVar("Value")


class Doors:
    """Finds what is behind a code. A code is always looked up; its place may be as it was `stale` seconds ago."""

    def __init__(
        self, database: Database, *, secret: bytes, clock: Callable[[], datetime], limits: Limits, stale: float
    ) -> None:
        self._database, self._secret, self._clock = database, secret, clock
        self._limits, self._stale = limits, stale
        self._codes = Gathering(self._look_up, most=MOST, patience=PATIENCE, moment=MOMENT)
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
            return self._open(written)
        except SurveyError as error:
            if error.code == "code.unknown":
                self._limits.count_unknown()
            raise

    def find_scanned(self, typed: str, *, to_read: bool) -> Door | None:
        """As `find`, for a scanned code: it cannot be guessed, so that nothing is counted. None for a typed one.

        `to_read` is whether somebody wants the page only: a poster too may then be as it was a moment ago.
        """
        written = read_code(self._secret, typed)
        if not written.scanned:
            return None
        return self._poster(written) if to_read else self._open(written)

    def _poster(self, written: Written) -> Door:
        read_at, code = self._posters.get(written, (0.0, None))
        if code is not None and monotonic() - read_at < self._stale:
            return door_of(code, self.place(*code.place))
        door = self._open(written)
        if door.kind == "open":
            _keep(self._posters, written, door.code)
        return door

    def _open(self, written: Written) -> Door:
        found = self._codes(written) if self._database.is_remote else self._look_up([written])[0]
        code = check_code(found)
        return door_of(code, self.place(*code.place))

    def place(self, campaign_id: int, group: str, school_id: int | None) -> Place:
        """Where codes of this group at this school lead, there being any or not."""
        key = (campaign_id, group, school_id)
        read_at, place = self._places.get(key, (0.0, None))
        if place is None or monotonic() - read_at >= self._stale:
            place = twice(lambda: self._read(key))
            _keep(self._places, key, place)
        return place

    def _look_up(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        return twice(lambda: self._look_up_once(wanted))

    def _look_up_once(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        with self._database.look() as look:
            found = find_codes(look, set(wanted))
        return [found.get(each) for each in wanted]

    def _read(self, key: PlaceKey) -> Place:
        campaign_id, group, school_id = key
        with self._database.read() as session:
            return get_place(session, campaign_id=campaign_id, group=group, school_id=school_id, now=self._clock())


def _keep(kept: dict[Key, tuple[float, Value]], key: Key, value: Value) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = (monotonic(), value)
