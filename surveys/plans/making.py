"""A plan is made: the proposal becomes what the campaign is drawn by and watched by."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import get_campaign_by_id
from surveys.codes.counts import count_issued
from surveys.errors import SurveyError
from surveys.holding import hold_campaign
from surveys.models import Plan, PlanCell
from surveys.plans.basis import find_plan
from surveys.plans.model import Given, PlanView, Proposal
from surveys.plans.proposing import propose
from surveys.plans.reading import get_plan_view
from surveys.sampling.versions import publish_meant


def make_plan(session: Session, *, campaign_id: int, reference: str, given: Given, now: datetime, by: str) -> PlanView:
    """Make what `propose` says the campaign's plan. The same rule and inputs again change nothing.

    Raises SurveyError(`plan.campaign_closed`, `plan.codes_issued`), and as `propose` does; then nothing is written.
    """
    hold_campaign(session, campaign_id=campaign_id)
    campaign = get_campaign_by_id(session, campaign_id=campaign_id, now=now)
    if campaign.state == "closed":
        raise SurveyError("plan.campaign_closed", "conflict", name=campaign.name)
    proposal = propose(session, campaign_id=campaign_id, reference=reference, given=given, now=now)
    version = publish_meant(session, reference=reference, now=now)
    inputs, last = _inputs(proposal), find_plan(session, campaign_id=campaign_id)
    if last is None or _differs(last, campaign.frame_id, version.version_id, inputs):
        _refuse_issued(session, campaign_id)
        number = 1 if last is None else last.number + 1
        plan = Plan(campaign_id=campaign_id, number=number, frame_id=campaign.frame_id, inputs=inputs)
        plan.rule_version_id, plan.made_at = version.version_id, now
        _write(session, plan, proposal)
        answers = sum(line.quota for line in proposal.groups)
        facts = {"plan": number, "rule": f"{version.name}@{version.number}", "answers": answers}
        trail.record(session, campaign_id=campaign_id, now=now, by=by, action="plan.made", **facts)
    return get_plan_view(session, campaign_id=campaign_id)


def _differs(last: Plan, frame_id: int, version_id: int, inputs: dict[str, Any]) -> bool:
    return (last.frame_id, last.rule_version_id, last.inputs) != (frame_id, version_id, inputs)


def _refuse_issued(session: Session, campaign_id: int) -> None:
    """Slips that were handed out follow one plan and can follow no other."""
    issued = sum(place.personal for place in count_issued(session, campaign_id=campaign_id).values())
    if issued:
        raise SurveyError("plan.codes_issued", "conflict", count=issued)


def _write(session: Session, plan: Plan, proposal: Proposal) -> None:
    session.add(plan)
    session.flush()
    for number, cell in enumerate(proposal.cells, start=1):
        row = PlanCell(plan_id=plan.id, number=number, group=cell.group, school_id=cell.school_id)
        row.stratum, row.band, row.population, row.quota = cell.stratum, cell.band, cell.population, cell.quota
        session.add(row)
    session.flush()


def _inputs(proposal: Proposal) -> dict[str, Any]:
    """What the rule was given, what a draw needs to know, and what the plan said."""
    given = proposal.given
    return {
        "residents": given.residents,
        "localities": dict(given.localities),
        "earlier": given.earlier,
        "assumed_deff": given.deff,
        "deff": max((line.deff for line in proposal.groups if line.quota), default=None),
        "invite": proposal.rule.invite,
        "draw_schools": dict(proposal.draw_schools),
        "said": {
            "residents": proposal.residents,
            "groups": [asdict(line) for line in proposal.groups],
            "strata": [asdict(line) for line in proposal.strata],
            "half_width": proposal.half_width,
            "shows": proposal.shows,
            "line": proposal.line,
            "notices": [asdict(notice) for notice in proposal.notices],
        },
    }
