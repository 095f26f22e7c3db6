"""Sheets become responses, however often they arrive: many at a time, because one commit costs as much as a hundred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select

from surveys.codes.doors import Door
from surveys.codes.using import release_codes, spent_codes, use_codes
from surveys.db import Access
from surveys.errors import SurveyError
from surveys.looking import Looker
from surveys.models import Campaign
from surveys.responses.checking import Raw
from surveys.responses.sheets import Sheet, Ticket, check_times, fill_sheet, ticket_of
from surveys.responses.storing import add_comments, add_responses, find_days, store_all_new

_campaigns = Campaign.__table__.c
# Whoever closes a campaign waits until the answers that found it open are stored, and these wait for the closing.
_TIMES = (
    select(_campaigns.id, _campaigns.opens_at, _campaigns.closes_at)
    .where(_campaigns.id.in_(bindparam("campaigns", expanding=True)))
    .with_for_update(read=True, key_share=True)
)


@dataclass(frozen=True)
class Receipt:
    """What a respondent keeps. The number derives one way from the page's key, and is stored nowhere."""

    number: str  # XXXX-XXXX-XXXX
    day: date
    repeated: bool


Outcome = Receipt | SurveyError


def submit(session: Access, *, door: Door, key: str, raw: Raw, secret: bytes, now: datetime, **facts: Any) -> Receipt:
    """Store one sheet (`facts` as of `fill_sheet`), or give the first receipt of its key, whatever happened since.

    Raises SurveyError(`answers.no_key`), and what `fill_sheet` and `store` refuse; then nothing is written.
    """
    ticket = ticket_of(door.campaign.id, key, secret)
    try:
        sheet = fill_sheet(door, ticket, raw=raw, now=now, **facts)
    except SurveyError:
        first = find_receipt(session, ticket)
        if first is None:
            raise
        return first
    (outcome,) = store(session, [sheet], now=now)
    if isinstance(outcome, SurveyError):
        raise outcome
    return outcome


def find_receipt(session: Access, ticket: Ticket) -> Receipt | None:
    """The receipt that this key got before. Show it whatever happened since."""
    return _first_receipts(session, [ticket]).get(ticket)


def store_at_once(look: Looker, sheets: Sequence[Sheet], *, now: datetime) -> list[Outcome] | None:
    """As `store`, by one call of PostgreSQL; None, and nothing is stored, where any of the sheets is special."""
    ordered = sorted(sheets, key=lambda sheet: sheet.ticket.response_id)
    comments = sorted(_comments(sheets), key=lambda row: row["id"])
    rows, numbers = [_row(sheet) for sheet in ordered], [sheet.code_number for sheet in ordered]
    if not store_all_new(look, rows, numbers, comments, now):
        return None
    return [Receipt(sheet.ticket.number, sheet.received_on, repeated=False) for sheet in sheets]


def store(session: Access, sheets: Sequence[Sheet], *, now: datetime) -> list[Outcome]:
    """Store what is new among `sheets`; for each its receipt, or why it was refused. Show receipts after the commit.

    A repeat gets the first receipt. Of two with the same personal code, here or at the same time elsewhere, one is
    stored; the other is refused with SurveyError(`code.used`). Further refusals: `code.void`, `code.unknown`,
    `campaign.closed`, `campaign.not_yet_open`.
    """
    shut = _shut_campaigns(session, {sheet.ticket.campaign_id for sheet in sheets}, now)
    firsts: dict[Ticket, Sheet] = {}
    for sheet in sheets:
        if sheet.ticket.campaign_id not in shut:
            firsts.setdefault(sheet.ticket, sheet)
    stored = {sheet.ticket for sheet in _store_new(session, firsts.values())}
    left = [sheet for sheet in sheets if sheet.ticket not in stored]
    earlier = _first_receipts(session, {sheet.ticket for sheet in left})
    refused = _refusals(session, (sheet for sheet in left if sheet.ticket not in earlier), shut)
    return [_outcome(sheet, firsts.get(sheet.ticket) is sheet, stored, earlier, refused) for sheet in sheets]


def _outcome(
    sheet: Sheet,
    is_first: bool,
    stored: set[Ticket],
    earlier: Mapping[Ticket, Receipt],
    refused: Mapping[Ticket, SurveyError],
) -> Outcome:
    if sheet.ticket in stored:
        return Receipt(sheet.ticket.number, sheet.received_on, repeated=not is_first)
    return earlier.get(sheet.ticket) or refused[sheet.ticket]


def _store_new(session: Access, sheets: Iterable[Sheet]) -> list[Sheet]:
    """First the codes, then the answers: everybody takes their locks in this order, and each in that of random ids."""
    usable = _use_up(session, sheets)
    usable.sort(key=lambda sheet: sheet.ticket.response_id)
    fresh = add_responses(session, [_row(sheet) for sheet in usable])
    stored = [sheet for sheet in usable if sheet.ticket.response_id in fresh]
    again = [sheet for sheet in usable if sheet.ticket.response_id not in fresh]
    for campaign_id, some in _by_code(again):  # the key has come with another code
        release_codes(session, campaign_id=campaign_id, numbers=list(some))
    add_comments(session, sorted(_comments(stored), key=lambda row: row["id"]))
    return stored


def _use_up(session: Access, sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets whose code was free and is used now, and those that came by an open one."""
    usable = [sheet for sheet in sheets if sheet.code_number is None]
    for campaign_id, some in _by_code(sheets):
        days = {number: sheet.received_on for number, sheet in some.items()}
        usable += [some[number] for number in use_codes(session, campaign_id=campaign_id, days=days)]
    return usable


def _row(sheet: Sheet) -> dict[str, Any]:
    return {
        "campaign_id": sheet.ticket.campaign_id,
        "id": sheet.ticket.response_id,
        "group": sheet.group,
        "school_id": sheet.school_id,
        "version_id": sheet.version_id,
        "answers": sheet.answers,
        "language": sheet.language,
        "channel": sheet.channel,
        "received_on": sheet.received_on,
        "pace": sheet.pace,
        "repeat_device": sheet.repeat_device,
    }


def _comments(sheets: Iterable[Sheet]) -> Iterator[dict[str, Any]]:
    for sheet in sheets:
        if sheet.comment is not None:
            ticket = sheet.ticket
            yield {
                "campaign_id": ticket.campaign_id,
                "id": ticket.comment_id,
                "group": sheet.group,
                "text": sheet.comment,
            }


# What was there before


def _shut_campaigns(session: Access, campaigns: set[int], now: datetime) -> Mapping[int, SurveyError]:
    """Those that take no answers (any more), and why."""
    shut = {}
    for campaign_id, opens_at, closes_at in session.execute(_TIMES, {"campaigns": sorted(campaigns)}):
        try:
            check_times(opens_at, closes_at, now)
        except SurveyError as error:
            shut[campaign_id] = error
    return shut


def _first_receipts(session: Access, tickets: Iterable[Ticket]) -> Mapping[Ticket, Receipt]:
    receipts = {}
    for campaign_id, some in groupby(sorted(tickets, key=_campaign_of), key=_campaign_of):
        sought = {ticket.response_id: ticket for ticket in some}
        for response_id, day in find_days(session, campaign_id=campaign_id, response_ids=list(sought)).items():
            ticket = sought[response_id]
            receipts[ticket] = Receipt(ticket.number, day, repeated=True)
    return receipts


def _campaign_of(ticket: Ticket) -> int:
    return ticket.campaign_id


def _refusals(
    session: Access, sheets: Iterable[Sheet], shut: Mapping[int, SurveyError]
) -> Mapping[Ticket, SurveyError]:
    """Why these were not stored: the campaign takes no answers, or the code was used or voided meanwhile."""
    refused, left = {}, []
    for sheet in sheets:
        if sheet.ticket.campaign_id in shut:
            refused[sheet.ticket] = shut[sheet.ticket.campaign_id]
        else:
            left.append(sheet)
    for campaign_id, some in _by_code(left):
        errors = spent_codes(session, campaign_id=campaign_id, numbers=list(some))
        for sheet in left:
            if sheet.ticket.campaign_id == campaign_id and sheet.code_number is not None:
                refused[sheet.ticket] = errors[sheet.code_number]
    return refused


def _by_code(sheets: Iterable[Sheet]) -> Iterator[tuple[int, dict[int, Sheet]]]:
    """The first sheet of each personal code, campaign by campaign."""
    for campaign_id, some in groupby(sorted(sheets, key=_of_campaign), key=_of_campaign):
        firsts: dict[int, Sheet] = {}
        for sheet in some:
            if sheet.code_number is not None:
                firsts.setdefault(sheet.code_number, sheet)
        if firsts:
            yield campaign_id, firsts


def _of_campaign(sheet: Sheet) -> int:
    return sheet.ticket.campaign_id
