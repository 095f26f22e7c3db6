"""A result as a file: exactly what is shown, with the sentence that says how it was made inside."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.bench.cells import Cell, Sheet
from app.bench.sheets import lay_out
from app.bench.wording import KINDS, method_sentence, notice_lines
from app.i18n import LANGUAGES
from app.spreadsheets import Cell as Written
from app.spreadsheets import write_csv
from app.words import word
from surveys.bench import Result

NARROWEST, WIDEST = 9, 48  # signs
SETTINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
SETTLED = 6  # decimals kept: without the noise of binary arithmetic


@dataclass(frozen=True)
class File:
    """A file, with the name that it is offered by."""

    name: str
    content: bytes
    mimetype: str


def plain(result: Result) -> dict[str, Any]:
    """A result as JSON, with its sentence in every language of the interface."""
    sentences = {}
    for language, locale in LANGUAGES.items():
        with force_locale(locale):
            sentences[language] = method_sentence(result)
    return {"method": sentences, **result.plain()}


def make_file(result: Result, format: str) -> File:
    """The file in one of FORMATS."""
    content, mimetype = FORMATS[format](result)
    mark = "-simulated" if result.simulated else ""
    name = f"{result.campaign}-{result.request.kind}-{result.evaluation}{mark}.{format}"
    return File(name, content, mimetype)


def title(result: Result) -> str:
    return str(_("%(kind)s：%(name)s", kind=word(KINDS, result.request.kind), name=result.campaign))


def facts(result: Result) -> list[tuple[str, str]]:
    """What goes with the tables: how they were made, and what must be known of them."""
    return [(str(_("方法")), method_sentence(result)), *((str(_("须知")), line) for line in notice_lines(result))]


def _json(result: Result) -> tuple[bytes, str]:
    text = json.dumps(plain(result), ensure_ascii=False, indent=2, allow_nan=False)
    return text.encode() + b"\n", "application/json"


def _csv(result: Result) -> tuple[bytes, str]:
    """One table below another, each under its title."""
    return write_csv([title(result)], _lines(result)), "text/csv"


def _lines(result: Result) -> Iterator[Sequence[Written]]:
    yield from facts(result)
    for sheet in lay_out(result):
        yield ()
        yield (sheet.title,)
        yield sheet.heads
        for row in sheet.rows:
            yield [_written(cell) for cell in row]
        for line in filter(None, (sheet.reading, *sheet.lines)):
            yield (line,)


def _written(cell: Cell) -> Written:
    """The number behind what is printed, or the text where there is none."""
    return (
        round(cell.value, SETTLED) if isinstance(cell.value, float) else cell.text if cell.value is None else cell.value
    )


def _xlsx(result: Result) -> tuple[bytes, str]:
    """A sheet for each table, after one that says what they are."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, SETTINGS)
    bold, wrapped = (
        book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    cover = book.add_worksheet(str(_("说明")))
    cover.set_column(0, 0, 12)
    cover.set_column(1, 1, 100)
    cover.write_string(0, 0, title(result), book.add_format({"bold": True, "font_size": 14}))
    for row, (head, text) in enumerate(facts(result), 1):
        cover.write_string(row, 0, head, bold)
        cover.write_string(row, 1, text, wrapped)
    for number, sheet in enumerate(lay_out(result), 1):
        _write_sheet(book.add_worksheet(f"{number}"), sheet, bold, wrapped)
    book.close()
    return file.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _write_sheet(page: Any, sheet: Sheet, bold: Any, wrapped: Any) -> None:
    page.write_string(0, 0, sheet.title, bold)
    for place, head in enumerate(sheet.heads):
        page.write_string(1, place, head, bold)
        texts = [head, *(row[place].text for row in sheet.rows)]
        page.set_column(place, place, min(WIDEST, max(NARROWEST, *(_wide(text) for text in texts))))
    for number, row in enumerate(sheet.rows, 2):
        for place, cell in enumerate(row):
            if isinstance(cell.value, int | float):
                page.write_number(number, place, round(cell.value, SETTLED))
            else:
                page.write_string(number, place, cell.text, wrapped)
    lines = [line for line in (sheet.reading, *sheet.lines) if line]
    for number, line in enumerate(lines, len(sheet.rows) + 3):
        page.write_string(number, 0, line)
    page.freeze_panes(2, sheet.texts)


def _wide(text: str) -> int:
    return 2 + sum(2 if sign > "\u2e7f" else 1 for sign in text)


FORMATS: Mapping[str, Callable[[Result], tuple[bytes, str]]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
