"""What every study stands on: the very answers and weights that an evaluation was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
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
from surveys.publication import Publication, get_publication
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.versions import PublishedScorecard

SEED_DIGITS = 12  # of the digest, in base 16: a number that JSON keeps exactly


@dataclass(frozen=True)
class Unread:
    """An earlier campaign that has a score, and the code of why its answers cannot be read as they were then."""

    campaign: CampaignView
    reason: str


@dataclass(frozen=True)
class Basis:
    """The answers that counted, with the weights they counted with.

    `dataset` is without the answers that rules of exclusion left out; `sample` is its sample, weighted; `kept` says who
    of all people, in the order of the dataset's stacks, that is. `earlier` are the county's earlier campaigns that have
    a score, the latest first, where they were asked for.
    """

    campaign: CampaignView
    evaluation: EvaluationView
    publication: Publication
    dataset: Dataset
    sample: Sample
    card: PublishedScorecard
    rule: ScoringRule
    issued: Mapping[str, int]
    kept: NDArray[np.bool_]
    earlier: tuple[Basis, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def seed(self) -> int:
        """What chance starts from in every study: the same answers give the same draws."""
        return int(self.evaluation.data_digest[:SEED_DIGITS], 16)

    def rng(self) -> np.random.Generator:
        """A generator that starts from `seed`."""
        return np.random.default_rng(self.seed)


def load_basis(session: Session, *, name: str, now: datetime, number: int) -> Basis:
    """The basis of evaluation `number` of campaign `name`.

    Raises SurveyError(`study.no_evaluation`); `score.not_yet` where that is no settled score; `study.data_changed`
    where answers or rules of exclusion are no longer those of the evaluation, which then has to be made anew.
    """
    campaign = get_campaign(session, name=name, now=now)
    made = find_evaluation(session, name=name, number=number)
    if made is None:
        raise SurveyError("study.no_evaluation", "missing", number=number)
    publication = get_publication(session, name=name, now=now, number=number)
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    orders = load_orders(session, campaign_id=campaign.id)
    if (made.recipe["forms_digest"], made.recipe["excluded"]) != (dataset.forms_digest, orders.recipe()):
        raise SurveyError("study.data_changed", "conflict", number=number)
    cut = find_cuts(dataset, orders).any_rule
    counted = leave_out(dataset, cut)
    card = choose_scorecard(session, campaign, f"{made.scorecard}@{made.scorecard_number}", now)
    weighed = weigh(counted.sample, counted.roster, made.recipe["weighting"])
    return Basis(
        campaign=campaign,
        evaluation=made,
        publication=publication,
        dataset=counted,
        sample=replace(counted.sample, weight=weighed.weight),
        card=card,
        rule=compile_rule(card.scorecard, number=card.number, instruments=counted.instruments),
        issued=count_issued(session, campaign.id),
        kept=~cut,
    )
