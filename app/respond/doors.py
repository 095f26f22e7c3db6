"""Doors as they are opened: by many at once, most of them to a few places.

In the event loop nothing may be waited for but in a gathering. A row of SQLite by its key is no waiting: it is there in
some microseconds, fewer than it takes to hand the question to a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

from app.gathering import Gathering, twice
from app.limits import Limits
from app.respond.places import Places
from surveys.codes import Door
from surveys.codes.doors import IssuedCode, check_code, door_of, find_codes
from surveys.codes.forms import Written, read_code
from surveys.db import Database
from surveys.errors import SurveyError

MOST = 64  # codes that one question asks for
PATIENCE = 5.0  # seconds
MOST_KEPT = 20_000  # posters


class Doors:
    """Finds what is behind a code. A code is always looked up; its place may be as it was `stale` seconds ago."""

    def __init__(
        self, database: Database, *, secret: bytes, clock: Callable[[], datetime], limits: Limits, stale: float
    ) -> None:
        self._database, self._secret = database, secret
        self._limits, self._stale = limits, stale
        self.places = Places(database, clock=clock, stale=stale)
        self._codes = Gathering(self._look_up, most=MOST, patience=PATIENCE)
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
            return door_of(code, self.places.find(code.place))
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
        code = (self._poster(written) if to_read else None) or await self._find_code(written)
        return door_of(code, await self.places.find_soon(code.place))

    async def _find_code(self, written: Written) -> IssuedCode:
        found = await self._codes(written) if self._database.is_remote else self._look_up([written])[0]
        code = check_code(found)
        if code.kind == "open":
            self._keep_poster(written, code)
        return code

    def close(self) -> None:
        self._codes.close()
        self.places.close()

    def _poster(self, written: Written) -> IssuedCode | None:
        """What is kept of a poster, unless it may have changed since."""
        read_at, code = self._posters.get(written, (0.0, None))
        return code if monotonic() - read_at < self._stale else None

    def _keep_poster(self, written: Written, code: IssuedCode) -> None:
        if len(self._posters) > MOST_KEPT:
            self._posters.clear()
        self._posters[written] = (monotonic(), code)

    def _look_up(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        return twice(lambda: self._look_up_once(wanted))

    def _look_up_once(self, wanted: Sequence[Written]) -> Sequence[IssuedCode | None]:
        with self._database.look() as look:
            found = find_codes(look, set(wanted))
        return [found.get(each) for each in wanted]
