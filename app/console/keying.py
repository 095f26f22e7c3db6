"""Paper forms at the desk: keying by code, keying by file, what waits, and settling differences."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import blueprint, find_campaign
from app.console.forms import KeyedFile, PressButton, read_upload, shown
from app.console.interviews import FIELD
from app.console.questions import answers_in, questions_of, refuse_answers
from app.console.refusals import Refusal, refuse, refuse_form
from app.edge import here
from app.spreadsheets import write_csv
from surveys import campaigns, paper
from surveys.errors import SurveyError

Page = str | tuple[str, int]


@blueprint.get("/campaigns/<name>/keying")
@allow(*FIELD)
def keying(name: str) -> str:
    """Where the code of a form is typed, and what waits."""
    return _desk(name)


@blueprint.post("/campaigns/<name>/keying")
@allow(*FIELD)
def take_form(name: str) -> Page:
    """The form with this code, laid out for keying. It came by post, so that no address holds a code."""
    typed = request.form.get("code", "")
    app = here()
    try:
        with app.database.read() as session:
            campaign = find_campaign(session, name)
            form = paper.find_form(session, campaign=campaign, typed=typed, secret=app.settings.secret, now=app.clock())
        if form.door.used_on is not None:
            raise SurveyError("code.used", "gone", day=form.door.used_on)
    except SurveyError as error:
        return _desk(name, refuse(error)), refuse(error).status if error.code.startswith("campaign.") else 422
    return _form_page(name, form, typed)


@blueprint.post("/campaigns/<name>/keying/form")
@allow(*FIELD)
def key_form(name: str) -> Response | Page:
    """Keep what was keyed, or say everything that is wrong with it."""
    app, sent = here(), request.form
    try:
        with app.database.begin() as session:
            kept = paper.key_form(
                session,
                campaign=find_campaign(session, name),
                typed=sent.get("code", ""),
                version_id=sent.get("version", type=int),
                raw=answers_in(sent),
                comment=sent.get("comment"),
                by=current_user.account.name,
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        if error.kind == "missing" and error.code == "campaign.unknown":
            raise
        return _refused(name, error)
    return redirect(url_for("console.keying", name=name, done=kept.state, repeated=int(kept.repeated)), 303)


@blueprint.post("/campaigns/<name>/keying/file")
@allow(*FIELD)
def key_file(name: str) -> Page:
    """Keyings from a file: all, or every reason why not."""
    form = KeyedFile()
    if not form.validate():
        refusal = refuse_form(form)
        return _desk(name, refusal), refusal.status
    app = here()
    try:
        with app.database.begin() as session:
            report = paper.import_keyings(
                session,
                campaign=find_campaign(session, name),
                content=read_upload(form.file.data),
                filename=form.file.data.filename,
                nth=int(form.keying.data),
                by=current_user.account.name,
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _desk(name, refuse(error)), refuse(error).status
    return _desk(name, report=report)


@blueprint.get("/campaigns/<name>/keying/<group>/<instrument>.csv")
@allow(*FIELD)
def keying_template(name: str, group: str, instrument: str) -> Answer:
    """The columns of a file for one paper."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        papers = campaigns.papers_of(session, campaign_id=campaign.id, group=group)
    found = next((each for each in papers if each.instrument.name == instrument), None)
    if found is None:
        abort(404)
    answer = Answer(write_csv(paper.columns_of(found), []), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{campaign.name}-{instrument}.csv"'
    return answer


# Differences


@blueprint.get("/campaigns/<name>/keying/<int:number>")
@allow(*FIELD)
def differences(name: str, number: int) -> str:
    """Where the two keyings of a form differ."""
    return _differences_page(name, number)


@blueprint.post("/campaigns/<name>/keying/<int:number>")
@allow(*FIELD)
def settle_form(name: str, number: int) -> Response | Page:
    """Store the form with what was chosen by looking at it."""
    app = here()
    try:
        with app.database.begin() as session:
            paper.settle(
                session,
                campaign=find_campaign(session, name),
                number=number,
                chosen={field: values[0] for field, values in answers_in(request.form).items()},
                by=current_user.account.name,
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        if error.code not in ("paper.unsettled", "answers.invalid"):
            raise
        return _differences_page(name, number, refuse(error)), refuse(error).status
    return redirect(url_for("console.keying", name=name, done="stored"), 303)


@blueprint.post("/campaigns/<name>/keying/<int:number>/discard")
@allow(*FIELD)
def discard_form(name: str, number: int) -> Response:
    """Forget both keyings of a form."""
    with here().database.begin() as session:
        campaign = find_campaign(session, name)
        paper.discard_keyings(
            session, campaign=campaign, number=number, by=current_user.account.name, now=here().clock()
        )
    return redirect(url_for("console.keying", name=name, done="discarded"), 303)


# Pages


def _desk(name: str, refusal: Refusal | None = None, report: paper.ImportedKeyings | None = None) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        waiting = paper.list_pending(session, campaign=campaign)
        papers = campaigns.papers_of(session, campaign_id=campaign.id)
    return render_template(
        "console/paper_keying.html",
        campaign=campaign,
        waiting=waiting,
        papers=paper.papers_to_show(papers, None, None),
        refusal=refusal,
        report=report,
        me=current_user.account.name,
        button=PressButton(),
        simulated=campaign.simulated,
        done=request.args.get("done"),
    )


def _form_page(name: str, form: paper.Form, typed: str, error: SurveyError | None = None) -> str:
    """The form to key, with what was typed; first the choice of a paper where the place has several."""
    version = request.form.get("version", type=int)
    fitting = [each for each in form.papers if version in (None, each.version_id)]
    chosen = fitting[0] if len(fitting) == 1 else None
    filled: dict[str, Any] = {}
    if chosen is not None:
        raw, problems = answers_in(request.form), error.problems if error else ()
        language = chosen.instrument.languages[0]
        filled = {
            "parts": questions_of(chosen.instrument, language, raw, problems),
            "instrument": chosen.instrument,
            "comment": shown(request.form.get("comment", "")),
            "refusal": refuse_answers(error, chosen.instrument) if error else None,
        }
    return render_template(
        "console/paper_form.html",
        campaign=form.door.campaign,
        form=form,
        typed=typed,
        chosen=chosen,
        simulated=form.door.campaign.simulated,
        **filled,
    )


def _refused(name: str, error: SurveyError) -> Page:
    """At the questions where the answers are wrong, else at the desk: the form cannot be keyed."""
    if error.code != "answers.invalid":
        return _desk(name, refuse(error)), refuse(error).status
    app, typed = here(), request.form.get("code", "")
    with app.database.read() as session:
        campaign = find_campaign(session, name)
        form = paper.find_form(session, campaign=campaign, typed=typed, secret=app.settings.secret, now=app.clock())
    return _form_page(name, form, typed, error), refuse(error).status


def _differences_page(name: str, number: int, refusal: Refusal | None = None) -> str:
    app = here()
    with app.database.read() as session:
        campaign = find_campaign(session, name)
        found = paper.get_disagreement(
            session, campaign=campaign, number=number, secret=app.settings.secret, now=app.clock()
        )
    return render_template(
        "console/paper_differences.html",
        campaign=campaign,
        found=found,
        chosen=answers_in(request.form),
        refusal=refusal,
        simulated=campaign.simulated,
    )
