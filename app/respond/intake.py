"""The intake: sheets that arrive together are stored by one transaction, and receipts leave after its commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from app.gathering import Gathering, twice
from app.respond.gate import Gate
from surveys.db import Database
from surveys.responses import Outcome, Receipt, Sheet, Ticket, find_receipt, store, store_at_once

MOMENT = 0.001  # seconds to wait for company in a crowd; a commit takes about as long
MOST = 64  # sheets of one transaction
PATIENCE = 5.0  # seconds until a respondent hears that it takes too long


class Intake:
    """Calling it stores a sheet: the receipt, or the SurveyError of its refusal raised.

    Raises UnavailableError when it is not known to be stored; to hand in the same sheet again is always right.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self.gate = Gate()  # never shut for a database of its own: it works while this process does
        self._alone: AbstractContextManager[object] = nullcontext() if database.is_remote else self.gate
        self._gather: Gathering[Sheet, Outcome] = Gathering(
            lambda sheets: twice(lambda: self._store(sheets)),
            most=MOST,
            patience=PATIENCE,
            moment=MOMENT if database.is_remote else 0,
            turn=database.turn,
        )

    def __call__(self, sheet: Sheet) -> Receipt:
        receipt = self._gather(sheet)
        assert isinstance(receipt, Receipt)  # the other outcome was raised
        return receipt

    def find_receipt(self, ticket: Ticket) -> Receipt | None:
        """What this key got before."""
        with self._database.read() as session:
            return find_receipt(session, ticket)

    def _store(self, sheets: Sequence[Sheet]) -> list[Outcome]:
        return (self._store_at_once(sheets) if self._database.is_remote else None) or self._store_one_by_one(sheets)

    def _store_at_once(self, sheets: Sequence[Sheet]) -> list[Outcome] | None:
        """Nearly always, one question that crosses to the database, instead of four or five."""
        with self._database.look() as look:
            return store_at_once(look, sheets, now=self._clock())

    def _store_one_by_one(self, sheets: Sequence[Sheet]) -> list[Outcome]:
        with self._database.write(alone=self._alone) as connection:
            return store(connection, sheets, now=self._clock())
