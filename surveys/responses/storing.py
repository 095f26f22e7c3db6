"""The statements that write responses and comments: the second of the two ledgers. A repeated id changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, Insert, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.models import Comment, Response

RESPONSES = cast(Table, Response.__table__)
COMMENTS = cast(Table, Comment.__table__)
KEY = ("campaign_id", "id")

# The constraint decides, in one statement: of two who come at once, the second waits for the first.
_ADD: Mapping[str, Insert] = {
    "sqlite": sqlite.insert(RESPONSES).on_conflict_do_nothing(index_elements=KEY),
    "postgresql": postgresql.insert(RESPONSES).on_conflict_do_nothing(index_elements=KEY),
}
_COUNTED = {"preserve_rowcount": True}


def add_responses(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Store `rows`, but those whose id is stored already. Gives how many are new."""
    statement = _ADD[session.get_bind().dialect.name]
    result = session.execute(statement, rows, execution_options=_COUNTED)
    return cast(CursorResult[Any], result).rowcount


def add_comments(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store comments apart from the answers they came with."""
    session.execute(insert(COMMENTS), rows)


def find_day(session: Session, *, campaign_id: int, response_id: bytes) -> date | None:
    """The day a response came in, if it is stored."""
    columns = RESPONSES.c
    query = select(columns.received_on).where(columns.campaign_id == campaign_id, columns.id == response_id)
    return session.scalar(query)
