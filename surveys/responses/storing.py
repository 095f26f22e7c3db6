"""The statements that write responses and comments: the second of the two ledgers. A repeated id changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    CursorResult,
    DateTime,
    Insert,
    Integer,
    Table,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from surveys.db import Access, connection_of, dialect_of
from surveys.looking import Looker
from surveys.models import Comment, Response

RESPONSES = cast(Table, Response.__table__)
COMMENTS = cast(Table, Comment.__table__)
KEY = ("campaign_id", "id")

# The constraint decides, in one statement: of two who come at once, the second waits for the first.
_ADD: Mapping[str, Insert] = {
    "sqlite": sqlite.insert(RESPONSES).on_conflict_do_nothing(index_elements=KEY),
    "postgresql": postgresql.insert(RESPONSES).on_conflict_do_nothing(index_elements=KEY),
}
_ADD_COMMENTS: Mapping[str, Insert] = {
    "sqlite": sqlite.insert(COMMENTS).on_conflict_do_nothing(index_elements=KEY),
    "postgresql": postgresql.insert(COMMENTS).on_conflict_do_nothing(index_elements=KEY),
}
# All rows as one array a column: the statement is the same for one row and for sixty, and PostgreSQL plans it once.
_NAMES = [each.name for each in RESPONSES.c]
_ROWS = (
    func.unnest(*(bindparam(f"{each.name}s", type_=ARRAY(each.type)) for each in RESPONSES.c))
    .table_valued(*(column(each.name, each.type) for each in RESPONSES.c))
    .render_derived("arrived")
)
_ADD_AND_TELL: Mapping[str, Insert] = {
    "sqlite": _ADD["sqlite"].returning(RESPONSES.c.id),
    "postgresql": postgresql.insert(RESPONSES)
    .from_select(_NAMES, select(_ROWS))
    .on_conflict_do_nothing(index_elements=KEY)
    .returning(RESPONSES.c.id),
}
_OF_SHEETS = (
    "group",
    "school_id",
    "version_id",
    "answers",
    "language",
    "channel",
    "received_on",
    "pace",
    "repeat_device",
)
_OF_COMMENTS = ("campaign_id", "id", "group", "text")
_STORE = select(
    func.store_sheets(
        bindparam("moment", type_=DateTime(timezone=True)),
        *(bindparam(f"{name}s", type_=ARRAY(RESPONSES.c[name].type)) for name in ("campaign_id", "id")),
        bindparam("numbers", type_=ARRAY(Integer)),
        *(bindparam(f"{name}s", type_=ARRAY(RESPONSES.c[name].type)) for name in _OF_SHEETS),
        *(bindparam(f"comment_{name}s", type_=ARRAY(COMMENTS.c[name].type)) for name in _OF_COMMENTS),
    )
)
_COUNTED = {"preserve_rowcount": True}
_DAYS = select(RESPONSES.c.id, RESPONSES.c.received_on).where(
    RESPONSES.c.campaign_id == bindparam("campaign"), RESPONSES.c.id.in_(bindparam("ids", expanding=True))
)


def add_responses(session: Access, rows: Sequence[Mapping[str, Any]]) -> set[bytes]:
    """Store `rows`, but those whose id is stored already. Gives the ids that are new."""
    if not rows:
        return set()
    dialect = dialect_of(session)
    if dialect == "postgresql":
        return set(session.scalars(_ADD_AND_TELL[dialect], _columns(rows, _NAMES)))
    if _add_all_new(session, rows):
        return {row["id"] for row in rows}
    return set(session.scalars(_ADD_AND_TELL[dialect], rows))


def _add_all_new(session: Access, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all were new, as nearly always; else none of them is stored.

    One step of SQLite for all: at each step its driver lets go of the interpreter, and in a crowd has to wait for it.
    """
    values = tuple(_plain(row[name]) for row in rows for name in _NAMES)
    try:
        connection_of(session).exec_driver_sql(_insert_of(len(rows)), values)
    except IntegrityError:
        return False
    return True


@cache
def _insert_of(count: int) -> str:
    names, marks = ", ".join(f'"{name}"' for name in _NAMES), ", ".join("?" * len(_NAMES))
    return f"INSERT INTO responses ({names}) VALUES {', '.join([f'({marks})'] * count)}"  # noqa: S608 - our own names


def _plain(value: object) -> object:
    """As SQLite keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def store_all_new(
    look: Looker,
    rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[int | None],
    comments: Sequence[Mapping[str, Any]],
    moment: datetime,
) -> bool:
    """Store rows, the numbers of the codes they use up and their comments on PostgreSQL: one call, one transaction.

    Whether it did: all are stored, or, where any of them is special, none.
    """
    arrays = {**_columns(rows, _NAMES), **_columns(comments, _OF_COMMENTS, "comment_")}
    ((stored,),) = look.all(_STORE, {"moment": moment, "numbers": numbers, **arrays})
    return bool(stored)


def _columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str], prefix: str = "") -> dict[str, list[Any]]:
    """An array for each column, under the name that the statements bind it by."""
    return {f"{prefix}{name}s": [row[name] for row in rows] for name in names}


def count_added(session: Access, rows: Sequence[Mapping[str, Any]]) -> int:
    """As `add_responses`, for the many rows of an import: gives only how many are new."""
    statement = _ADD[dialect_of(session)]
    result = session.execute(statement, rows, execution_options=_COUNTED)
    return cast(CursorResult[Any], result).rowcount


def add_comments(session: Access, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store comments apart from the answers they came with."""
    if rows:
        session.execute(_ADD_COMMENTS[dialect_of(session)], rows)


def find_days(session: Access, *, campaign_id: int, response_ids: Sequence[bytes]) -> dict[bytes, date]:
    """The days on which those of these responses came in that are stored."""
    rows = session.execute(_DAYS, {"campaign": campaign_id, "ids": response_ids})
    return dict(iter(rows))
