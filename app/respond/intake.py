"""The intake: sheets that arrive together are stored by one transaction, and receipts leave after its commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from app.gathering import Gathering, twice
from surveys.db import Database
from surveys.responses import Outcome, Receipt, Sheet, Ticket, find_receipt, store, store_at_once

MOST = 64  # sheets of one transaction
PATIENCE = 5.0  # seconds until a respondent hears that it takes too long


class Intake:
    """Stores sheets: gives the receipt, or raises the SurveyError of its refusal.

    Raises UnavailableError when it is not known to be stored; to hand in the same sheet again is always right.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._gather: Gathering[Sheet, Receipt] = Gathering(
            self._store_together, most=MOST, patience=PATIENCE, turn=database.turn
        )

    async def store_soon(self, sheet: Sheet) -> Receipt:
        """With others, in the event loop."""
        return await self._gather(sheet)

    def store(self, sheet: Sheet) -> Receipt:
        """By itself, in a thread."""
        (outcome,) = self._store_together([sheet])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def find_receipt(self, ticket: Ticket) -> Receipt | None:
        """What this key got before."""
        with self._database.read() as session:
            return find_receipt(session, ticket)

    def close(self) -> None:
        self._gather.close()

    def _store_together(self, sheets: Sequence[Sheet]) -> Sequence[Outcome]:
        return twice(lambda: self._store_at_once(sheets) or self._store_one_by_one(sheets))

    def _store_at_once(self, sheets: Sequence[Sheet]) -> Sequence[Outcome] | None:
        """Nearly always, one question that crosses to the database, instead of four or five."""
        if not self._database.is_remote:
            return None
        with self._database.look() as look:
            return store_at_once(look, sheets, now=self._clock())

    def _store_one_by_one(self, sheets: Sequence[Sheet]) -> Sequence[Outcome]:
        with self._database.write() as connection:
            return store(connection, sheets, now=self._clock())
