"""The empty frame file that officers download and fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import xlsxwriter

from surveys.frames.columns import COLUMNS, LOCALITY_WORDS, STAGE_WORDS, Column

Language = Literal["zh-CN", "en"]
ROWS = 2_000  # rows of the sheet that have lists to choose from
MADE = datetime(2020, 1, 1)  # noqa: DTZ001  the same template is the same bytes; XlsxWriter takes no zone

SHEETS: Mapping[str, tuple[str, str]] = {"zh-CN": ("抽样框", "填写说明"), "en": ("Frame", "Notes")}

# Two schools that nobody can import by mistake: their codes and names say that they are examples.
EXAMPLE_NUMBERS = (("860", "48", "560", "820", "46", "2"), ("410", "35", "300", "390", "33", "2"))
EXAMPLE_WORDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "zh-CN": (
        ("示例1", "示例：第一小学（导入前请删除本行）", "城关镇", "小学", "城区"),
        ("示例2", "示例：某某九年一贯制学校（导入前请删除本行）", "", "九年一贯制", "乡村"),
    ),
    "en": (
        ("Example 1", "Example: First Primary School (delete this row)", "Town A", "primary", "urban"),
        ("Example 2", "Example: a nine-year school (delete this row)", "", "nine_year", "rural"),
    ),
}
COUNTY_ROW: Mapping[str, str] = {"zh-CN": "全县", "en": "county"}

NOTES: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {
        "code": "学校的唯一代码，字母、数字、点、横线，最多 32 个字符；全县一行写“全县”",
        "name": "学校全称，最多 100 个字符",
        "township": "可不填；新名称会自动建立乡镇街道",
        "stage": "从列表中选择",
        "locality": "从列表中选择",
        "pupils": "在校学生总数",
        "teachers": "专任教师总数",
        "student": "符合受访条件的学生数（如三年级及以上），不大于学生数",
        "parent": "受访学生的家长数",
        "teacher": "可以受访的教师数，不大于教师数",
        "principal": "正副校长数",
        "npc_deputy": "只填在“全县”一行",
        "cppcc_member": "只填在“全县”一行",
        "public": "只填在“全县”一行",
    },
    "en": {
        "code": "The school's own code: letters, digits, dots, hyphens, at most 32; the county's row says county",
        "name": "The school's full name, at most 100 characters",
        "township": "May be left blank; a new name adds a township",
        "stage": "Choose from the list",
        "locality": "Choose from the list",
        "pupils": "All pupils of the school",
        "teachers": "All teachers of the school",
        "student": "Pupils who may be asked (from grade 3, say), not more than pupils",
        "parent": "Parents of the pupils who may be asked",
        "teacher": "Teachers who may be asked, not more than teachers",
        "principal": "Principals and vice-principals",
        "npc_deputy": "Only in the county's row",
        "cppcc_member": "Only in the county's row",
        "public": "Only in the county's row",
    },
}


def frame_template(format: Literal["xlsx", "csv"], language: Language = "zh-CN") -> bytes:
    """A file with the header, two rows marked as examples (an import refuses them), and the county's row to fill in."""
    return _workbook(language) if format == "xlsx" else _plain(language)


def _header(column: Column, language: Language) -> str:
    return column.words[0] if language == "zh-CN" else column.key


def _examples(language: Language) -> list[tuple[str, ...]]:
    return [(*words, *numbers) for words, numbers in zip(EXAMPLE_WORDS[language], EXAMPLE_NUMBERS, strict=True)]


def _lines(language: Language) -> list[tuple[str, ...]]:
    header = tuple(_header(column, language) for column in COLUMNS)
    return [header, *_examples(language), (COUNTY_ROW[language],)]


def _plain(language: Language) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows((*line, *[""] * (len(COLUMNS) - len(line))) for line in _lines(language))
    return text.getvalue().encode("utf-8-sig")  # with the mark, or Excel shows the Chinese as rubbish


def _workbook(language: Language) -> bytes:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    workbook.set_properties({"created": MADE})
    _write_frame(workbook, language)
    _write_notes(workbook, language)
    workbook.close()
    return content.getvalue()


def _write_frame(workbook: xlsxwriter.Workbook, language: Language) -> None:
    sheet = workbook.add_worksheet(SHEETS[language][0])
    text, bold = workbook.add_format({"num_format": "@"}), workbook.add_format({"bold": True, "bottom": 1})
    grey = workbook.add_format({"italic": True, "font_color": "#767676"})
    header, *lines = _lines(language)
    sheet.write_row(0, 0, header, bold)
    for row, line in enumerate(lines, start=1):
        for position, cell in enumerate(line):
            value = int(cell) if cell.isdigit() else cell
            sheet.write(row, position, value, grey if line in _examples(language) else None)
    sheet.freeze_panes(1, 2)
    for position, column in enumerate(COLUMNS):
        # Codes are text, or a spreadsheet turns 0012 into 12 and long ones into 3.7E+11.
        sheet.set_column(position, position, 30 if column.key == "name" else 13, text if column.key == "code" else None)
        if rule := _rule(column, language):
            sheet.data_validation(1, position, ROWS, position, rule)


def _rule(column: Column, language: Language) -> dict[str, object] | None:
    words = {"stage": STAGE_WORDS, "locality": LOCALITY_WORDS}.get(column.key)
    if words:
        source = [known[0] for known in words.values()] if language == "zh-CN" else list(words)
        return {"validate": "list", "source": source}
    if column.most:
        return {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": column.most}
    return None


def _write_notes(workbook: xlsxwriter.Workbook, language: Language) -> None:
    sheet = workbook.add_worksheet(SHEETS[language][1])
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    for row, column in enumerate(COLUMNS):
        sheet.write_row(row, 0, (_header(column, language), NOTES[language][column.key]))
