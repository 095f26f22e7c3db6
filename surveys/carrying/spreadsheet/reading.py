"""The sheet as a questionnaire of ours: what a row is, is said by its first column, or it is a question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.carrying.cells import read_list, read_reversed, read_whole, read_yes
from surveys.carrying.found import (
    Found,
    FoundComment,
    FoundItem,
    FoundOption,
    FoundScale,
    FoundSection,
    Left,
    Place,
    Text,
    check_items,
    check_rows,
)
from surveys.carrying.spreadsheet.headings import DONT_KNOW, ITEM_ROWS, Heading, expected_rows, read_heading, read_row
from surveys.carrying.spreadsheet.quoting import unquote
from surveys.carrying.wording import STANDARD, standard_text
from surveys.errors import Problem, SurveyError
from surveys.instruments.model import DIMENSIONS, STANDARD_DONT_KNOW
from surveys.tables import Row, Table, read_table

CODED = re.compile(r"\s*([0-9]{1,3})\s*[=＝:：.．、]\s*(.*\S)\s*", re.DOTALL)
PARTED = re.compile(r"[|｜;；]")

MOST_ROWS = 65_000  # 250 questions with 250 options each
NAMELESS = "scale"
OPEN = frozenset({"", "text", "open", "文本", "文字", "填空", "填空题", "开放题", "问答题"})  # no options: words
DIMENSION_WORDS = dict(
    zip(
        (
            "落实立德树人", "教育公平政策", "优质资源共享", "规范办学行为",
            "实施素质教育", "考试评价改革", "提高教育质量", "减轻课业负担",
        ),
        DIMENSIONS,
        strict=True,
    )
)  # fmt: skip


def read_spreadsheet(content: bytes, *, filename: str | None = None) -> Found:
    """The questionnaire as it stands in the sheet.

    Raises SurveyError(`table.invalid`) for a file that cannot be read, `carry.invalid` for one without questions.
    """
    return _Sheet(read_table(content, filename=filename)).read()


class _Sheet:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._quoted = table.sheet is None  # CSV, where text that looks like a formula has an apostrophe before it
        self._left = Left()
        self._columns: list[tuple[Heading, int]] = []
        for position, name in enumerate(table.header):
            heading = read_heading(name)
            if heading is not None:
                self._columns.append((heading, position))
            elif any(table.column(name)):
                self._left.add("carry.column", Place(table.sheet, column=name))
        self._found = Found(self._languages(), self._left)
        self._scales: dict[str, FoundScale] = {}
        self._sections: dict[str, FoundSection] = {}
        self._comments: list[FoundComment] = []
        self._open: list[FoundComment] = []  # questions without options
        self._last_is_open = False

    def _languages(self) -> list[str]:
        spoken = [heading.tag for heading, _ in self._columns if heading.base in ("text", "options") and heading.tag]
        if not any(heading.base == "text" for heading, _ in self._columns):
            raise SurveyError("carry.invalid", "invalid", [Problem("carry.no_text_column", sheet=self._table.sheet)])
        return list(dict.fromkeys(spoken))

    def read(self) -> Found:
        check_rows(self._table.sheet, len(self._table.rows), MOST_ROWS)
        check_items(sum(self._kind(row) in ("", *ITEM_ROWS) for row in self._table.rows))
        for row in self._table.rows:
            if self._kind(row) == "option":
                self._read_option(row)
        for row in self._table.rows:
            self._read_row(row)
        self._found.sections = [each for each in self._found.sections if each.items]
        if self._last_is_open and not self._comments:
            self._comments.append(self._open.pop())
        for each in self._open:
            self._left.add("carry.no_options", each.place, each.id or None)
        self._found.choose_comment(self._comments, last=True)
        return self._found

    def _cell(self, row: Row, base: str) -> str:
        return next((self._plain(row.cells[at]) for heading, at in self._columns if heading.base == base), "")

    def _text(self, row: Row, base: str) -> Text:
        cells = ((heading, self._plain(row.cells[at])) for heading, at in self._columns)
        return {heading.tag: cell for heading, cell in cells if heading.base == base and heading.tag and cell}

    def _plain(self, cell: str) -> str:
        return unquote(cell) if self._quoted else cell

    def _place(self, row: Row, base: str | None = None) -> Place:
        heading = next((self._table.header[at] for each, at in self._columns if each.base == base), None)
        return Place(self._table.sheet, row.number, heading)

    def _kind(self, row: Row) -> str | None:
        given = self._cell(row, "row")
        return read_row(given) if given else ""

    def _read_row(self, row: Row) -> None:
        kind = self._kind(row)
        text, value = self._text(row, "text"), self._cell(row, "value")
        found, place = self._found, self._place(row, "value")
        if kind is None:
            self._left.add("carry.row", self._place(row, "row"), self._cell(row, "row"), expected=expected_rows())
        elif kind in ("", *ITEM_ROWS):
            self._read_item(row, kind)
        elif kind in ("title", "introduction", "grades"):
            setattr(found, kind, text)
        elif kind == "name":
            found.name = value
        elif kind == "minutes":
            found.minutes = read_whole(value, place, self._left)
        elif kind in ("groups", "stages"):
            setattr(found, kind, read_list(value))
        elif kind == "section":
            self._section(self._cell(row, "id"), text, self._place(row, "id"))
        elif kind == "comment":
            limit = read_whole(value, place, self._left)
            note = self._text(row, "note")
            self._comments.append(FoundComment(self._cell(row, "id"), text, note, self._place(row, "text"), limit))

    def _section(self, name: str, title: Text, place: Place) -> FoundSection:
        """The section of this name: told by its own row, or by the items that say so."""
        if name not in self._sections:
            self._sections[name] = FoundSection(name, title, place)
        elif title:
            self._sections[name].title = title
        return self._sections[name]

    def _read_item(self, row: Row, role: str) -> None:
        self._last_is_open = self._is_open(row, role)
        if self._last_is_open:
            place = self._place(row, "scale")
            box = FoundComment(self._cell(row, "id"), self._text(row, "text"), self._text(row, "note"), place)
            self._open.append(box)
            return
        scale = self._scale(row)
        if scale is None:
            return
        section = self._of_item(row)
        cell, place = self._cell(row, "required"), self._place(row, "required")
        direction = self._cell(row, "direction")
        item = FoundItem(
            id=self._cell(row, "id"),
            text=self._text(row, "text"),
            scale=scale,
            place=self._place(row, "id"),
            note=self._text(row, "note"),
            role=role,
            dimension=self._dimension(row),
            reversed=read_reversed(direction, self._place(row, "direction"), self._left),
            required=read_yes(cell, place, self._left, blank=True),
        )
        section.items.append(item)

    def _is_open(self, row: Row, role: str) -> bool:
        """Whether a row asks for words: it has no options, or says that it has none."""
        name = self._cell(row, "scale")
        free = name.casefold() in OPEN and name not in self._scales
        return not role and free and not self._text(row, "options") and bool(self._text(row, "text"))

    def _of_item(self, row: Row) -> FoundSection:
        """The section that the row names, or the one that is being filled; the order of rows is kept."""
        sections, name = self._found.sections, self._cell(row, "section")
        if not name:
            waiting = [each for each in self._sections.values() if each not in sections]
            name = waiting[-1].id if waiting else (sections[-1].id if sections else "")
        title = {} if name in self._sections else ({self._found.languages[0]: name} if name else {})
        section = self._section(name, title, self._place(row, "section"))
        if section in sections and sections[-1] is not section:
            section = self._sections[name] = FoundSection(section.id, section.title, section.place)
        if section not in sections:
            sections.append(section)
        return section

    def _dimension(self, row: Row) -> str:
        given = self._cell(row, "dimension")
        return DIMENSION_WORDS.get(given, given)

    def _read_option(self, row: Row) -> None:
        name, value = self._cell(row, "scale"), self._cell(row, "value")
        scale = self._scales.setdefault(name, FoundScale(name, [], self._place(row, "scale"), ours=True))
        unknown = value.casefold() in DONT_KNOW.values()
        if value and not unknown:
            self._left.add("carry.value", self._place(row, "value"), value)
        option = FoundOption(self._cell(row, "id"), self._text(row, "text"), unknown, self._place(row, "id"))
        scale.options.append(option)

    def _scale(self, row: Row) -> FoundScale | None:
        """The options of a question: those of rows of their own, those in its cell, or those of a standard scale."""
        name, packed = self._cell(row, "scale"), self._text(row, "options")
        if packed:
            return self._packed(name, packed, self._place(row, "options"))
        if name not in self._scales and name in STANDARD:
            self._scales[name] = _standard(name, self._found.languages, self._place(row, "scale"))
        if name not in self._scales:
            self._left.add("carry.no_options", self._place(row, "scale"), name or None)
        return self._scales.get(name)

    def _packed(self, name: str, packed: Text, place: Place) -> FoundScale:
        options: list[FoundOption] = []
        for language, cell in packed.items():
            for position, (code, words) in enumerate(_unpack(cell)):
                if position == len(options):
                    options.append(FoundOption(code, {}))
                options[position].text[language] = words
        return FoundScale(name or self._named_by(place), options, place)

    def _named_by(self, place: Place) -> str:
        row = next(each for each in self._table.rows if each.number == place.row)
        return self._cell(row, "id") or NAMELESS


def _unpack(cell: str) -> Iterator[tuple[str, str]]:
    """`4=非常满意|3=满意`, or an option a line; without codes, as other programs have them."""
    lines = [line for line in cell.split("\n") if line.strip()]
    for part in lines if len(lines) > 1 else PARTED.split(cell.strip()):
        coded = CODED.fullmatch(part)
        if coded:
            yield coded[1], coded[2]
        elif part.strip():
            yield "", part.strip()


def _standard(name: str, languages: list[str], place: Place) -> FoundScale:
    options = [
        FoundOption(str(code), standard_text(name, code, languages), code in STANDARD_DONT_KNOW)
        for code in STANDARD[name]
    ]
    return FoundScale(name, options, place, ours=True)
