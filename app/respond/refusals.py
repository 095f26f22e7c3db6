"""Refusals as pages: what happened, whether anything was kept, what to do now, under an accurate status."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from flask import Response, g, request
from flask_babel import format_date
from werkzeug.exceptions import HTTPException

from app.edge import here
from app.errors import A_WHILE, STATUS, Page, http_error, log_unavailable, survey_error
from app.messages.respond import ADVICE, HEADINGS
from app.respond.reader import page
from app.respond.submission import COMMENT, REDRAW, TOKEN, showable
from surveys.campaigns import CampaignView, get_campaign_by_id
from surveys.db import UnavailableError
from surveys.errors import SurveyError

NOT_YET = 403  # the domain calls it a conflict; for who stands before the door it is "not now"
TYPE_AGAIN = frozenset({"code.unknown", "code.mistyped", 429})
TIMES = frozenset({"campaign.closed", "campaign.not_yet_open"})
OVER = frozenset({"code.used", "code.void", "campaign.closed"})  # what was typed before is of no more use
OPEN_AGAIN = frozenset({"answers.no_key", "answers.bad_key", "answers.wrong_paper", 400, 413, 415})


def refuse(error: SurveyError) -> Response | tuple[str, int]:
    """The page of a refusal of the domain; the general one for what can only be a mistake of ours."""
    if error.code not in HEADINGS:
        return survey_error(error)
    status = NOT_YET if error.code == "campaign.not_yet_open" else STATUS[error.kind]
    return _page(error.code, status, _advice(error))


def refuse_request(error: HTTPException) -> Response | HTTPException | Page:
    """The page of a body we do not read, or of too many tries."""
    if error.code is None or error.code not in HEADINGS:
        return http_error(error)
    response = _page(error.code, error.code, str(ADVICE[error.code]))
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def refuse_for_now(error: UnavailableError) -> Response:
    """The database cannot take it: nothing is lost as long as the page stays open."""
    log_unavailable(error)
    response = _page(503, 503, str(ADVICE[503]))
    response.headers["Retry-After"] = str(A_WHILE)
    return response


def _page(code: str | int, status: int, advice: str) -> Response:
    return page(
        "respond/refusal.html",
        heading=str(HEADINGS[code]),
        status=status,
        advice=advice,
        type_again=code in TYPE_AGAIN,
        open_again=request.path if code in OPEN_AGAIN else None,
        retry=code == 503,
        resend=_sent_fields() if code == 503 else [],
        over=code in OVER,
        school_id=g.get("school_id"),
    )


def _sent_fields() -> list[tuple[str, str]]:
    """What was handed in, for a button that hands it in again: a browser without script would have lost it."""
    sent = g.get("sent")
    if sent is None:
        return []
    own = ((TOKEN, sent.token), (COMMENT, sent.comment), (REDRAW, "1" if sent.redraw else None))
    answers = [(name, showable(value)) for name, values in sent.raw.items() for value in values]
    return [*((name, showable(value)) for name, value in own if value is not None), *answers]


def _advice(error: SurveyError) -> str:
    code = error.code
    params: dict[str, object] = {}
    campaign = _campaign_now() if code in TIMES else None
    if code == "code.used":
        params["day"] = day_in_words(error.params["day"])
    if campaign is not None and code == "campaign.closed":
        params["closes"] = moment_in_words(campaign.closes_at or here().clock())
    if campaign is not None and code == "campaign.not_yet_open" and campaign.opens_at is not None:
        code, params = "campaign.opens_later", {"opens": moment_in_words(campaign.opens_at)}
    return str(ADVICE[code]) % params


def _campaign_now() -> CampaignView | None:
    """The campaign as it is: that of the page may be from a moment before it was closed."""
    seen: CampaignView | None = g.get("campaign")
    if seen is None:
        return None
    with suppress(UnavailableError), here().database.read() as session:
        return get_campaign_by_id(session, campaign_id=seen.id, now=here().clock())
    return seen


def day_in_words(day: object) -> str:
    """2025年5月12日, May 12, 2025."""
    return str(format_date(day, "long")) if isinstance(day, date) else str(day)


def moment_in_words(moment: datetime) -> str:
    """The day and the minute, where the survey is."""
    local = moment.astimezone(here().settings.timezone)
    return f"{day_in_words(local.date())} {local:%H:%M}"
