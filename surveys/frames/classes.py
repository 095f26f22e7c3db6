"""Class lists: how many pupils each class of each school has. Numbers on a list are all that a draw needs of people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from surveys.errors import SurveyError, shorten
from surveys.frames.columns import Column, fold
from surveys.models import Frame, FrameCell, FrameClass, Plan, Region, School
from surveys.tables import Findings, Row, Table, read_table

COLUMNS = (
    Column("code", ("学校代码", "学校标识码")),
    Column("grade", ("年级",), most=12),
    Column("class", ("班", "班级", "班号"), most=99),
    Column("pupils", ("人数", "学生数", "班级人数"), most=200),
)
DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", start=1)}
GRADES = {
    **{f"{word}年级": grade for word, grade in DIGITS.items()},
    **DIGITS,
    "初一": 7, "初二": 8, "初三": 9, "高一": 10, "高二": 11, "高三": 12,
}  # fmt: skip
NUMBER = re.compile(r"\(?0*([0-9]{1,4})\)?(?:\.0*)?")
TAILS = {"grade": "年级", "class": "班", "pupils": "人"}


@dataclass(frozen=True, order=True)
class SchoolClass:
    """Class `number` of a grade, with as many list positions as it has pupils."""

    grade: int
    number: int
    pupils: int


@dataclass(frozen=True)
class ClassReport:
    """What an import of class lists did. `frame_number` is the frame that they belong to."""

    frame_number: int
    unchanged: bool
    schools: int
    classes: int
    pupils: int


Lists = dict[str, dict[tuple[int, int], int]]  # school code -> grade and number -> pupils


def list_classes(session: Session, *, frame_id: int) -> Mapping[str | None, tuple[SchoolClass, ...]]:
    """The classes of a frame by school code, in the order of grades and numbers."""
    query = select(School.code, FrameClass).join(School, School.id == FrameClass.school_id)
    found: dict[str | None, list[SchoolClass]] = {}
    for code, row in session.execute(query.where(FrameClass.frame_id == frame_id)):
        found.setdefault(code, []).append(SchoolClass(row.grade, row.number, row.pupils))
    return {code: tuple(sorted(classes)) for code, classes in found.items()}


def import_classes(session: Session, *, county: str, content: bytes, filename: str | None = None) -> ClassReport:
    """Make the file the class lists of the county's newest frame, in place of those it had.

    Raises SurveyError(`region.unknown`, `classes.no_frame`, `classes.drawn`, `table.invalid`, `classes.invalid`).
    """
    frame = _lock_frame(session, county)
    table = read_table(content, filename=filename)
    lists = _read(table, session, frame)
    before = {
        code: {(each.grade, each.number): each.pupils for each in classes}
        for code, classes in list_classes(session, frame_id=frame.id).items()
    }
    unchanged = before == lists
    if not unchanged:
        _refuse_drawn(session, frame)
        _write(session, frame, lists)
    pupils = sum(sum(classes.values()) for classes in lists.values())
    return ClassReport(frame.number, unchanged, len(lists), sum(map(len, lists.values())), pupils)


def _lock_frame(session: Session, county: str) -> Frame:
    """The county's newest frame; another import for the county waits."""
    region = session.scalars(select(Region).where(Region.code == county).with_for_update()).one_or_none()
    if region is None:
        raise SurveyError("region.unknown", "missing", region=shorten(county))
    query = select(Frame).where(Frame.county_id == region.id).order_by(Frame.number.desc()).limit(1)
    frame = session.scalars(query).one_or_none()
    if frame is None:
        raise SurveyError("classes.no_frame", "conflict", region=county)
    return frame


def _refuse_drawn(session: Session, frame: Frame) -> None:
    """Lists that people were drawn from stay, or the draw could not be repeated."""
    drawn = select(func.count()).select_from(Plan).where(Plan.frame_id == frame.id, Plan.drawn_at.is_not(None))
    if session.scalar(drawn):
        raise SurveyError("classes.drawn", "conflict", number=frame.number)


def _write(session: Session, frame: Frame, lists: Lists) -> None:
    ids = _school_ids(session, frame)
    session.execute(delete(FrameClass).where(FrameClass.frame_id == frame.id))
    rows = [
        {"frame_id": frame.id, "school_id": ids[code], "grade": grade, "number": number, "pupils": pupils}
        for code, classes in lists.items()
        for (grade, number), pupils in classes.items()
    ]
    session.execute(insert(FrameClass), rows)


def _school_ids(session: Session, frame: Frame) -> dict[str, int]:
    """The schools of the frame."""
    query = select(School.code, School.id).join(FrameCell, FrameCell.school_id == School.id)
    rows = session.execute(query.where(FrameCell.frame_id == frame.id).distinct())
    return {code: key for code, key in rows}  # noqa: C416 - rows, not pairs


# From a table to lists


def _read(table: Table, session: Session, frame: Frame) -> Lists:
    """Check every cell, then every school. Raises SurveyError(`classes.invalid`) with all problems."""
    findings = Findings(table.sheet)
    places = _places(table, findings)
    findings.refuse("classes.invalid")
    reader = _Reader(places, {fold(code): code for code in _school_ids(session, frame)}, findings)
    for row in table.rows:
        reader.read(row)
    if not table.rows:
        findings.add("classes.none")
    if not findings:
        _compare(session, frame, reader.lists, findings)
    findings.refuse("classes.invalid")
    return reader.lists


def _places(table: Table, findings: Findings) -> dict[str, int]:
    """Where each column stands; columns that are not ours (a teacher's name, a room) are left alone."""
    places: dict[str, int] = {}
    for position, header in enumerate(table.header):
        wanted = fold(header)
        column = next((each for each in COLUMNS if wanted == each.key or wanted in map(fold, each.words)), None)
        if column and column.key in places:
            findings.add("frame.column_repeated", column=header, params={"other": table.header[places[column.key]]})
        elif column:
            places[column.key] = position
    for column in COLUMNS:
        if column.key not in places:
            findings.add("frame.column_missing", column=column.words[0], params={"expected": column.title})
    return places


class _Reader:
    """Reads one class after another into `lists`; what is wrong goes into the findings."""

    def __init__(self, places: Mapping[str, int], known: Mapping[str, str], findings: Findings) -> None:
        self.lists: Lists = {}
        self._places, self._known, self._findings = places, known, findings
        self._rows: dict[tuple[str, int, int], int] = {}  # the row that has a class

    def read(self, row: Row) -> None:
        written = row.cells[self._places["code"]]
        code = self._known.get(fold(written))
        if code is None:
            self._findings.add("classes.school_unknown", row=row.number, column=COLUMNS[0].title, value=written)
        grade, number, pupils = (self._number(row, column) for column in COLUMNS[1:])
        if code is None or grade is None or number is None or pupils is None:
            return
        first = self._rows.setdefault((code, grade, number), row.number)
        if first != row.number:
            params = {"first": first}
            self._findings.add("classes.repeated", row=row.number, column=COLUMNS[2].title, params=params)
        self.lists.setdefault(code, {})[grade, number] = pupils

    def _number(self, row: Row, column: Column) -> int | None:
        """7, 七年级 or 初一; 3 or (3)班; 45 or 45人."""
        text = "".join(unicodedata.normalize("NFKC", row.cells[self._places[column.key]]).split())
        match = NUMBER.fullmatch(text.removesuffix(TAILS[column.key]))
        number = int(match[1]) if match else GRADES.get(text) if column.key == "grade" else None
        if number is None or not 1 <= number <= column.most:
            params = {"expected": f"1–{column.most}"}
            self._findings.add("frame.number", row=row.number, column=column.title, value=text, params=params)
            return None
        return number


def _compare(session: Session, frame: Frame, lists: Lists, findings: Findings) -> None:
    """Nobody is on a list who is not at the school; and whoever may be asked is on one, where a school has lists."""
    query = (
        select(School.code, School.pupils, FrameCell.population)
        .join(FrameCell, FrameCell.school_id == School.id)
        .where(FrameCell.frame_id == frame.id, FrameCell.group == "student")
    )
    for code, pupils, students in sorted(session.execute(query), key=lambda school: school.code):
        listed = sum(lists.get(code, {}).values())
        if listed > pupils:
            findings.add("classes.more_than_pupils", value=str(listed), params={"school": code, "pupils": pupils})
        if code in lists and listed < students:
            params = {"school": code, "students": students}
            findings.add("classes.fewer_than_students", value=str(listed), params=params)
