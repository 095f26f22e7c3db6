"""Whether a report is what it says it is: for whoever holds its serial, and no more than the county's score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, get_campaign
from surveys.models import Campaign, School
from surveys.publication import Publication, find_publication
from surveys.reports.registry import IssuedReport, find_issued
from surveys.review import Signature, standing


@dataclass(frozen=True)
class Verified:
    """A report that was issued, with the score of the county as it may be shown.

    `signatures` are those that its evaluation has now; `draft` says whether it had none when the report was made.
    """

    issued: IssuedReport
    campaign: CampaignView
    publication: Publication | None
    school: str | None
    signatures: tuple[Signature, ...]

    @property
    def draft(self) -> bool:
        return not any(each.at <= self.issued.made_at for each in self.signatures)


def verify(session: Session, *, typed: str, now: datetime) -> Verified | None:
    """The report with this serial, however it was typed; None where there is none."""
    issued = find_issued(session, typed=typed)
    if issued is None:
        return None
    campaign = get_campaign(session, name=issued.campaign, now=now)
    content = issued.content
    query = select(School.name).where(School.code == content.school, School.county_id == _county(session, campaign))
    signatures = standing(session, campaign_id=campaign.id).signatures
    return Verified(
        issued=issued,
        campaign=campaign,
        publication=find_publication(session, name=campaign.name, now=now, number=content.evaluation, handed_out=True),
        school=None if content.school is None else session.scalars(query).one(),
        signatures=tuple(each for each in signatures if each.evaluation == content.evaluation),
    )


def _county(session: Session, campaign: CampaignView) -> int:
    return session.get_one(Campaign, campaign.id).county_id
