"""XLSX: the data, and beside it what each variable and code means. Nothing in it is a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from surveys.errors import SurveyError
from surveys.exports.extract import Column, Extract, label_in
from surveys.exports.model import Variable

MOST_ROWS, MOST_COLUMNS = 1_048_575, 16_384  # of a sheet, below its head
LONGEST_CELL = 32_767
SHEETS = {
    "zh-CN": ("数据", "变量", "选项", "说明"),
    "en": ("data", "variables", "values", "about"),
}
HEADS = {
    "zh-CN": (
        ("变量", "标签", "题目编号", "类型", "作用", "维度", "方向", "调查对象", "问卷版本", "题目原文"),
        ("变量", "代码", "含义", "缺失"),
    ),
    "en": (
        ("variable", "label", "item", "kind", "role", "dimension", "direction", "groups", "versions", "question"),
        ("variable", "code", "meaning", "missing"),
    ),
}  # fmt: skip
MOMENT = datetime(1980, 1, 1, tzinfo=UTC)  # said to be the time of making: the same data are the same bytes
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}


def write_xlsx(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """Four sheets. Raises SurveyError(`export.too_large`) where a sheet does not hold them all."""
    if extract.rows > MOST_ROWS or len(extract.variables) > MOST_COLUMNS:
        raise SurveyError("export.too_large", "invalid", rows=extract.rows, most=MOST_ROWS)
    spoken = language if language in SHEETS else "en"
    data, variables, values, about = SHEETS[spoken]
    with Workbook(path, SAFE) as book:
        book.set_properties({"created": MOMENT})
        _write_data(book.add_worksheet(data), extract, progress)
        _write_rows(book.add_worksheet(variables), HEADS[spoken][0], _variables(extract, language))
        _write_rows(book.add_worksheet(values), HEADS[spoken][1], _values(extract, language))
        _write_rows(book.add_worksheet(about), (), extract.facts.items())


def _write_data(sheet: Worksheet, extract: Extract, progress: Callable[[int], None]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, [each.name for each in extract.variables])
    line = 1
    for columns in extract.stretches():
        for cells in zip(*(_cells(column) for column in columns.values()), strict=True):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(line, place, cell[:LONGEST_CELL])
                elif cell is not None:
                    sheet.write_number(line, place, cell)
            line += 1
        progress(next(iter(columns.values())).size)


def _cells(column: Column) -> list[Any]:
    """As Python has them; None for what is empty."""
    if column.dtype.kind != "f":
        return list(column.tolist())
    return [None if empty else value for value, empty in zip(column.tolist(), np.isnan(column).tolist(), strict=True)]


def _write_rows(sheet: Worksheet, head: Sequence[str], rows: Iterator[Sequence[Any]] | Any) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 60)
    for line, row in enumerate([head, *rows] if head else rows):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell)
            elif cell:
                sheet.write_string(line, place, str(cell)[:LONGEST_CELL])


def _variables(extract: Extract, language: str) -> Iterator[Sequence[Any]]:
    for each in extract.variables:
        universe = each.universe
        yield (
            each.name,
            label_in(each.label, language),
            each.item,
            each.kind,
            each.role,
            each.dimension,
            each.direction if each.item else None,
            ", ".join(universe.groups) if universe else None,
            ", ".join(universe.versions) if universe else None,
            _questions(each, language),
        )


def _questions(variable: Variable, language: str) -> str:
    """The question as it was put; each wording once."""
    return "\n".join(dict.fromkeys(label_in(each.text, language) for each in variable.wordings))


def _values(extract: Extract, language: str) -> Iterator[Sequence[Any]]:
    for each in extract.variables:
        for value in each.values:
            yield each.name, value.code, label_in(value.label, language), value.reason
