"""Was it answered honestly? Evidence after closing, and rules decided before the score."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow, scope
from app.console.door import READERS, WRITERS, blueprint, find_campaign
from app.console.forms import PressButton
from app.console.noting import SEEN, noted
from app.console.refusals import Refusal, refuse
from app.edge import here
from app.errors import STATUS
from app.evidence import lay_out_evidence
from app.notices import notice_lines
from surveys import honesty, misuse
from surveys.errors import SurveyError

MOST_FORMS = 20_000  # about as many as are looked at while somebody waits for the page


@blueprint.get("/campaigns/<name>/honesty")
@allow(*READERS)
@noted(SEEN)
def honesty_page(name: str) -> str:
    """What was seen in the answers, which rules were decided, and the form to decide while no score was seen."""
    return _page(name)


@blueprint.post("/campaigns/<name>/honesty")
@allow(*WRITERS)
@noted(SEEN)
def look_for_evidence(name: str) -> Response | tuple[str, int]:
    """Look at the answers of the closed campaign. Reading takes long and holds nobody up; only keeping writes."""
    app = here()
    try:
        with app.database.read() as session:
            find_campaign(session, name)
            sight = honesty.look(session, name=name, now=app.clock(), most=MOST_FORMS)
        with app.database.begin() as session:
            honesty.keep(session, sight=sight, now=app.clock(), by=current_user.account.name)
    except SurveyError as error:
        return _refused(name, error)
    return redirect(url_for("console.honesty_page", name=name, done="looked"), 303)


@blueprint.post("/campaigns/<name>/exclusions")
@allow(*WRITERS)
@noted(SEEN)
def decide_exclusion(name: str) -> Response | tuple[str, int]:
    """Decide on a rule, before any score was seen."""
    given = {"rule": request.form.get("rule", ""), "reason": request.form.get("reason", "")}
    try:
        with here().database.begin() as session:
            find_campaign(session, name)
            honesty.decide(session, campaign=name, now=here().clock(), by=current_user.account.name, **given)
    except SurveyError as error:
        return _refused(name, error, given)
    return redirect(url_for("console.honesty_page", name=name, done="decided", _anchor="rules"), 303)


@blueprint.post("/campaigns/<name>/exclusions/withdraw")
@allow(*WRITERS)
@noted(SEEN)
def withdraw_exclusion(name: str) -> Response | tuple[str, int]:
    """Take a decision back, until the campaign is sealed."""
    number, reason = request.form.get("number", 0, type=int), request.form.get("reason", "")
    by = current_user.account.name
    try:
        with here().database.begin() as session:
            find_campaign(session, name)
            honesty.withdraw(session, campaign=name, number=number, reason=reason, now=here().clock(), by=by)
    except SurveyError as error:
        return _refused(name, error, {"number": number, "withdrawn_reason": reason})
    return redirect(url_for("console.honesty_page", name=name, done="withdrawn", _anchor="rules"), 303)


def _refused(name: str, error: SurveyError, given: dict[str, Any] | None = None) -> tuple[str, int]:
    """The page again with what was wrong; a campaign that is not there is for the error page."""
    if error.code == "campaign.unknown":
        raise error
    return _page(name, refuse(error), given), STATUS[error.kind]


def _page(name: str, refusal: Refusal | None = None, given: dict[str, Any] | None = None) -> str:
    above = current_user.account.role == "evaluator"
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        run = honesty.find_evidence(session, campaign_id=campaign.id, name=name)
        decisions = honesty.list_exclusions(session, campaign_id=campaign.id)
        seen = honesty.is_score_seen(session, campaign_id=campaign.id)
        reports = misuse.count_reports(session, path=scope(), campaign_id=campaign.id) if above else None
        schools = honesty.name_schools(session, campaign_id=campaign.id)
    standing = {each.rule for each in decisions if each.withdrawn_at is None}
    return render_template(
        "console/honesty.html",
        campaign=campaign,
        simulated=campaign.simulated,
        board=None if run is None else lay_out_evidence(run),
        notices=[] if run is None else list(dict.fromkeys(notice_lines(run.result["notices"]))),
        decisions=decisions,
        rules=[rule for rule in honesty.library_rules() if rule.name not in standing],
        seen=seen,
        reports=reports,
        schools=schools,
        refusal=refusal,
        given=given or {},
        button=PressButton(),
        done=request.args.get("done"),
        most=MOST_FORMS,
    )
