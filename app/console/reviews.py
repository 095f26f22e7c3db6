"""The review of a score: where it stands, signing and giving back, drawing schools, and what waits for whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import guesses
from app import review as words
from app.access import allow, scope
from app.console.door import READERS, blueprint, find_campaign, read_evaluation
from app.console.noting import SEEN, noted
from app.console.refusals import Refusal, refuse
from app.draws import fresh_seed
from app.edge import here
from app.errors import STATUS
from app.verdicts import shown
from app.words import VERDICTS, word
from surveys.errors import SurveyError
from surveys.publication import Publication
from surveys.review.drawing import draw_schools
from surveys.review.reading import list_waiting, read_review
from surveys.review.sampling import LEAST_SHARE, count_drawn
from surveys.review.signing import give_back, sign

SIGNERS = ("officer", "evaluator")
WORDS = {
    "REVIEW_STAGES": words.REVIEW_STAGES,
    "CATEGORIES": words.CATEGORIES,
    "SEVERITIES": words.SEVERITIES,
    "FINDING_STATES": words.FINDING_STATES,
    "MENDINGS": words.MENDINGS,
    "POINTS": words.POINTS,
    "ANSWERS": words.ANSWERS,
}


@blueprint.get("/campaigns/<name>/review")
@allow(*READERS)
@noted(SEEN)
def review(name: str) -> str:
    """Everything about the review of one score; buttons only for whoever may act now."""
    return page(name)


@blueprint.post("/campaigns/<name>/review/sign")
@allow(*SIGNERS)
def sign_review(name: str) -> Response | tuple[str, int]:
    """Sign for the stage whose turn it is; who signs types the password again."""
    form, app = request.form, here()
    try:
        with app.database.read() as session:
            find_campaign(session, name)
        if not guesses.is_password(current_user.account, form.get("password", "")):
            raise SurveyError("review.password", "forbidden")
        with app.database.begin() as session:
            find_campaign(session, name)
            sign(
                session,
                campaign=name,
                by=current_user.account.name,
                statement=form.get("statement", ""),
                evaluation=read_evaluation(form["evaluation"]) if form.get("evaluation") else None,
                unvisited=form.get("unvisited", ""),
                now=app.clock(),
            )
    except SurveyError as error:
        return refused(name, error, "sign")
    return redirect(url_for("console.review", name=name, done="signed"), 303)


@blueprint.post("/campaigns/<name>/review/return")
@allow("evaluator")
def return_review(name: str) -> Response | tuple[str, int]:
    """Give the score back to the stage below."""
    try:
        with here().database.begin() as session:
            find_campaign(session, name)
            by, reason = current_user.account.name, request.form.get("reason", "")
            give_back(session, campaign=name, by=by, reason=reason, now=here().clock())
    except SurveyError as error:
        return refused(name, error, "return")
    return redirect(url_for("console.review", name=name, done="returned"), 303)


@blueprint.post("/campaigns/<name>/review/draw")
@allow("evaluator")
def draw_visits(name: str) -> Response | tuple[str, int]:
    """Draw the schools to visit, from a seed that nobody chose."""
    form, app = request.form, here()
    try:
        with app.database.begin() as session:
            find_campaign(session, name)
            draw_schools(
                session,
                campaign=name,
                by=current_user.account.name,
                seed=fresh_seed(app.draw),
                share=form.get("share", 0, type=int),
                reason=form.get("reason", ""),
                now=app.clock(),
            )
    except SurveyError as error:
        return refused(name, error, "draw")
    return redirect(url_for("console.review", name=name, done="drawn", _anchor="visits"), 303)


@blueprint.get("/reviews")
@allow(*READERS)
def reviews() -> str:
    """Closed campaigns in the account's subtree, those that wait for the account first."""
    with here().database.read() as session:
        by, now, today = current_user.account.name, here().clock(), here().today()
        found = list_waiting(session, by=by, path=scope(), now=now, today=today)
    simulated = bool(found) and all(each.campaign.simulated for each in found)
    return render_template("console/reviews.html", found=found, simulated=simulated, **WORDS)


def refused(name: str, error: SurveyError, at: str) -> tuple[str, int]:
    """The page again with what was wrong, and what was typed where it was typed; what is not there has no page."""
    if error.kind == "missing":
        raise error
    return page(name, say(error), at), STATUS[error.kind]


def say(error: SurveyError) -> Refusal:
    """A refusal that calls the fields as the forms do."""
    found = refuse(error)
    lines = tuple(replace(line, place=words.name_field(line.place)) for line in found.lines)
    return replace(found, lines=lines)


def page(name: str, refusal: Refusal | None = None, at: str = "") -> str:
    """The page of one review. `at` says which of its forms was refused."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = read_review(session, campaign=campaign, by=current_user.account.name, now=here().clock())
    given: dict[str, Any] = request.form.to_dict() if refusal else {}
    given.pop("password", None)
    return render_template(
        "console/review.html",
        campaign=campaign,
        simulated=campaign.simulated,
        review=found,
        scores={each.evaluation.number: _score(each) for each in found.evaluations},
        next_step=words.next_step(found),
        hindrances=words.what_holds_up(found),
        warnings=words.warnings(found),
        history=words.history(found),
        least=LEAST_SHARE,
        fewest=count_drawn(len(found.schools), LEAST_SHARE),
        today=here().today(),
        refusal=refusal,
        given=given,
        at=at,
        done=request.args.get("done"),
        **WORDS,
    )


def _score(publication: Publication) -> str:
    """The score with its verdict, where the publication rule lets it out."""
    result = publication.facts
    if publication.composite.hidden or publication.composite.value is None:
        return ""
    return f"{shown(result)} · {word(VERDICTS, result['verdict'])}"
