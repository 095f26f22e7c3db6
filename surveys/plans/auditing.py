"""Drawing again: whether what is stored is what the seed, the plan and the lists give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isclose

from sqlalchemy.orm import Session

from analysis.results import Notice
from surveys.errors import SurveyError
from surveys.models import PlanCell
from surveys.plans.basis import load_basis, load_cells
from surveys.plans.drawing import cells_by_key, get_drawn, key_of
from surveys.plans.selection import Drawn, digest_draw, draw_all, notices_of, numbers_of

NEAR = 1e-12  # machines may differ in the last digits of a chance


@dataclass(frozen=True)
class CellAudit:
    """One place: whether what is stored is what is drawn again, and both where they differ.

    `stored` and `again` are people invited, the chance of the school, that of a person, and where the steps begin.
    """

    group: str
    school_code: str | None
    band: str
    agrees: bool
    stored: tuple[float | None, ...]
    again: tuple[float | None, ...]


@dataclass(frozen=True)
class Audit:
    """A draw that was repeated. `agrees` where every place does, and the digest; `notices` are those of the draw."""

    plan: int
    seed: int
    drawn_at: datetime | None
    digest: str | None
    digest_again: str
    cells: tuple[CellAudit, ...]
    notices: tuple[Notice, ...]

    @property
    def differing(self) -> tuple[CellAudit, ...]:
        return tuple(cell for cell in self.cells if not cell.agrees)

    @property
    def agrees(self) -> bool:
        return self.digest == self.digest_again and not self.differing


def audit_plan(session: Session, *, campaign_id: int) -> Audit:
    """Repeat the draw of the campaign's newest plan, and compare. Nothing is written.

    Raises SurveyError(`plan.none`, `draw.not_drawn`), and `draw.impossible` where the plan was changed into one that
    cannot be drawn.
    """
    plan = get_drawn(session, campaign_id=campaign_id)
    if plan.seed is None:
        raise SurveyError("draw.not_drawn", "conflict")
    basis = load_basis(session, plan)
    again = draw_all(basis, plan.seed)
    cells = cells_by_key(load_cells(session, plan))
    compared = tuple(_compare(cells[key_of(each)], each) for each in again)
    digest = digest_draw(basis, plan.seed, again)
    notices = notices_of(basis, again)
    return Audit(plan.number, plan.seed, plan.drawn_at, plan.digest, digest, compared, notices)


def _compare(cell: PlanCell, drawn: Drawn) -> CellAudit:
    stored = (cell.invited, cell.school_chance, cell.person_chance, cell.start)
    again = (drawn.invited, *numbers_of(drawn))
    agrees = all(map(_same, stored, again))
    place = drawn.place
    return CellAudit(place.group, place.school_code, place.band, agrees, stored, again)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
