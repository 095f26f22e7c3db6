"""Which list positions were drawn. Names are not known here: a school finds them on its own lists."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Envelope:
    """The people of one class (or of a group at a school without class lists) who were drawn, by list numbers."""

    group: str
    school_code: str | None
    grade: int | None
    number: int | None  # of the class
    size: int  # list positions there are
    positions: tuple[int, ...]  # ascending, from 1
    band: str = ""  # of grades, where the list is of one


def list_envelopes(session: Session, *, campaign_id: int, school: str | None = None) -> tuple[Envelope, ...]:
    """The envelopes of a campaign's drawn plan, or of one school (its code), in the order of schools and groups."""
    return ()
