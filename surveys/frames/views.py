"""Frames and their cells as others read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.models import Frame, FrameCell, Region, School


@dataclass(frozen=True)
class FrameView:
    """One import of a county's frame; `people` by group, in the order of the groups."""

    id: int
    county: str
    number: int
    digest: str
    imported_at: datetime
    schools: int
    people: Mapping[str, int]


@dataclass(frozen=True)
class CellView:
    """`population` people of `group` at a school, or of the county, where everything about a school is None.

    Stage and locality are those of the day of the import; name and township are the school's latest.
    """

    group: str
    stratum: str
    population: int
    school_id: int | None
    school_code: str | None
    school_name: str | None
    township: str | None
    stage: str | None
    locality: str | None


def get_frame(session: Session, *, frame_id: int) -> FrameView:
    """The frame; SurveyError(`frame.unknown`) where there is none."""
    frame = session.get(Frame, frame_id)
    if frame is None:
        raise SurveyError("frame.unknown", "missing", frame=frame_id)
    return _view(session, frame)


def find_latest_frame(session: Session, *, county: str) -> FrameView | None:
    """The county's newest frame, or None."""
    query = select(Frame).join(Region, Region.id == Frame.county_id).where(Region.code == county)
    frame = session.scalars(query.order_by(Frame.number.desc()).limit(1)).one_or_none()
    return _view(session, frame) if frame else None


def list_cells(session: Session, *, frame_id: int) -> tuple[CellView, ...]:
    """Every cell: schools in the order of their codes, each with its groups in their order, then the county."""
    query = (
        select(FrameCell, School, Region.name, Region.level)
        .outerjoin(School, School.id == FrameCell.school_id)
        .outerjoin(Region, Region.id == School.region_id)
        .where(FrameCell.frame_id == frame_id)
    )
    cells = [_cell(cell, school, name, level) for cell, school, name, level in session.execute(query)]
    return tuple(sorted(cells, key=_order))


def _order(cell: CellView) -> tuple[bool, str, int]:
    return (cell.school_id is None, cell.school_code or "", GROUPS.index(cell.group))


def _cell(cell: FrameCell, school: School | None, region: str | None, level: str | None) -> CellView:
    if school is None:
        return CellView(cell.group, cell.stratum, cell.population, None, None, None, None, None, None)
    locality, stage = cell.stratum.split(".")
    township = region if level == "township" else None
    place = (school.id, school.code, school.name, township, stage, locality)
    return CellView(cell.group, cell.stratum, cell.population, *place)


def _view(session: Session, frame: Frame) -> FrameView:
    query = select(FrameCell.group, func.sum(FrameCell.population)).where(FrameCell.frame_id == frame.id)
    found = {group: int(total) for group, total in session.execute(query.group_by(FrameCell.group))}
    schools = select(func.count(FrameCell.school_id.distinct())).where(FrameCell.frame_id == frame.id)
    county = session.scalars(select(Region.code).where(Region.id == frame.county_id)).one()
    people = {group: found[group] for group in GROUPS if group in found}
    count = session.scalar(schools) or 0
    return FrameView(frame.id, county, frame.number, frame.digest, frame.imported_at, count, people)
