"""Findings: raising one, handing in what was done about it, judging that; and the tasks of whoever has to mend."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response as Answer
from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import READERS, blueprint, find_campaign
from app.console.forms import read_upload
from app.console.refusals import Refusal
from app.console.reviews import WORDS, refused, say
from app.console.visits import read_day
from app.edge import here
from app.errors import STATUS
from surveys.errors import SurveyError
from surveys.review.files import LARGEST_FILE, MOST_FILES, Upload, get_file
from surveys.review.findings import raise_finding
from surveys.review.mending import judge, list_tasks, submit_evidence

MENDERS = ("officer", "liaison")
MEDIA = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
NOTHING_RUNS = "default-src 'none'; sandbox"  # whatever a file holds besides what it seems to be


@blueprint.post("/campaigns/<name>/review/findings")
@allow("evaluator")
def add_finding(name: str) -> Response | tuple[str, int]:
    """Note what was found; with an owner it is a task."""
    form, app = request.form, here()
    try:
        with app.database.begin() as session:
            find_campaign(session, name)
            raise_finding(
                session,
                campaign=name,
                by=current_user.account.name,
                category=form.get("category", ""),
                severity=form.get("severity", ""),
                text=form.get("text", ""),
                school=form.get("school") or None,
                owner=form.get("owner") or None,
                due=read_day(form.get("due", "")),
                now=app.clock(),
                today=app.today(),
            )
    except SurveyError as error:
        return refused(name, error, "find")
    return redirect(url_for("console.review", name=name, done="found", _anchor="findings"), 303)


@blueprint.post("/campaigns/<name>/review/findings/<int:number>/verdict")
@allow("evaluator")
def judge_finding(name: str, number: int) -> Response | tuple[str, int]:
    """Accept what was handed in, refuse it, overrule or withdraw."""
    verdict, reason = request.form.get("verdict", ""), request.form.get("reason", "")
    by, now = current_user.account.name, here().clock()
    try:
        with here().database.begin() as session:
            find_campaign(session, name)
            judge(session, campaign=name, by=by, finding=number, verdict=verdict, reason=reason, now=now)
    except SurveyError as error:
        return refused(name, error, f"judge-{number}")
    return redirect(url_for("console.review", name=name, done="judged", _anchor=f"finding-{number}"), 303)


@blueprint.post("/campaigns/<name>/review/findings/<int:number>/evidence")
@allow(*MENDERS)
def hand_in(name: str, number: int) -> Response | tuple[str, int]:
    """Say what was done about a finding, with files. Who reads the campaign comes back to it, others to their tasks."""
    reader = current_user.account.role in READERS
    files = [Upload(each.filename or "", read_upload(each)) for each in request.files.getlist("files") if each.filename]
    text, by, now = request.form.get("text", ""), current_user.account.name, here().clock()
    try:
        with here().database.begin() as session:
            find_campaign(session, name)
            submit_evidence(session, campaign=name, by=by, finding=number, text=text, files=files, now=now)
    except SurveyError as error:
        if not reader and error.kind != "missing":
            return _tasks(say(error), f"{name}-{number}"), STATUS[error.kind]
        return refused(name, error, f"mend-{number}")
    if not reader:
        return redirect(url_for("console.own_tasks", done="handed_in"), 303)
    return redirect(url_for("console.review", name=name, done="handed_in", _anchor=f"finding-{number}"), 303)


@blueprint.get("/campaigns/<name>/review/findings/<int:number>/files/<int:mending>/<int:place>")
@allow(*READERS)
def evidence_file(name: str, number: int, mending: int, place: int) -> Answer:
    """A file that was handed in: to be kept, never to be opened inside the console."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = get_file(session, campaign_id=campaign.id, finding=number, mending=mending, number=place)
    answer = Answer(found.content, mimetype=MEDIA[found.about.kind])
    plain = f"{name}-{number}-{mending}-{place}.{found.about.kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(found.about.name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/tasks")
@allow(*MENDERS)
def own_tasks() -> str:
    """What the account in front of us has to mend, and nothing else of any review."""
    return _tasks()


def _tasks(refusal: Refusal | None = None, at: str = "") -> str:
    with here().database.read() as session:
        tasks = list_tasks(session, by=current_user.account.name)
    return render_template(
        "console/tasks.html",
        tasks=tasks,
        today=here().today(),
        refusal=refusal,
        at=at,
        given=request.form.to_dict() if refusal else {},
        most_files=MOST_FILES,
        largest=LARGEST_FILE // 1024 // 1024,
        done=request.args.get("done"),
        **WORDS,
    )
