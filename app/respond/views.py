"""The views: type a code, open the questionnaire, hand it in, keep the receipt.

No session and no sign-in: whoever holds a code may answer, and the signed token in the page says what is answered.
That is why there is no CSRF check here: there is no session another site could ride on, and another site can neither
make nor read the token.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.access import allow
from app.edge import here
from app.i18n import LANGUAGES
from app.respond import tokens
from app.respond.compression import compress
from app.respond.entry import Entry, read_entry
from app.respond.questionnaire import (
    PUPILS,
    choose_paper,
    find_paper,
    print_questionnaire,
    show_choice,
    show_preview,
    show_questionnaire,
)
from app.respond.reader import address, is_shared, kept_arguments, language_for, page, read_reader, remember
from app.respond.reception import reception
from app.respond.refusals import day_in_words, refuse, refuse_for_now, refuse_request
from app.respond.submission import Submission, read_submission
from surveys.campaigns import Paper, get_campaign_by_id
from surveys.codes import Door
from surveys.db import UnavailableError
from surveys.errors import SurveyError
from surveys.responses import Receipt, Ticket, check_open, fill_sheet, ticket_of

blueprint = Blueprint("respond", __name__, url_prefix="/r")
blueprint.register_error_handler(SurveyError, refuse)
blueprint.register_error_handler(UnavailableError, refuse_for_now)
blueprint.register_error_handler(HTTPException, refuse_request)
blueprint.after_request(remember)
blueprint.after_request(compress)

DEVICE_COOKIE = "answered"  # yes or no for one poster: its path is the poster's address
HALF_A_YEAR = 182 * 24 * 3600


@blueprint.get("/")
@allow("public")
def enter() -> AnyResponse:
    """Type a code, for people who cannot scan."""
    entry = read_entry(request.args.get("code"))
    if entry.code is None:
        return _show_entry(entry)
    return redirect(url_for(".show", code=entry.code) + address(), 303)


@blueprint.get("/<code>")
@allow("public")
def show(code: str) -> Response:
    """The questionnaire behind a code, or the choice between several, or the pupils' paper for their guardians."""
    door = _find_door(code)
    if request.query_string and "preview" in request.args:
        return _preview(door)
    _check_door(door)
    paper = choose_paper(door.papers, request.args.get("paper"))
    if paper is None:
        return show_choice(door.place, door.papers)
    form = tokens.new_form(version_id=paper.version_id, language=language_for(paper.instrument), now=here().clock())
    return print_questionnaire(reception().prints, door, paper, form, read_reader())


@blueprint.post("/<code>")
@allow("public")
def answer(code: str) -> AnyResponse:
    """Hand in the answers; or have the page drawn again in another size or language, with everything typed kept."""
    sent = read_submission()
    door = _find_door(code)
    try:
        form = tokens.open_form(sent.token, code_id=door.code_id)
        return _redraw(door, form, sent) if sent.redraw else _hand_in(door, form, sent)
    except SurveyError:
        reception().limits.count_refused(door.code_id)
        raise


@blueprint.get("/receipt/<sealed>")
@allow("public")
def receipt(sealed: str) -> Response:
    """The receipt. It knows the number and the day, never the answers."""
    slip = tokens.open_receipt(sealed)
    with here().database.read() as session:
        g.campaign = get_campaign_by_id(session, campaign_id=slip.campaign_id, now=here().clock())
    asked = request.args.get("lang")
    return page(
        "respond/receipt.html",
        heading=lazy_gettext("答卷已收到，谢谢！"),
        language=asked if asked in LANGUAGES else slip.language,
        number=slip.number,
        day=slip.day,
        day_in_words=day_in_words,
        school_id=slip.school_id,
        again=f"/r/{slip.again}" if is_shared() else None,
    )


def _hand_in(door: Door, form: tokens.Form, sent: Submission) -> AnyResponse:
    ticket = ticket_of(door.campaign.id, form.key, here().settings.secret)
    try:
        return _hand_receipt(door, form, _store(door, form, sent, ticket))
    except SurveyError as error:
        first = reception().intake.find_receipt(ticket)  # whatever happened since
        if first is not None:
            return _hand_receipt(door, form, first)
        if error.code != "answers.invalid":
            raise
        return show_questionnaire(door, find_paper(door, form), form, sent, error.problems)


def _store(door: Door, form: tokens.Form, sent: Submission, ticket: Ticket) -> Receipt:
    app = here()
    now = app.clock()
    sheet = fill_sheet(
        door,
        ticket,
        version_id=form.version_id,
        raw=sent.raw,
        comment=sent.comment,
        language=form.language,
        pace=_pace(find_paper(door, form), form, now),
        repeat_device=_is_repeat(door),
        now=now,
        today=app.today(),
    )
    return reception().intake(sheet)


def _redraw(door: Door, form: tokens.Form, sent: Submission) -> Response:
    _check_door(door)
    paper = find_paper(door, form)
    return show_questionnaire(door, paper, replace(form, language=language_for(paper.instrument, form.language)), sent)


def _preview(door: Door) -> Response:
    """Whatever became of the code: what children are asked is nobody's secret."""
    place = reception().doors.place(door.campaign.id, PUPILS, door.school_id)
    paper = choose_paper(place.papers, request.args.get("paper"))
    if paper is None:
        return show_choice(place, place.papers)
    return show_preview(place, paper, language_for(paper.instrument))


def _find_door(code: str) -> Door:
    door = reception().doors.find(code)
    g.campaign = door.campaign
    g.school_id = door.school_id
    return door


def _check_door(door: Door) -> None:
    """Raises SurveyError unless the code is unused and the campaign open."""
    if door.used_on is not None:
        raise SurveyError("code.used", "gone", day=door.used_on)
    check_open(door.campaign, now=here().clock())


def _hand_receipt(door: Door, form: tokens.Form, stored: Receipt) -> AnyResponse:
    """On a device that many use, no mark is left, and a poster's receipt knows the way to the next respondent."""
    again = request.path.rpartition("/")[2] if is_shared() and door.kind == "open" else ""
    slip = tokens.ReceiptSlip(door.campaign.id, stored.number, stored.day, form.language, door.school_id, again)
    response = redirect(f"/r/receipt/{tokens.seal_receipt(slip)}", 303)
    if door.kind == "open" and not is_shared():
        response.set_cookie(
            DEVICE_COOKIE,
            "1",
            max_age=HALF_A_YEAR,
            path=request.path,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return response


def _is_repeat(door: Door) -> bool:
    """Whether this phone has answered this poster before; a device of many says nothing."""
    return door.kind == "open" and DEVICE_COOKIE in request.cookies and not is_shared()


def _show_entry(entry: Entry) -> Response:
    return page(
        "respond/enter.html",
        heading=lazy_gettext("输入答题码"),
        status=200 if entry.problem is None else 422,
        entry=entry,
        kept=kept_arguments(),
    )


def _pace(paper: Paper, form: tokens.Form, now: datetime) -> int | None:
    """Whole seconds a question since the page was opened."""
    items = len(paper.instrument.items)
    return None if items == 0 else int(now.timestamp() - form.opened_at) // items
