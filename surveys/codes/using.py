"""Marking personal codes as used, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    Date,
    Executable,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    func,
    select,
    update,
)

from surveys.db import Access, dialect_of
from surveys.errors import SurveyError
from surveys.models import Code

TRIES = 5

CODES = cast(Table, Code.__table__)
_THESE = (CODES.c.campaign_id == bindparam("campaign"), CODES.c.id.in_(bindparam("codes", expanding=True)))
_RELEASE = update(CODES).where(*_THESE).values(used_on=None)
_LOOK = select(CODES.c.id, CODES.c.used_on, CODES.c.voided_on).where(*_THESE)
_FREE = (CODES.c.used_on.is_(None), CODES.c.voided_on.is_(None))
_COUNT_FREE = select(func.count()).where(*_THESE, *_FREE)
_USE_ALL = update(CODES).where(*_THESE).values(used_on=bindparam("day"))
# PostgreSQL also has to keep its pages in order, and does all of it in one call: see migrations 0010.
_USE: Mapping[str, Executable] = {
    "sqlite": update(CODES).where(*_THESE, *_FREE).values(used_on=bindparam("day")).returning(CODES.c.id),
    "postgresql": select(
        func.use_codes(
            bindparam("campaign", type_=Integer),
            bindparam("codes", type_=ARRAY(LargeBinary)),
            bindparam("day", type_=Date),
        )
    ),
}


def use_codes(session: Access, *, campaign_id: int, code_ids: Sequence[bytes], today: date) -> list[bytes]:
    """Mark these codes as used, if nobody did. Gives those that were free. Of two who come at once the second waits."""
    if dialect_of(session) == "sqlite" and _use_all(session, campaign_id, code_ids, today):
        return list(code_ids)
    used: list[bytes] = []
    mark = _USE[dialect_of(session)]
    for _ in range(TRIES):
        left = [code_id for code_id in code_ids if code_id not in used]
        used += session.scalars(mark, {"campaign": campaign_id, "codes": left, "day": today})
        # A free one that was not marked was moved by a seal while we waited: it is still free.
        if len(used) == len(code_ids) or not _are_free(session, campaign_id, set(code_ids) - set(used)):
            return used
    raise RuntimeError("a code is neither free nor spent")  # sealed again and again, within milliseconds


def _use_all(session: Access, campaign_id: int, code_ids: Sequence[bytes], today: date) -> bool:
    """Whether all were free, as nearly always; else none is marked.

    Two steps of SQLite, which has one writer at a time. To be told of each row would be a step for each, and at each
    the driver lets go of the interpreter.
    """
    these = {"campaign": campaign_id, "codes": code_ids}
    if session.scalar(_COUNT_FREE, these) != len(code_ids):
        return False
    session.execute(_USE_ALL, {**these, "day": today})
    return True


def release_codes(session: Access, *, campaign_id: int, code_ids: Sequence[bytes]) -> None:
    """Undo `use_codes` in the same transaction."""
    session.execute(_RELEASE, {"campaign": campaign_id, "codes": code_ids})


def spent_codes(session: Access, *, campaign_id: int, code_ids: Sequence[bytes]) -> Mapping[bytes, SurveyError]:
    """What is the matter with codes that could not be used: `code.used`, `code.void` or `code.unknown`."""
    found = {row.id: row for row in session.execute(_LOOK, {"campaign": campaign_id, "codes": code_ids})}
    return {code_id: _refusal(found.get(code_id)) for code_id in code_ids}


def _refusal(found: Any) -> SurveyError:
    if found is None:
        return SurveyError("code.unknown", "missing")
    if found.used_on is not None:
        return SurveyError("code.used", "gone", day=found.used_on)
    return SurveyError("code.void", "gone")


def _are_free(session: Access, campaign_id: int, code_ids: set[bytes]) -> bool:
    rows = session.execute(_LOOK, {"campaign": campaign_id, "codes": list(code_ids)})
    return any(used_on is None and voided_on is None for _, used_on, voided_on in rows)
