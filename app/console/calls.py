"""Interviews by telephone: a case in hand, what to read out, and how the call ended."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import blueprint, find_campaign
from app.console.forms import PressButton, shown
from app.console.interviews import FIELD
from app.console.questions import answers_in, questions_of, refuse_answers
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.i18n import current_language
from app.words import CALLS
from surveys.campaigns import CampaignView, Paper
from surveys.errors import SurveyError
from surveys.fieldwork import calls as fieldwork
from surveys.fieldwork.calls import Case

OF_CASE = ("calls.answered", "code.used", "code.void")  # the case is gone, and another one may be taken
Page = str | tuple[str, int]


@blueprint.get("/campaigns/<name>/calls")
@allow(*FIELD)
def calls(name: str) -> str:
    """The places with cases, and how far their calls have come."""
    return _places_page(name)


@blueprint.post("/campaigns/<name>/calls")
@allow(*FIELD)
def take_case(name: str) -> Response | Page:
    """The next case of a place."""
    group, school = request.form.get("group", ""), request.form.get("school") or None
    app = here()
    try:
        with app.database.read() as session:
            campaign = find_campaign(session, name)
            number = fieldwork.next_case(
                session, campaign=campaign, group=group, school=school, draw=app.draw, now=app.clock()
            )
    except SurveyError as error:
        if error.code == "campaign.unknown":
            raise
        return _places_page(name, refuse(error)), refuse(error).status
    if number is None:
        return redirect(url_for("console.calls", name=name, done="none"), 303)
    return redirect(url_for("console.case", name=name, number=number), 303)


@blueprint.get("/campaigns/<name>/calls/<int:number>")
@allow(*FIELD)
def case(name: str, number: int) -> Page:
    """What to read out for one case."""
    try:
        campaign, found = _find(name, number)
    except SurveyError as error:
        if error.code not in OF_CASE:
            raise
        return _places_page(name, refuse(error)), refuse(error).status
    key = urlsafe_b64encode(here().draw(24)).decode()
    return _case_page(campaign, found, key)


@blueprint.post("/campaigns/<name>/calls/<int:number>")
@allow(*FIELD)
def answer_case(name: str, number: int) -> Response | Page:
    """Store what was answered; a repeat of the same page stores nothing."""
    app, sent = here(), request.form
    try:
        with app.database.begin() as session:
            fieldwork.record_answers(
                session,
                campaign=find_campaign(session, name),
                number=number,
                version_id=sent.get("version", 0, type=int),
                key=sent.get("key", ""),
                raw=answers_in(sent),
                comment=sent.get("comment"),
                language=sent.get("language", ""),
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        return _refused(name, number, error)
    return _back(name, "stored")


@blueprint.post("/campaigns/<name>/calls/<int:number>/outcome")
@allow(*FIELD)
def end_call(name: str, number: int) -> Response | Page:
    """Note how a call ended without answers."""
    app = here()
    try:
        with app.database.begin() as session:
            fieldwork.record_outcome(
                session,
                campaign=find_campaign(session, name),
                number=number,
                outcome=request.form.get("outcome", ""),
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        if error.code not in OF_CASE:
            raise
        return _places_page(name, refuse(error)), refuse(error).status
    return _back(name, "noted")


# Pages


def _find(name: str, number: int) -> tuple[CampaignView, Case]:
    app = here()
    with app.database.read() as session:
        campaign = find_campaign(session, name)
        found = fieldwork.get_case(
            session, campaign=campaign, number=number, secret=app.settings.secret, now=app.clock()
        )
    return campaign, found


def _back(name: str, done: str) -> Response:
    """To the places, with the place just called at hand."""
    group, school = request.form.get("group", ""), request.form.get("school", "")
    return redirect(url_for("console.calls", name=name, done=done, group=group, school=school), 303)


def _places_page(name: str, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        places = fieldwork.count_cases(session, campaign_id=campaign.id)
    wanted = (request.values.get("group"), request.values.get("school") or None)
    return render_template(
        "console/phone.html",
        campaign=campaign,
        places=places,
        last=next((each for each in places if (each.group, each.school_code) == wanted), None),
        refusal=refusal,
        button=PressButton(),
        simulated=campaign.simulated,
        done=request.args.get("done"),
    )


def _case_page(campaign: CampaignView, found: Case, key: str, error: SurveyError | None = None) -> str:
    paper = _paper_of(found)
    language = _spoken(paper)
    return render_template(
        "console/phone_case.html",
        campaign=campaign,
        case=found,
        paper=paper,
        spoken=language,
        parts=questions_of(paper.instrument, language, answers_in(request.form), error.problems if error else ()),
        comment=shown(request.form.get("comment", "")),
        refusal=refuse_answers(error, paper.instrument) if error else None,
        key=key,
        CALLS=CALLS,
        simulated=campaign.simulated,
    )


def _paper_of(found: Case) -> Paper:
    """The paper that was asked for, else the place's first."""
    if not found.papers:
        raise SurveyError("paper.none", "missing")
    wanted = request.values.get("paper")
    return next((each for each in found.papers if each.instrument.name == wanted), found.papers[0])


def _spoken(paper: Paper) -> str:
    """What is read out is in the language of the page where the paper has it."""
    own, languages = current_language(), paper.instrument.languages
    return own if own in languages else languages[0]


def _refused(name: str, number: int, error: SurveyError) -> Page:
    if error.code == "answers.invalid":
        campaign, found = _find(name, number)
        return _case_page(campaign, found, request.form.get("key", ""), error), refuse(error).status
    if error.code in OF_CASE:
        return _places_page(name, refuse(error)), refuse(error).status
    raise error
