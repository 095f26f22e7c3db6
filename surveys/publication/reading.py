"""The publication of a campaign that the doors show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import VERSION
from surveys.campaigns import CampaignView, get_campaign
from surveys.disclosure.versions import rule_of
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, Preview, find_evaluation
from surveys.models import Evaluation
from surveys.publication.model import Publication
from surveys.publication.publishing import publish


def find_publication(session: Session, *, name: str, now: datetime, number: int | None = None) -> Publication | None:
    """What may be shown of the newest settled evaluation of campaign `name`, or of `number` where that is settled.

    Settled is what was made after closing, by the campaign's own scorecard. Raises SurveyError(`campaign.unknown`).
    """
    campaign = get_campaign(session, name=name, now=now)
    for each in list_evaluations(session, campaign=campaign):
        if number in (None, each):
            made = find_evaluation(session, name=name, number=each)
            if made is not None and _is_settled(campaign, made):
                return publish(made, rule_of(session, campaign_id=campaign.id))
    return None


def get_publication(session: Session, *, name: str, now: datetime, number: int | None = None) -> Publication:
    """As `find_publication`. Raises SurveyError(`score.not_yet`) where there is none."""
    found = find_publication(session, name=name, now=now, number=number)
    if found is None:
        raise SurveyError("score.not_yet", "missing")
    return found


def publish_as_it_is(session: Session, *, made: EvaluationView | Preview, now: datetime) -> Publication:
    """What may be shown of numbers that do not count (yet): made before closing, by another scorecard, or a preview."""
    campaign = get_campaign(session, name=made.campaign, now=now)
    evaluation = made if isinstance(made, EvaluationView) else _as_evaluation(made)
    return publish(evaluation, rule_of(session, campaign_id=campaign.id))


def _as_evaluation(found: Preview) -> EvaluationView:
    """A preview has no number, and no recipe that would give it again."""
    return EvaluationView(
        campaign=found.campaign,
        number=0,
        scorecard=found.scorecard,
        scorecard_number=found.scorecard_number,
        made_at=found.stamp.counted_at,
        provisional=True,
        responses=found.stamp.responses,
        data_digest="",
        code_version=VERSION,
        recipe={},
        result=found.result,
    )


def list_evaluations(session: Session, *, campaign: CampaignView) -> tuple[int, ...]:
    """Numbers of the evaluations made after the campaign closed, the newest first; none while it is open."""
    if campaign.state != "closed":
        return ()
    query = select(Evaluation.number).where(Evaluation.campaign_id == campaign.id, Evaluation.provisional.is_(False))
    return tuple(session.scalars(query.order_by(Evaluation.number.desc())))


def _is_settled(campaign: CampaignView, made: EvaluationView) -> bool:
    own = (campaign.scorecard, campaign.scorecard_number)
    return not made.provisional and (made.scorecard, made.scorecard_number) == own
