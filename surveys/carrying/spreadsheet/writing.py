"""A questionnaire of ours as a plain spreadsheet: everything it says, in rows that people can read and change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Literal

import xlsxwriter

from surveys.carrying.cells import write_list
from surveys.carrying.spreadsheet.headings import DONT_KNOW, Language, write_heading, write_row
from surveys.carrying.spreadsheet.quoting import quote
from surveys.instruments.model import Instrument, Item, Scale, Text

YES: dict[Language, tuple[str, str]] = {"zh-CN": ("是", "否"), "en": ("yes", "no")}
SHEET: dict[Language, str] = {"zh-CN": "问卷", "en": "questionnaire"}
WIDE, NARROW = 46, 16
Cells = dict[str, str]


def write_spreadsheet(instrument: Instrument, *, file: Literal["xlsx", "csv"], language: Language) -> bytes:
    """The sheet as a workbook or as CSV, its headings in `language`."""
    spoken, packed = instrument.languages, False
    return write_rows(list(rows_of(instrument, language)), spoken, file=file, language=language, packed=packed)


def write_rows(
    rows: Sequence[Cells], spoken: Sequence[str], *, file: Literal["xlsx", "csv"], language: Language, packed: bool
) -> bytes:
    """Rows under their headings; `packed` adds the column that holds the options of one question."""
    headings = headings_of(spoken, language, packed=packed)
    table = [list(headings.values()), *([row.get(key, "") for key in headings] for row in rows)]
    return _as_csv(table) if file == "csv" else _as_workbook(table, SHEET[language])


def headings_of(spoken: Sequence[str], language: Language, *, packed: bool) -> dict[str, str]:
    """Key of a cell -> its heading; texts have a column in each language."""
    by_language = {
        base: {f"{base} {tag}": write_heading(base, language, tag) for tag in spoken}
        for base in ("text", "note", "options")
    }
    plain = {base: write_heading(base, language) for base in ("row", "id", "section", "scale")}
    rest = {base: write_heading(base, language) for base in ("dimension", "direction", "required", "value")}
    scale = plain.pop("scale")
    return (
        plain | by_language["text"] | by_language["note"] | {"scale": scale}
        | (by_language["options"] if packed else {}) | rest
    )  # fmt: skip


def rows_of(instrument: Instrument, language: Language) -> Iterator[Cells]:
    """What concerns the whole paper, then the options, then the sections with their questions."""
    for kind, value in _facts(instrument):
        yield _row(kind, language) | {"value": value}
    for kind, text in (("title", instrument.title), ("introduction", instrument.introduction)):
        yield _row(kind, language) | spread("text", text)
    if instrument.grades:
        yield _row("grades", language) | spread("text", instrument.grades)
    scales = {item.scale.name: item.scale for item in instrument.items}
    for scale in scales.values():
        yield from _options(scale, language)
    for section in instrument.sections:
        yield _row("section", language) | {"id": section.id} | spread("text", section.title)
        for item in section.items:
            yield _item(item, section.id, language)
    comment = instrument.comment
    if comment:
        texts = spread("text", comment.text) | spread("note", comment.note)
        yield _row("comment", language) | texts | {"value": str(comment.limit)}


def spread(base: str, text: Text) -> Cells:
    """A text over its columns."""
    return {f"{base} {tag}": words for tag, words in text.items()}


def _facts(instrument: Instrument) -> Iterator[tuple[str, str]]:
    yield "name", instrument.name
    yield "minutes", str(instrument.minutes)
    yield "groups", write_list(instrument.groups)
    if instrument.stages:
        yield "stages", write_list(instrument.stages)


def _row(kind: str, language: Language) -> Cells:
    return {"row": write_row(kind, language)}


def _options(scale: Scale, language: Language) -> Iterator[Cells]:
    for option in scale.options:
        unknown = DONT_KNOW[language] if option.code in scale.dont_know else ""
        cells = {"id": str(option.code), "scale": scale.name, "value": unknown}
        yield _row("option", language) | cells | spread("text", option.text)


def _item(item: Item, section: str, language: Language) -> Cells:
    cells = {"id": item.id, "section": section, "scale": item.scale.name, "dimension": item.dimension or ""}
    cells |= {"direction": "-1" if item.direction == -1 else "", "required": YES[language][not item.required]}
    return _row(item.role, language) | cells | spread("text", item.text) | spread("note", item.note or {})


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([quote(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def _as_workbook(table: Sequence[Sequence[str]], name: str) -> bytes:
    content = io.BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, **as_text})
    sheet = workbook.add_worksheet(name)
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    for column, heading in enumerate(table[0]):
        sheet.set_column(column, column, WIDE if heading.endswith(")") else NARROW)
    for number, row in enumerate(table):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell, wrapped if number else bold)
    sheet.freeze_panes(1, 1)
    workbook.close()
    return content.getvalue()
