"""Visits to the schools that were drawn: the forms to take along, and what was seen there."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask import Response as Answer
from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import READERS, blueprint, find_campaign
from app.console.refusals import Refusal
from app.console.reviews import WORDS, say
from app.edge import here
from app.errors import STATUS
from app.visits import lay_out_forms, lay_out_sheet
from surveys.errors import SurveyError
from surveys.reports.visits import VisitForm, VisitSheet, make_visit_forms, zip_visit_forms
from surveys.review.forms import read_errands
from surveys.review.reading import read_review
from surveys.review.visiting import POINTS, Seen, record_visit
from surveys.review.writing import Day


@blueprint.get("/campaigns/<name>/review/forms.pdf")
@allow(*READERS)
def visit_forms(name: str) -> Answer:
    """The forms of all schools that were drawn, or of one."""
    school = request.args.get("school")
    sheet, forms = _take(name, school)
    stem = f"{name}-visits" if school is None else f"{name}-visit-{forms[0].code}"
    return _file(make_visit_forms(sheet, forms), "application/pdf", f"{stem}.pdf")


@blueprint.get("/campaigns/<name>/review/forms.zip")
@allow(*READERS)
def visit_archive(name: str) -> Answer:
    """A form for each school, in files of their own."""
    return _file(zip_visit_forms(*_take(name, None)), "application/zip", f"{name}-visits.zip")


@blueprint.get("/campaigns/<name>/review/visits/<school>")
@allow("evaluator")
def visit(name: str, school: str) -> str:
    """The form to key in what was seen at a school."""
    return _page(name, school)


@blueprint.post("/campaigns/<name>/review/visits/<school>")
@allow("evaluator")
def keep_visit(name: str, school: str) -> Response | tuple[str, int]:
    """Record a visit: all of it, or nothing."""
    form, app = request.form, here()
    try:
        with app.database.begin() as session:
            find_campaign(session, name)
            record_visit(
                session,
                campaign=name,
                by=current_user.account.name,
                school=school,
                visited_on=read_day(form.get("visited_on", "")),
                visitors=form.get("visitors", ""),
                points={each: Seen(form.get(f"points.{each}", ""), form.get(f"remarks.{each}", "")) for each in POINTS},
                remark=form.get("remark", ""),
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _page(name, school, say(error)), STATUS[error.kind]
    return redirect(url_for("console.review", name=name, done="visited", _anchor="visits"), 303)


def read_day(text: str) -> Day:
    """A day as browsers send it; what is no day as it came, to be told so."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return text or None


def _take(name: str, school: str | None) -> tuple[VisitSheet, tuple[VisitForm, ...]]:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        draw, errands = read_errands(session, campaign=campaign, school=school)
    return lay_out_sheet(campaign, draw), lay_out_forms(errands)


def _file(content: bytes, kind: str, name: str) -> Answer:
    answer = Answer(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(name: str, school: str, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        _draw, (errand,) = read_errands(session, campaign=campaign, school=school)
        found = read_review(session, campaign=campaign, by=current_user.account.name, now=here().clock())
    return render_template(
        "console/visit.html",
        campaign=campaign,
        simulated=campaign.simulated,
        school=errand.school,
        before=found.seen.get(school),
        may_visit=found.rights.visit,
        given=_given(request.form.to_dict()) if refusal else {},
        today=here().today(),
        refusal=refusal,
        **WORDS,
    )


def _given(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "points": {each: form.get(f"points.{each}", "") for each in POINTS}, "remarks": {
        each: form.get(f"remarks.{each}", "") for each in POINTS
    }}  # fmt: skip
