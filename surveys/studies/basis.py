"""What every study stands on: the very answers and weights that an evaluation was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from analysis.frame import Sample
from analysis.rule import ScoringRule
from surveys.campaigns import CampaignView, get_campaign
from surveys.datasets import Dataset, load_dataset
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, find_evaluation
from surveys.evaluations.comparing import leave_out
from surveys.evaluations.making import choose_scorecard, count_issued
from surveys.evaluations.weighing import weigh
from surveys.honesty.excluding import find_cuts, load_orders
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.versions import PublishedScorecard


@dataclass(frozen=True)
class Basis:
    """The answers that counted, with the weights they counted with.

    `dataset` is without the answers that rules of exclusion left out; `sample` is its sample, weighted.
    """

    campaign: CampaignView
    evaluation: EvaluationView
    dataset: Dataset
    sample: Sample
    card: PublishedScorecard
    rule: ScoringRule
    issued: Mapping[str, int]


def load_basis(session: Session, *, name: str, now: datetime, number: int) -> Basis:
    """The basis of evaluation `number` of campaign `name`.

    Raises SurveyError(`study.no_evaluation`); `study.data_changed` where answers or rules of exclusion are no longer
    those of the evaluation, which then has to be made anew.
    """
    campaign = get_campaign(session, name=name, now=now)
    made = find_evaluation(session, name=name, number=number)
    if made is None:
        raise SurveyError("study.no_evaluation", "missing", number=number)
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    orders = load_orders(session, campaign_id=campaign.id)
    if (made.recipe["forms_digest"], made.recipe["excluded"]) != (dataset.forms_digest, orders.recipe()):
        raise SurveyError("study.data_changed", "conflict", number=number)
    counted = leave_out(dataset, find_cuts(dataset, orders).any_rule)
    card = choose_scorecard(session, campaign, f"{made.scorecard}@{made.scorecard_number}", now)
    weighed = weigh(counted.sample, counted.roster, made.recipe["weighting"])
    return Basis(
        campaign=campaign,
        evaluation=made,
        dataset=counted,
        sample=replace(counted.sample, weight=weighed.weight),
        card=card,
        rule=compile_rule(card.scorecard, number=card.number, instruments=counted.instruments),
        issued=count_issued(session, campaign.id),
    )
