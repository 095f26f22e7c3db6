"""Weigh, estimate, score, keep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from analysis.scoring import score
from surveys import VERSION, trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.campaigns.versions import find_scorecard
from surveys.datasets import Dataset, load_dataset
from surveys.errors import SurveyError
from surveys.evaluations.asking import NOBODY, Asking, digest_asked, load_asked
from surveys.evaluations.comparing import leave_out, set_beside
from surveys.evaluations.model import LEVEL, EvaluationView, Weighting
from surveys.evaluations.reading import find_evaluation
from surveys.evaluations.result import plain_result
from surveys.evaluations.weighing import choose_weighting, plan_of, weigh
from surveys.holding import hold_campaign
from surveys.honesty.excluding import NO_ORDERS, Cuts, Orders, find_cuts, load_orders, plain_cuts
from surveys.models import Campaign, Code, Evaluation
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.library import library_names
from surveys.scorecards.versions import PublishedScorecard, get_version

NUMBER = re.compile(r"[1-9][0-9]{0,5}")  # as in a campaign's document


def evaluate(
    session: Session,
    *,
    name: str,
    now: datetime,
    scorecard: str | None = None,
    weighting: Weighting | None = None,
    level: float = LEVEL,
    by: str = trail.AT_THE_SHELL,
) -> EvaluationView:
    """Score campaign `name` and keep the evaluation with its recipe.

    `scorecard` is the campaign's own, or another by name or `name@number`. Without `weighting`, weights follow from the
    draw of the campaign's plan, or from the frame where nobody was drawn. The answers that decided rules of exclusion
    flag are left out, and the score with them stands beside it. The same data, scorecard, rules and recipe give back
    the evaluation that is kept already; a new one is told to the trail. Raises SurveyError(`score.no_responses`),
    `score.impossible`, `score.no_draw`, `scorecard.unknown`, `scorecard.uncovered`, `campaign.unknown`.
    """
    campaign = get_campaign(session, name=name, now=now)
    card = choose_scorecard(session, campaign, scorecard, now)
    hold_campaign(session, campaign_id=campaign.id)  # a score and a decision to exclude never pass each other
    orders = load_orders(session, campaign_id=campaign.id)
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    if dataset.sample.group.size == 0:
        raise SurveyError("score.no_responses", "conflict", name=name)
    asking = load_asked(session, campaign_id=campaign.id, dataset=dataset)
    recipe = _recipe(card, dataset, choose_weighting(dataset.roster, weighting), level, orders, asking)
    kept = find_evaluation(session, name=name, recipe=recipe)
    if kept is not None and kept.provisional == (campaign.state != "closed"):
        return kept
    issued = count_issued(session, campaign.id)
    result = derive(dataset, card, recipe, issued=issued, asking=asking, orders=orders)
    return _keep(session, campaign, card, dataset, recipe, result, now, by)


def derive(
    dataset: Dataset,
    card: PublishedScorecard,
    recipe: Mapping[str, Any],
    *,
    issued: Mapping[str, int],
    asking: Asking = NOBODY,
    orders: Orders = NO_ORDERS,
) -> dict[str, Any]:
    """The result that `recipe` gives for these forms. Pure: the same arguments give the same numbers."""
    named = (recipe["forms_digest"], recipe["excluded"], recipe["plan"], recipe["asked"])
    plan = plan_of(dataset.roster, recipe["weighting"])
    if named != (dataset.forms_digest, orders.recipe(), plan, digest_asked(asking)):
        raise LookupError("the forms, the rules, the draw and the people asked that the recipe names")
    cuts = find_cuts(dataset, orders)
    result = _score(leave_out(dataset, cuts.any_rule), card, recipe, issued, asking)
    result["excluded"] = plain_cuts(dataset, orders, cuts)
    result["beside"] = _beside(dataset, card, recipe, issued, cuts, result)
    return result


def _beside(
    dataset: Dataset,
    card: PublishedScorecard,
    recipe: Mapping[str, Any],
    issued: Mapping[str, int],
    cuts: Cuts,
    result: Mapping[str, Any],
) -> dict[str, Any]:
    """The other score: of all answers where a rule stands, else without those that have a certain sign."""
    every, dropped = dataset.sample.group.size, int(cuts.certain.sum())
    if cuts.by_rule:
        more = int(cuts.any_rule.sum())
        whole = _score(dataset, card, recipe, issued) if more else result
        return set_beside(whole, answers="all", responses=every, difference=more)
    try:
        without = _score(leave_out(dataset, cuts.certain), card, recipe, issued) if dropped else result
    except SurveyError:
        without = None  # nobody is left
    return set_beside(without, answers="without_certain", responses=every - dropped, difference=dropped)


def _score(
    dataset: Dataset,
    card: PublishedScorecard,
    recipe: Mapping[str, Any],
    issued: Mapping[str, int],
    asking: Asking = NOBODY,
) -> dict[str, Any]:
    rule = compile_rule(card.scorecard, number=card.number, instruments=dataset.instruments)
    population = dataset.roster.population
    try:
        weighed = weigh(dataset.sample, dataset.roster, recipe["weighting"])
        sample = replace(dataset.sample, weight=weighed.weight)
        scored = score(sample, rule, population=population, issued=issued or None, level=recipe["level"])
    except AnalysisError as error:
        raise SurveyError("score.impossible", "conflict", where=error.where, expected=error.expected) from error
    return plain_result(
        scored,
        rule,
        weighed,
        roster=dataset.roster,
        instruments=dataset.instruments,
        responses=_count_by_group(dataset),
        asking=asking,
    )


def _count_by_group(dataset: Dataset) -> Mapping[str, int]:
    groups = dataset.sample.groups
    return dict(zip(groups, np.bincount(dataset.sample.group, minlength=len(groups)).tolist(), strict=True))


def choose_scorecard(session: Session, campaign: CampaignView, wanted: str | None, now: datetime) -> PublishedScorecard:
    """The campaign's own, or `wanted`: a name or `name@number`. Raises SurveyError(`scorecard.unknown`)."""
    if wanted is None:
        version = session.get_one(Campaign, campaign.id).scorecard_version_id
        return get_version(session, version_id=version)
    _, exact, number = wanted.partition("@")
    readable = not exact or NUMBER.fullmatch(number)
    found = find_scorecard(session, name=wanted, now=now) if readable else None
    if found is None:
        raise SurveyError("scorecard.unknown", "missing", name=wanted, expected=", ".join(library_names()))
    return found


def _recipe(
    card: PublishedScorecard, dataset: Dataset, weighting: Weighting, level: float, orders: Orders, asking: Asking
) -> dict[str, Any]:
    return {
        "scorecard": f"{card.name}@{card.number}",
        "scorecard_digest": card.digest,
        "data_digest": dataset.digest,
        "forms_digest": dataset.forms_digest,
        "weighting": weighting,
        "plan": plan_of(dataset.roster, weighting),
        "asked": digest_asked(asking),
        "design": "strata: locality x stage; clusters: schools, or the person where there is no school; "
        "first stage with replacement",
        "level": level,
        "excluded": orders.recipe(),
        "code_version": VERSION,
    }


def count_issued(session: Session, campaign_id: int) -> dict[str, int]:
    """Personal codes given out, of the groups that had no other way to answer: where a poster hangs, all may come."""
    live = (Code.campaign_id == campaign_id, Code.voided_on.is_(None))
    by_poster = select(Code.group).where(*live, Code.kind == "open")
    query = (
        select(Code.group, func.count())
        .where(*live, Code.kind == "personal", Code.group.not_in(by_poster))
        .group_by(Code.group)
    )
    return {group: int(issued) for group, issued in session.execute(query)}


def _keep(
    session: Session,
    campaign: CampaignView,
    card: PublishedScorecard,
    dataset: Dataset,
    recipe: dict[str, Any],
    result: dict[str, Any],
    now: datetime,
    by: str,
) -> EvaluationView:
    last = select(func.max(Evaluation.number)).where(Evaluation.campaign_id == campaign.id)
    kept = Evaluation(
        campaign_id=campaign.id,
        number=(session.scalar(last) or 0) + 1,
        scorecard_version_id=card.version_id,
        frame_id=campaign.frame_id,
        made_at=now,
        provisional=campaign.state != "closed",
        responses=int(dataset.sample.group.size),
        data_digest=dataset.digest,
        code_version=VERSION,
        recipe=trail.plain(recipe),
        result=trail.plain(result),
    )
    session.add(kept)
    session.flush()
    facts = {"number": kept.number, "digest": trail.digest_score(kept)}
    trail.record(session, campaign_id=campaign.id, now=now, by=by, action=trail.SCORE_KEPT, **facts)
    made = find_evaluation(session, name=campaign.name)
    if made is None:
        raise LookupError("the evaluation that was just added")
    return made
