"""Pages about a study: one way in for all of them, what is said where it was not made yet, and making it."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.console.door import WRITERS, blueprint, find_campaign
from app.console.forms import PressButton
from app.console.noting import note
from app.edge import here
from app.studies import is_quick, make_studies, missing_kinds
from app.words import STUDIES
from surveys import studies
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.publication import get_publication
from surveys.studies import Studied

PAGES = {  # the page of each kind of study
    "schools": "schools_page",
    "certainty": "certainty",
    "changes": "changes",
    "drivers": "drivers_page",
}


def load_studied(name: str, kind: str) -> tuple[CampaignView, Studied | None]:
    """The campaign, and the study beside what may be shown of its score; None where it has no score."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        studied = studies.find_studied(session, name=name, now=here().clock(), kind=kind)
    note_studied(studied)
    return campaign, studied


def note_studied(studied: Studied | None) -> None:
    """The trail says beside which evaluation a study was seen."""
    if studied is not None and studied.study is not None:
        note(evaluation=studied.publication.evaluation.number)


def study_missing(campaign: CampaignView, studied: Studied | None, kind: str) -> str:
    """The page of a study that is not there: why, and what to do about it."""
    made = None if studied is None else studied.publication.evaluation
    return render_template(
        "console/study_missing.html",
        campaign=campaign,
        simulated=campaign.simulated,
        kind=kind,
        study=STUDIES[kind],
        page=PAGES[kind],
        made=made,
        quick=made is not None and is_quick(made),
        most=studies.AT_ONCE,
        button=PressButton(),
    )


@blueprint.post("/campaigns/<name>/score/studies/<kind>")
@allow(*WRITERS)
def make_missing(name: str, kind: str) -> Response:
    """Make every study that is missing beside the score, then show the page of the one that was asked for."""
    with here().database.read() as session:
        find_campaign(session, name)
        publication = get_publication(session, name=name, now=here().clock())
    made = publication.evaluation
    if kind not in PAGES:
        raise SurveyError("study.unknown", "missing", study=kind)
    if not is_quick(made):
        raise SurveyError("study.too_large", "conflict", most=studies.AT_ONCE, name=name)
    missing = missing_kinds(publication)
    refusals = {each.kind: each.refusal for each in make_studies(name=name, number=made.number, kinds=missing)}
    refusal = refusals.get(kind)
    if refusal is not None:
        raise refusal
    return redirect(url_for(f"console.{PAGES[kind]}", name=name), 303)


def make_after_score(name: str) -> None:
    """Make what is missing beside the newest score where that is quick; a score stands with or without studies."""
    with here().database.read() as session:
        publication = get_publication(session, name=name, now=here().clock())
    made = publication.evaluation
    if is_quick(made):
        with suppress(SurveyError):
            list(make_studies(name=name, number=made.number, kinds=missing_kinds(publication)))
