"""The page of the questionnaire, the choice before it where a school has several, and a look at the pupils' paper."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping

from flask import Response, request
from flask_babel import lazy_gettext

from app.edge import here
from app.headers import IN_FRONT, Complete
from app.i18n import in_language
from app.respond.prints import STAMP, Print, make_print
from app.respond.reader import SIZES, Reader, address, content_language, direction_of, page, speaking
from app.respond.reception import reception
from app.respond.sheet import draw_sheet
from app.respond.submission import Submission, showable
from app.respond.tokens import Form, seal_form
from app.words import GROUPS, word
from surveys.campaigns import Paper
from surveys.codes import Door, Place
from surveys.errors import Problem, SurveyError

PUPILS, GUARDIANS = "student", "parent"


def choose_paper(papers: tuple[Paper, ...], name: str | None) -> Paper | None:
    """The paper of this name, or the only one. None where the reader has to choose."""
    if not papers:
        raise SurveyError("paper.none", "missing")
    if len(papers) == 1:
        return papers[0]
    return next((paper for paper in papers if paper.instrument.name == name), None)


def show_choice(place: Place, papers: tuple[Paper, ...]) -> Response:
    """A short page of links, one for each paper that fits the school."""
    choices = [
        {
            "address": address(paper=paper.instrument.name),
            "title": in_language(paper.instrument.title),
            "grades": in_language(paper.instrument.grades or {}),
        }
        for paper in papers
    ]
    return page(
        "respond/choice.html",
        heading=lazy_gettext("请选择问卷"),
        choices=choices,
        place=words_of(place),
        school_id=place.school_id,
    )


def print_questionnaire(door: Door, paper: Paper, form: Form, reader: Reader) -> Response:
    """The questionnaire as most see it: nothing typed, nothing wrong. It is drawn once, see app.respond.prints."""
    printed = _draw(door, paper, form)
    if all(value in _known(paper)[name] for name, value in reader.asked):
        reception().prints.keep(key_of(door, paper, form.language, reader), printed)
    token = seal_form(form, code_id=door.code_id, secret=here().settings.secret)
    status, headers, body = printed.stamp(token, gzip="gzip" in request.headers.get("Accept-Encoding", ""))
    return Complete(body, status, headers)


def key_of(door: Door, paper: Paper, language: str, reader: Reader) -> Hashable:
    """All that a page depends on, but for what its place is called today."""
    return (*door.place.key, paper.version_id, language, reader)


def _known(paper: Paper) -> Mapping[str, Container[str]]:
    """What an address can ask for that changes anything; whatever else it says is not worth keeping a page for."""
    return {"lang": paper.instrument.languages, "size": SIZES, "paper": (paper.instrument.name,), "preview": ()}


def _draw(door: Door, paper: Paper, form: Form) -> Print:
    html = show_questionnaire(door, paper, form, token=STAMP).get_data()
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", content_language(form.language)),
        ("Vary", "Accept-Encoding"),
        *IN_FRONT,
    )
    return make_print(html, door.place, headers)


def show_questionnaire(
    door: Door,
    paper: Paper,
    form: Form,
    sent: Submission | None = None,
    problems: Iterable[Problem] = (),
    *,
    token: str | None = None,
) -> Response:
    """The questionnaire; with what was sent kept, and 422 where there are problems with it."""
    instrument = paper.instrument
    with speaking(form.language):
        sheet = draw_sheet(
            instrument,
            form.language,
            typed=sent.raw if sent else None,
            comment=showable(sent.comment) if sent and sent.comment else None,
            problems=problems,
        )
        return page(
            "respond/questionnaire.html",
            heading=in_language(instrument.title, form.language),
            status=422 if sheet.complaints else 200,
            language=form.language,
            languages=instrument.languages,
            sheet=sheet,
            sheet_direction=direction_of(form.language),
            token=token or seal_form(form, code_id=door.code_id, secret=here().settings.secret),
            place=words_of(door.place),
            few=door.place.few,
            school_id=door.school_id,
            links={"preview": "?preview=1" if door.group == GUARDIANS else None},
            redraws=True,
        )


def show_preview(place: Place, paper: Paper, language: str) -> Response:
    """The pupils' paper for their guardians to read; nothing on it can be answered."""
    instrument = paper.instrument
    with speaking(language):
        return page(
            "respond/preview.html",
            heading=in_language(instrument.title, language),
            language=language,
            languages=instrument.languages,
            sheet=draw_sheet(instrument, language),
            sheet_direction=direction_of(language),
            place=words_of(place),
            school_id=place.school_id,
        )


def words_of(place: Place) -> str:
    """Whom a code is for: the school and the group, or the county and the group."""
    return f"{place.school_name or place.campaign.county_name} · {word(GROUPS, place.group)}"
