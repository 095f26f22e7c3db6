"""The tables of a report as a workbook: a sheet for each, numbers as numbers, and a sheet that says what they are."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from surveys.reports.pack.document import Cell, Column, Document, Table

SETTLED = 6  # decimals kept: without the noise of binary arithmetic
NARROWEST, WIDEST = 9, 60  # characters
SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
BOLD: Mapping[str, Any] = {"bold": True, "bottom": 2, "text_wrap": True, "valign": "vcenter"}


def make_xlsx(document: Document, notes: Sequence[tuple[str, str]], *, notes_name: str) -> bytes:
    """Every table of the document, and the notes first. The same document gives the same bytes.

    Texts stay texts, whatever they begin with.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, SETTINGS)
    created = document.made_at.replace(tzinfo=None)
    book.set_properties(
        {"title": document.title, "author": document.author, "comments": document.foot, "created": created}
    )
    _notes(book, document, notes, notes_name)
    for table, label in document.numbered():
        if isinstance(table, Table):
            _sheet(book, document, table, label)
    book.close()
    return file.getvalue()


def _notes(book: Any, document: Document, notes: Sequence[tuple[str, str]], name: str) -> None:
    sheet = book.add_worksheet(name)
    wrapped, strong = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, document.title, book.add_format({"bold": True, "font_size": 14}))
    lines = [("", mark) for mark in document.marks] + [*document.facts, *notes]
    for row, (head, words) in enumerate(lines, 1):
        sheet.write_string(row, 0, head, strong)
        sheet.write_string(row, 1, words, wrapped)
    _page(sheet, document)


def _sheet(book: Any, document: Document, table: Table, label: str) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.write_string(0, 0, f"{label}　{table.caption}", book.add_format({"bold": True, "font_size": 12}))
    head, wrapped = book.add_format(BOLD), book.add_format({"text_wrap": True, "valign": "top"})
    formats = _Formats(book)
    for place, column in enumerate(table.columns):
        sheet.write_string(1, place, column.head, head)
        sheet.set_column(place, place, _width(table, place))
    for number, row in enumerate(table.rows, 2):
        for place, cell in enumerate(row):
            if cell.value is None or table.columns[place].form == "text":
                sheet.write_string(number, place, cell.text, wrapped)
            else:
                sheet.write_number(number, place, _settled(cell), formats.of(table.columns[place], cell))
    sheet.freeze_panes(2, 1)
    last = len(table.rows) + 1
    if table.rows:
        sheet.autofilter(1, 0, last, len(table.columns) - 1)
    if table.note:
        sheet.write_string(last + 2, 0, table.note)
    _page(sheet, document)


def _page(sheet: Any, document: Document) -> None:
    """As it is printed: the marks on every page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L{_plain(document.title)}&R{_plain('　'.join(document.marks))}")
    sheet.set_footer(f"&L{_plain(document.foot)}&R— &P —")


def _plain(text: str) -> str:
    return text.replace("&", "&&")[:110]


class _Formats:
    """One format for each way in which numbers are written."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[str, Any]()

    def of(self, column: Column, cell: Cell) -> Any:
        code = _number_format(column, column.decimals if cell.decimals is None else cell.decimals)
        if code not in self._made:
            self._made[code] = self._book.add_format({"num_format": code})
        return self._made[code]


def _number_format(column: Column, decimals: int) -> str:
    point = "." + "0" * decimals if decimals else ""
    return {"rate": f"0{point}%", "count": "#,##0", "points": f"0{point}"}.get(column.form, "@")


def _settled(cell: Cell) -> float:
    return round(float(cell.value or 0), SETTLED)


def _width(table: Table, place: int) -> float:
    texts = [table.columns[place].head, *(row[place].text for row in table.rows)]
    return min(WIDEST, max(NARROWEST, *(2 + sum(2 if sign > "\u2e7f" else 1 for sign in text) for text in texts)))
