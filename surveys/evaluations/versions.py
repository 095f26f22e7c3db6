"""The versions of a campaign's score: every evaluation that counts, without its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.models import Evaluation, Scorecard, ScorecardVersion


@dataclass(frozen=True)
class VersionView:
    """One evaluation: which, when, and of how many responses."""

    number: int
    made_at: datetime
    responses: int


def list_versions(session: Session, *, campaign: CampaignView) -> tuple[VersionView, ...]:
    """The evaluations made after the campaign closed by its own scorecard, the newest first; none while it is open."""
    if campaign.state != "closed":
        return ()
    query = (
        select(Evaluation.number, Evaluation.made_at, Evaluation.responses)
        .join(ScorecardVersion, ScorecardVersion.id == Evaluation.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .where(
            Evaluation.campaign_id == campaign.id,
            Evaluation.provisional.is_(False),
            Scorecard.name == campaign.scorecard,
            ScorecardVersion.number == campaign.scorecard_number,
        )
        .order_by(Evaluation.number.desc())
    )
    return tuple(VersionView(*row) for row in session.execute(query))
