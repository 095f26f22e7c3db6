"""What one respondent hands in, checked: everything that will be stored, before anything is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from surveys.campaigns.model import CampaignView, Paper, state_of
from surveys.codes.doors import Door
from surveys.crockford import encode
from surveys.digests import SHORT, keyed
from surveys.errors import SurveyError
from surveys.responses.checking import Raw, check_key, check_sheet

SLOWEST = 60  # seconds a question; the cap keeps a long pause from telling who it was


@dataclass(frozen=True)
class Ticket:
    """What derives from one submission key. The number is on the receipt, and is stored nowhere."""

    campaign_id: int
    response_id: bytes = field(repr=False)
    comment_id: bytes = field(repr=False)
    number: str = field(repr=False)  # XXXX-XXXX-XXXX


@dataclass(frozen=True)
class Sheet:
    """One respondent's answers, ready to be stored; of the code only a personal one's number, to use it up."""

    ticket: Ticket
    code_number: int | None = field(repr=False)
    group: str
    school_id: int | None
    version_id: int
    answers: bytes = field(repr=False)
    comment: str | None = field(repr=False)
    language: str
    channel: str
    received_on: date
    pace: int | None
    repeat_device: bool


def ticket_of(campaign_id: int, key: str, secret: bytes) -> Ticket:
    """Raises SurveyError(`answers.no_key`) where the key is none that a page of ours has."""
    check_key(key)
    response_id = keyed(secret, "response", campaign_id, key)[:SHORT]
    comment_id = keyed(secret, "comment", campaign_id, key)[:SHORT]
    number = encode(keyed(secret, "receipt", campaign_id, key)[:10], 12)
    return Ticket(campaign_id, response_id, comment_id, f"{number[:4]}-{number[4:8]}-{number[8:]}")


def fill_sheet(
    door: Door,
    ticket: Ticket,
    *,
    version_id: int,
    raw: Raw,
    comment: str | None,
    language: str,
    pace: int | None,
    repeat_device: bool,
    now: datetime,
    today: date,
    channel: str | None = None,
) -> Sheet:
    """The sheet, if the door is open and every answer is right; `channel` where it is not that of the door.

    Raises SurveyError(`campaign.not_yet_open`, `campaign.closed`, `code.used`, `answers.wrong_paper`,
    `answers.invalid`).
    """
    check_open(door.campaign, now=now)
    if door.used_on is not None:
        raise SurveyError("code.used", "gone", day=door.used_on)
    answers, text = check_sheet(_find_paper(door, version_id).instrument, raw, comment, language)
    return Sheet(
        ticket=ticket,
        code_number=door.code.number,
        group=door.group,
        school_id=door.school_id,
        version_id=version_id,
        answers=answers,
        comment=text,
        language=language,
        channel=channel or door.channel,
        received_on=today,
        pace=None if pace is None else max(0, min(pace, SLOWEST)),
        repeat_device=repeat_device,
    )


def check_open(campaign: CampaignView, *, now: datetime) -> None:
    """Raises SurveyError(`campaign.not_yet_open`) or SurveyError(`campaign.closed`)."""
    check_times(campaign.opens_at, campaign.closes_at, now)


def check_times(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    """Raises SurveyError(`campaign.not_yet_open`) or SurveyError(`campaign.closed`)."""
    state = state_of(opens_at, closes_at, now)
    if state == "closed":
        raise SurveyError("campaign.closed", "gone")
    if state != "open":
        raise SurveyError("campaign.not_yet_open", "conflict")


def _find_paper(door: Door, version_id: int) -> Paper:
    for paper in door.papers:
        if paper.version_id == version_id:
            return paper
    raise SurveyError("answers.wrong_paper", "invalid")
