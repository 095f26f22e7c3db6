"""One respondent's answers become one response, however often they arrive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper, state_of
from surveys.codes.doors import Door
from surveys.codes.using import release_code, use_code
from surveys.crockford import encode
from surveys.digests import SHORT, keyed
from surveys.errors import SurveyError
from surveys.responses.checking import Raw, check_key, check_sheet
from surveys.responses.storing import add_comments, add_responses, find_day

SLOWEST = 60  # seconds a question; the cap keeps a long pause from telling who it was


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
    use_code(session, campaign_id=door.campaign.id, code_id=door.code_id, today=today)
    if add_responses(session, [row]) == 1:
        return True
    release_code(session, campaign_id=door.campaign.id, code_id=door.code_id)  # the key has come with another code
    return False


def _keep_comment(session: Session, ticket: _Ticket, door: Door, text: str | None) -> None:
    if text is not None:
        row = {"campaign_id": ticket.campaign_id, "id": ticket.comment_id, "group": door.group, "text": text}
        add_comments(session, [row])
