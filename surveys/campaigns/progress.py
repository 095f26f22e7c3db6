"""How far a campaign has come, by school and group."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.codes.tallies import USED, with_marks
from surveys.frames.views import list_cells
from surveys.groups import GROUPS
from surveys.models import Campaign, Code, CodeCount, Response, School

Place = tuple[str, int | None]  # group, school


@dataclass(frozen=True)
class ProgressRow:
    """One group at one school, or in the county. `population` is None where the frame has no such cell."""

    group: str
    school_code: str | None
    school_name: str | None
    population: int | None
    issued_personal: int
    used_personal: int
    responses: int


def progress(session: Session, *, campaign_id: int, counted: bool = True) -> tuple[ProgressRow, ...]:
    """All cells of the frame and all places that codes or responses came from, in the order of school and group.

    Counting a million responses takes some tenths of a second; without `counted` there are the cells of the frame only.
    """
    frame_id = session.scalars(select(Campaign.frame_id).where(Campaign.id == campaign_id)).one()
    cells = {(cell.group, cell.school_id): cell for cell in list_cells(session, frame_id=frame_id)}
    codes = _count_codes(session, campaign_id) if counted else {}
    responses = _count_responses(session, campaign_id) if counted else {}
    places = {*cells, *codes, *responses}
    schools = _name_schools(session, {school for _, school in places if school is not None})
    rows = []
    for place in places:
        group, school = place
        population = cells[place].population if place in cells else None
        code, name = schools[school] if school is not None else (None, None)
        issued, used = codes.get(place, (0, 0))
        rows.append(ProgressRow(group, code, name, population, issued, used, responses.get(place, 0)))
    return tuple(sorted(rows, key=_order))


def _order(row: ProgressRow) -> tuple[bool, str, int]:
    return row.school_code is None, row.school_code or "", GROUPS.index(row.group)


def _count_codes(session: Session, campaign_id: int) -> dict[Place, tuple[int, int]]:
    """Personal codes that were issued and not voided, and how many were used: counted now, or when they were sealed."""
    kept = select(CodeCount.group, CodeCount.school_id, CodeCount.issued, CodeCount.used)
    rows = session.execute(kept.where(CodeCount.campaign_id == campaign_id, CodeCount.kind == "personal")).all()
    query = (
        select(Code.group, Code.school_id, func.count(), func.count(USED))
        .select_from(with_marks(Code.__table__))
        .where(Code.campaign_id == campaign_id, Code.kind == "personal", Code.voided_on.is_(None))
        .group_by(Code.group, Code.school_id)
    )
    return {(group, school): (issued, used) for group, school, issued, used in rows or session.execute(query)}


def _count_responses(session: Session, campaign_id: int) -> dict[Place, int]:
    query = (
        select(Response.group, Response.school_id, func.count())
        .where(Response.campaign_id == campaign_id)
        .group_by(Response.group, Response.school_id)
    )
    return {(group, school): count for group, school, count in session.execute(query)}


def _name_schools(session: Session, ids: set[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(School.id, School.code, School.name).where(School.id.in_(ids)))
    return {key: (code, name) for key, code, name in rows}
