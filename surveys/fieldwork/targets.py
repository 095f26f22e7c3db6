"""How many answers each place is to reach: what the campaign's plan says, or a default where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.codes import Issued
from surveys.frames import CellView
from surveys.models import Plan, PlanCell

LEAST_RETURN = 70  # per cent of the forms given out, by the rules of 2012
DEFF = 2.0  # where no plan says better
RESIDENTS = "public"  # nobody gives all of them a form, so that a share of them is no target
Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class Targets:
    """Answers by place. `plan` is the number of the plan; without one every place has its default."""

    answers: Mapping[Place, int] = field(default_factory=dict)
    plan: int | None = None
    deff: float = DEFF

    def of(self, place: Place, cell: CellView | None, issued: Issued) -> int | None:
        """The target of a place; a plan has none for places that it leaves out."""
        if self.plan is not None:
            return self.answers.get(place, 0)
        if issued.personal and not issued.open:
            return _least(issued.personal)
        return None if cell is None or cell.group == RESIDENTS else _least(cell.population)


def find_targets(session: Session, *, campaign_id: int) -> Targets:
    """Those of the campaign's newest plan."""
    newest = select(Plan).where(Plan.campaign_id == campaign_id).order_by(Plan.number.desc()).limit(1)
    plan = session.scalars(newest).one_or_none()
    if plan is None:
        return Targets()
    cells = session.scalars(select(PlanCell).where(PlanCell.plan_id == plan.id))
    return Targets(_sum(cells), plan.number, _deff(plan.inputs))


def _sum(cells: Iterable[PlanCell]) -> Mapping[Place, int]:
    """Bands of a place together. After the draw only places with people who were drawn count."""
    answers: dict[Place, int] = {}
    for cell in cells:
        asked = cell.invited is None or cell.invited > 0
        place = cell.group, cell.school_id
        answers[place] = answers.get(place, 0) + (cell.quota if asked else 0)
    return answers


def _deff(inputs: Mapping[str, Any]) -> float:
    given = inputs.get("deff")
    return float(given) if isinstance(given, int | float) and given > 0 else DEFF


def _least(people: int) -> int:
    return -(-LEAST_RETURN * people // 100)
