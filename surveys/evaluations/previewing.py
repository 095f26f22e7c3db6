"""Numbers for a page: from the stored counts, without reading the answers."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from analysis.scoring import score_counts
from surveys import trail
from surveys.campaigns import get_campaign
from surveys.counts import load_counts
from surveys.errors import SurveyError
from surveys.evaluations.asking import counted_asked
from surveys.evaluations.making import choose_scorecard, count_issued
from surveys.evaluations.model import LEVEL, Preview, Weighting
from surveys.evaluations.result import plain_result
from surveys.evaluations.weighing import choose_weighting, weigh
from surveys.holding import hold_campaign
from surveys.scorecards.compiling import compile_rule


def preview(
    session: Session,
    *,
    name: str,
    now: datetime,
    scorecard: str | None = None,
    weighting: Weighting | None = None,
    level: float = LEVEL,
) -> Preview:
    """What `evaluate` would give for the responses that were counted last with all of them; nothing of it is kept.

    The trail says that somebody saw it: rules of exclusion are decided before. Only commands show previews.
    Raises SurveyError(`counts.none`, `score.needs_answers`) besides those of `evaluate`.
    """
    campaign = get_campaign(session, name=name, now=now)
    hold_campaign(session, campaign_id=campaign.id)  # a score and a decision to exclude never pass each other
    card = choose_scorecard(session, campaign, scorecard, now)
    stored = load_counts(session, campaign_id=campaign.id)
    if not stored.stamp.responses:
        raise SurveyError("score.no_responses", "conflict", name=name)
    rule = compile_rule(card.scorecard, number=card.number, instruments=stored.instruments)
    if rule.unit == "respondent":
        raise SurveyError("score.needs_answers", "conflict", scorecard=card.name)
    counts, population = stored.counts, stored.roster.population
    issued = count_issued(session, campaign.id)
    try:
        weighed = weigh(counts, stored.roster, choose_weighting(stored.roster, weighting))
        scored = score_counts(
            counts, rule, weight=weighed.weight, population=population, issued=issued or None, level=level
        )
    except AnalysisError as error:
        raise SurveyError("score.impossible", "conflict", where=error.where, expected=error.expected) from error
    answered = np.bincount(counts.group, weights=counts.people, minlength=len(counts.groups)).astype(int).tolist()
    responses = dict(zip(counts.groups, answered, strict=True))
    result = plain_result(
        scored,
        rule,
        weighed,
        roster=stored.roster,
        instruments=stored.instruments,
        responses=responses,
        asking=counted_asked(issued, responses),
    )
    result |= {"excluded": None, "beside": None}  # counts do not tell whose answers they are
    trail.record(session, campaign_id=campaign.id, now=now, by=trail.AT_THE_SHELL, action=trail.SCORE_PREVIEWED)
    return Preview(name, card.name, card.number, stored.stamp, stored.stored, stored.stale, result)
