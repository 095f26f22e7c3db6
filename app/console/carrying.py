"""Questionnaires from elsewhere become YAML to go on with; those of a campaign leave for other programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any, Literal, get_args

from flask import Response as Answer
from flask import abort, render_template
from flask_babel import gettext as _

from app.access import allow
from app.console.door import READERS, WRITERS, blueprint, find_campaign
from app.console.forms import NO_FILE, CarryFile, read_upload, shown
from app.console.refusals import Line, Refusal, refuse, refuse_form, refuse_problems
from app.edge import here
from app.errors import STATUS
from app.i18n import current_language
from surveys.campaigns import papers_of
from surveys.carrying import Carried, carry_in, carry_out, read_paper, write_template
from surveys.carrying.outward import Format
from surveys.errors import SurveyError

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# format -> the end of the file's name, and its type
FILES: dict[Format, tuple[str, str]] = {
    "xlsform": ("-xlsform.xlsx", SHEET),
    "lss": (".lss", "application/xml"),
    "xlsx": (".xlsx", SHEET),
    "csv": (".csv", "text/csv"),
}
YAML = "application/yaml"
LINE = 4  # what a line of a list consists of


@blueprint.get("/questionnaires/carry")
@allow(*WRITERS)
def carry_page() -> str:
    """Where a file is handed in."""
    return _page(CarryFile())


@blueprint.post("/questionnaires/carry")
@allow(*WRITERS)
def carry_instrument() -> Answer | str | tuple[str, int]:
    """A file becomes YAML and a list; YAML that was mended is checked and handed back as a file."""
    form = CarryFile()
    if not form.validate():
        refusal = refuse_form(form)
        return _page(form, refusal=refusal), refusal.status
    try:
        if not form.file.data and form.text.data:
            return _checked(form.text.data)
        return _carried(form)
    except SurveyError as error:
        form.text.data = shown(form.text.data or "")
        return _page(form, refusal=refuse(error)), STATUS[error.kind]


@blueprint.get("/questionnaires/template.<kind>")
@allow(*WRITERS)
def carry_template(kind: str) -> Answer:
    """A spreadsheet to fill in."""
    if kind not in ("xlsx", "csv"):
        abort(404)
    file: Literal["xlsx", "csv"] = "csv" if kind == "csv" else "xlsx"
    return _download(write_template(file=file, language=_spoken()), f"renke-questionnaire.{file}", FILES[file][1])


@blueprint.get("/campaigns/<name>/papers/<group>/<instrument>/file/<kind>")
@allow(*READERS)
def paper_file(name: str, group: str, instrument: str, kind: str) -> Answer:
    """The version that a group answers, as a file of another program."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        papers = papers_of(session, campaign_id=campaign.id, group=group)
    found = next((each for each in papers if each.instrument.name == instrument), None)
    format = next((each for each in get_args(Format) if each == kind), None)
    if found is None or format is None:
        abort(404)
    end, mimetype = FILES[format]
    written = carry_out(found.instrument, format=format, language=_spoken())
    return _download(written.content, f"{instrument}-{found.number}{end}", mimetype)


def _carried(form: CarryFile) -> str | tuple[str, int]:
    if not form.file.data:
        return _page(form, refusal=Refusal(str(NO_FILE), STATUS["invalid"])), STATUS["invalid"]
    filename = form.file.data.filename
    carried = carry_in(read_upload(form.file.data), groups=form.groups.data or (), filename=filename)
    form.text.data = carried.text
    return _page(form, carried=carried, filename=filename)


def _checked(text: str) -> Answer:
    """The YAML as a file to be published, once nothing is wrong with it."""
    checked = read_paper(text)
    return _download(text.replace("\r\n", "\n").encode(), f"{checked['instrument']}.yaml", YAML)


def _page(form: CarryFile, *, carried: Carried | None = None, refusal: Refusal | None = None, **more: Any) -> str:
    left = refuse_problems(carried.left) if carried else _kept(form)
    problems = refuse_problems(carried.problems) if carried else ()
    kinds = {"xlsform": _("XLSForm 表单"), "lss": _("LimeSurvey 问卷"), "spreadsheet": _("普通表格")}
    kind = kinds[carried.kind] if carried else ""
    return render_template(
        "console/carry.html",
        form=form,
        refusal=refusal,
        carried=carried,
        kind=kind,
        left=left,
        kept=_keep(left),
        problems=problems,
        **more,
    )


def _keep(lines: Sequence[Line]) -> str:
    """The list as a field of the form: the file that it is of is not sent again with the YAML."""
    return json.dumps([astuple(each) for each in lines], ensure_ascii=False)


def _kept(form: CarryFile) -> tuple[Line, ...]:
    """The list that the page had; nothing where the field holds anything else."""
    try:
        rows = json.loads(form.left.data or "[]")
    except (ValueError, RecursionError):
        return ()
    rows = rows if isinstance(rows, list) else []
    good = (each for each in rows if isinstance(each, list) and len(each) == LINE)
    return tuple(Line(*map(shown, each)) for each in good if all(isinstance(part, str) for part in each))


def _download(content: bytes, filename: str, mimetype: str) -> Answer:
    answer = Answer(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _spoken() -> Literal["zh-CN", "en"]:
    return "en" if current_language() == "en" else "zh-CN"
