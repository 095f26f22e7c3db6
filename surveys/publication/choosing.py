"""Which publication rule a campaign goes by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from surveys import trail
from surveys.disclosure.rule import PublicationRule
from surveys.disclosure.versions import publish_meant, rule_of
from surveys.errors import SurveyError
from surveys.holding import hold_campaign
from surveys.models import Campaign
from surveys.review import standing


def choose_rule(session: Session, *, campaign_id: int, reference: str, now: datetime, by: str) -> PublicationRule:
    """Let the campaign go by the rule that `reference` means; who did so stands in its trail.

    What is shown changes at once, also of scores that were seen already. What a stage of the review has signed was seen
    by one rule and stays under it: then this is refused. Raises SurveyError(`publication.unknown`,
    `publication.signed`).
    """
    hold_campaign(session, campaign_id=campaign_id)
    before = rule_of(session, campaign_id=campaign_id)
    chosen = publish_meant(session, reference=reference, now=now)
    if standing(session, campaign_id=campaign_id).signatures:
        raise SurveyError("publication.signed", "conflict", rule=before.reference)
    session.execute(update(Campaign).where(Campaign.id == campaign_id).values(publication_version_id=chosen.version_id))
    if chosen.rule.reference != before.reference:
        facts = {"rule": chosen.rule.reference, "before": before.reference}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action="publication.chosen", **facts)
    return chosen.rule
