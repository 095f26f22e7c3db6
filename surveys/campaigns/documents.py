"""The documents that a campaign was made with, as they were published: its questionnaires and its scorecard."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView
from surveys.campaigns.papers import papers_of
from surveys.models import Campaign
from surveys.versions import INSTRUMENTS, SCORECARDS, Version, find_version


@dataclass(frozen=True)
class PaperDocument:
    """A version of a questionnaire, and the groups that answer it."""

    groups: tuple[str, ...]
    version: Version


def list_instruments(session: Session, *, campaign: CampaignView) -> tuple[PaperDocument, ...]:
    """The versions that the campaign asks, in the order in which their groups are shown."""
    papers = papers_of(session, campaign_id=campaign.id)
    versions = {number: _get(session, number) for number in dict.fromkeys(each.version_id for each in papers)}
    return tuple(
        PaperDocument(tuple(each.group for each in papers if each.version_id == number), version)
        for number, version in versions.items()
    )


def get_scorecard(session: Session, *, campaign: CampaignView) -> Version:
    """The version of the scorecard that the campaign is scored by."""
    query = select(Campaign.scorecard_version_id).where(Campaign.id == campaign.id)
    found = find_version(session, SCORECARDS, version_id=session.scalars(query).one())
    if found is None:
        raise LookupError("a scorecard that a campaign names")
    return found


def _get(session: Session, version_id: int) -> Version:
    found = find_version(session, INSTRUMENTS, version_id=version_id)
    if found is None:
        raise LookupError("a questionnaire that a campaign names")
    return found
