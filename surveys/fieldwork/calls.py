"""Interviews by telephone: which case is called next, how a call ended, and the answers that were given.

A case is an unused code of a place. Nobody's name or number is known here: the caller has a list of their own, and
finds the number by the serial.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, case, delete, func, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.codes.doors import Door
from surveys.codes.issuing import Draw
from surveys.codes.numbers import get_numbered_door, serial_of
from surveys.codes.tallies import MARK, UNUSED, USED, with_marks
from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.holding import hold_campaign
from surveys.models import Code, CodeOutcome, School
from surveys.responses import Raw, Receipt, check_open, submit

CALLED = ("sms", "slip")  # a code on a form belongs to the form
OVER = ("refused", "not_eligible", "unknown")  # nobody is called again after these; `unknown` is a dead number
AGAIN = ("not_reached", "other")  # `other` is another day
CALL_OUTCOMES = (*AGAIN, *OVER)

_codes, _outcomes = cast(Table, Code.__table__), cast(Table, CodeOutcome.__table__)
_WITH_OUTCOMES = with_marks(
    _codes.outerjoin(
        _outcomes, and_(_outcomes.c.campaign_id == _codes.c.campaign_id, _outcomes.c.number == _codes.c.number)
    )
)
_CALLABLE = (_codes.c.kind == "personal", _codes.c.way.in_(CALLED), _codes.c.voided_on.is_(None))
_UNUSED = MARK == UNUSED
_STILL = func.coalesce(_outcomes.c.outcome, AGAIN[0]).in_(AGAIN)


@dataclass(frozen=True)
class CallPlace:
    """How far the calls of one group at one school, or in the county, have come."""

    group: str
    school_code: str | None
    school_name: str | None
    cases: int
    answered: int  # by whichever way
    fresh: int  # never called
    again: int
    over: int


@dataclass(frozen=True)
class Case:
    """What an interviewer has in hand. `serial` counts the codes of the place: the n-th of the caller's own list."""

    number: int
    serial: int
    calls: int
    outcome: str | None  # of the last call
    door: Door

    @property
    def papers(self) -> tuple[Paper, ...]:
        return self.door.papers


def count_cases(session: Session, *, campaign_id: int) -> tuple[CallPlace, ...]:
    """Every place with codes that can be called about."""
    places = (_codes.c.group, School.code, School.name)
    counts = (
        func.count(),
        func.count(USED),
        func.count(case((and_(_UNUSED, _outcomes.c.outcome.is_(None)), 1))),
        func.count(case((and_(_UNUSED, _outcomes.c.outcome.in_(AGAIN)), 1))),
        func.count(case((and_(_UNUSED, _outcomes.c.outcome.in_(OVER)), 1))),
    )
    query = (
        select(*places, *counts)
        .select_from(_WITH_OUTCOMES.outerjoin(School.__table__, School.id == _codes.c.school_id))
        .where(_codes.c.campaign_id == campaign_id, *_CALLABLE)
        .group_by(*places)
    )
    return tuple(sorted((CallPlace(*row) for row in session.execute(query)), key=_order))


def next_case(
    session: Session, *, campaign: CampaignView, group: str, school: str | None, draw: Draw, now: datetime
) -> int | None:
    """The number of the code to call about next: by lot among those called least, so that two callers seldom meet.

    None where the place has none left. Raises SurveyError(`campaign.closed`, `campaign.not_yet_open`).
    """
    check_open(campaign, now=now)
    calls = func.coalesce(_outcomes.c.calls, 0)
    here = School.code.is_(None) if school is None else School.code == school
    query = (
        select(_codes.c.number, calls)
        .select_from(_WITH_OUTCOMES.outerjoin(School.__table__, School.id == _codes.c.school_id))
        .where(_codes.c.campaign_id == campaign.id, _codes.c.group == group, here, *_CALLABLE, _UNUSED, _STILL)
    )
    rows = session.execute(query).all()
    least = min((count for _, count in rows), default=0)
    cases = sorted(number for number, count in rows if count == least)
    return cases[int.from_bytes(draw(8), "big") % len(cases)] if cases else None


def get_case(session: Session, *, campaign: CampaignView, number: int, secret: bytes, now: datetime) -> Case:
    """The case of the code with this number.

    Raises SurveyError(`calls.no_case`) where no such code can be called about, SurveyError(`calls.answered`) where it
    was used meanwhile, and what `check_open` raises.
    """
    check_open(campaign, now=now)
    door = get_numbered_door(session, campaign_id=campaign.id, number=number, secret=secret, now=now)
    if door.code.way not in CALLED:
        raise SurveyError("calls.no_case", "missing")
    if door.used_on is not None:
        raise SurveyError("calls.answered", "conflict")
    row = session.get(CodeOutcome, (campaign.id, number))
    calls, outcome = (row.calls, row.outcome) if row else (0, None)
    return Case(number, serial_of(session, door), calls, outcome, door)


def record_outcome(
    session: Session,
    *,
    campaign: CampaignView,
    number: int,
    outcome: str,
    secret: bytes,
    now: datetime,
    today: date,
) -> Case:
    """Note how a call ended, for whoever calls next.

    Raises SurveyError(`calls.outcome`), and what `get_case` raises.
    """
    if outcome not in CALL_OUTCOMES:
        raise SurveyError("calls.outcome", "invalid", expected=", ".join(CALL_OUTCOMES))
    hold_campaign(session, campaign_id=campaign.id)
    found = get_case(session, campaign=campaign, number=number, secret=secret, now=now)
    _forget_answered(session, campaign.id)
    values = {"outcome": outcome, "calls": found.calls + 1, "recorded_on": today}
    session.merge(CodeOutcome(campaign_id=campaign.id, number=number, **values))
    session.flush()
    return found


def record_answers(
    session: Session,
    *,
    campaign: CampaignView,
    number: int,
    version_id: int,
    key: str,
    raw: Raw,
    comment: str | None,
    language: str,
    secret: bytes,
    now: datetime,
    today: date,
) -> Receipt:
    """Store what was answered on the telephone. `key` is the page's own, so that a repeat gets the first receipt.

    What was noted of earlier calls stays for now: a row that goes together with the answers would lead to them.
    Raises what `submit` raises.
    """
    door = get_numbered_door(session, campaign_id=campaign.id, number=number, secret=secret, now=now)
    if door.code.way not in CALLED:
        raise SurveyError("calls.no_case", "missing")
    facts: Mapping[str, Any] = {"version_id": version_id, "comment": comment, "language": language, "today": today}
    return submit(
        session,
        door=door,
        key=key,
        raw=raw,
        secret=secret,
        now=now,
        pace=None,
        repeat_device=False,
        channel="phone",
        **facts,
    )


def _forget_answered(session: Session, campaign_id: int) -> None:
    """Take away the outcomes of all codes that are used by now."""
    used = (
        select(_codes.c.number)
        .select_from(with_marks(_codes))
        .where(_codes.c.campaign_id == campaign_id, _codes.c.number.is_not(None), MARK != UNUSED)
    )
    these = (CodeOutcome.campaign_id == campaign_id, CodeOutcome.number.in_(used))
    session.execute(delete(CodeOutcome).where(*these), execution_options={"synchronize_session": False})


def _order(place: CallPlace) -> tuple[bool, str, int]:
    return place.school_code is None, place.school_code or "", GROUPS.index(place.group)
