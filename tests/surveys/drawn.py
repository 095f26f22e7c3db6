"""A county large enough to draw from, with class lists and a plan that is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.documents import digest_of
from surveys.frames.classes import import_classes
from surveys.models import Frame, FrameCell, Plan, PlanCell, Region, SamplingRule, SamplingRuleVersion, School
from tests import factories
from tests.factories import NOW

# Eight town and rural primary schools of very different sizes, one junior school, one deputies' list.
PUPILS = {"P1": 400, "P2": 60, "P3": 120, "P4": 240, "P5": 80, "R1": 50, "R2": 30, "R3": 90, "J1": 300}
PEOPLE: Mapping[str | None, Mapping[str, int]] = {
    **{
        code: {"student": pupils, "parent": pupils, "teacher": pupils // 10, "principal": 2}
        for code, pupils in PUPILS.items()
    },
    None: {"npc_deputy": 40},
}
SCHOOLS = {code: ("primary", "town" if code[0] == "P" else "rural") for code in PUPILS} | {"J1": ("junior", "town")}
STRATA = {"town.primary": 3, "rural.primary": 2}  # schools that are drawn
RULE = {"rule": "by-hand", "size": {"by": "fixed", "answers": {"student": 10}}, "invite": 1.2, "people": "systematic"}
QUOTAS = {"student": 20, "parent": 20, "teacher": 3, "principal": 1, "npc_deputy": 10}


def add_drawable(session: Session, **changes: Any) -> CampaignView:
    """The campaign with its plan; `changes` are those of `add_plan`."""
    factories.add_county(session, people=PEOPLE, schools=SCHOOLS)
    for school in session.scalars(select(School)):
        school.pupils = PUPILS[school.code]
    campaign = factories.add_campaign(session)
    add_plan(session, campaign, **changes)
    return campaign


def add_plan(
    session: Session,
    campaign: CampaignView,
    *,
    number: int = 1,
    draw_schools: Mapping[str, int] | None = STRATA,
    quotas: Mapping[str, int] = QUOTAS,
    rule: Mapping[str, Any] = RULE,
    reverse: bool = False,
) -> Plan:
    """A plan of every cell of the frame, its rows in one order or the other."""
    frame = session.scalars(select(Frame)).one()
    version = _publish(session, rule, number)
    inputs = {} if draw_schools is None else {"draw_schools": dict(draw_schools)}
    where = {"campaign_id": campaign.id, "frame_id": frame.id, "rule_version_id": version.id}
    plan = Plan(number=number, inputs=inputs, made_at=NOW, **where)
    session.add(plan)
    session.flush()
    cells = session.scalars(select(FrameCell).order_by(FrameCell.id)).all()
    for position, cell in enumerate(reversed(cells) if reverse else cells):
        place = {"group": cell.group, "school_id": cell.school_id, "stratum": cell.stratum}
        size = {"population": cell.population, "quota": min(quotas.get(cell.group, 0), cell.population)}
        session.add(PlanCell(plan_id=plan.id, number=position, band="", **place, **size))
    session.flush()
    return plan


def _publish(session: Session, rule: Mapping[str, Any], number: int) -> SamplingRuleVersion:
    known = SamplingRule(name=f"by-hand-{number}")
    session.add(known)
    session.flush()
    content = {"number": 1, "document": dict(rule), "digest": digest_of(rule), "published_at": NOW}
    version = SamplingRuleVersion(sampling_rule_id=known.id, **content)
    session.add(version)
    session.flush()
    return version


def class_file(lists: Mapping[tuple[str, int, int], int]) -> bytes:
    rows = [f"{code},{grade},{number},{pupils}" for (code, grade, number), pupils in lists.items()]
    return "\n".join(["学校代码,年级,班,人数", *rows]).encode()


def add_classes(session: Session, lists: Mapping[tuple[str, int, int], int], county: str = "demo") -> None:
    import_classes(session, county=county, content=class_file(lists), filename="classes.csv")


def county_of(session: Session) -> Region:
    return session.scalars(select(Region).where(Region.level == "county")).one()
