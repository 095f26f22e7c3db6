"""Plans as they were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.results import Notice
from surveys.errors import SurveyError
from surveys.models import Plan, PlanCell, School
from surveys.plans.basis import find_plan
from surveys.plans.model import CellLine, Given, GroupLine, PlanView, Proposal, StratumLine
from surveys.plans.selection import invited_at
from surveys.sampling.model import SamplingRule
from surveys.sampling.versions import get_version


def find_plan_view(session: Session, *, campaign_id: int) -> PlanView | None:
    """The campaign's newest plan, with the numbers as they stood when it was made."""
    plan = find_plan(session, campaign_id=campaign_id)
    return None if plan is None else _view(session, plan)


def get_plan_view(session: Session, *, campaign_id: int) -> PlanView:
    """The same; SurveyError(`plan.none`) where there is no plan."""
    found = find_plan_view(session, campaign_id=campaign_id)
    if found is None:
        raise SurveyError("plan.none", "missing")
    return found


def _view(session: Session, plan: Plan) -> PlanView:
    version = get_version(session, version_id=plan.rule_version_id)
    inputs, said = plan.inputs, plan.inputs["said"]
    proposal = Proposal(
        rule=version.rule,
        rule_number=version.number,
        given=_given(inputs),
        residents=said["residents"],
        groups=tuple(GroupLine(**line) for line in said["groups"]),
        strata=tuple(StratumLine(**line) for line in said["strata"]),
        cells=_cells(session, plan, version.rule),
        half_width=said["half_width"],
        shows=said["shows"],
        line=said["line"],
        draw_schools=inputs["draw_schools"],
        notices=tuple(Notice(**notice) for notice in said["notices"]),
    )
    return PlanView(plan.number, plan.made_at, plan.drawn_at, plan.seed, plan.digest, proposal)


def _given(inputs: Mapping[str, Any]) -> Given:
    return Given(inputs["residents"], inputs["localities"], inputs["assumed_deff"], inputs["earlier"])


def _cells(session: Session, plan: Plan, rule: SamplingRule) -> tuple[CellLine, ...]:
    """Before the draw, how many would be invited where a school is drawn; after it, how many are."""
    query = select(PlanCell, School.code, School.name).outerjoin(School, School.id == PlanCell.school_id)
    rows = session.execute(query.where(PlanCell.plan_id == plan.id).order_by(PlanCell.number))
    return tuple(_cell(cell, code, name, rule) for cell, code, name in rows)


def _cell(cell: PlanCell, code: str | None, name: str | None, rule: SamplingRule) -> CellLine:
    everyone = rule.people == "everyone"
    invited = cell.invited
    if invited is None:
        invited = invited_at(cell.population, cell.quota, invite=rule.invite, everyone=everyone)
    place = (cell.group, cell.school_id, code, name, cell.stratum, cell.band)
    return CellLine(*place, cell.population, cell.quota, invited)
