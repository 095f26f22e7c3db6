"""XLSX to rows of text: the first visible sheet that holds anything, as long as it says what it shows."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any, TypeVar

from openpyxl import Workbook, load_workbook

from surveys.tables.findings import Findings
from surveys.tables.limits import LARGEST_UNZIPPED, Budget
from surveys.tables.model import Grid, Pool, Row, letters

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z$]+)([0-9$]+)(:[A-Z0-9$]+)?"')
PIECE = 1 << 20  # bytes of a sheet that are searched at a time
LONGEST_MERGE = 200  # bytes that one <mergeCell …/> may have
HALF_A_SECOND = timedelta(milliseconds=500)
EXACT = 10**15  # up to here a floating point number holds every whole number

Found = TypeVar("Found")


def read_workbook(content: bytes, findings: Findings) -> Grid | None:
    """The rows of a workbook; None, with what is wrong in `findings`, when it cannot be used."""
    return _open(content, findings, lambda workbook: _read(workbook, findings))


def read_sheets(content: bytes, findings: Findings, wanted: Collection[str]) -> dict[str, Grid]:
    """The visible sheets that have one of the `wanted` names, in small letters."""
    return _open(content, findings, lambda workbook: _read_named(workbook, findings, wanted)) or {}


def sheet_names(content: bytes, findings: Findings) -> tuple[str, ...]:
    """The names of the visible sheets, as they are written."""
    return _open(content, findings, lambda book: tuple(str(each.title) for each in _visible_sheets(book))) or ()


def unzipped_size(content: bytes) -> int:
    """What the archive says; the zip module never unpacks more of a part than this."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _open(content: bytes, findings: Findings, use: Callable[[Workbook], Found]) -> Found | None:
    unzipped = unzipped_size(content)
    if unzipped > LARGEST_UNZIPPED:
        findings.add("table.too_large_unzipped", params={"limit": LARGEST_UNZIPPED, "found": unzipped})
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of ornaments that it does not keep
            workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                return use(workbook)
            finally:
                workbook.close()
    except Exception:
        # A broken workbook makes the library fail in a dozen ways (zip, XML, numbers, missing parts).
        findings.add("table.damaged")
        return None


def _read(workbook: Workbook, findings: Findings) -> Grid:
    for sheet in _visible_sheets(workbook):
        grid = _read_sheet(workbook, sheet, findings)
        if grid.rows or findings:
            return grid
    findings.sheet = None
    return Grid(None, [])


def _read_named(workbook: Workbook, findings: Findings, wanted: Collection[str]) -> dict[str, Grid]:
    found = {}
    for sheet in _visible_sheets(workbook):
        name = str(sheet.title).strip().casefold()
        if name in wanted:
            found[name] = _read_sheet(workbook, sheet, findings)
    findings.sheet = None
    return found


def _read_sheet(workbook: Workbook, sheet: Any, findings: Findings) -> Grid:
    findings.sheet = sheet.title
    rows = list(_rows(sheet, Budget(findings)))
    if rows or findings:
        _refuse_merged(workbook, sheet, findings)
        _refuse_formulas(sheet, rows, findings)
    return Grid(sheet.title, rows)


def _visible_sheets(workbook: Workbook) -> Iterator[Any]:
    for sheet in workbook.worksheets:
        reader: Any = sheet  # the library's stubs do not know its reader for large files
        if reader.sheet_state == "visible":
            reader.reset_dimensions()  # what the file says of its own size may be wrong, or a trap
            yield reader


def _rows(sheet: Any, budget: Budget) -> Iterator[Row]:
    one = Pool().one
    for number, found in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [one(spell_cell(value)) for value in found]
        blank = not any(cells)
        if not budget.covers(len(cells), blank=blank):
            return
        if not blank:
            yield Row(number, cells)


def spell_cell(value: object) -> str:
    """A cell as text: 12.0 as 12, moments as ISO 8601, everything else as it stands."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        value = (value + HALF_A_SECOND).replace(microsecond=0)  # a fraction of a day is rarely a whole second
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _clean(text: str) -> str:
    for mark in ("_x000D_", "\ufeff", "\u200b"):
        if mark in text:
            text = text.replace(mark, "")
    return text.strip()


def _refuse_merged(workbook: Workbook, sheet: Any, findings: Findings) -> None:
    """Merged ranges stand after the cells; the library's reader for large files does not report them."""
    archive: zipfile.ZipFile = workbook._archive  # type: ignore[attr-defined]
    with archive.open(sheet._worksheet_path) as part:
        for row, column, rest in sorted(_merged(part)):
            findings.add("table.merged", row=row, column=column, value=f"{column}{row}{rest}")


def _merged(part: IO[bytes]) -> Iterator[tuple[int, str, str]]:
    """Row, column and rest (`:B2`) of each merged range, read in pieces because a sheet may be very large."""
    held = b""
    while piece := part.read(PIECE):
        held += piece
        end = len(held) - LONGEST_MERGE
        for found in MERGED.finditer(held):
            column, row, rest = ((each or b"").decode().replace("$", "") for each in found.groups())
            yield int(row), column, rest
            end = max(end, found.end())
        held = held[max(end, 0) :]


def _refuse_formulas(sheet: Any, rows: list[Row], findings: Findings) -> None:
    """Name every formula and error value. Text may look like them, so the sheet is read again with types."""
    if not any(cell[:1] in "=#<" for row in rows for cell in row.cells if cell):
        return
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        for position, cell in enumerate(cells):
            column = letters(position)
            if cell.data_type == "f":
                findings.add("table.formula", row=number, column=column, value=f"{column}{number}")
            elif cell.data_type == "e" and cell.value is not None:
                findings.add("table.cell_error", row=number, column=column, value=str(cell.value))
        if number > rows[-1].number:
            return
