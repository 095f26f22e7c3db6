"""Reading responses: the one place where stored rows become arrays.

A million rows as a million tuples take longer than everything that is then done with them, so the database hands over
columns: SQLite as texts and one blob of a single pass, PostgreSQL as one blob for each school, group and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, LargeBinary, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from surveys.groups import GROUPS
from surveys.models import Response

NOBODY_KNOWS = -1  # a group that is none of ours
NONE = 0  # no school; ids begin at 1
CHANNELS = ("open", "personal", "sms", "paper", "phone", "import")

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
_CHANNEL = case(
    {_written(name): _written(place) for place, name in enumerate(CHANNELS)},
    value=_columns.channel,
    else_=_written(len(CHANNELS)),
)
# What is known of a form beside its answers, each a number of one byte: 0 is a pace that nobody measured.
BESIDE = (func.coalesce(_columns.pace + 1, _written(0)), cast(_columns.repeat_device, Integer), _CHANNEL)
LARGEST_BYTE = 255


@dataclass(frozen=True)
class Rows:
    """Responses in no particular order.

    group : (n,) position in GROUPS; school : (n,) id, 0 for none; version : (n,) id
    answers : all answers, one row after another, as many bytes each as the version has items
    beside : (n, k) what was read beside the answers: none of BESIDE, or each of them
    """

    group: Places
    school: Places
    version: Places
    answers: NDArray[np.uint8]
    beside: NDArray[np.uint8]


def read_rows(session: Session, *, campaign_id: int, before: date | None = None, beside: bool = False) -> Rows:
    """The campaign's responses: all, or those that were received before a day; with what is known `beside` or not."""
    read = _READERS[session.get_bind().dialect.name]
    wanted = _columns.campaign_id == campaign_id
    if before is not None:
        wanted &= _columns.received_on < before
    return read(session, wanted, BESIDE if beside else ())


def _read_columns(session: Session, wanted: ColumnElement[bool], beside: Sequence[ColumnElement[Any]]) -> Rows:
    """From SQLite, where sorting rows into groups would take four times as long as this.

    Aggregates of one query see the rows in the same order. `group_concat` takes bytes for text and keeps them as they
    are, zeros too; the lengths are checked against the papers later. Ids are never empty: asking for them leads to the
    table as it lies, where an index of some of its columns would lead from row to row, eight times as slowly.
    """
    texts = (func.group_concat(each) for each in (*_LISTED, *beside))  # with commas
    query: Select[Any] = select(*texts, _ANSWERS).where(wanted, _columns.id >= b"")
    *columns, answers = session.execute(query).one()
    group, school, version, *known = (_numbers([column]) for column in columns)
    read = np.frombuffer(answers or b"", np.uint8)
    return Rows(group, school, version, read, _side_by_side(known, group.size))


def _read_cells(session: Session, wanted: ColumnElement[bool], beside: Sequence[ColumnElement[Any]]) -> Rows:
    """From PostgreSQL, which sums up in parallel."""
    place = (_columns.group, _columns.school_id, _columns.version_id)
    together = func.string_agg(_columns.answers, literal(b"", LargeBinary))
    texts = (func.string_agg(cast(each, String), literal(",")) for each in beside)
    cells = session.execute(select(*place, func.count(), together, *texts).where(wanted).group_by(*place)).all()
    numbers = [(_position(group), school or NONE, version) for group, school, version, *_ in cells]
    columns = np.array(numbers, np.int32).reshape(-1, len(place)).repeat([cell[3] for cell in cells], axis=0)
    answers = b"".join([cell[4] for cell in cells])
    known = [_numbers([cell[column] for cell in cells]) for column in range(5, 5 + len(beside))]
    read = np.frombuffer(answers, np.uint8)
    return Rows(columns[:, 0], columns[:, 1], columns[:, 2], read, _side_by_side(known, len(columns)))


def _numbers(texts: Sequence[str | None]) -> Places:
    """The numbers of texts with commas."""
    text = ",".join(text for text in texts if text)
    return np.fromstring(text, np.int32, sep=",") if text else np.zeros(0, np.int32)


def _side_by_side(columns: Sequence[Places], rows: int) -> NDArray[np.uint8]:
    """(n, k) bytes."""
    return np.array(columns, np.int32).reshape(len(columns), rows).clip(0, LARGEST_BYTE).astype(np.uint8).T


def _position(group: str) -> int:
    return GROUPS.index(group) if group in GROUPS else NOBODY_KNOWS


_READERS: Mapping[str, Callable[[Session, ColumnElement[bool], Sequence[ColumnElement[Any]]], Rows]] = {
    "sqlite": _read_columns,
    "postgresql": _read_cells,
}
