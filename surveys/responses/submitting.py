"""One respondent's answers become one response, however often they arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Row, Table, bindparam, select, update
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper, state_of
from surveys.codes.doors import Door
from surveys.crockford import encode
from surveys.digests import SHORT, keyed
from surveys.errors import SurveyError
from surveys.models import Code
from surveys.responses.checking import Raw, check_key, check_sheet
from surveys.responses.storing import add_comments, add_responses, find_day

SLOWEST = 60  # seconds a question; the cap keeps a long pause from telling who it was
TRIES = 5

CODES = cast(Table, Code.__table__)
_THIS_CODE = (CODES.c.campaign_id == bindparam("campaign"), CODES.c.id == bindparam("code"))
_USE = update(CODES).where(*_THIS_CODE, CODES.c.used_on.is_(None), CODES.c.voided_on.is_(None))
_USE = _USE.values(used_on=bindparam("day"))
_RELEASE = update(CODES).where(*_THIS_CODE).values(used_on=None)
_LOOK = select(CODES.c.used_on, CODES.c.voided_on).where(*_THIS_CODE)


@dataclass(frozen=True)
class Receipt:
    """What a respondent keeps. The number derives one way from the page's key, and is stored nowhere."""

    number: str  # XXXX-XXXX-XXXX
    day: date
    repeated: bool


@dataclass(frozen=True)
class _Ticket:
    """What derives from one submission key."""

    campaign_id: int
    response_id: bytes = field(repr=False)
    comment_id: bytes = field(repr=False)
    number: str = field(repr=False)


def submit(
    session: Session,
    *,
    door: Door,
    version_id: int,
    key: str,
    raw: Raw,
    comment: str | None,
    language: str,
    pace: int | None,
    repeat_device: bool,
    now: datetime,
    today: date,
    secret: bytes,
) -> Receipt:
    """Store the answers, or give back the first receipt where this key has come before, whatever happened since.

    Raises SurveyError(`answers.no_key`, `campaign.not_yet_open`, `campaign.closed`, `code.used`, `code.void`,
    `answers.wrong_paper`, `answers.invalid`); then nothing is written. Show the receipt after the commit.
    """
    check_key(key)
    ticket = _ticket(door.campaign.id, key, secret)
    try:
        _check_door(door, now)
        answers, text = check_sheet(_find_paper(door, version_id).instrument, raw, comment, language)
        row = {
            "campaign_id": ticket.campaign_id,
            "id": ticket.response_id,
            "group": door.group,
            "school_id": door.school_id,
            "version_id": version_id,
            "answers": answers,
            "language": language,
            "channel": door.kind,
            "received_on": today,
            "pace": None if pace is None else max(0, min(pace, SLOWEST)),
            "repeat_device": repeat_device,
        }
        if _store(session, door, row, today):
            _keep_comment(session, ticket, door, text)
            return Receipt(ticket.number, today, repeated=False)
    except SurveyError:
        first = _first_receipt(session, ticket)
        if first is None:
            raise
        return first
    return cast(Receipt, _first_receipt(session, ticket))


def _ticket(campaign_id: int, key: str, secret: bytes) -> _Ticket:
    response_id = keyed(secret, "response", campaign_id, key)[:SHORT]
    comment_id = keyed(secret, "comment", campaign_id, key)[:SHORT]
    number = encode(keyed(secret, "receipt", campaign_id, key)[:10], 12)
    return _Ticket(campaign_id, response_id, comment_id, f"{number[:4]}-{number[4:8]}-{number[8:]}")


def _first_receipt(session: Session, ticket: _Ticket) -> Receipt | None:
    day = find_day(session, campaign_id=ticket.campaign_id, response_id=ticket.response_id)
    return None if day is None else Receipt(ticket.number, day, repeated=True)


def _check_door(door: Door, now: datetime) -> None:
    check_open(door.campaign, now=now)
    if door.used_on is not None:
        raise SurveyError("code.used", "gone", day=door.used_on)


def check_open(campaign: CampaignView, *, now: datetime) -> None:
    """Raises SurveyError(`campaign.not_yet_open`) or SurveyError(`campaign.closed`)."""
    state = state_of(campaign.opens_at, campaign.closes_at, now)
    if state == "closed":
        raise SurveyError("campaign.closed", "gone", name=campaign.name)
    if state != "open":
        raise SurveyError("campaign.not_yet_open", "conflict", name=campaign.name)


def _find_paper(door: Door, version_id: int) -> Paper:
    for paper in door.papers:
        if paper.version_id == version_id:
            return paper
    raise SurveyError("answers.wrong_paper", "invalid")


def _store(session: Session, door: Door, row: dict[str, Any], today: date) -> bool:
    """Whether the response is new. First the code, then the answers: everybody takes their locks in this order."""
    if door.kind != "personal":
        return add_responses(session, [row]) == 1
    code = {"campaign": door.campaign.id, "code": door.code_id}
    _use(session, code, today)
    if add_responses(session, [row]) == 1:
        return True
    session.execute(_RELEASE, code)  # the key came in with another code, which counts
    return False


def _use(session: Session, code: dict[str, Any], today: date) -> None:
    """Mark the code as used, if nobody did. Of two who come at once the second waits, and is refused."""
    for _ in range(TRIES):
        if cast(CursorResult[Any], session.execute(_USE, {**code, "day": today})).rowcount == 1:
            return
        _refuse_spent(session.execute(_LOOK, code).first())
    raise RuntimeError("a code is neither free nor spent")  # sealed again and again, within milliseconds


def _refuse_spent(found: Row[Any, Any] | None) -> None:
    """Raise what is the matter with a code. A free one was moved by a seal while we waited: it is still free."""
    if found is None:
        raise SurveyError("code.unknown", "missing")
    if found.used_on is not None:
        raise SurveyError("code.used", "gone", day=found.used_on)
    if found.voided_on is not None:
        raise SurveyError("code.void", "gone")


def _keep_comment(session: Session, ticket: _Ticket, door: Door, text: str | None) -> None:
    if text is not None:
        row = {"campaign_id": ticket.campaign_id, "id": ticket.comment_id, "group": door.group, "text": text}
        add_comments(session, [row])
