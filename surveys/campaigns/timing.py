"""Opening and closing. The state is never stored: it follows from the two times."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, state_of
from surveys.campaigns.reading import get_campaign
from surveys.errors import SurveyError, shorten
from surveys.models import Campaign
from surveys.sealing import rewrite, seal


def open_campaign(session: Session, *, name: str, now: datetime) -> CampaignView:
    """Open now, if it is not open yet. Raises SurveyError(`campaign.already_closed`): a closed one stays closed."""
    campaign = _lock(session, name)
    if campaign.closes_at is not None and campaign.closes_at <= now:
        raise SurveyError("campaign.already_closed", "conflict", name=name)
    if state_of(campaign.opens_at, campaign.closes_at, now) != "open":
        campaign.opens_at = now
        session.flush()
    return get_campaign(session, name=name, now=now)


def close_campaign(session: Session, *, name: str, now: datetime) -> CampaignView:
    """Close now, and take the order of arrival out of its two ledgers. Raises SurveyError(`campaign.not_open`)."""
    campaign = _lock(session, name)
    if state_of(campaign.opens_at, campaign.closes_at, now) != "open":
        raise SurveyError("campaign.not_open", "conflict", name=name)
    campaign.closes_at = now
    session.flush()
    rewrite(session, campaign_id=campaign.id)
    return get_campaign(session, name=name, now=now)


def seal_campaign(session: Session, *, name: str, now: datetime, today: date) -> CampaignView:
    """Reduce the ledgers of a closed campaign, for ever: see `surveys.sealing.seal`. Sealing it again changes nothing.

    Raises SurveyError(`campaign.not_closed`).
    """
    campaign = _lock(session, name)
    if state_of(campaign.opens_at, campaign.closes_at, now) != "closed":
        raise SurveyError("campaign.not_closed", "conflict", name=name)
    if campaign.sealed_on is None:
        campaign.sealed_on = today
        session.flush()
        seal(session, campaign_id=campaign.id)
    return get_campaign(session, name=name, now=now)


def _lock(session: Session, name: str) -> Campaign:
    query = select(Campaign).where(Campaign.name == name).with_for_update().execution_options(populate_existing=True)
    campaign = session.scalars(query).one_or_none()
    if campaign is None:
        raise SurveyError("campaign.unknown", "missing", name=shorten(name))
    return campaign
