"""Recording what became of people who did not answer: slips that came back, refusals at the door, who moved away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.errors import Problem, SurveyError, shorten
from surveys.fieldwork.called import RECORDED
from surveys.fieldwork.dispositions import DispositionRow, count_cases
from surveys.holding import hold_campaign
from surveys.models import NOWHERE, Campaign, PlaceOutcome, School

Place = tuple[str, str | None]  # group, code of the school


@dataclass(frozen=True)
class Entry:
    """What is to be recorded of one place; what is not among `counts` is 0. `row` is where a table says so."""

    group: str
    school: str | None
    counts: Mapping[str, int]
    row: int | None = None

    @property
    def place(self) -> Place:
        return self.group, self.school


def record_outcomes(
    session: Session,
    *,
    campaign_id: int,
    group: str,
    school: str | None,
    counts: Mapping[str, int],
    now: datetime,
    by: str,
) -> int:
    """Put `counts` in the place of what was recorded of a place. Gives 1, or 0 where they are the same.

    Raises SurveyError(`outcomes.invalid`) with every problem: an unknown place, negative numbers, more people than are
    left of those who were asked.
    """
    return record_entries(session, campaign_id=campaign_id, entries=[Entry(group, school, counts)], now=now, by=by)


def record_entries(
    session: Session,
    *,
    campaign_id: int,
    entries: Sequence[Entry],
    problems: Sequence[Problem] = (),
    now: datetime,
    by: str,
) -> int:
    """The same for many places, or nothing where there are `problems` already. Gives how many places changed."""
    hold_campaign(session, campaign_id=campaign_id)
    rows = {(row.group, row.school_code): row for row in count_cases(session, campaign_id=campaign_id)}
    found = (*problems, *(problem for entry in entries for problem in _problems(entry, rows)))
    if found:
        raise SurveyError("outcomes.invalid", "invalid", sorted(found, key=lambda problem: problem.row or 0))
    changed = [entry for entry in entries if _counts(entry.counts) != _counts(rows[entry.place].recorded)]
    for entry in changed:
        _write(session, campaign_id, entry)
        facts = {"group": entry.group, "school": entry.school, **_counts(entry.counts)}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action="outcomes.recorded", **facts)
    return len(changed)


def _counts(given: Mapping[str, int]) -> dict[str, int]:
    return {name: given.get(name, 0) for name in RECORDED}


def _problems(entry: Entry, rows: Mapping[tuple[str | None, str | None], DispositionRow]) -> Iterator[Problem]:
    row = rows.get(entry.place)
    negative = [name for name, people in entry.counts.items() if people < 0]
    for name in negative:
        yield Problem("outcomes.count", row=entry.row, field=name, value=str(entry.counts[name]))
    if row is None:
        yield Problem(
            "outcomes.place", row=entry.row, value=shorten(" ".join(filter(None, (entry.school, entry.group))))
        )
    elif not negative and sum(entry.counts.values()) > row.left:
        limits = {"limit": row.left, "asked": row.asked}
        yield Problem("outcomes.too_many", row=entry.row, value=str(sum(entry.counts.values())), params=limits)


def _write(session: Session, campaign_id: int, entry: Entry) -> None:
    place = {
        "campaign_id": campaign_id,
        "group": entry.group,
        "school_key": _school_key(session, campaign_id, entry.school),
    }
    session.execute(delete(PlaceOutcome).filter_by(**place))
    rows = (PlaceOutcome(**place, outcome=name, people=people) for name, people in _counts(entry.counts).items())
    session.add_all(row for row in rows if row.people)
    session.flush()


def _school_key(session: Session, campaign_id: int, code: str | None) -> int:
    if code is None:
        return NOWHERE
    query = select(School.id).join(Campaign, Campaign.county_id == School.county_id)
    return session.scalars(query.where(Campaign.id == campaign_id, School.code == code)).one()
