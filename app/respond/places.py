"""Places as many come to them: what is known of one may be `stale` seconds old, and is read again before it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

from app.gathering import Gathering, twice
from surveys.codes.doors import Place, PlaceKey, get_places
from surveys.db import Database

MOST = 64  # that one question asks for
PATIENCE = 5.0  # seconds
MOST_KEPT = 20_000
NEVER = (0.0, None)


class Places:
    """Finds where codes lead. Raises UnavailableError."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], stale: float) -> None:
        self._database, self._clock, self._stale = database, clock, stale
        self._gather = Gathering(self._read, most=MOST, patience=PATIENCE)
        self._kept: dict[PlaceKey, tuple[float, Place]] = {}
        self._wanted: set[PlaceKey] = set()  # since they were read ahead
        self._reading: asyncio.Task[None] | None = None

    def find(self, key: PlaceKey) -> Place:
        """In a thread."""
        age, place = self._known(key)
        return place if place is not None and age < self._stale else self._read([key])[0]

    async def find_soon(self, key: PlaceKey) -> Place:
        """With others, in the event loop."""
        self._wanted.add(key)
        age, place = self._known(key)
        if 0 < self._stale / 2 < age and self._reading is None:
            self._reading = asyncio.create_task(self._read_ahead())
        return place if place is not None and age < self._stale else await self._gather(key)

    def close(self) -> None:
        self._gather.close()

    async def _read_ahead(self) -> None:
        """All that somebody came to lately, in one question, so that nobody waits while people come all the time."""
        keys, self._wanted = self._wanted, set()
        await asyncio.gather(*map(self._gather, keys), return_exceptions=True)
        self._reading = None

    def _known(self, key: PlaceKey) -> tuple[float, Place | None]:
        """What is known of a place, and how old that is."""
        read_at, place = self._kept.get(key, NEVER)
        return monotonic() - read_at, place

    def _read(self, keys: Sequence[PlaceKey]) -> Sequence[Place]:
        places = {key: place for key in keys if (place := self._new(key))}
        old = [key for key in set(keys) if key not in places]
        for place in twice(lambda: self._read_once(old)) if old else ():
            places[place.key] = place
            self._keep(place)
        return [places[key] for key in keys]

    def _new(self, key: PlaceKey) -> Place | None:
        """What somebody else has just read, for whoever asked at about the same time."""
        age, place = self._known(key)
        return place if age < self._stale / 2 else None

    def _read_once(self, keys: Sequence[PlaceKey]) -> Sequence[Place]:
        with self._database.read() as session:
            return get_places(session, keys, now=self._clock())

    def _keep(self, place: Place) -> None:
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept[place.key] = (monotonic(), place)
