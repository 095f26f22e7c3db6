"""How calls about codes ended, as counts of their places; and in the end nothing but the counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Insert, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from surveys.codes.tallies import MARK, UNUSED, with_marks
from surveys.db import Access, dialect_of
from surveys.models import NOWHERE, Code, CodeOutcome, PlaceOutcome

RECORDED = ("refused", "not_reached", "not_eligible", "other")  # what remains is unknown without being recorded

Place = tuple[str, int | None]  # group, school

_PLACES = cast(Table, PlaceOutcome.__table__)


def count_called(session: Access, *, campaign_id: int) -> Mapping[Place, Mapping[str, int]]:
    """How the last calls ended about codes that nobody has used since. Only sums leave the database."""
    own = (Code.campaign_id == CodeOutcome.campaign_id) & (Code.number == CodeOutcome.number)
    query = (
        select(Code.group, Code.school_id, CodeOutcome.outcome, func.count())
        .select_from(with_marks(Code.__table__).join(CodeOutcome.__table__, own))
        .where(CodeOutcome.campaign_id == campaign_id, CodeOutcome.outcome.in_(RECORDED), MARK == UNUSED)
        .group_by(Code.group, Code.school_id, CodeOutcome.outcome)
    )
    found: dict[Place, dict[str, int]] = {}
    for group, school, outcome, count in session.execute(query):
        found.setdefault((group, school), {})[outcome] = count
    return found


def fold_calls(session: Access, *, campaign_id: int) -> None:
    """For ever: add the calls to what was recorded of their places. How one ended tells that its code was not used."""
    rows = [
        {"campaign_id": campaign_id, "group": group, "school_key": school or NOWHERE, "outcome": name, "people": people}
        for (group, school), counts in count_called(session, campaign_id=campaign_id).items()
        for name, people in counts.items()
    ]
    if rows:
        session.execute(_ADD[dialect_of(session)], rows)
    session.execute(delete(CodeOutcome).where(CodeOutcome.campaign_id == campaign_id))


def _adding(insert: sqlite.Insert | postgresql.Insert) -> Insert:
    key = [column.name for column in _PLACES.primary_key]
    return insert.on_conflict_do_update(
        index_elements=key, set_={"people": _PLACES.c.people + insert.excluded["people"]}
    )


_ADD = {"sqlite": _adding(sqlite.insert(_PLACES)), "postgresql": _adding(postgresql.insert(_PLACES))}
