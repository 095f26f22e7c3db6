"""Outcomes: what became of everybody who was asked, and the form in which officers record the rest."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from app.access import allow
from app.console.door import READERS, WRITERS, blueprint, find_campaign, may_write
from app.console.forms import NO_FILE, read_upload
from app.console.refusals import Refusal, refuse, refuse_form
from app.dispositions import CASES, lay_out_dispositions
from app.edge import here
from surveys.errors import SurveyError
from surveys.fieldwork.called import RECORDED
from surveys.fieldwork.dispositions import DispositionRow, cover_small, list_dispositions
from surveys.fieldwork.outcomes import record_outcomes
from surveys.fieldwork.returns import record_returns

PEOPLE = lazy_gettext("人数应为 0 或正整数。")


def _people() -> IntegerField:
    return IntegerField(default=0, validators=[Optional(), NumberRange(min=0, message=PEOPLE)])


class PlaceOutcomes(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """The counts of one place."""

    group = StringField()
    school = StringField()
    refused, not_reached, not_eligible, other = (_people() for _ in RECORDED)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self[name].data or 0 for name in RECORDED}


class ReturnsUpload(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A table of many places."""

    file = FileField(validators=[FileRequired(message=NO_FILE)])


@blueprint.get("/campaigns/<name>/outcomes")
@allow(*READERS)
def outcomes(name: str) -> str:
    """Dispositions and rates by group and school; with `group` and `school` the form for this place."""
    return _page(name, request.args.get("group"), request.args.get("school", ""))


@blueprint.post("/campaigns/<name>/outcomes")
@allow(*WRITERS)
def record_place(name: str) -> Response | tuple[str, int]:
    """Put the counts of one place in the place of those before."""
    form = PlaceOutcomes()
    if not form.validate():
        return _refused(name, form, refuse_form(form))
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            record_outcomes(
                session,
                campaign_id=campaign.id,
                group=form.group.data or "",
                school=form.school.data or None,
                counts=form.counts,
                now=app.clock(),
                by=current_user.account.name,
            )
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _refused(name, form, refuse(error))
    return redirect(url_for("console.outcomes", name=name, done="recorded"), 303)


@blueprint.post("/campaigns/<name>/outcomes/file")
@allow(*WRITERS)
def record_file(name: str) -> Response | tuple[str, int]:
    """The same for every place of a table, or every reason why not."""
    form = ReturnsUpload()
    if not form.validate():
        return _refused(name, None, refuse_form(form))
    content, filename = read_upload(form.file.data), form.file.data.filename
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            facts = {"now": app.clock(), "by": current_user.account.name}
            record_returns(session, campaign_id=campaign.id, content=content, filename=filename, **facts)
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _refused(name, None, refuse(error))
    return redirect(url_for("console.outcomes", name=name, done="recorded"), 303)


def _refused(name: str, form: PlaceOutcomes | None, refusal: Refusal) -> tuple[str, int]:
    group, school = (form.group.data, form.school.data or "") if form else (None, "")
    return _page(name, group, school, form, refusal), refusal.status


def _page(
    name: str, group: str | None, school: str, form: PlaceOutcomes | None = None, refusal: Refusal | None = None
) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = list_dispositions(session, campaign_id=campaign.id)
    found = found if may_write() else cover_small(found)
    chosen = _choose(found.places, group, school or None)
    return render_template(
        "console/outcomes.html",
        campaign=campaign,
        simulated=campaign.simulated,
        parts=lay_out_dispositions(found),
        eligibility=found.eligibility,
        cases=CASES,
        recorded=RECORDED,
        chosen=chosen,
        typed=form.counts if form else chosen.recorded if chosen else {},
        refusal=refusal,
        done=request.args.get("done"),
    )


def _choose(places: Sequence[DispositionRow], group: str | None, school: str | None) -> DispositionRow | None:
    return next((row for row in places if (row.group, row.school_code) == (group, school)), None)
