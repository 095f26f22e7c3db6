"""The publication of a campaign that the doors show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import VERSION
from surveys.campaigns import CampaignView, get_campaign
from surveys.disclosure.versions import rule_of
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, Preview, find_evaluation
from surveys.publication.model import Publication
from surveys.publication.publishing import publish
from surveys.publication.shown import find_shown, fingerprint
from surveys.remembering import remember


def find_publication(
    session: Session, *, name: str, now: datetime, number: int | None = None, handed_out: bool = False
) -> Publication | None:
    """What may be shown of the newest evaluation of campaign `name` that is shown, or of `number` where that is.

    Shown are settled ones, made after closing by the campaign's own scorecard, less those of which
    `surveys.publication.shown` says that they are too near to another. Where a report was handed out of one of these,
    its numbers are told again to whoever holds the report. Raises SurveyError(`campaign.unknown`).
    """
    campaign = get_campaign(session, name=name, now=now)
    found = find_shown(session, campaign=campaign)
    wanted = found.newest if number is None else number
    if wanted is None or wanted not in (found.settled if handed_out else found.shown):
        return None
    return _publish_kept(session, campaign, wanted)


def _publish_kept(session: Session, campaign: CampaignView, number: int) -> Publication:
    """Worked out once for each state of evaluation and rule: that takes a tenth of a second of a large county."""
    rule = rule_of(session, campaign_id=campaign.id)
    key = campaign.id, number, fingerprint(session, campaign_id=campaign.id, number=number), rule.reference

    def make() -> Publication:
        made = find_evaluation(session, name=campaign.name, number=number)
        if made is None:
            raise LookupError("an evaluation that was listed")
        return publish(made, rule)

    return remember(session, "publications", key, make)


def get_publication(session: Session, *, name: str, now: datetime, number: int | None = None) -> Publication:
    """As `find_publication`. Raises SurveyError where there is none to show.

    `score.not_yet` where there is no score at all, `score.no_such` none of this number, `score.too_near` as there.
    """
    found = find_publication(session, name=name, now=now, number=number)
    if found is None:
        campaign = get_campaign(session, name=name, now=now)
        refuse_near(session, campaign=campaign, number=number)
        if number is not None and find_shown(session, campaign=campaign).settled:
            raise SurveyError("score.no_such", "missing", number=number)
        raise SurveyError("score.not_yet", "missing")
    return found


def refuse_near(session: Session, *, campaign: CampaignView, number: int | None) -> None:
    """Raise SurveyError(`score.too_near`) where `number` is settled and not shown because of another."""
    other = None if number is None else find_shown(session, campaign=campaign).near.get(number)
    if other is not None:
        smallest = rule_of(session, campaign_id=campaign.id).smallest
        raise SurveyError("score.too_near", "conflict", number=number, other=other, smallest=smallest)


def publish_as_it_is(session: Session, *, made: EvaluationView | Preview, now: datetime) -> Publication:
    """What may be shown of numbers that do not count (yet): made before closing, by another scorecard, or a preview.

    Raises SurveyError(`score.too_near`) of one that does count, and is not shown because of another.
    """
    campaign = get_campaign(session, name=made.campaign, now=now)
    if isinstance(made, EvaluationView):
        refuse_near(session, campaign=campaign, number=made.number)
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
