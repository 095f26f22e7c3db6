"""The turnstile: counts who opens a page and who hands one in, by place and ten minutes, beside the answers.

It counts in memory, and what was counted is written later, by a transaction of its own, some 20 to 40 seconds after
the first. Not with the answer, because on PostgreSQL a row names the transaction that wrote it: the counts would name
the answer. Not at once after it, nor at a steady beat, because whose writing comes right behind an answer or at a
known moment tells nearly as much. So a count is joined to whatever came in that time, and to nothing in particular.

Counts are for watching. They may be lost when a process is killed, and no answer waits for them or fails by them.
"""

from __future__ import annotations

import random
from datetime import datetime, tzinfo
from logging import Logger
from threading import Event, Lock, Thread

from surveys.codes import Place
from surveys.db import Database, RejectedError, UnavailableError
from surveys.fieldwork.arrivals import Counts, Key, add_arrivals, slot_of

SOONEST, LATEST = 20.0, 40.0  # seconds until what was counted is written
MOST = 10_000  # places in ten minutes that are kept while the database is away
PATIENCE = 5.0  # seconds that the end of the process waits for a writing that is under way


class Turnstile:
    """That of one process. Any thread may count; a thread of its own writes, from the first count on."""

    def __init__(self, database: Database, *, timezone: tzinfo, logger: Logger) -> None:
        self._database, self._timezone, self._logger = database, timezone, logger
        self._lock = Lock()
        self._counts: dict[Key, tuple[int, int]] = {}
        self._some, self._closing = Event(), Event()
        self._thread: Thread | None = None

    def count_opened(self, place: Place, now: datetime) -> None:
        """Somebody was shown the questionnaire."""
        self._count(place, now, 1, 0)

    def count_completed(self, place: Place, now: datetime) -> None:
        """Somebody's answers were received, for the first time."""
        self._count(place, now, 0, 1)

    def flush(self) -> None:
        """Write what was counted. Where the database is away it stays for the next time.

        If the connection broke while it committed, it may be counted twice.
        """
        with self._lock:
            taken, self._counts = self._counts, {}
            self._some.clear()
        if not taken:
            return
        try:
            with self._database.begin() as session:
                add_arrivals(session, taken)
        except UnavailableError:
            self._put_back(taken)
        except RejectedError as error:  # it would be rejected for ever
            self._logger.error("arrivals were not counted: %s", error)

    def close(self) -> None:
        """Write what is left, and count no longer."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
        self.flush()

    def _count(self, place: Place, now: datetime, opened: int, completed: int) -> None:
        slot = slot_of(now, few=place.few, timezone=self._timezone)
        with self._lock:
            self._add((place.campaign.id, slot, place.group, place.school_id), opened, completed)

    def _add(self, key: Key, opened: int, completed: int) -> None:
        """With the lock."""
        before = self._counts.get(key)
        if before is not None:
            self._counts[key] = before[0] + opened, before[1] + completed
        elif len(self._counts) < MOST:
            self._counts[key] = opened, completed
            self._wake()

    def _wake(self) -> None:
        self._some.set()
        if self._thread is None and not self._closing.is_set():
            self._thread = Thread(target=self._write_now_and_then, daemon=True)
            self._thread.start()

    def _put_back(self, counts: Counts) -> None:
        with self._lock:
            for key, (opened, completed) in counts.items():
                self._add(key, opened, completed)

    def _write_now_and_then(self) -> None:
        while not self._closing.is_set():
            self._some.wait()
            self._closing.wait(random.uniform(SOONEST, LATEST))
            self.flush()
