"""Results that were taken away, told to the trail before they leave."""

from __future__ import annotations

from app.api.door import bearer
from app.edge import here
from surveys import trail
from surveys.campaigns import CampaignView


def note_deed(campaign: CampaignView, action: str, **facts: str | int) -> None:
    """The campaign's trail says whose token did what."""
    by, now = bearer(), here().clock()
    told = {**facts, "token": by.name}
    with here().database.begin() as session:
        trail.record(session, campaign_id=campaign.id, now=now, by=by.account.name, action=action, **told)


def note_taken(campaign: CampaignView, what: str, evaluation: int) -> None:
    """The campaign's trail says whose token took what; what cannot be told is not given."""
    note_deed(campaign, trail.TAKEN, what=what, evaluation=evaluation)
