"""Writing a frame: schools and townships in place, cells under a number of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveys.errors import SurveyError, shorten
from surveys.frames.reading import FrameContent, SchoolRow, read_frame
from surveys.frames.views import get_frame, list_cells
from surveys.groups import GROUPS, SCHOOL_GROUPS
from surveys.models import Frame, FrameCell, Region, School
from surveys.tables import read_table

COUNTY_STRATUM = "county"
LONGEST_CODE = 32


@dataclass(frozen=True)
class FrameReport:
    """What an import did. `removed` schools were in the frame before and are not in this one; they are kept."""

    frame_id: int
    number: int
    unchanged: bool
    schools: int
    added: int
    changed: int
    removed: int
    people: Mapping[str, int]
    sheet: str | None


def import_frame(
    session: Session, *, county: str, content: bytes, filename: str | None = None, now: datetime
) -> FrameReport:
    """Make the file the county's newest frame, unless it says what the newest already says.

    Raises SurveyError(`region.unknown`, `frame.not_a_county`, `table.invalid`, `frame.invalid`).
    """
    region = _lock_county(session, county)
    table = read_table(content, filename=filename)
    found = read_frame(table)
    latest = _find_latest(session, region)
    if latest and latest.digest == found.digest:
        return _report(session, latest, found, table.sheet, unchanged=True)
    before = _rows_before(session, region, latest)
    frame = Frame(county_id=region.id, number=latest.number + 1 if latest else 1, digest=found.digest, imported_at=now)
    session.add(frame)
    schools = _write_schools(session, region, found.schools)
    session.flush()
    _write_cells(session, frame, found, schools)
    return _report(session, frame, found, table.sheet, before=before)


def _lock_county(session: Session, code: str) -> Region:
    """The county's row, held so that two imports of one county follow each other."""
    region = session.scalars(select(Region).where(Region.code == code).with_for_update()).one_or_none()
    if region is None:
        raise SurveyError("region.unknown", "missing", region=shorten(code))
    if region.level != "county":
        raise SurveyError("frame.not_a_county", "invalid", region=code)
    return region


def _find_latest(session: Session, region: Region) -> Frame | None:
    query = select(Frame).where(Frame.county_id == region.id).order_by(Frame.number.desc()).limit(1)
    return session.scalars(query).one_or_none()


def _rows_before(session: Session, region: Region, latest: Frame | None) -> dict[str, SchoolRow]:
    """What the schools of the county, and the newest frame, said so far; a school may be without people."""
    people: dict[str, dict[str, int]] = {}
    for cell in list_cells(session, frame_id=latest.id) if latest else ():
        if cell.school_code is not None:
            people.setdefault(cell.school_code, {})[cell.group] = cell.population
    query = select(School, Region).join(Region, Region.id == School.region_id).where(School.county_id == region.id)
    return {
        school.code: SchoolRow(
            school.code,
            school.name,
            place.name if place.id != region.id else None,
            school.stage,
            school.locality,
            school.pupils,
            school.teachers,
            people.get(school.code, {}),
        )
        for school, place in session.execute(query)
    }


def _write_schools(session: Session, county: Region, rows: tuple[SchoolRow, ...]) -> dict[str, School]:
    """The schools by code, added or brought up to date."""
    townships = _write_townships(session, county, rows)
    schools = {each.code: each for each in session.scalars(select(School).where(School.county_id == county.id))}
    for row in rows:
        school = schools.setdefault(row.code, School(county_id=county.id, code=row.code))
        school.region_id = townships[row.township] if row.township else county.id
        school.name, school.stage, school.locality = row.name, row.stage, row.locality
        school.pupils, school.teachers = row.pupils, row.teachers
        session.add(school)
    return schools


def _write_townships(session: Session, county: Region, rows: tuple[SchoolRow, ...]) -> dict[str, int]:
    """The ids of the townships by name; those that are new get the next codes `<county>-t<NN>`."""
    below = select(Region).where(Region.parent_id == county.id, Region.level == "township")
    known = {each.name: each.id for each in session.scalars(below)}
    stem = f"{county.code[: LONGEST_CODE - 6]}-t"
    used = set(session.scalars(select(Region.code).where(Region.code.startswith(stem, autoescape=True))))
    codes = (code for code in (f"{stem}{number:02}" for number in range(1, 10_000)) if code not in used)
    for name in dict.fromkeys(row.township for row in rows if row.township):
        if name not in known:
            code = next(codes)
            township = Region(
                code=code,
                name=name,
                level="township",
                parent_id=county.id,
                path=f"{county.path}{code}/",
                simulated=county.simulated,
            )
            session.add(township)
            session.flush()
            known[name] = township.id
    return known


def _write_cells(session: Session, frame: Frame, found: FrameContent, schools: Mapping[str, School]) -> None:
    cells: list[dict[str, object]] = [
        {
            "frame_id": frame.id,
            "school_id": schools[row.code].id,
            "group": group,
            "stratum": row.stratum,
            "population": row.people[group],
        }
        for row in found.schools
        for group in SCHOOL_GROUPS
    ]
    for group, population in found.county.items():
        place = {"frame_id": frame.id, "school_id": None, "group": group}
        cells.append({**place, "stratum": COUNTY_STRATUM, "population": population})
    session.execute(insert(FrameCell), cells)


def _report(
    session: Session,
    frame: Frame,
    found: FrameContent,
    sheet: str | None,
    *,
    unchanged: bool = False,
    before: Mapping[str, SchoolRow] | None = None,
) -> FrameReport:
    """Counts of what is new, different and gone, seen from the frame before."""
    before = before or {}
    added = 0 if unchanged else sum(row.code not in before for row in found.schools)
    changed = sum(row.code in before and before[row.code] != row for row in found.schools)
    codes = {row.code for row in found.schools}
    removed = sum(bool(row.people) and code not in codes for code, row in before.items())
    people = get_frame(session, frame_id=frame.id).people
    ordered = {group: people[group] for group in GROUPS if group in people}
    return FrameReport(frame.id, frame.number, unchanged, len(found.schools), added, changed, removed, ordered, sheet)
