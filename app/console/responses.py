"""Responses from other form tools: a mapping is drafted and checked by a person, then everything or nothing."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import WRITERS, blueprint, find_campaign
from app.console.forms import ResponsesUpload, read_upload, shown
from app.console.refusals import Refusal, refuse, refuse_form, refuse_problems
from app.deeds import tell
from app.edge import here
from app.i18n import current_language
from app.imported import LEFT
from surveys import imports
from surveys.campaigns import papers_of
from surveys.errors import SurveyError


@blueprint.get("/campaigns/<name>/import")
@allow(*WRITERS)
def import_page(name: str) -> str:
    """Where a file is handed in."""
    return _page(name, ResponsesUpload())


@blueprint.post("/campaigns/<name>/import")
@allow(*WRITERS)
def import_responses(name: str) -> Response | str | tuple[str, int]:
    """Without a mapping, the draft to check; with one, the responses or every reason why not."""
    form = ResponsesUpload()
    if not form.validate():
        refusal = refuse_form(form)
        return _page(name, form, refusal=refusal), refusal.status
    content, filename = read_upload(form.file.data), form.file.data.filename
    try:
        if not (form.mapping.data or "").strip():
            return _draft(name, form, content, filename)
        report = _import(name, content, filename, form.mapping.data)
    except SurveyError as error:
        if error.kind == "missing":
            raise
        refusal = refuse(error)
        form.mapping.data = shown(form.mapping.data or "")
        return _page(name, form, refusal=refusal), refusal.status
    counts = {kind: count for kind in LEFT if (count := getattr(report, kind))}
    return redirect(url_for("console.campaign", name=name, done="imported", count=report.added, **counts), 303)


def _draft(name: str, form: ResponsesUpload, content: bytes, filename: str) -> str:
    """The page with a mapping proposed from the file, and what in it needs a person."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        papers = papers_of(session, campaign_id=campaign.id)
        codes = imports.school_codes(session, frame_id=campaign.frame_id)
    layout = imports.find_layout(form.tool.data)
    table = imports.read_table(content, filename=filename)
    draft = imports.propose_mapping(table, papers, layout, schools=codes, language=current_language())
    form.mapping.data = draft.text
    return _page(name, form, draft=draft, doubts=refuse_problems(draft.doubts), filename=filename)


def _import(name: str, content: bytes, filename: str, mapping: str) -> imports.ImportReport:
    app = here()
    with app.database.begin() as session:
        campaign = find_campaign(session, name)
        report = imports.import_responses(
            session,
            campaign=campaign,
            papers=papers_of(session, campaign_id=campaign.id),
            content=content,
            filename=filename,
            mapping=mapping,
            today=app.today(),
            secret=app.settings.secret,
        )
        if report.added:
            tell(session, "responses.imported", campaign_id=campaign.id, rows=report.rows, added=report.added)
    return report


def _page(name: str, form: ResponsesUpload, *, refusal: Refusal | None = None, **more: Any) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
    tools = [(each, imports.get_layout(each).title) for each in imports.layout_names()]
    about = {"campaign": campaign, "simulated": campaign.simulated}
    return render_template("console/import.html", **about, form=form, refusal=refusal, tools=tools, **more)
