"""An XLSForm as a questionnaire of ours, and all that is in it and not in ours."""

from __future__ import annotations

import re

from surveys.carrying.cells import read_list, read_reversed, read_whole, read_yes
from surveys.carrying.found import (
    Found,
    FoundComment,
    FoundItem,
    FoundOption,
    FoundScale,
    FoundSection,
    Left,
    Text,
    check_items,
    check_rows,
    join_texts,
)
from surveys.carrying.languages import read_language
from surveys.carrying.xlsform.columns import Sheet
from surveys.errors import Problem, SurveyError
from surveys.tables import Row, read_tables

SURVEY = "survey"
MOST_ROWS = {SURVEY: 5_000, "choices": 65_000, "settings": 100}  # 250 questions, lists of 250 options
SELECT_ONE = re.compile(r"(?:select[ _]one|select1|single[ _]select)\s+(\S+)(\s+or[ _]other)?", re.IGNORECASE)
REFERENCE = re.compile(r"\$\{[^{}]*\}")

# What a row can say that a questionnaire of ours has no place for.
LEFT_CELLS = {
    "relevant": "carry.condition",
    "constraint": "carry.rule",
    "calculation": "carry.calculation",
    "default": "carry.default",
    "choice_filter": "carry.choice_filter",
    "appearance": "carry.appearance",
    "parameters": "carry.parameters",
    "trigger": "carry.calculation",
    "readonly": "carry.read_only",
    "read_only": "carry.read_only",
    "repeat_count": "carry.repeat",
}
KNOWN = {
    SURVEY: {"type", "name", "label", "hint", "required", *LEFT_CELLS},
    "choices": {"list_name", "name", "label"},
    "settings": {"form_title", "form_id", "default_language", "version"},
}


def read_xlsform(content: bytes, *, filename: str | None = None) -> Found:
    """The questionnaire as it stands in the workbook.

    Raises SurveyError(`table.invalid`) for a workbook that cannot be read, `carry.invalid` for one that is no XLSForm.
    """
    tables = read_tables(content, MOST_ROWS, filename=filename)
    for name, table in tables.items():
        check_rows(table.sheet, len(table.rows), MOST_ROWS[name])
    left = Left()
    sheets = {name: Sheet(table, left) for name, table in tables.items()}
    if SURVEY not in sheets:
        raise SurveyError("carry.invalid", "invalid", [Problem("carry.no_survey_sheet", sheet=SURVEY)])
    found = Found(_languages(sheets), left)
    _note_columns(sheets, left)
    if "settings" in sheets:
        _read_settings(sheets["settings"], found)
    scales = _read_choices(sheets["choices"]) if "choices" in sheets else {}
    _Survey(sheets[SURVEY], scales, found).read()
    return found


def _languages(sheets: dict[str, Sheet]) -> list[str]:
    """The default language first; headings without a language speak the default one."""
    settings, survey = sheets.get("settings"), sheets[SURVEY]
    default = read_language(settings.cell(settings.rows[0], "default_language")) if settings and settings.rows else None
    spoken = list(dict.fromkeys([*survey.languages, *(sheets["choices"].languages if "choices" in sheets else ())]))
    plain = default or (survey.guess() if survey.speaks_plainly() or not spoken else spoken[0])
    for sheet in sheets.values():
        sheet.plain_language = plain
    first = [plain] if plain in spoken or survey.speaks_plainly() or not spoken else []
    return list(dict.fromkeys([*first, *spoken]))


def _note_columns(sheets: dict[str, Sheet], left: Left) -> None:
    """Columns that hold something and mean nothing here, each once."""
    for name, sheet in sheets.items():
        for column in sheet.columns:
            if column.base in KNOWN[name] or column.base.startswith("renke_"):
                continue
            row = next((row for row in sheet.rows if row.cells[column.position]), None)
            if row is not None:
                left.add("carry.column", sheet.place(row, column.base), row.cells[column.position])


def _read_settings(sheet: Sheet, found: Found) -> None:
    if not sheet.rows:
        return
    row = sheet.rows[0]
    found.name = sheet.cell(row, "form_id")
    ours = sheet.text(row, "renke_title")
    given = sheet.cell(row, "form_title")
    found.title = _title(given, ours, found.languages)
    if given and any(ours.get(each) is None for each in found.languages[1:]):
        found.left.add("carry.title_copied", sheet.place(row, "form_title"), given)
    found.minutes = read_whole(sheet.cell(row, "renke_minutes"), sheet.place(row, "renke_minutes"), found.left)
    found.groups = read_list(sheet.cell(row, "renke_groups"))
    found.stages = read_list(sheet.cell(row, "renke_stages"))
    found.grades = sheet.text(row, "renke_grades")


def _title(given: str, ours: Text, languages: list[str]) -> Text:
    """A form has one title; those in other languages stand in our own columns."""
    if not given:
        return ours
    return {each: given if place == 0 else ours.get(each, given) for place, each in enumerate(languages)}


def _read_choices(sheet: Sheet) -> dict[str, FoundScale]:
    scales: dict[str, FoundScale] = {}
    for row in sheet.rows:
        name = sheet.cell(row, "list_name")
        ours = sheet.cell(row, "renke_scale")
        scale = scales.setdefault(name, FoundScale(ours or name, [], sheet.place(row, "list_name"), bool(ours)))
        mark = sheet.cell(row, "renke_dont_know")
        unknown = read_yes(mark, sheet.place(row, "renke_dont_know"), sheet.left, blank=False) if mark else None
        place = sheet.place(row, "name")
        scale.options.append(FoundOption(sheet.cell(row, "name"), sheet.text(row, "label"), unknown, place))
    return scales


class _Survey:
    """Row by row through the sheet: groups are sections, questions with one answer are items."""

    def __init__(self, sheet: Sheet, scales: dict[str, FoundScale], found: Found) -> None:
        self._sheet = sheet
        self._scales = scales
        self._found = found
        self._left = found.left
        self._open: list[FoundSection] = []
        self._texts: list[FoundComment] = []
        self._last_is_text = False
        self._used: set[str] = set()

    def read(self) -> None:
        kinds = (self._sheet.cell(row, "type").strip() for row in self._sheet.rows)
        check_items(sum(SELECT_ONE.fullmatch(each) is not None for each in kinds))
        for row in self._sheet.rows:
            self._read_row(row)
        said = [each for each in self._texts if each.limit is not None]
        self._found.choose_comment(self._texts, last=self._last_is_text or bool(said))
        for name, scale in self._scales.items():
            if name not in self._used:
                self._left.add("carry.list_unused", scale.place, name)

    def _read_row(self, row: Row) -> None:
        given = self._sheet.cell(row, "type")
        kind = " ".join(given.casefold().replace("_", " ").split())
        self._note_cells(row)
        select = SELECT_ONE.fullmatch(given.strip())
        if select:
            self._read_item(row, select[1], other=bool(select[2]))
        elif kind in ("begin group", "begin repeat"):
            self._begin(row, repeated=kind == "begin repeat")
        elif kind in ("end group", "end repeat"):
            del self._open[-1:]
        elif kind == "note":
            self._read_note(row)
        elif kind == "text":
            self._read_text(row)
        else:
            self._left.add("carry.type" if given else "carry.no_type", self._sheet.place(row, "type"), given or None)

    def _note_cells(self, row: Row) -> None:
        for base, code in LEFT_CELLS.items():
            value = self._sheet.cell(row, base)
            if value:
                self._left.add(code, self._sheet.place(row, base), value, question=self._name(row))
        for base in ("label", "hint"):
            for words in self._sheet.text(row, base).values():
                for reference in REFERENCE.findall(words):
                    self._left.add("carry.reference", self._sheet.place(row, base), reference)

    def _name(self, row: Row) -> str:
        return self._sheet.cell(row, "renke_id") or self._sheet.cell(row, "name")

    def _begin(self, row: Row, *, repeated: bool) -> None:
        if repeated:
            self._left.add("carry.repeat", self._sheet.place(row, "type"), self._name(row))
        if self._open:
            self._left.add("carry.nested", self._sheet.place(row, "type"), self._name(row))
        place = self._sheet.place(row, "name")
        self._open.append(FoundSection(self._name(row), self._sheet.text(row, "label"), place))

    def _section(self) -> FoundSection:
        """Where the next item goes; after a group within a group its outer one goes on as one more section."""
        sections = self._found.sections
        if not self._open:
            self._open_nothing()
        section = self._open[-1] if self._open else sections[-1]
        if section in sections and sections[-1] is not section:
            section = FoundSection(section.id, section.title, section.place)
            if self._open:
                self._open[-1] = section
        if section not in sections:
            sections.append(section)
        return section

    def _open_nothing(self) -> None:
        """Questions outside all groups are a section of their own."""
        sections = self._found.sections
        if not sections or sections[-1].id:
            sections.append(FoundSection("", {}))

    def _read_item(self, row: Row, name: str, *, other: bool) -> None:
        self._last_is_text = False
        scale = self._scales.get(name)
        self._used.add(name)
        if other:
            self._left.add("carry.other", self._sheet.place(row, "type"), self._name(row))
        if scale is None:
            self._left.add("carry.list_unknown", self._sheet.place(row, "type"), name)
            return
        sheet, place = self._sheet, self._sheet.place(row, "name")
        required = read_yes(sheet.cell(row, "required"), sheet.place(row, "required"), self._left, blank=False)
        direction = sheet.cell(row, "renke_direction")
        item = FoundItem(
            id=self._name(row),
            text=sheet.text(row, "label"),
            scale=scale,
            place=place,
            note=sheet.text(row, "hint"),
            role=sheet.cell(row, "renke_role"),
            dimension=sheet.cell(row, "renke_dimension"),
            reversed=read_reversed(direction, sheet.place(row, "renke_direction"), self._left),
            required=required,
        )
        self._section().items.append(item)

    def _read_note(self, row: Row) -> None:
        if self._found.sections or self._texts:
            self._left.add("carry.note", self._sheet.place(row, "label"), self._name(row))
            return
        self._found.introduction = join_texts(self._found.introduction, self._sheet.text(row, "label"))

    def _read_text(self, row: Row) -> None:
        self._last_is_text = True
        sheet = self._sheet
        limit = read_whole(sheet.cell(row, "renke_limit"), sheet.place(row, "renke_limit"), self._left)
        place = sheet.place(row, "type")
        self._texts.append(
            FoundComment(self._name(row), sheet.text(row, "label"), sheet.text(row, "hint"), place, limit)
        )
