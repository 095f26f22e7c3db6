"""What a draw follows from, as it is stored: the plan, its rule, the lists of the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.documents import digest_of
from surveys.frames.classes import SchoolClass, list_classes
from surveys.models import Frame, Plan, PlanCell, SamplingRuleVersion, School
from surveys.plans.selection import Basis, Place, invited_at, order_of

BY_CLASS = ("student", "parent")


def find_plan(session: Session, *, campaign_id: int) -> Plan | None:
    """The campaign's newest plan, which is the one that counts."""
    query = select(Plan).where(Plan.campaign_id == campaign_id).order_by(Plan.number.desc()).limit(1)
    return session.scalars(query).one_or_none()


def load_cells(session: Session, plan: Plan) -> list[tuple[PlanCell, str | None]]:
    """The cells of a plan with the codes of their schools."""
    query = select(PlanCell, School.code).outerjoin(School, School.id == PlanCell.school_id)
    return [(cell, code) for cell, code in session.execute(query.where(PlanCell.plan_id == plan.id))]


def load_basis(session: Session, plan: Plan) -> Basis:
    """The places of the plan in their order, with the lengths of their lists."""
    rule = session.get_one(SamplingRuleVersion, plan.rule_version_id)
    classes = list_classes(session, frame_id=plan.frame_id)
    invite, everyone = float(plan.inputs.get("invite", rule.document.get("invite", 1))), asks_everyone(rule.document)
    places = []
    for cell, code in load_cells(session, plan):
        invited = invited_at(cell.population, cell.quota, invite=invite, everyone=everyone)
        pupils = sum(each.pupils for each in asked_classes(classes.get(code, ()), cell.group, cell.band, rule.document))
        exactly = everyone or cell.group == "student"  # else a pupil on the list stands for one of its parents
        fits = pupils == cell.population if exactly else pupils >= max(invited, 1)
        listed = pupils if fits else cell.population
        place = (cell.group, code, cell.band, cell.stratum, cell.population, cell.quota, pupils, listed)
        places.append(Place(*place))
    frame = session.get_one(Frame, plan.frame_id)
    return Basis(
        places=tuple(sorted(places, key=order_of)),
        schools=dict(plan.inputs.get("draw_schools") or {}),
        invite=invite,
        everyone=everyone,
        source={"rule": rule.digest, "frame": frame.digest, "classes": _lists_digest(classes)},
    )


def asks_everyone(rule: Mapping[str, Any]) -> bool:
    """Whether a rule asks all people of the places, in either of the two ways to say so."""
    return rule.get("people") == "everyone" or rule.get("size", {}).get("by") == "everyone"


def asked_classes(
    classes: Iterable[SchoolClass], group: str, band: str, rule: Mapping[str, Any]
) -> tuple[SchoolClass, ...]:
    """The classes of a school that make up the list of a group (in a band of grades), in the order of the list.

    Where a rule limits grades for pupils only, the parents of all grades are asked.
    """
    if group not in BY_CLASS:
        return ()
    grades = rule.get("grades", {})
    limited = group in grades.get("groups", ("student",))
    first, last = (grades.get("from", 1), grades.get("to", 12)) if limited else (1, 12)
    if band:
        first, last = (int(grade) for grade in band.split("-"))
    return tuple(sorted(each for each in classes if first <= each.grade <= last))


def _lists_digest(classes: Mapping[str | None, Sequence[SchoolClass]]) -> str:
    rows = {str(code): [[each.grade, each.number, each.pupils] for each in lists] for code, lists in classes.items()}
    return digest_of(rows)
