"""The draw of a plan: from a seed, repeated in front of whoever looks, and slips for those who were drawn."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import READERS, WRITERS, blueprint, find_campaign, find_county
from app.console.forms import DrawSeed, FrameUpload, read_upload
from app.console.refusals import Refusal, refuse, refuse_form
from app.draws import draw_lines, fresh_seed, lay_out_cell, lay_out_drawn, list_name, write_positions
from app.edge import here
from app.errors import STATUS
from app.notices import notice_lines
from surveys import frames, plans
from surveys.errors import SurveyError
from surveys.plans.auditing import audit_plan
from surveys.plans.drawing import draw_plan, find_draw, list_draws
from surveys.plans.inviting import count_missing, issue_invited
from surveys.plans.positions import list_envelopes


@blueprint.get("/campaigns/<name>/draw")
@allow(*READERS)
def draw(name: str) -> str:
    """Who was drawn, by school and by number on its lists; the draw is repeated each time, and compared."""
    return _page(name)


@blueprint.post("/campaigns/<name>/draw")
@allow(*WRITERS)
def draw_lots(name: str) -> Response | tuple[str, int]:
    """Draw from the seed that was written, or from a fresh one."""
    form, app = DrawSeed(), here()
    if not form.validate():
        return _page(name, refuse_form(form)), STATUS["invalid"]
    seed = fresh_seed(app.draw) if form.seed.data is None else form.seed.data
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            by = current_user.account.name
            draw_plan(session, campaign_id=campaign.id, seed=seed, now=app.clock(), by=by)
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _page(name, refuse(error)), STATUS[error.kind]
    return redirect(url_for("console.draw", name=name, done="drawn"), 303)


@blueprint.post("/campaigns/<name>/draw/slips")
@allow(*WRITERS)
def issue_drawn(name: str) -> Response | tuple[str, int]:
    """The slips that whoever was drawn still lacks."""
    app = here()
    try:
        with app.database.begin() as session:
            campaign = find_campaign(session, name)
            issued = issue_invited(
                session,
                campaign_id=campaign.id,
                secret=app.settings.secret,
                now=app.clock(),
                today=app.today(),
                draw=app.draw,
                by=current_user.account.name,
            )
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _page(name, refuse(error)), STATUS[error.kind]
    return redirect(url_for("console.draw", name=name, done="issued", count=issued), 303)


@blueprint.get("/counties/<code>/classes")
@allow(*READERS)
def classes(code: str) -> str:
    """The class lists of the county's newest frame."""
    return _classes_page(code)


@blueprint.post("/counties/<code>/classes")
@allow(*WRITERS)
def import_classes(code: str) -> Response | tuple[str, int]:
    """Class lists from XLSX or CSV; every problem at once, and nothing written."""
    form = FrameUpload()
    if not form.validate():
        return _classes_page(code, refuse_form(form)), STATUS["invalid"]
    try:
        with here().database.begin() as session:
            find_county(session, code)
            upload = form.file.data
            content = read_upload(upload)
            report = frames.import_classes(session, county=code, content=content, filename=upload.filename)
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _classes_page(code, refuse(error)), STATUS[error.kind]
    done = "unchanged" if report.unchanged else "imported"
    return redirect(url_for("console.classes", code=code, done=done), 303)


def _page(name: str, refusal: Refusal | None = None) -> str:
    chosen = request.args.get("school")
    shown: dict[str, Any] = {"drawn": None, "audit": None, "missing": 0, "lists": (), "schools": (), "notices": ()}
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        made = plans.get_plan_view(session, campaign_id=campaign.id)
        drawn = find_draw(session, campaign_id=campaign.id)
        draws = list_draws(session, campaign_id=campaign.id)
        if drawn is not None:
            audit = audit_plan(session, campaign_id=campaign.id)
            missing = count_missing(session, campaign_id=campaign.id)
            found = list_envelopes(session, campaign_id=campaign.id)
            shown = {
                "drawn": drawn,
                "audit": audit,
                "missing": sum(missing.values()),
                "lists": [each for each in found if chosen is not None and (each.school_code or "") == chosen],
                "schools": lay_out_drawn(made.proposal),
                "notices": notice_lines([{"code": each.code, "params": each.params} for each in audit.notices]),
            }
    return render_template(
        "console/draw.html",
        campaign=campaign,
        made=made,
        chosen=chosen,
        refusal=refusal,
        done=request.args.get("done"),
        issued=request.args.get("count", 0, type=int),
        list_name=list_name,
        write_positions=write_positions,
        lay_out_cell=lay_out_cell,
        draws=draw_lines(draws),
        simulated=campaign.simulated,
        **shown,
    )


def _classes_page(code: str, refusal: Refusal | None = None) -> str:
    with here().database.read() as session:
        county = find_county(session, code)
        frame = frames.find_latest_frame(session, county=code)
        cells = frames.list_cells(session, frame_id=frame.id) if frame else ()
        lists = frames.list_classes(session, frame_id=frame.id) if frame else {}
    schools = {cell.school_code: cell for cell in cells if cell.group == "student" and cell.school_code}
    return render_template(
        "console/classes.html",
        county=county,
        frame=frame,
        schools=schools,
        lists=lists,
        refusal=refusal,
        done=request.args.get("done"),
        simulated=county.simulated,
    )
