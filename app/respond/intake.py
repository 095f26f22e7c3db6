"""The intake: sheets that arrive together are stored by one transaction, and receipts leave after its commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from app.gathering import Gathering, twice
from app.respond.gate import Gate
from surveys.db import Database
from surveys.responses import Outcome, Receipt, Sheet, Ticket, find_receipt, store

MOMENT = 0.0005  # seconds to wait for company in a crowd; a commit takes about as long
MOST = 64  # sheets of one transaction
PATIENCE = 5.0  # seconds until a respondent hears that it takes too long


class Intake:
    """Calling it stores a sheet: the receipt, or the SurveyError of its refusal raised.

    Raises UnavailableError when it is not known to be stored; to hand in the same sheet again is always right.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self.gate = Gate()
        self._gather: Gathering[Sheet, Outcome] = Gathering(
            lambda sheets: twice(lambda: self._store(sheets)), most=MOST, patience=PATIENCE, moment=MOMENT
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
        with self._database.write(alone=self.gate) as connection:
            return store(connection, sheets, now=self._clock())
