"""How far one school has come, for whoever looks after it there: counts, nothing that was answered, no other school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.campaigns.reading import list_campaigns
from surveys.codes import Issued, count_issued
from surveys.fieldwork.standings import Amounts
from surveys.fieldwork.targets import find_targets
from surveys.frames import list_cells
from surveys.groups import GROUPS
from surveys.hiding import SMALLEST
from surveys.models import Region, Response, School


@dataclass(frozen=True)
class OwnLine:
    """A group of the school. Where it has few people no answers are counted: it would be told who gave one."""

    group: str
    amounts: Amounts
    few: bool


@dataclass(frozen=True)
class OwnCampaign:
    """A campaign of the county, as far as it concerns the school; its groups in the usual order."""

    campaign: CampaignView
    lines: tuple[OwnLine, ...]


def list_own(session: Session, *, school_id: int, now: datetime) -> tuple[OwnCampaign, ...]:
    """The campaigns of the school's county that are planned, open or over, the newest first."""
    county = session.get_one(Region, session.get_one(School, school_id).county_id)
    found = list_campaigns(session, path=county.path, now=now)
    return tuple(
        OwnCampaign(each, _lines(session, each, school_id))
        for each in found
        if each.county == county.code and each.state != "draft"
    )


def _lines(session: Session, campaign: CampaignView, school_id: int) -> tuple[OwnLine, ...]:
    cells = {
        each.group: each for each in list_cells(session, frame_id=campaign.frame_id) if each.school_id == school_id
    }
    issued = count_issued(session, campaign_id=campaign.id)
    targets, completed = find_targets(session, campaign_id=campaign.id), _count(session, campaign.id, school_id)
    lines = []
    for group in GROUPS:
        cell, codes = cells.get(group), issued.get((group, school_id), Issued())
        if cell is None and not codes.open and not codes.personal:
            continue
        people, few = cell.population if cell else 0, cell is not None and cell.population < SMALLEST
        answers, target = 0 if few else completed.get(group, 0), targets.of((group, school_id), cell, codes)
        missing = 0 if few else max(0, (target or 0) - answers)
        amounts = Amounts(people, codes.open, codes.personal, 0, answers, target, missing)
        lines.append(OwnLine(group, amounts, few))
    return tuple(lines)


def _count(session: Session, campaign_id: int, school_id: int) -> dict[str, int]:
    """Stored answers of the school by group; every group is named, as the index begins with it."""
    query = select(Response.group, func.count()).where(
        Response.campaign_id == campaign_id, Response.group.in_(GROUPS), Response.school_id == school_id
    )
    return {str(row[0]): int(row[1]) for row in session.execute(query.group_by(Response.group))}
