"""Looking campaigns up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, not_, select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, State, state_of
from surveys.errors import SurveyError, shorten
from surveys.models import Campaign, Region, Scorecard, ScorecardVersion

# Statements are built once, of plain columns: building one costs more than running it, and doors are opened by
# everybody who answers.
_campaigns, _counties = Campaign.__table__.c, Region.__table__.c
_scorecards, _versions = Scorecard.__table__.c, ScorecardVersion.__table__.c

_OF_CAMPAIGN = (
    _campaigns.id,
    _campaigns.frame_id,
    _campaigns.name,
    _campaigns.title,
    _campaigns.organiser,
    _campaigns.approval,
    _campaigns.contact,
    _campaigns.sealed_on,
    _campaigns.opens_at,
    _campaigns.closes_at,
)
_VIEW_COLUMNS = (
    *_OF_CAMPAIGN,
    _counties.code,
    _counties.name,
    _counties.path,
    _counties.simulated,
    _scorecards.name,
    _versions.number,
)
_VIEW_TABLES = (
    Campaign.__table__.join(Region.__table__, _counties.id == _campaigns.county_id)
    .join(ScorecardVersion.__table__, _versions.id == _campaigns.scorecard_version_id)
    .join(Scorecard.__table__, _scorecards.id == _versions.scorecard_id)
)
_VIEWS = select(*_VIEW_COLUMNS).select_from(_VIEW_TABLES)
_BY_ID = _VIEWS.where(_campaigns.id == bindparam("campaign"))


def get_campaign(session: Session, *, name: str, now: datetime) -> CampaignView:
    """The campaign of this name. Raises SurveyError(`campaign.unknown`)."""
    row = session.execute(_VIEWS.where(_campaigns.name == name)).first()
    if row is None:
        raise SurveyError("campaign.unknown", "missing", name=shorten(name))
    return _view_of(row, now)


def get_campaign_by_id(session: Session, *, campaign_id: int, now: datetime) -> CampaignView:
    """The campaign with this id. Raises SurveyError(`campaign.unknown`)."""
    row = session.execute(_BY_ID, {"campaign": campaign_id}).first()
    if row is None:
        raise SurveyError("campaign.unknown", "missing", name=str(campaign_id))
    return _view_of(row, now)


def list_campaigns(session: Session, *, path: str, now: datetime) -> tuple[CampaignView, ...]:
    """The campaigns of all counties under `path`, the newest first."""
    below = _counties.path.startswith(path, autoescape=True)
    query = _VIEWS.where(below).order_by(_campaigns.created_at.desc(), _campaigns.id.desc())
    return tuple(_view_of(row, now) for row in session.execute(query))


def page_campaigns(
    session: Session, *, path: str, now: datetime, state: State | None = None, before: int | None = None, most: int
) -> tuple[CampaignView, ...]:
    """At most so many campaigns of all counties under `path`, those made last first; `before` is an id."""
    query = _VIEWS.where(_counties.path.startswith(path, autoescape=True))
    if state is not None:
        query = query.where(_is_in(state, now))
    if before is not None:
        query = query.where(_campaigns.id < before)
    return tuple(_view_of(row, now) for row in session.execute(query.order_by(_campaigns.id.desc()).limit(most)))


def _is_in(state: State, now: datetime) -> ColumnElement[bool]:
    """What `state_of` says, for the database."""
    opens_at, closes_at = _campaigns.opens_at, _campaigns.closes_at
    ended = and_(closes_at.is_not(None), closes_at <= now)
    return {
        "draft": opens_at.is_(None),
        "scheduled": and_(opens_at > now, not_(ended)),
        "open": and_(opens_at <= now, not_(ended)),
        "closed": and_(opens_at.is_not(None), ended),
    }[state]


def _view_of(row: Sequence[Any], now: datetime) -> CampaignView:
    """The campaign in a row that begins with _VIEW_COLUMNS."""
    *_, opens_at, closes_at = own = row[: len(_OF_CAMPAIGN)]
    values = (*own, state_of(opens_at, closes_at, now), *row[len(_OF_CAMPAIGN) : len(_VIEW_COLUMNS)])
    return CampaignView(*values)
