"""Counties and their frames: who is to be asked, school by school."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response as Answer
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import allow, scope
from app.console.door import READERS, WRITERS, blueprint, find_county
from app.console.forms import FrameUpload, read_upload
from app.console.refusals import Refusal, refuse, refuse_form
from app.deeds import tell
from app.edge import here
from app.i18n import current_language
from surveys import frames, regions
from surveys.errors import SurveyError
from surveys.regions import RegionView

TYPES: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def counties_in_sight(session: Any) -> list[RegionView]:
    """The counties of the account's subtree."""
    return [region for region in regions.list_regions(session, path=scope()) if region.level == "county"]


@blueprint.get("/counties")
@allow(*READERS)
def counties() -> Response | str:
    """The counties with their frames; straight to the frame where there is only one county."""
    with here().database.read() as session:
        found = counties_in_sight(session)
        listed = [(county, frames.find_latest_frame(session, county=county.code)) for county in found]
    if len(found) == 1:
        return redirect(url_for("console.frame", code=found[0].code))
    return render_template("console/counties.html", counties=listed)


@blueprint.get("/counties/<code>")
@allow(*READERS)
def frame(code: str) -> str:
    """The county's newest frame, and how to bring a newer one."""
    return _frame_page(code, FrameUpload(), done=request.args.get("done"))


@blueprint.post("/counties/<code>")
@allow(*WRITERS)
def import_frame(code: str) -> Response | tuple[str, int]:
    """A frame from XLSX or CSV; every problem at once, and nothing written."""
    form = FrameUpload()
    if not form.validate():
        return _refused(code, form, refuse_form(form))
    try:
        with here().database.begin() as session:
            find_county(session, code)
            report = frames.import_frame(
                session,
                county=code,
                content=read_upload(form.file.data),
                filename=form.file.data.filename,
                now=here().clock(),
            )
            if not report.unchanged:
                tell(session, "frame.imported", number=report.number, region=code)
    except SurveyError as error:
        if error.kind == "missing":
            raise
        return _refused(code, form, refuse(error))
    done = "unchanged" if report.unchanged else "imported"
    added, changed, removed = report.added, report.changed, report.removed
    target = url_for("console.frame", code=code, done=done, added=added, changed=changed, removed=removed)
    return redirect(target, 303)


@blueprint.get("/frame-template.<kind>")
@allow(*READERS)
def frame_template(kind: str) -> Answer:
    """An empty frame file to fill in."""
    if kind not in TYPES:
        abort(404)
    format: Literal["xlsx", "csv"] = "xlsx" if kind == "xlsx" else "csv"
    language: Literal["zh-CN", "en"] = "en" if current_language() == "en" else "zh-CN"
    answer = Answer(frames.frame_template(format, language), mimetype=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="renke-frame.{kind}"'
    return answer


def _refused(code: str, form: FrameUpload, refusal: Refusal) -> tuple[str, int]:
    return _frame_page(code, form, refusal=refusal), refusal.status


def _frame_page(code: str, form: FrameUpload, *, refusal: Refusal | None = None, done: str | None = None) -> str:
    with here().database.read() as session:
        county = find_county(session, code)
        newest = frames.find_latest_frame(session, county=code)
        cells = frames.list_cells(session, frame_id=newest.id) if newest else ()
    return render_template(
        "console/frame.html",
        county=county,
        frame=newest,
        schools=_schools(cells),
        form=form,
        refusal=refusal,
        done=done,
        counts={key: request.args.get(key, 0, type=int) for key in ("added", "changed", "removed")},
        simulated=county.simulated,
    )


def _schools(cells: tuple[frames.CellView, ...]) -> list[tuple[frames.CellView, dict[str, int]]]:
    """One line for each school, the county last, with its people by group."""
    people: dict[int | None, dict[str, int]] = {}
    first: dict[int | None, frames.CellView] = {}
    for cell in cells:
        first.setdefault(cell.school_id, cell)
        people.setdefault(cell.school_id, {})[cell.group] = cell.population
    return [(first[school], people[school]) for school in first]
