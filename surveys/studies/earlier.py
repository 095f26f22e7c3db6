"""The county's earlier campaigns beside a basis, each as it was read for its own score."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, list_campaigns
from surveys.errors import SurveyError
from surveys.publication import find_publication
from surveys.studies.basis import Basis, Unread, load_basis


def load_earlier(session: Session, *, basis: Basis, now: datetime) -> Basis:
    """The basis with the county's earlier campaigns that have a score; what cannot be read as it was then is named."""
    found: list[Basis] = []
    unread: list[Unread] = []
    for campaign in earlier_campaigns(session, campaign=basis.campaign, now=now):
        published = find_publication(session, name=campaign.name, now=now)
        if published is None:
            continue
        try:
            found.append(load_basis(session, name=campaign.name, now=now, number=published.evaluation.number))
        except SurveyError as error:
            unread.append(Unread(campaign, error.code))
    return replace(basis, earlier=tuple(found), unread=tuple(unread))


def earlier_campaigns(session: Session, *, campaign: CampaignView, now: datetime) -> tuple[CampaignView, ...]:
    """The closed campaigns of the same county that closed before `campaign` did, the latest first."""
    end = campaign.closes_at
    if end is None:
        return ()
    same = (each for each in list_campaigns(session, path=campaign.county_path, now=now) if each.name != campaign.name)
    closed = [(each.closes_at, each) for each in same if each.county == campaign.county and each.state == "closed"]
    before = [(closes, each) for closes, each in closed if closes is not None and closes < end]
    return tuple(each for _, each in sorted(before, key=lambda pair: pair[0], reverse=True))
