"""Reading responses: the one place where stored rows become arrays.

A million rows as a million tuples take longer than everything that is then done with them, so the database hands over
columns: SQLite as texts and one blob of a single pass, PostgreSQL as one blob for each school, group and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, LargeBinary, Select, case, cast, func, literal, select
from sqlalchemy.orm import Session

from surveys.groups import GROUPS
from surveys.models import Response

NOBODY_KNOWS = -1  # a group that is none of ours
NONE = 0  # no school; ids begin at 1

Places = NDArray[np.int32]
_columns = Response.__table__.c


def _written(value: object) -> ColumnElement[Any]:
    """A constant in the statement itself: SQLite takes half as long again where it looks one up for each row."""
    return literal(value, literal_execute=True)


_GROUP = case(
    {_written(name): _written(place) for place, name in enumerate(GROUPS)},
    value=_columns.group,
    else_=_written(NOBODY_KNOWS),
)
_LISTED = (_GROUP, func.coalesce(_columns.school_id, _written(NONE)), _columns.version_id)
_ANSWERS = cast(func.group_concat(_columns.answers, _written("")), LargeBinary)
_COLUMNS: Select[Any] = select(*(func.group_concat(each) for each in _LISTED), _ANSWERS)  # texts with commas


@dataclass(frozen=True)
class Rows:
    """Responses in no particular order.

    group : (n,) position in GROUPS; school : (n,) id, 0 for none; version : (n,) id
    answers : all answers, one row after another, as many bytes each as the version has items
    """

    group: Places
    school: Places
    version: Places
    answers: NDArray[np.uint8]


def read_rows(session: Session, *, campaign_id: int, before: date | None = None) -> Rows:
    """The campaign's responses: all, or those that were received before a day."""
    read = _READERS[session.get_bind().dialect.name]
    wanted = _columns.campaign_id == campaign_id
    return read(session, wanted if before is None else wanted & (_columns.received_on < before))


def _read_columns(session: Session, wanted: ColumnElement[bool]) -> Rows:
    """From SQLite, where sorting rows into groups would take four times as long as this.

    Aggregates of one query see the rows in the same order. `group_concat` takes bytes for text and keeps them as they
    are, zeros too; the lengths are checked against the papers later. Ids are never empty: asking for them leads to the
    table as it lies, where an index of some of its columns would lead from row to row, eight times as slowly.
    """
    *texts, answers = session.execute(_COLUMNS.where(wanted, _columns.id >= b"")).one()
    group, school, version = (
        np.fromstring(text, np.int32, sep=",") if text else np.zeros(0, np.int32) for text in texts
    )
    return Rows(group, school, version, np.frombuffer(answers or b"", np.uint8))


def _read_cells(session: Session, wanted: ColumnElement[bool]) -> Rows:
    """From PostgreSQL, which sums up in parallel."""
    place = (_columns.group, _columns.school_id, _columns.version_id)
    together = func.string_agg(_columns.answers, literal(b"", LargeBinary))
    cells = session.execute(select(*place, func.count(), together).where(wanted).group_by(*place)).all()
    numbers = [(_position(group), school or NONE, version) for group, school, version, _, _ in cells]
    columns = np.array(numbers, np.int32).reshape(-1, len(place)).repeat([cell[3] for cell in cells], axis=0)
    answers = b"".join([cell[4] for cell in cells])
    return Rows(columns[:, 0], columns[:, 1], columns[:, 2], np.frombuffer(answers, np.uint8))


def _position(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else NOBODY_KNOWS


_READERS: Mapping[str, Callable[[Session, ColumnElement[bool]], Rows]] = {
    "sqlite": _read_columns,
    "postgresql": _read_cells,
}
