"""Personal codes by their number within the campaign, for those who work with a code that nobody scanned or typed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.codes.doors import Door, find_door
from surveys.codes.forms import typed_of
from surveys.errors import SurveyError
from surveys.models import Code


def get_numbered_door(session: Session, *, campaign_id: int, number: int, secret: bytes, now: datetime) -> Door:
    """The door of the code with this number. Raises as `find_door`."""
    query = select(Code.id).where(Code.campaign_id == campaign_id, Code.number == number)
    code_id = session.scalar(query)
    if code_id is None:
        raise SurveyError("code.unknown", "missing")
    return find_door(session, typed=typed_of(secret, code_id), secret=secret, now=now)


def serial_of(session: Session, door: Door) -> int:
    """Which of its place's personal codes it is: the number that is printed on forms, and counts a caller's list."""
    query = select(Code.position).where(Code.campaign_id == door.campaign.id, Code.id == door.code_id)
    return int(session.scalars(query).one())
