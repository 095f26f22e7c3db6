"""A county of twelve schools that was asked once or twice: schools and years can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import campaigns, evaluations, frames, responses, studies
from surveys.campaigns import CampaignView
from surveys.models import Region
from surveys.responses import ImportedResponse
from surveys.studies import Basis
from tests import factories
from tests.factories import NOW

SCHOOLS = {
    f"{locality[0].upper()}{stage[0].upper()}{number}": (stage, locality)
    for locality in ("urban", "town", "rural")
    for stage in ("primary", "junior")
    for number in (1, 2)
}
PEOPLE: Mapping[str | None, Mapping[str, int]] = {
    **{code: {"student": 80, "parent": 60, "teacher": 20} for code in SCHOOLS},
    None: {"npc_deputy": 60},
}
ANSWERED = {"student": 30, "parent": 24, "teacher": 14, "npc_deputy": 25}
LEVEL = {code: 0.82 - 0.03 * (place % 5) for place, code in enumerate(SCHOOLS)}  # how many are satisfied
HAPPY, SAD = 4, 1


def add_frame(session: Session) -> None:
    if session.scalars(select(Region).where(Region.code == "demo")).first() is None:
        factories.add_county(session, people=PEOPLE, schools=SCHOOLS)


def ask(
    session: Session,
    *,
    name: str = "newer",
    days_ago: int = 0,
    seed: int = 1,
    level: Mapping[str, float] = LEVEL,
    answered: Mapping[str | None, Mapping[str, int]] | None = None,
    groups: tuple[str, ...] = ("student", "parent", "teacher", "npc_deputy"),
    scorecard: str = factories.SCORECARD,
    **paper: Any,
) -> CampaignView:
    """A closed campaign with its score: everybody answers every question, satisfied as often as `level` says."""
    add_frame(session)
    instrument = factories.publish_paper(session, **paper)
    ends = NOW - timedelta(days=days_ago, hours=1)
    document = factories.campaign_document(
        campaign=name,
        opens=(ends - timedelta(days=3)).isoformat(),
        closes=ends.isoformat(),
        papers={group: ["tiny"] for group in ANSWERED},
        scorecard=scorecard,
    )
    campaign = campaigns.create_campaign(session, content=document, now=NOW, timezone=factories.ZONE)
    rows = _rows(session, campaign, len(instrument.items), seed, level, answered or {}, groups)
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=factories.SECRET)
    evaluations.evaluate(session, name=name, now=NOW)
    return campaign


def _rows(
    session: Session,
    campaign: CampaignView,
    items: int,
    seed: int,
    level: Mapping[str, float],
    answered: Mapping[str | None, Mapping[str, int]],
    groups: tuple[str, ...],
) -> Iterator[ImportedResponse]:
    rng = np.random.default_rng(seed)
    (paper, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
    for cell in frames.list_cells(session, frame_id=campaign.frame_id):
        count = answered.get(cell.school_code, {}).get(cell.group, ANSWERED[cell.group])
        share = level.get(cell.school_code or "", 0.85)
        happy = rng.random((count, items)) < share
        for number, answers in enumerate(np.where(happy, HAPPY, SAD).tolist()):
            if cell.group in groups:
                yield ImportedResponse(
                    key=f"{campaign.name}|{cell.group}|{cell.school_code}|{number}",
                    group=cell.group,
                    school_id=cell.school_id,
                    version_id=paper.version_id,
                    answers=bytes(answers),
                    language="zh-CN",
                    received_on=factories.TODAY - timedelta(days=2),
                )


def basis_of(session: Session, name: str = "newer", *, earlier: bool = False, now: datetime = NOW) -> Basis:
    basis = studies.load_basis(session, name=name, now=now, number=1)
    return studies.load_earlier(session, basis=basis, now=now) if earlier else basis
