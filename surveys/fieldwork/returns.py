"""Outcomes of many places in one table, as officers keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.fieldwork.called import RECORDED
from surveys.fieldwork.outcomes import Entry, record_entries
from surveys.frames.columns import COUNTY_WORDS, NOT_APPLICABLE, find_code, fold
from surveys.tables import Findings, Row, Table, read_table

COLUMNS: Mapping[str, tuple[str, ...]] = {  # the first word is the one that refusals show
    "school": ("学校代码", "学校标识码"),
    "group": ("调查对象", "对象"),
    "refused": ("拒访", "拒绝"),
    "not_reached": ("未接触", "未联系上"),
    "not_eligible": ("不符合条件", "不合格"),
    "other": ("其他", "其他原因"),
}
GROUP_WORDS: Mapping[str, tuple[str, ...]] = {
    "student": ("学生",),
    "parent": ("家长",),
    "teacher": ("教师",),
    "principal": ("校长",),
    "npc_deputy": ("人大代表",),
    "cppcc_member": ("政协委员",),
    "public": ("其他群众", "群众"),
}
MOST_DIGITS = 7


def record_returns(
    session: Session, *, campaign_id: int, content: bytes, filename: str | None = None, now: datetime, by: str
) -> int:
    """Record what a table (CSV, XLSX) says of each place that it names; others stay. Gives how many changed.

    Its columns are a school's code (blank: the county), a group, and an outcome each. Raises
    SurveyError(`table.invalid`, `outcomes.invalid`) with every problem, and then nothing is written.
    """
    table = read_table(content, filename=filename)
    findings = Findings(table.sheet)
    reader = _Reader(table, findings)
    entries = [entry for row in table.rows if (entry := reader.read(row))]
    return record_entries(session, campaign_id=campaign_id, entries=entries, problems=findings.problems, now=now, by=by)


class _Reader:
    """Reads one row after another; what is wrong goes into the findings."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self._findings, self._header = findings, table.header
        self._places = self._find_columns(table.header)
        self._rows: dict[tuple[str, str | None], int] = {}  # place -> the row that has it

    def read(self, row: Row) -> Entry | None:
        counts = {name: self._number(row, name) for name in RECORDED if name in self._places}
        group = find_code(GROUP_WORDS, self._cell(row, "group"))
        if group is None:
            if "group" in self._places:
                expected = ", ".join(f"{words[0]} ({key})" for key, words in GROUP_WORDS.items())
                self._add("outcomes.group", row, "group", expected=expected)
            return None
        text = self._cell(row, "school")
        school = None if text in NOT_APPLICABLE or fold(text) in COUNTY_WORDS else text
        first = self._rows.setdefault((group, school), row.number)
        if first != row.number:
            self._add("outcomes.repeated", row, "group", first=first)
            return None
        return Entry(group, school, counts, row.number)

    def _find_columns(self, header: Sequence[str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for position, name in enumerate(header):
            key = find_code(COLUMNS, name)
            if key is None or key in places:
                self._findings.add("outcomes.column_unknown", column=name, params={"expected": _titles(COLUMNS)})
            else:
                places[key] = position
        for key in ("school", "group"):
            if key not in places:
                self._findings.add("outcomes.column_missing", column=COLUMNS[key][0])
        return places

    def _number(self, row: Row, key: str) -> int:
        text = self._cell(row, key)
        if text in NOT_APPLICABLE:
            return 0
        if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
            return int(text)
        self._add("outcomes.count", row, key)
        return 0

    def _cell(self, row: Row, key: str) -> str:
        return row.cells[self._places[key]] if key in self._places else ""

    def _add(self, code: str, row: Row, key: str, **params: object) -> None:
        column, value = self._header[self._places[key]], self._cell(row, key)
        self._findings.add(code, row=row.number, column=column, value=value, params=params)


def _titles(columns: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{words[0]} / {key}" for key, words in columns.items())
