"""Finding evaluations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.evaluations.model import EvaluationView
from surveys.models import Campaign, Evaluation, Scorecard, ScorecardVersion


def find_evaluation(
    session: Session, *, name: str, number: int | None = None, recipe: Mapping[str, Any] | None = None
) -> EvaluationView | None:
    """The newest evaluation of campaign `name`; or that of this number; or the newest made by this recipe."""
    query = (
        select(Evaluation, Campaign.name, Scorecard.name, ScorecardVersion.number)
        .join(Campaign, Campaign.id == Evaluation.campaign_id)
        .join(ScorecardVersion, ScorecardVersion.id == Evaluation.scorecard_version_id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .where(Campaign.name == name)
        .order_by(Evaluation.number.desc())
    )
    if number is not None:
        query = query.where(Evaluation.number == number)
    if recipe is not None:
        query = query.where(Evaluation.data_digest == recipe["data_digest"])
    for evaluation, campaign, scorecard, version in session.execute(query):
        if recipe is None or evaluation.recipe == recipe:
            return _view(evaluation, campaign, scorecard, version)
    return None


def _view(evaluation: Evaluation, campaign: str, scorecard: str, version: int) -> EvaluationView:
    return EvaluationView(
        campaign=campaign,
        number=evaluation.number,
        scorecard=scorecard,
        scorecard_number=version,
        made_at=evaluation.made_at,
        provisional=evaluation.provisional,
        responses=evaluation.responses,
        data_digest=evaluation.data_digest,
        code_version=evaluation.code_version,
        recipe=evaluation.recipe,
        result=evaluation.result,
    )
