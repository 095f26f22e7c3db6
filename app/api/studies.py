"""Studies beside the newest score that is shown, no finer than pages print them."""

from __future__ import annotations

from typing import Any

from app.access import allow
from app.api.door import READERS, answers, at, find_campaign
from app.api.noting import note_taken
from app.api.problems import RefusedError
from app.api.shapes import StudiesShape, StudyShape
from app.edge import here
from surveys import studies
from surveys.publication import find_publication

SCOPE = "results:read"


@at("/campaigns/<slug:name>/studies")
@allow(*READERS, scope=SCOPE)
@answers(StudiesShape, also=(404,))
def list_studies(name: str) -> Any:
    """Which there are"""
    with here().database.read() as session:
        find_campaign(session, name)
        published = find_publication(session, name=name, now=here().clock())
        kept = frozenset[str]() if published is None else studies.list_studies(session, publication=published)
    number = 0 if published is None else published.evaluation.number
    return {"items": [{"kind": kind, "evaluation": number} for kind in studies.TOLD if kind in kept]}


@at("/campaigns/<slug:name>/studies/<study:kind>")
@allow(*READERS, scope=SCOPE)
@answers(StudyShape, also=(404,))
def get_study(name: str, kind: str) -> Any:
    """One of them"""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = studies.tell_study(session, name=name, now=here().clock(), kind=kind)
    if found is None or found.study is None:
        raise RefusedError(404, "api.no_study")
    number = found.publication.evaluation.number
    note_taken(campaign, "api_study", number)
    return {
        "kind": kind,
        "evaluation": number,
        "made_at": found.made_at,
        "code_version": found.code_version,
        "study": dict(found.study),
    }
