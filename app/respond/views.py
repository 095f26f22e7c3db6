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
from app.headers import Complete
from app.i18n import LANGUAGES
from app.respond import tokens
from app.respond.compression import compress
from app.respond.entry import Entry, read_entry
from app.respond.handing import DEVICE_COOKIE, WAITED, fill, find_paper, lead_to_receipt
from app.respond.questionnaire import (
    PUPILS,
    choose_paper,
    print_questionnaire,
    show_choice,
    show_preview,
    show_questionnaire,
)
from app.respond.reader import address, kept_arguments, language_for, page, read_reader, remember
from app.respond.reception import reception
from app.respond.refusals import day_in_words, refuse, refuse_for_now, refuse_request
from app.respond.submission import Submission, read_submission
from surveys.campaigns import get_campaign_by_id
from surveys.codes import Door
from surveys.db import UnavailableError
from surveys.errors import SurveyError
from surveys.responses import check_open, ticket_of

blueprint = Blueprint("respond", __name__, url_prefix="/r")
blueprint.register_error_handler(SurveyError, refuse)
blueprint.register_error_handler(UnavailableError, refuse_for_now)
blueprint.register_error_handler(HTTPException, refuse_request)
blueprint.after_request(remember)
blueprint.after_request(compress)


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
    _check_waited()
    door, reader, now = _find_door(code), read_reader(), here().clock()
    asked = dict(reader.asked)
    if "preview" in asked:
        return _preview(door)
    _check_door(door, now)
    paper = choose_paper(door.papers, asked.get("paper"))
    if paper is None:
        return show_choice(door.place, door.papers)
    form = tokens.new_form(
        here().draw, version_id=paper.version_id, language=language_for(paper.instrument, reader), now=now
    )
    if request.method == "GET":
        reception().turnstile.count_opened(door.place, now)
    return print_questionnaire(door, paper, form, reader)


@blueprint.post("/<code>")
@allow("public")
def answer(code: str) -> AnyResponse:
    """Hand in the answers; or have the page drawn again in another size or language, with everything typed kept."""
    sent = g.sent = read_submission()
    _check_waited()
    door = _find_door(code)
    try:
        form = tokens.open_form(sent.token, code_id=door.code_id, secret=here().settings.secret)
        return _redraw(door, form, sent) if sent.redraw else _hand_in(door, form, sent)
    except SurveyError:
        reception().limits.count_refused(door.code_id)
        raise


@blueprint.get("/receipt/<sealed>")
@allow("public")
def receipt(sealed: str) -> Response:
    """The receipt. It knows the number and the day, never the answers."""
    slip = tokens.open_receipt(sealed, secret=here().settings.secret)
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
        again=f"/r/{slip.again}" if read_reader().shared else None,
    )


def _hand_in(door: Door, form: tokens.Form, sent: Submission) -> AnyResponse:
    app, reader = here(), read_reader()
    try:
        sheet = fill(app, door, form, sent, reader, marked=DEVICE_COOKIE in request.cookies)
        receipt = reception().intake.store(sheet)
        if not receipt.repeated:
            reception().turnstile.count_completed(door.place, app.clock())
    except SurveyError as error:
        first = reception().intake.find_receipt(ticket_of(door.campaign.id, form.key, app.settings.secret))
        if first is None and error.code == "answers.invalid":
            return show_questionnaire(door, find_paper(door, form), form, sent, error.problems)
        if first is None:
            raise
        receipt = first  # whatever happened since
    headers = lead_to_receipt(app, door, form, receipt, reader, path=request.path)
    return Complete(status=303, headers=headers)


def _redraw(door: Door, form: tokens.Form, sent: Submission) -> Response:
    _check_door(door, here().clock())
    paper = find_paper(door, form)
    language = language_for(paper.instrument, read_reader(), form.language)
    return show_questionnaire(door, paper, replace(form, language=language), sent)


def _preview(door: Door) -> Response:
    """Whatever became of the code: what children are asked is nobody's secret."""
    place = reception().doors.places.find((door.campaign.id, PUPILS, door.school_id))
    paper = choose_paper(place.papers, request.args.get("paper"))
    if paper is None:
        return show_choice(place, place.papers)
    return show_preview(place, paper, language_for(paper.instrument, read_reader()))


def _check_waited() -> None:
    """Raises what the short way met, where the database could not take it: nobody need wait for it again."""
    if WAITED in request.environ:
        raise request.environ[WAITED]


def _find_door(code: str) -> Door:
    door = reception().doors.find(code)
    g.campaign = door.campaign
    g.school_id = door.school_id
    return door


def _check_door(door: Door, now: datetime) -> None:
    """Raises SurveyError unless the code is unused and the campaign open."""
    if door.used_on is not None:
        raise SurveyError("code.used", "gone", day=door.used_on)
    check_open(door.campaign, now=now)


def _show_entry(entry: Entry) -> Response:
    return page(
        "respond/enter.html",
        heading=lazy_gettext("输入答题码"),
        status=200 if entry.problem is None else 422,
        entry=entry,
        kept=kept_arguments(),
    )
