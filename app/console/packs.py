"""The report pack: what can be handed out of a score, what was handed out before, and by which serials."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response as Answer
from flask import abort, render_template, request
from flask_login import current_user

from app.access import allow
from app.console.archives import send_archive
from app.console.door import READERS, blueprint, find_campaign, read_evaluation
from app.console.noting import SEEN, TAKEN, note, noted
from app.edge import here
from app.i18n import DEFAULT, LANGUAGES
from app.pack.making import OFFERED, Report, make_report, make_sheets
from app.pack.wording import KINDS, SIGNERS
from app.words import LANGUAGES as NAMES
from surveys.errors import SurveyError
from surveys.publication import Publication, find_publication
from surveys.reports.archive import zip_files
from surveys.reports.registry import IssuedReport, list_issued, spaced
from surveys.review import Signature, standing

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAMED = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


@dataclass(frozen=True)
class Line:
    """Reports that were issued at one moment: those of schools are many, and stand in one line."""

    report: IssuedReport
    serial: str
    count: int


@blueprint.get("/campaigns/<name>/reports")
@allow(*READERS)
@noted(SEEN)
def packs(name: str) -> str:
    """What can be made of the newest score, and everything that was issued."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        shown = find_publication(session, name=name, now=here().clock())
        issued = list_issued(session, campaign_id=campaign.id)
        signatures = standing(session, campaign_id=campaign.id).signatures
    if shown is not None:
        note(evaluation=shown.evaluation.number)
    return render_template(
        "console/packs.html",
        campaign=campaign,
        simulated=campaign.simulated,
        made=None if shown is None else shown.evaluation,
        schools=[] if shown is None else [(each.school, each.name) for each in shown.schools],
        signed=_signed(shown, signatures),
        lines=_lines(issued),
        tongues_of=NAMES,
        named=NAMED,
        offered=OFFERED,
        KINDS=KINDS,
        SIGNERS=SIGNERS,
    )


@blueprint.get("/campaigns/<name>/reports/<kind>.<format>")
@allow(*READERS)
@noted(TAKEN)
def pack_file(name: str, kind: str, format: str) -> Answer:
    """One report, with the serial that its content has."""
    _check(name)
    report = _make(name, kind, format)
    note(evaluation=report.facts.evaluation)
    answer = Answer(report.content(), mimetype=TYPES[format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{report.filename}"'
    return answer


@blueprint.get("/campaigns/<name>/reports/schools.zip")
@allow(*READERS)
@noted(TAKEN)
def pack_archive(name: str) -> Answer:
    """The sheet of every school, made while it is sent."""
    with here().database.read() as session:
        find_campaign(session, name)
        shown = find_publication(session, name=name, now=here().clock(), number=_evaluation())
    if shown is not None:
        note(evaluation=shown.evaluation.number)
    by = current_user.account.name
    files = make_sheets(name=name, language=_language(), by=by, number=_evaluation())
    return send_archive(zip_files(files), len(files), f"{name}-report-schools-{_language()}.zip")


def _check(name: str) -> None:
    """Whether the campaign lies in the account's subtree."""
    with here().database.read() as session:
        find_campaign(session, name)


def _make(name: str, kind: str, format: str) -> Report:
    school = request.args.get("school")
    by = current_user.account.name
    try:
        return make_report(
            name=name, kind=kind, format=format, language=_language(), by=by, school=school, number=_evaluation()
        )
    except SurveyError as error:
        if error.code == "report.offered":
            abort(404)
        raise


def _evaluation() -> int | None:
    """Another evaluation than the one that is shown first."""
    asked = request.args.get("evaluation")
    return None if asked is None else read_evaluation(asked)


def _language() -> str:
    asked = request.args.get("language", DEFAULT)
    return asked if asked in LANGUAGES else DEFAULT


def _signed(shown: Publication | None, signatures: tuple[Signature, ...]) -> list[Signature]:
    number = None if shown is None else shown.evaluation.number
    return [each for each in signatures if each.evaluation == number]


def _lines(issued: tuple[IssuedReport, ...]) -> list[Line]:
    """Each report, and the sheets of schools that were issued together as one."""
    found: dict[tuple[object, ...], list[IssuedReport]] = {}
    for each in issued:
        content = each.content
        own = "" if content.school else each.serial
        found.setdefault((each.made_at, content.kind, content.language, content.evaluation, own), []).append(each)
    return [Line(reports[0], spaced(reports[0].serial), len(reports)) for reports in found.values()]
