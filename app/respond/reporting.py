"""Reporting that somebody told people how to answer: a page without any link to a code or an answer."""

from __future__ import annotations

from flask import Response, g, redirect
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from app.access import allow
from app.edge import here
from app.messages.respond import AT_QUESTION
from app.respond import tokens
from app.respond.reader import page
from app.respond.reception import reception
from app.respond.sheet import Complaint
from app.respond.submission import read_fields, showable
from app.respond.views import blueprint
from app.words import MISUSE
from surveys import misuse
from surveys.campaigns import get_campaign_by_id
from surveys.errors import Problem, SurveyError


@blueprint.get("/report/<sealed>")
@allow("public")
def report(sealed: str) -> Response:
    """The form; its address says which campaign and school it is about."""
    slip = _open(sealed)
    return _show(slip, key=tokens.new_key(here().draw))


@blueprint.post("/report/<sealed>")
@allow("public")
def send_report(sealed: str) -> AnyResponse:
    slip, fields = _open(sealed), read_fields()
    reception().limits.count_report()
    key, kind, text = (fields.get(name, [""])[0] for name in ("_form", "kind", "text"))
    app = here()
    try:
        with app.database.begin() as session:
            misuse.report_misuse(
                session,
                campaign_id=slip.campaign_id,
                school_id=slip.school_id,
                key=key,
                kind=kind,
                text=text,
                today=app.today(),
                secret=app.settings.secret,
            )
    except SurveyError as error:
        if error.code != "report.invalid":
            raise
        return _show(slip, key=key, kind=kind, text=text, problems=error.problems)
    return redirect(f"/r/reported/{sealed}", 303)


@blueprint.get("/reported/<sealed>")
@allow("public")
def reported(sealed: str) -> Response:
    """Thanks, and what happens next."""
    _open(sealed)
    return page("respond/reported.html", heading=lazy_gettext("已经送出"))


def _open(sealed: str) -> tokens.ReportSlip:
    slip = tokens.open_report(sealed, secret=here().settings.secret)
    with here().database.read() as session:
        g.campaign = get_campaign_by_id(session, campaign_id=slip.campaign_id, now=here().clock())
    return slip


def _show(
    slip: tokens.ReportSlip, *, key: str, kind: str = "", text: str = "", problems: tuple[Problem, ...] = ()
) -> Response:
    kinds = [{"value": value, "label": label, "on": value == kind} for value, label in MISUSE.items()]
    return page(
        "respond/report.html",
        heading=lazy_gettext("反映问题"),
        status=422 if problems else 200,
        school_id=slip.school_id,
        kinds=kinds,
        typed=showable(text),
        limit=misuse.LIMIT,
        problems=[Complaint(str(AT_QUESTION[each.code]) % dict(each.params), str(each.field)) for each in problems],
        token=key,
        links={"report": None},
    )
