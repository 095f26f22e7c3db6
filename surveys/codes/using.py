"""Marking personal codes as used, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys.codes.counts import add_voided
from surveys.codes.tallies import UNUSED, VOID, Tallies, day_of, mark_of
from surveys.db import Access
from surveys.errors import SurveyError
from surveys.models import Code
from surveys.models.codes import WAYS


def use_codes(session: Access, *, campaign_id: int, days: Mapping[int, date]) -> list[int]:
    """Mark the codes of these numbers as used on these days, if nobody did. Gives the numbers of those that were free.

    Of two who come at once the second waits.
    """
    return _mark(session, campaign_id, {number: mark_of(day) for number, day in days.items()})


def release_codes(session: Access, *, campaign_id: int, numbers: Sequence[int]) -> None:
    """Undo `use_codes` in the same transaction."""
    tallies = Tallies(session, campaign_id, numbers)
    for number in numbers:
        tallies[number] = UNUSED
    tallies.write()


def void_codes(session: Session, *, campaign_id: int, code_ids: Iterable[bytes], today: date) -> None:
    """Void these codes, so that nobody can answer with them; of a personal one that was used its use stays known."""
    these = (Code.campaign_id == campaign_id, Code.id.in_(list(code_ids)), Code.voided_on.is_(None))
    rows = session.execute(select(Code.number, Code.way, Code.group, Code.school_id).where(*these)).all()
    _mark(session, campaign_id, {row.number: VOID for row in rows if row.number is not None})
    session.execute(update(Code).where(*these).values(voided_on=today))
    for way in WAYS:
        places = [(row.group, row.school_id) for row in rows if row.way == way]
        add_voided(session, campaign_id=campaign_id, way=way, places=places)


def spent_codes(session: Access, *, campaign_id: int, numbers: Sequence[int]) -> Mapping[int, SurveyError]:
    """What is the matter with codes that could not be used: `code.used`, `code.void` or `code.unknown`."""
    tallies = Tallies(session, campaign_id, numbers)
    return {number: _refusal(tallies[number]) for number in numbers}


def _mark(session: Access, campaign_id: int, marks: Mapping[int, bytes]) -> list[int]:
    """The numbers of the codes that were unused, and bear these marks now."""
    tallies = Tallies(session, campaign_id, marks)
    free = [number for number in marks if tallies[number] == UNUSED]
    for number in free:
        tallies[number] = marks[number]
    tallies.write()
    return free


def _refusal(mark: bytes | None) -> SurveyError:
    if mark is None:
        return SurveyError("code.unknown", "missing")
    day = day_of(mark)
    return SurveyError("code.void", "gone") if day is None else SurveyError("code.used", "gone", day=day)
