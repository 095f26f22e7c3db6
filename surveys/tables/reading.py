"""From a file's bytes to a table with a header, or every reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from surveys.tables.findings import Findings
from surveys.tables.kinds import kind_of
from surveys.tables.limits import LARGEST_FILE, MOST_COLUMNS
from surveys.tables.model import Grid, Row, Table, letters
from surveys.tables.plain import read_plain
from surveys.tables.workbook import read_sheets, read_workbook


def read_table(content: bytes, *, filename: str | None = None) -> Table:
    """Read CSV (UTF-8, GB18030) or XLSX. Raises SurveyError(`table.invalid`) with every problem that was found.

    The first row that is not blank is the header. `filename` only names the file in the refusal.
    """
    findings = Findings()
    grid = _read_grid(content, findings)
    findings.refuse("table.invalid", filename=filename or "")
    table = _shape(grid, findings) if grid else None
    findings.refuse("table.invalid", filename=filename or "")
    assert table is not None
    return table


def read_tables(content: bytes, wanted: Collection[str], *, filename: str | None = None) -> dict[str, Table]:
    """The sheets of a workbook with these names, in small letters; empty ones are left out. Raises as `read_table`."""
    findings = Findings()
    grids = read_sheets(content, findings, wanted)
    findings.refuse("table.invalid", filename=filename or "")
    found: dict[str, Table] = {}
    for name, grid in grids.items():
        findings.sheet = grid.sheet
        table = _shape(grid, findings) if grid.rows else None
        if table is not None:
            found[name] = table
    findings.refuse("table.invalid", filename=filename or "")
    return found


def _read_grid(content: bytes, findings: Findings) -> Grid | None:
    if not content.strip():
        findings.add("table.empty_file")
    elif len(content) > LARGEST_FILE:
        findings.add("table.too_large", params={"limit": LARGEST_FILE, "found": len(content)})
    else:
        kind = kind_of(content)
        if kind == "text":
            return read_plain(content, findings)
        if kind == "xlsx":
            return read_workbook(content, findings)
        findings.add(f"table.{kind}")
    return None


def _shape(grid: Grid, findings: Findings) -> Table | None:
    """Split the header off, check it, and give every row one cell for each of its names."""
    if not grid.rows:
        findings.add("table.no_content")
        return None
    top, rows = grid.rows[0], grid.rows[1:]
    width = max(_width(row.cells) for row in grid.rows)
    if width > MOST_COLUMNS:
        findings.add("table.too_many_columns", row=top.number, params={"limit": MOST_COLUMNS, "found": width})
        return None
    names = _fit(top.cells, width)
    _check_header(names, top.number, findings)
    return Table(grid.sheet, names, tuple(Row(row.number, _fit(row.cells, width)) for row in rows))


def _check_header(names: Sequence[str], number: int, findings: Findings) -> None:
    """Every column that holds something has a name, and no two the same."""
    for position, name in enumerate(names):
        if not name:
            findings.add("table.header_missing", row=number, column=letters(position))
    for name, count in Counter(names).items():
        if name and count > 1:
            places = [letters(position) for position, each in enumerate(names) if each == name]
            findings.add("table.header_duplicate", row=number, column=name, params={"columns": ", ".join(places)})


def _width(cells: Sequence[str]) -> int:
    """The number of cells up to the last that is not blank."""
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return width


def _fit(cells: Sequence[str], width: int) -> tuple[str, ...]:
    missing = width - len(cells)
    return (*cells, *[""] * missing) if missing > 0 else tuple(cells[:width])
