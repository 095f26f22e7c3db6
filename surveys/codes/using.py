"""Marking a personal code as used, once."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Table, Text, bindparam, literal_column, select, update
from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.models import Code
from surveys.sealing import stir

TRIES = 5

CODES = cast(Table, Code.__table__)
_THIS = (CODES.c.campaign_id == bindparam("campaign"), CODES.c.id == bindparam("code"))
_USE = update(CODES).where(*_THIS, CODES.c.used_on.is_(None), CODES.c.voided_on.is_(None))
_USE = _USE.values(used_on=bindparam("day"))
_USE_AND_TELL_WHERE = _USE.returning(literal_column("ctid::text", Text))
_RELEASE = update(CODES).where(*_THIS).values(used_on=None)
_LOOK = select(CODES.c.used_on, CODES.c.voided_on).where(*_THIS)


def use_code(session: Session, *, campaign_id: int, code_id: bytes, today: date) -> None:
    """Mark the code as used, if nobody did. Of two who come at once the second waits, and is refused.

    Raises SurveyError(`code.used`), SurveyError(`code.void`), SurveyError(`code.unknown`).
    """
    code = {"campaign": campaign_id, "code": code_id}
    for _ in range(TRIES):
        if _mark(session, {**code, "day": today}):
            return
        _refuse_spent(session.execute(_LOOK, code).first())
    raise RuntimeError("a code is neither free nor spent")  # sealed again and again, within milliseconds


def release_code(session: Session, *, campaign_id: int, code_id: bytes) -> None:
    """Undo `use_code` in the same transaction."""
    session.execute(_RELEASE, {"campaign": campaign_id, "code": code_id})


def _mark(session: Session, values: dict[str, Any]) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return cast(CursorResult[Any], session.execute(_USE, values)).rowcount == 1
    place = session.execute(_USE_AND_TELL_WHERE, values).scalar()
    if place is not None:
        stir(session, place=place)
    return place is not None


def _refuse_spent(found: Row[Any, Any] | None) -> None:
    """Raise what is the matter with a code. A free one was moved by a seal while we waited: it is still free."""
    if found is None:
        raise SurveyError("code.unknown", "missing")
    if found.used_on is not None:
        raise SurveyError("code.used", "gone", day=found.used_on)
    if found.voided_on is not None:
        raise SurveyError("code.void", "gone")
