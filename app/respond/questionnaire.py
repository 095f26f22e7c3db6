"""The page of the questionnaire, and the choice before it where a school has several."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response
from flask_babel import lazy_gettext

from app.i18n import in_language
from app.respond.reader import address, direction_of, page, speaking
from app.respond.sheet import draw_sheet
from app.respond.submission import Submission, showable
from app.respond.tokens import Form, seal_form
from app.words import GROUPS, word
from surveys.campaigns import Paper
from surveys.codes import Door
from surveys.errors import Problem, SurveyError


def choose_paper(door: Door, name: str | None) -> Paper | None:
    """The paper of this name, or the only one. None where the reader has to choose."""
    if not door.papers:
        raise SurveyError("paper.none", "missing")
    if len(door.papers) == 1:
        return door.papers[0]
    return next((paper for paper in door.papers if paper.instrument.name == name), None)


def find_paper(door: Door, form: Form) -> Paper:
    """The paper that was open in the browser, which may be older than the one shown today."""
    for paper in door.papers:
        if paper.version_id == form.version_id:
            return paper
    raise SurveyError("answers.wrong_paper", "invalid")


def show_choice(door: Door) -> Response:
    """A short page of links, one for each paper that fits the school."""
    choices = [
        {
            "address": address(paper=paper.instrument.name),
            "title": in_language(paper.instrument.title),
            "grades": in_language(paper.instrument.grades or {}),
        }
        for paper in door.papers
    ]
    return page("respond/choice.html", heading=lazy_gettext("请选择问卷"), choices=choices, place=_place(door))


def show_questionnaire(
    door: Door, paper: Paper, form: Form, sent: Submission | None = None, problems: Iterable[Problem] = ()
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
            token=seal_form(form, code_id=door.code_id),
            place=_place(door),
            redraws=True,
        )


def _place(door: Door) -> str:
    """Whom the code is for: the school and the group, or the county and the group."""
    return f"{door.school_name or door.campaign.county_name} · {word(GROUPS, door.group)}"
