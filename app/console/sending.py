"""Other ways in: links for messages, texts for class groups, forms to print."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import abort, render_template, request
from flask_login import current_user

from app.access import allow
from app.console.door import WRITERS, blueprint, find_campaign
from app.console.forms import Forms
from app.console.refusals import Refusal, refuse, refuse_form
from app.edge import here
from app.paper import print_forms, print_specimens
from app.sending import closing_day, messages_file, period_of, texts_document, texts_file
from surveys import campaigns, frames, paper
from surveys.campaigns import CampaignView
from surveys.codes import sending
from surveys.errors import SurveyError

File = Answer | tuple[str, int]


@blueprint.get("/campaigns/<name>/ways")
@allow(*WRITERS)
def ways(name: str) -> str:
    """What can be handed out besides posters and slips; the texts are those of one school."""
    return _page(name)


@blueprint.post("/campaigns/<name>/sms.csv")
@allow(*WRITERS)
def export_messages(name: str) -> File:
    """Links for a gateway: fresh ones, or without a number those that are still unused."""
    form = Forms()
    if not form.validate():
        return _page(name, refuse_form(form)), 422
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            messages = sending.export_messages(
                session,
                campaign=campaign,
                group=form.group.data,
                school=form.school.data or None,
                count=form.count.data,
                base_url=app.settings.base_url,
                closes=closing_day(campaign),
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
                draw=app.draw,
                by=current_user.account.name,
            )
    except SurveyError as error:
        return _refused(name, error)
    return _file(messages_file(messages), "text/csv", f"{campaign.name}-sms{_mark(campaign)}.csv")


@blueprint.get("/campaigns/<name>/texts.<kind>")
@allow(*WRITERS)
def texts_for_groups(name: str, kind: str) -> Answer:
    """The texts of all schools in one file."""
    if kind not in ("csv", "txt"):
        abort(404)
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        texts = _texts(session, campaign, None)
    content = texts_document(texts) if kind == "txt" else texts_file(texts)
    return _file(content, "text/plain" if kind == "txt" else "text/csv", f"{campaign.name}-texts.{kind}")


@blueprint.post("/campaigns/<name>/forms.pdf")
@allow(*WRITERS)
def print_paper(name: str) -> File:
    """Forms with fresh codes, or without a number those whose codes are still unused."""
    form = Forms()
    if not form.validate():
        return _page(name, refuse_form(form)), 422
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            printed = paper.print_forms(
                session,
                campaign=campaign,
                group=form.group.data,
                school=form.school.data or None,
                paper=form.paper.data or None,
                count=form.count.data,
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
                draw=app.draw,
                by=current_user.account.name,
            )
    except SurveyError as error:
        return _refused(name, error)
    content = print_forms(campaign, printed, large=form.large.data)
    return _file(content, "application/pdf", f"{campaign.name}-forms{_mark(campaign)}.pdf")


@blueprint.get("/campaigns/<name>/specimens.pdf")
@allow(*WRITERS)
def specimens(name: str) -> Answer:
    """A form without a code for each questionnaire."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        papers = campaigns.papers_of(session, campaign_id=campaign.id)
    shown = paper.papers_to_show(papers, None, None)
    content = print_specimens(campaign, shown, large="large" in request.args)
    return _file(content, "application/pdf", f"{campaign.name}-specimens{_mark(campaign)}.pdf")


def _page(name: str, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        cells = [cell for cell in frames.list_cells(session, frame_id=campaign.frame_id) if cell.population]
        papers = campaigns.papers_of(session, campaign_id=campaign.id)
        schools = {cell.school_code or "": cell.school_name for cell in cells}
        wanted = request.args.get("school")
        school = wanted if wanted in schools else next(iter(schools), "")
        texts = [each for each in _texts(session, campaign, school or None) if (each.school_code or "") == school]
    return render_template(
        "console/sending.html",
        campaign=campaign,
        groups=list(dict.fromkeys(each.group for each in papers)),
        schools=list(schools.items()),
        school=school,
        papers=paper.papers_to_show(papers, None, None),
        texts=texts,
        refusal=refusal,
        simulated=campaign.simulated,
    )


def _texts(session: Any, campaign: CampaignView, school: str | None) -> tuple[sending.Announcement, ...]:
    return sending.list_announcements(
        session,
        campaign=campaign,
        school=school,
        base_url=here().settings.base_url,
        period=period_of(campaign),
        secret=here().settings.secret,
    )


def _refused(name: str, error: SurveyError) -> tuple[str, int]:
    if error.code == "campaign.unknown":
        raise error
    refusal = refuse(error)
    return _page(name, refusal), refusal.status


def _file(content: bytes, kind: str, filename: str) -> Answer:
    answer = Answer(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _mark(campaign: CampaignView) -> str:
    return "-simulated" if campaign.simulated else ""
