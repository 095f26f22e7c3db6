"""The views: type a code, open the questionnaire, hand it in, keep the receipt.

No session and no sign-in: whoever holds a code may answer, and the signed token in the page says what is answered.
That is why this door is exempt from the session's CSRF check: there is no session another site could ride on, and
another site can neither make nor read the token.
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
from app.limits import limited_guessing
from app.respond import tokens
from app.respond.compression import compress
from app.respond.entry import Entry, read_entry
from app.respond.questionnaire import choose_paper, find_paper, show_choice, show_questionnaire
from app.respond.reader import address, kept_arguments, language_for, page, remember_size
from app.respond.refusals import day_in_words, refuse, refuse_request
from app.respond.submission import Submission, read_submission
from surveys.campaigns import get_campaign
from surveys.codes import Door, find_door
from surveys.codes.forms import TOKEN_LENGTH
from surveys.crockford import normalise
from surveys.errors import SurveyError
from surveys.responses import Receipt, check_open, submit

blueprint = Blueprint("respond", __name__, url_prefix="/r")
blueprint.register_error_handler(SurveyError, refuse)
blueprint.register_error_handler(HTTPException, refuse_request)
blueprint.after_request(remember_size)
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
    """The questionnaire behind a code, or the choice between several."""
    now = here().clock()
    door = _open_door(code, now)
    paper = choose_paper(door, request.args.get("paper"))
    if paper is None:
        return show_choice(door)
    form = tokens.new_form(version_id=paper.version_id, language=language_for(paper.instrument), now=now)
    return show_questionnaire(door, paper, form)


@blueprint.post("/<code>")
@allow("public")
def answer(code: str) -> AnyResponse:
    """Hand in the answers; or have the page drawn again in another size or language, with everything typed kept."""
    sent = read_submission()
    return _redraw(code, sent) if sent.redraw else _hand_in(code, sent)


@blueprint.get("/receipt/<sealed>")
@allow("public")
def receipt(sealed: str) -> Response:
    """The receipt. It knows the number and the day, never the answers."""
    slip = tokens.open_receipt(sealed)
    with here().database.read() as session:
        g.campaign = get_campaign(session, name=slip.campaign, now=here().clock())
    asked = request.args.get("lang")
    return page(
        "respond/receipt.html",
        heading=lazy_gettext("答卷已收到，谢谢！"),
        language=asked if asked in LANGUAGES else slip.language,
        number=slip.number,
        day=slip.day,
        day_in_words=day_in_words,
    )


def _hand_in(code: str, sent: Submission) -> AnyResponse:
    app, now = here(), here().clock()
    try:
        with limited_guessing(guessable=_is_guessable(code)), app.database.begin() as session:
            door = find_door(session, typed=code, secret=app.settings.secret, now=now)
            g.campaign = door.campaign
            form = tokens.open_form(sent.token, code_id=door.code_id)
            stored = submit(
                session,
                door=door,
                version_id=form.version_id,
                key=form.key,
                raw=sent.raw,
                comment=sent.comment,
                language=form.language,
                pace=_pace(door, form, now),
                repeat_device=door.kind == "open" and DEVICE_COOKIE in request.cookies,
                now=now,
                today=app.today(),
                secret=app.settings.secret,
            )
    except SurveyError as error:
        if error.code != "answers.invalid":
            raise
        return show_questionnaire(door, find_paper(door, form), form, sent, error.problems)
    return _hand_receipt(door, form, stored)


def _redraw(code: str, sent: Submission) -> Response:
    door = _open_door(code, here().clock())
    form = tokens.open_form(sent.token, code_id=door.code_id)
    paper = find_paper(door, form)
    return show_questionnaire(door, paper, replace(form, language=language_for(paper.instrument, form.language)), sent)


def _open_door(code: str, now: datetime) -> Door:
    """The door of an unused code of an open campaign."""
    app = here()
    with limited_guessing(guessable=_is_guessable(code)), app.database.read() as session:
        door = find_door(session, typed=code, secret=app.settings.secret, now=now)
    g.campaign = door.campaign
    if door.used_on is not None:
        raise SurveyError("code.used", "gone", day=door.used_on)
    check_open(door.campaign, now=now)
    return door


def _hand_receipt(door: Door, form: tokens.Form, stored: Receipt) -> AnyResponse:
    slip = tokens.ReceiptSlip(door.campaign.name, stored.number, stored.day, form.language)
    response = redirect(url_for(".receipt", sealed=tokens.seal_receipt(slip)), 303)
    if door.kind == "open":
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


def _show_entry(entry: Entry) -> Response:
    return page(
        "respond/enter.html",
        heading=lazy_gettext("输入答题码"),
        status=200 if entry.problem is None else 422,
        entry=entry,
        kept=kept_arguments(),
    )


def _is_guessable(code: str) -> bool:
    return len(normalise(code)) != TOKEN_LENGTH


def _pace(door: Door, form: tokens.Form, now: datetime) -> int | None:
    """Whole seconds a question since the page was opened."""
    items = next((len(paper.instrument.items) for paper in door.papers if paper.version_id == form.version_id), 0)
    return None if items == 0 else int(now.timestamp() - form.opened_at) // items
