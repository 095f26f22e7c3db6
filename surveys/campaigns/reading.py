"""Looking campaigns up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, state_of
from surveys.errors import SurveyError, shorten
from surveys.models import Campaign, Region, Scorecard, ScorecardVersion

VIEW_COLUMNS = (
    Campaign.id,
    Campaign.frame_id,
    Campaign.name,
    Campaign.title,
    Campaign.organiser,
    Campaign.approval,
    Campaign.contact,
    Campaign.opens_at,
    Campaign.closes_at,
    Region.code,
    Region.name,
    Region.path,
    Region.simulated,
    Scorecard.name,
    ScorecardVersion.number,
)
OF_TIME = VIEW_COLUMNS.index(Campaign.closes_at) + 1


def get_campaign(session: Session, *, name: str, now: datetime) -> CampaignView:
    """The campaign of this name. Raises SurveyError(`campaign.unknown`)."""
    row = session.execute(select_views().where(Campaign.name == name)).first()
    if row is None:
        raise SurveyError("campaign.unknown", "missing", name=shorten(name))
    return view_of(row, now)


def list_campaigns(session: Session, *, path: str, now: datetime) -> tuple[CampaignView, ...]:
    """The campaigns of all counties under `path`, the newest first."""
    below = Region.path.startswith(path, autoescape=True)
    query = select_views().where(below).order_by(Campaign.created_at.desc(), Campaign.id.desc())
    return tuple(view_of(row, now) for row in session.execute(query))


def select_views() -> Select[Any]:
    """What `view_of` reads, of every campaign."""
    return join_views(select(*VIEW_COLUMNS).select_from(Campaign))


def join_views(query: Select[Any]) -> Select[Any]:
    """`query`, which has campaigns in it, joined to what `view_of` reads beside them."""
    return (
        query.join(Region, Region.id == Campaign.county_id)
        .join(ScorecardVersion, ScorecardVersion.id == Campaign.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
    )


def view_of(row: Row[Any], now: datetime) -> CampaignView:
    """The campaign in a row that begins with VIEW_COLUMNS."""
    *_, opens_at, closes_at = before = row[:OF_TIME]
    values = (*before, state_of(opens_at, closes_at, now), *row[OF_TIME : len(VIEW_COLUMNS)])
    return CampaignView(*values)
