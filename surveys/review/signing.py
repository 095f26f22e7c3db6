"""Signing for a stage, and giving back to the one below. A signature is under one evaluation, which stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import Problem, SurveyError
from surveys.holding import hold_campaign
from surveys.models import ReviewAct
from surveys.publication import Publication
from surveys.review.drawing import list_draws, visiting_stage
from surveys.review.findings import list_findings
from surveys.review.freezing import digest_evaluation, get_settled
from surveys.review.model import Standing
from surveys.review.people import get_actor, refuse_two_hats
from surveys.review.standing import list_acts, standing
from surveys.review.visiting import list_unvisited
from surveys.review.writing import Problems, read_text

SIGNED, RETURNED = "review.signed", "review.returned"


def sign(
    session: Session,
    *,
    campaign: str,
    by: str,
    statement: str,
    now: datetime,
    evaluation: int | None = None,
    unvisited: str = "",
) -> Standing:
    """Sign for the stage whose turn it is: the county its newest settled evaluation or another, those above the same.

    `unvisited` is the reason of the reviewer who signs before all drawn schools were visited. The door has made sure
    that it is really `by` who signs. Raises SurveyError(`review.over`, `review.not_closed`, `review.not_yours`,
    `review.same_person`, `review.maker`, `review.not_settled`, `review.other_evaluation`, `review.rewritten`), and
    `review.not_ready` with every problem.
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    where = standing(session, campaign_id=found.id)
    if where.stage == "submitted":
        raise SurveyError("review.over", "conflict")
    get_actor(session, campaign_id=found.id, by=by, stage=where.stage)
    refuse_two_hats(session, campaign_id=found.id, by=by, standing=where)
    chosen = _choose(session, found, where, evaluation, now)
    problems: Problems = []
    kept = read_text(statement, "statement", problems)
    why = read_text(unvisited, "unvisited", problems) if unvisited.strip() else None
    problems += _what_is_missing(session, found, where, excused=why is not None)
    if problems:
        raise SurveyError("review.not_ready", "conflict", problems)
    row = ReviewAct(stage=where.stage, kind="signed", text=kept, unvisited=why)
    row.evaluation, row.rule = chosen.evaluation.number, chosen.rule
    row.digest = digest_evaluation(chosen.evaluation, chosen.rule)
    _add(session, found, row, by, now)
    facts = {"stage": row.stage, "evaluation": row.evaluation, "digest": row.digest, "unvisited": why is not None}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=SIGNED, **facts)
    return standing(session, campaign_id=found.id)


def give_back(session: Session, *, campaign: str, by: str, reason: str, now: datetime) -> Standing:
    """Give a score back to the stage below, with reasons. What was submitted goes back to the province.

    Raises SurveyError(`review.nothing_below`, `review.not_yours`, `review.reason_invalid`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    where = standing(session, campaign_id=found.id)
    if where.stage == "county":
        raise SurveyError("review.nothing_below", "conflict")
    get_actor(session, campaign_id=found.id, by=by, stage=where.stage)
    problems: Problems = []
    row = ReviewAct(stage=where.stage, kind="returned", text=read_text(reason, "reason", problems))
    if problems:
        raise SurveyError("review.reason_invalid", "invalid", problems)
    _add(session, found, row, by, now)
    after = standing(session, campaign_id=found.id)
    facts = {"stage": row.stage, "to": after.stage, "number": row.number}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=RETURNED, **facts)
    return after


def _choose(
    session: Session, campaign: CampaignView, where: Standing, wanted: int | None, now: datetime
) -> Publication:
    """What is signed: those above sign what the county signed, as it was when the county signed it."""
    if campaign.state != "closed":
        raise SurveyError("review.not_closed", "conflict")
    if where.stage == "county":
        return get_settled(session, campaign=campaign, number=wanted, now=now)
    below = where.signatures[-1]
    if wanted not in (None, below.evaluation):
        raise SurveyError("review.other_evaluation", "conflict", number=below.evaluation)
    chosen = get_settled(session, campaign=campaign, number=below.evaluation, now=now)
    act = next(act for act in list_acts(session, campaign_id=campaign.id) if act.digest == below.digest)
    if digest_evaluation(chosen.evaluation, act.rule or "") != below.digest:
        raise SurveyError("review.rewritten", "conflict", number=below.evaluation)
    return chosen


def _what_is_missing(session: Session, campaign: CampaignView, where: Standing, *, excused: bool) -> Iterator[Problem]:
    """Findings that are to be mended first, and for those who review first the draw and schools not yet visited."""
    for each in list_findings(session, campaign_id=campaign.id):
        if each.blocks:
            params = {"owner": each.owner, "due": "" if each.due is None else each.due.isoformat()}
            yield Problem("review.unmended", path=f"#{each.number}", value=each.text[:60], params=params)
    if where.stage != visiting_stage(where):
        return
    if not list_draws(session, campaign_id=campaign.id):
        yield Problem("review.not_drawn")
    if not excused:
        for code in list_unvisited(session, campaign_id=campaign.id):
            yield Problem("review.unvisited", path=code)


def _add(session: Session, campaign: CampaignView, row: ReviewAct, by: str, now: datetime) -> None:
    row.campaign_id, row.by, row.at = campaign.id, by, now
    row.number = len(list_acts(session, campaign_id=campaign.id)) + 1
    session.add(row)
    session.flush()
