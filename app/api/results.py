"""Evaluations, as the publication rule lets them be shown: the list, the county, and every figure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.access import allow
from app.api.door import READERS, answers, at, find_campaign
from app.api.noting import note_taken
from app.api.paging import HEADERS, Part, laid_out, position_of, take_from_all, take_part
from app.api.queries import EvaluationsWanted, FiguresWanted
from app.api.shapes import EvaluationsShape, FiguresShape, PublicationShape
from app.edge import here
from surveys.campaigns import CampaignView
from surveys.evaluations import list_versions
from surveys.publication import Figure, Publication, find_shown, get_publication
from surveys.review import standing

SCOPE = "results:read"
APART = ("composite", "pooled", "term", "beside", "verdict", "threshold")  # they stand beside the other facts


@at("/campaigns/<slug:name>/evaluations")
@allow(*READERS, scope=SCOPE)
@answers(EvaluationsShape, asks=EvaluationsWanted, also=(404,), headers=HEADERS)
def list_evaluations(query: dict[str, Any], name: str) -> Any:
    """The evaluations that are shown, the newest first"""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        shown = find_shown(session, campaign=campaign).shown
        versions = list_versions(session, campaign=campaign)
        signed = standing(session, campaign_id=campaign.id).signed
    before = position_of(query.get("cursor"))
    rows = [each for each in versions if each.number in shown and (before is None or each.number < before)]
    part = take_part(rows, query, kind="e", key=lambda each: each.number)
    return laid_out(Part([{**asdict(each), "signed": each.number == signed} for each in part.items], part.next))


@at("/campaigns/<slug:name>/evaluations/<number:number>")
@allow(*READERS, scope=SCOPE)
@answers(PublicationShape, also=(404, 409))
def get_evaluation(name: str, number: int) -> Any:
    """What may be shown of one, of the whole county"""
    campaign, found, signed = _load(name, number)
    note_taken(campaign, "api_evaluation", number)
    made, facts = found.evaluation, dict(found.facts)
    return {
        "campaign": made.campaign,
        "evaluation": made.number,
        "made_at": made.made_at,
        "responses": made.responses,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "publication_rule": found.rule,
        "smallest": found.smallest,
        "least_rate": found.least_rate,
        "signed": signed,
        "simulated": campaign.simulated,
        "verdict": facts["verdict"],
        "threshold": facts["threshold"],
        "composite": found.composite,
        "pooled": found.pooled,
        "term": found.term,
        "beside": found.beside,
        "groups": found.groups,
        "dimensions": _of_kind(found, "dimension"),
        "items": _of_kind(found, "item"),
        "facts": {key: value for key, value in facts.items() if key not in APART},
        "recipe": dict(made.recipe),
    }


@at("/campaigns/<slug:name>/evaluations/<number:number>/figures")
@allow(*READERS, scope=SCOPE)
@answers(FiguresShape, asks=FiguresWanted, also=(404, 409), headers=HEADERS)
def list_figures(query: dict[str, Any], name: str, number: int) -> Any:
    """Every figure that may be shown, also of schools"""
    campaign, found, _signed = _load(name, number)
    if query.get("cursor") is None:
        note_taken(campaign, "api_figures", number)
    wanted = [each for each in found if _is_wanted(each, query)]
    part = take_from_all(wanted, query, kind="f")
    _body, status, headers = laid_out(part)
    return {"campaign": name, "evaluation": number, "items": part.items, "next": part.next}, status, headers


def _load(name: str, number: int) -> tuple[CampaignView, Publication, bool]:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = get_publication(session, name=name, now=here().clock(), number=number)
        signed = standing(session, campaign_id=campaign.id).signed
    return campaign, found, signed == number


def _is_wanted(figure: Figure, query: dict[str, Any]) -> bool:
    return all(query.get(name) in (None, getattr(figure, name)) for name in ("kind", "group", "school"))


def _of_kind(publication: Publication, kind: str) -> list[Figure]:
    tables = (publication.dimensions, publication.items, publication.by_group)
    return [each for table in tables for each in table if each.kind == kind]
