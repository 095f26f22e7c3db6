"""The table of forms that wait. Who changes it holds the campaign, so that two keyings of a form follow one another.

The row of a code is not touched: it would bear the number of the transaction that stores the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveys.models import PaperEntry
from surveys.paper.model import Keying

Keyings = Mapping[int, Keying]  # 1 and 2


class Waiting(NamedTuple):
    """How many forms wait: those keyed once, and those keyed twice, whose keyings differ."""

    once: int
    twice: int


def load_keyings(session: Session, campaign_id: int, numbers: Iterable[int] | None = None) -> Mapping[int, Keyings]:
    """What was keyed of forms, by the numbers of their codes; of all that wait where no numbers are given."""
    query = select(PaperEntry).where(PaperEntry.campaign_id == campaign_id)
    if numbers is not None:
        query = query.where(PaperEntry.number.in_(list(numbers)))
    found: dict[int, dict[int, Keying]] = {}
    for entry in session.scalars(query.order_by(PaperEntry.number, PaperEntry.keying)):
        keying = Keying(entry.version_id, entry.answers, entry.comment, entry.language, entry.keyed_by)
        found.setdefault(entry.number, {})[entry.keying] = keying
    return found


def count_waiting(session: Session, *, campaign_id: int) -> Waiting:
    """How many forms would be lost if the campaign ended now."""
    query = select(func.count()).where(PaperEntry.campaign_id == campaign_id).group_by(PaperEntry.number)
    keyings = session.scalars(query).all()
    return Waiting(keyings.count(1), keyings.count(2))


def add_keying(session: Session, campaign_id: int, number: int, nth: int, keying: Keying) -> None:
    row = PaperEntry(
        campaign_id=campaign_id,
        number=number,
        keying=nth,
        version_id=keying.version_id,
        answers=keying.answers,
        comment=keying.comment,
        language=keying.language,
        keyed_by=keying.by,
    )
    session.add(row)
    session.flush()
    session.expunge(row)


def delete_keyings(session: Session, campaign_id: int, number: int) -> None:
    these = (PaperEntry.campaign_id == campaign_id, PaperEntry.number == number)
    session.execute(delete(PaperEntry).where(*these), execution_options={"synchronize_session": False})
