"""From the rows of a file to responses, or every cell that is wrong. No finding carries the text of a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from analysis.frame import NOT_ASKED
from surveys.campaigns.model import Paper
from surveys.errors import shorten
from surveys.frames import CellView
from surveys.groups import SCHOOL_GROUPS
from surveys.imports.keys import RowKeys
from surveys.imports.labels import BLANK, find_option, fold, option_labels, options_text
from surveys.imports.mapping import Choice, ImportMapping, ItemColumn
from surveys.instruments.model import Item
from surveys.responses import ImportedResponse, comment_problems
from surveys.tables import Findings, Row, Table
from surveys.text import tidy

LONGEST_LABEL = 20  # a longer cell is likely somebody's own words, and is not repeated in a refusal
UNREADABLE = -1


@dataclass(frozen=True)
class School:
    id: int
    code: str
    name: str
    stage: str
    groups: frozenset[str]


@dataclass(frozen=True)
class Question:
    """A column, and where its item stands on one paper. `codes` remembers what cells mean."""

    column: str
    position: int
    index: int
    item: Item
    own: ItemColumn
    codes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """One paper as the file answers it: its questions, and the columns that belong to other papers."""

    paper: Paper
    questions: tuple[Question, ...]
    foreign: tuple[int, ...]

    @cached_property
    def unasked(self) -> bytes:
        return bytes([NOT_ASKED]) * len(self.paper.instrument.items)


def schools_of(cells: Sequence[CellView]) -> tuple[School, ...]:
    """The schools of a frame, each with the groups that it has."""
    groups: dict[str, set[str]] = {}
    first: dict[str, CellView] = {}
    for cell in cells:
        if cell.school_code is not None:
            groups.setdefault(cell.school_code, set()).add(cell.group)
            first.setdefault(cell.school_code, cell)
    return tuple(
        School(cell.school_id or 0, code, cell.school_name or "", cell.stage or "", frozenset(groups[code]))
        for code, cell in first.items()
    )


class RowReader:
    """Reads one row after another. What is wrong goes into `findings`.

    `empty` counts rows without any answer, `unfinished` rows that were never handed in.
    """

    def __init__(
        self,
        table: Table,
        mapping: ImportMapping,
        papers: Sequence[Paper],
        schools: Sequence[School],
        today: date,
    ) -> None:
        self.findings = Findings(table.sheet)
        self.empty = 0
        self.unfinished = 0
        self._table = table
        self._mapping = mapping
        self._papers = papers
        self._today = today
        self._nothing = mapping.blank | mapping.not_asked
        self._at = {name: position for position, name in enumerate(table.header)}
        self._schools = _index(schools, mapping)
        self._by_code = mapping.school is not None and mapping.school.by == "code"
        self._names = {fold(school.name): school.name for school in schools}
        self._codes = {fold(school.code): school.code for school in schools}
        self._sheets: dict[tuple[str, str | None, str | None], Sheet | None] = {}
        self._keys = RowKeys(table, mapping)
        self._submitted = None if mapping.submitted is None else self._at[mapping.submitted]
        self._comment = None if mapping.comment is None else self._at[mapping.comment]

    def read(self) -> Iterator[ImportedResponse]:
        """The responses of the rows that are right."""
        for row in self._table.rows:
            response = self._read_row(row)
            if response is not None:
                yield response

    def _read_row(self, row: Row) -> ImportedResponse | None:
        if self._submitted is not None and fold(row.cells[self._submitted]) in self._mapping.blank:
            self.unfinished += 1
            return None
        group = self._choose(row, self._mapping.group, "import.group")
        school = self._find_school(row, group)
        if group is None or school is UNKNOWN:
            return None
        sheet = self._find_sheet(row, group, school)
        key = self._keys.of(row, group, school.code if school else "", self.findings)
        answers = self._read_answers(row, sheet) if sheet else None
        comment, good = (None, True) if self._comment is None else self._read_comment(row, sheet)
        if sheet is None or answers is None or key is None or not good:
            return None
        language = self._mapping.language or sheet.paper.instrument.languages[0]
        place = school.id if school else None
        version = sheet.paper.version_id
        return ImportedResponse(key, group, place, version, answers, language, self._today, comment=comment)

    # Group, school, paper

    def _choose(self, row: Row, choice: Choice, code: str) -> str | None:
        if choice.column is None:
            return choice.constant
        cell = row.cells[self._at[choice.column]]
        found = choice.labels.get(fold(cell))
        if found is None:
            self._add(code, row, choice.column, cell, expected=", ".join(dict.fromkeys(choice.labels)))
        return found

    def _find_school(self, row: Row, group: str | None) -> School | None:
        """None where the row belongs to none; UNKNOWN, with the reason in the findings, where it should."""
        where = self._mapping.school
        if where is None or (group is not None and group not in SCHOOL_GROUPS):
            return None
        cell = where.code if where.column is None else row.cells[self._at[where.column]]
        found = self._schools.get(fold(cell or ""), ())
        if len(found) == 1:
            if group is None or group in found[0].groups:
                return found[0]
            self._add("import.school_without_group", row, where.column, cell, group=group)
        elif found:
            codes = ", ".join(school.code for school in found)
            self._add("import.school_ambiguous", row, where.column, cell, expected=codes)
        else:
            self._refuse_school(row, where.column, cell or "")
        return UNKNOWN

    def _refuse_school(self, row: Row, column: str | None, cell: str) -> None:
        """With what is like it; a code where names are expected, or a name for a code, is said to be one."""
        asked, other = (self._codes, self._names) if self._by_code else (self._names, self._codes)
        near = get_close_matches(fold(cell), asked, 3, 0.4) if cell else []
        if fold(cell) in other:
            code = "import.school_is_name" if self._by_code else "import.school_is_code"
            self._add(code, row, column, cell)
        elif near:
            self._add("import.school_unknown", row, column, cell, expected=" / ".join(asked[each] for each in near))
        else:
            self._add("import.school_not_found", row, column, cell)

    def _find_sheet(self, row: Row, group: str, school: School | None) -> Sheet | None:
        choice, stage = self._mapping.paper, school.stage if school else None
        name = self._choose(row, choice, "import.paper") if choice else None
        if choice and name is None:
            return None
        if (group, name, stage) not in self._sheets:
            self._sheets[group, name, stage] = self._lay_out(group, name, stage)
        sheet = self._sheets[group, name, stage]
        if sheet is None:
            names = ", ".join(paper.instrument.name for paper in self._papers if paper.group == group)
            column = self._mapping.group.column if choice is None else choice.column
            self._add("import.paper_undecided", row, column, None, group=group, expected=names)
        return sheet

    def _lay_out(self, group: str, name: str | None, stage: str | None) -> Sheet | None:
        """The one paper of the group that has the name and fits the stage; None where there are none or several."""
        named = [each for each in self._papers if each.group == group and name in (None, each.instrument.name)]
        fitting = [paper for paper in named if paper.fits(stage)]
        return self._sheet(fitting[0]) if len(fitting) == 1 else None

    def _sheet(self, paper: Paper) -> Sheet:
        index = {item.id: position for position, item in enumerate(paper.instrument.items)}
        items, columns = paper.instrument.items, self._mapping.columns
        questions = tuple(
            Question(column, self._at[column], index[own.item], items[index[own.item]], own)
            for column, own in columns.items()
            if own.item in index
        )
        foreign = tuple(self._at[column] for column, own in columns.items() if own.item not in index)
        return Sheet(paper, questions, foreign)

    # Answers

    def _read_answers(self, row: Row, sheet: Sheet) -> bytes | None:
        """The answers as stored; None, with the reasons in the findings, where a cell cannot be read.

        What no cell answers or leaves blank was not asked.
        """
        answers, cells, good, answered = bytearray(sheet.unasked), row.cells, True, False
        for question in sheet.questions:
            cell = cells[question.position]
            code = question.codes.get(cell)
            if code is None:
                code = question.codes[cell] = self._code(cell, question)
            place = question.index
            held = answers[place]
            if code == BLANK:
                if held == NOT_ASKED:
                    answers[place] = BLANK
            elif code != NOT_ASKED:
                answered = True
                if code != UNREADABLE and (held == NOT_ASKED or not held):
                    answers[place] = code
                else:
                    good = self._refuse(row, cell, question, code)
        for position in sheet.foreign:
            if fold(cells[position]) not in self._nothing:
                name = sheet.paper.instrument.name
                self._add("import.not_on_paper", row, self._table.header[position], cells[position], paper=name)
                good = False
        if good and self._mapping.refuses_blank:
            good = self._all_answered(row, sheet, answers)
        if good and not answered:
            self._note_empty(row)
        return bytes(answers) if good and answered else None

    def _code(self, cell: str, question: Question) -> int:
        scale = question.item.scale
        given = self._mapping.scales.get(scale.name, {})
        found = find_option(cell, question.own.labels, given, option_labels(scale))
        if found is not None:
            return found
        if fold(cell) in self._mapping.not_asked:
            return NOT_ASKED
        return BLANK if fold(cell) in self._mapping.blank else UNREADABLE

    def _read_comment(self, row: Row, sheet: Sheet | None) -> tuple[str | None, bool]:
        """The comment, if there is one, and whether it is right: as long and as legible as the web allows."""
        cell = "" if self._comment is None else row.cells[self._comment]
        text = "" if len(cell) <= LONGEST_LABEL and fold(cell) in self._nothing else tidy(cell)
        if not text or sheet is None:
            return None, True
        problems = list(comment_problems(sheet.paper.instrument.comment, text))
        for problem in problems:
            self.findings.add(problem.code, row=row.number, column=self._mapping.comment, params=problem.params)
        return text, not problems

    def _refuse(self, row: Row, cell: str, question: Question, code: int) -> Literal[False]:
        if code == UNREADABLE:
            language = question.item.scale.options[0].text
            expected = options_text(question.item.scale, next(iter(language)))
            self._add("import.label", row, question.column, cell, expected=shorten(expected, 200))
        else:
            self._add("import.answered_twice", row, question.column, cell, item=question.item.id)
        return False

    def _all_answered(self, row: Row, sheet: Sheet, answers: bytearray) -> bool:
        blank = [each for each in sheet.questions if each.item.required and answers[each.index] == BLANK]
        for question in blank:
            self._add("import.blank", row, question.column, None)
        return not blank

    def _note_empty(self, row: Row) -> None:
        self.empty += 1
        if not self._mapping.skips_empty_rows:
            self.findings.add("import.empty_row", row=row.number)

    def _add(self, code: str, row: Row, column: str | None, cell: str | None, **params: str) -> None:
        value = cell if cell and len(cell) <= LONGEST_LABEL else None
        self.findings.add(code, row=row.number, column=column, value=value, params=params)


UNKNOWN = School(0, "", "", "", frozenset())


def _index(schools: Sequence[School], mapping: ImportMapping) -> dict[str, tuple[School, ...]]:
    """Schools by what the file calls them: a code, or a name that several may share."""
    by_code = mapping.school is not None and (mapping.school.by == "code" or mapping.school.code is not None)
    found: dict[str, tuple[School, ...]] = {}
    for school in schools:
        name = fold(school.code if by_code else school.name)
        found[name] = (*found.get(name, ()), school)
    return found
