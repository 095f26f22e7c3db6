"""A closed county in which everything happens that a score can meet; and scorecards of every kind for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import campaigns, responses
from surveys.campaigns import CampaignView
from surveys.documents import digest_of
from surveys.evaluations import EvaluationView, Weighting, evaluate
from surveys.models import School
from surveys.responses import ImportedResponse
from surveys.scorecards.library import library_document
from surveys.scorecards.versions import publish_scorecard
from tests import factories
from tests.factories import NOW, SECRET, both

AT_SCHOOL = {"student": 40, "parent": 40, "teacher": 8, "principal": 1}
SCHOOLS = {  # three strata have one school each; of X1 the frame knows nobody
    "P01": ("primary", "urban"), "P02": ("primary", "urban"), "P03": ("primary", "rural"), "J01": ("junior", "town"),
    "J02": ("junior", "rural"), "J03": ("junior", "rural"), "X1": ("special", "town"),
}  # fmt: skip
PEOPLE: Mapping[str | None, Mapping[str, int]] = {
    **{code: {} if code == "X1" else AT_SCHOOL for code in SCHOOLS},
    None: {"npc_deputy": 30, "cppcc_member": 25, "public": 3000},
}
# How many answered, by group and school; of some cells one person or nobody; deputies at a school, too.
ANSWERED: Mapping[tuple[str, str | None], int] = {
    **{("student", code): 9 for code in ("P01", "P02", "P03", "J01", "J03")},
    **{("parent", code): 7 for code in ("P01", "P02", "P03", "J01", "J02", "X1")},
    **{("teacher", code): count for code, count in (("P01", 4), ("P02", 1), ("P03", 3), ("J02", 1))},
    **{("principal", code): 1 for code in ("P01", "P02", "J01", "J03")},
    ("npc_deputy", None): 14,
    ("npc_deputy", "P01"): 2,
    ("public", None): 40,
}
CODES = (4, 3, 2, 1, 9, 0)  # 0: left blank
LIKELY = (0.35, 0.3, 0.1, 0.1, 0.08, 0.07)
CONTENT, UNSURE = "principal", "public"  # of one group all are content; of the other nobody knows about teaching
SCORECARD = YAML(typ="safe", pure=True).load(library_document("renke-default"))
DIMENSIONS = {"education_quality": 3, "lighter_burden": 1, "moral_education": 2, "exam_reform": 1}
PAPERS = {"teacher": "other", "cppcc_member": "unanswered"}  # of everybody else `tiny`


def _item(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "role": "item", "text": both(name), "scale": "satisfaction-4", **more}


OTHER = (
    _item("teaching", dimension="education_quality"),
    _item("meals", dimension="moral_education", required=False),
    _item("noise", dimension="moral_education", required=False, direction=-1),
    _item("overall", role="overall"),
)
UNANSWERED = (_item("exams", dimension="exam_reform"), _item("overall", role="overall"))


def add_replicated(session: Session) -> CampaignView:
    """The campaign `tiny`, closed, without a score."""
    factories.add_county(session, people=PEOPLE, schools=SCHOOLS)
    factories.publish_paper(session)
    factories.publish_paper(session, instrument="other", sections=[_section(*OTHER)])
    factories.publish_paper(session, instrument="unanswered", sections=[_section(*UNANSWERED)])
    papers = {group: [PAPERS.get(group, "tiny")] for groups in PEOPLE.values() for group in groups}
    campaign = campaigns.create_campaign(
        session,
        content=factories.campaign_document(papers=papers, closes=(NOW + timedelta(hours=1)).isoformat()),
        now=NOW,
        timezone=factories.ZONE,
    )
    _give_out(session, campaign)
    responses.add_imported(session, campaign_id=campaign.id, rows=_rows(session, campaign), secret=SECRET)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    return campaign


def card(name: str, **changes: Any) -> dict[str, Any]:
    """The default scorecard with other rules."""
    scales = {"satisfaction-4": {"options": [4, 3, 2, 1], "positive": [4, 3], "points": [100, 75, "100/3", 0]}}
    document = {**SCORECARD, "scorecard": name, "scales": scales, **changes}
    return {key: value for key, value in document.items() if value is not None}


def scored(
    session: Session, document: Mapping[str, Any], *, weighting: Weighting | None = None, campaign: str = "tiny"
) -> EvaluationView:
    """The evaluation by a scorecard of one's own."""
    name = f"card-{digest_of(dict(document))[:12]}"
    text = json.dumps({**document, "scorecard": name}, ensure_ascii=False)
    publish_scorecard(session, content=text, now=NOW)
    return evaluate(session, name=campaign, now=NOW + timedelta(hours=2), scorecard=name, weighting=weighting)


def _section(*items: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": "all", "title": both("全部"), "items": list(items)}


def _give_out(session: Session, campaign: CampaignView) -> None:
    for code, groups in PEOPLE.items():
        for group, people in groups.items():
            count = min(people, 45)
            factories.issue_slips(session, campaign, seed=seed_of(code, group), group=group, school=code, count=count)


def seed_of(*words: str | None) -> int:
    return int(digest_of({"words": list(words)})[:8], 16)


def _rows(session: Session, campaign: CampaignView) -> Iterator[ImportedResponse]:
    rng = np.random.default_rng(7)
    schools: dict[str | None, int | None] = {school.code: school.id for school in session.scalars(select(School))}
    papers = {paper.group: paper for paper in campaigns.papers_of(session, campaign_id=campaign.id)}
    for (group, code), count in ANSWERED.items():
        paper = papers[group]
        for number in range(count):
            answers = rng.choice(CODES, size=len(paper.instrument.items), p=LIKELY)
            answers[-1] = answers[-1] or 4
            if group == CONTENT:
                answers[:] = 4
            elif group == UNSURE:
                answers[0] = 9
            key = f"{group}|{code}|{number}"
            yield ImportedResponse(
                key, group, schools.get(code), paper.version_id, bytes(answers.tolist()), "zh-CN", factories.TODAY
            )
