"""What says that a row is the row of an earlier import, so that importing it again changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from surveys.imports.labels import fold
from surveys.imports.mapping import ImportMapping
from surveys.tables import Findings, Row, Table

MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class RowKeys:
    """One key a row.

    With key columns, their cells together with group and school. Without, the whole row as it was collected, in
    whatever order, format or file, and the how-manieth of its kind it is: people who answered alike all count.
    """

    def __init__(self, table: Table, mapping: ImportMapping) -> None:
        self._mapping = mapping
        self._columns = [table.header.index(name) for name in mapping.key]
        self._order = sorted(range(len(table.header)), key=lambda position: (fold(table.header[position]), position))
        self._start = "\x1f".join([mapping.source, *(fold(table.header[position]) for position in self._order)])
        self._moments = {position for position in self._order if _is_moments(table, position)}
        self._seen: Counter[str] = Counter()
        self._first: dict[str, int] = {}  # the row in which a key was met first

    def of(self, row: Row, group: str, school: str, findings: Findings) -> str | None:
        """The row's key; None, with the reason in the findings, where its cells are blank or were used before."""
        if not self._columns:
            return self._content_key(row.cells, group, school)
        cell = row.cells[self._columns[0]] if len(self._columns) == 1 else self._together(row.cells)
        key = "\x1f".join(("key", self._mapping.source, group, school, cell))
        columns = ", ".join(self._mapping.key)
        first = self._first.setdefault(key, row.number)
        if not cell:
            findings.add("import.key_blank", row=row.number, column=columns)
        elif first != row.number:
            findings.add("import.key_repeated", row=row.number, column=columns, params={"first": first})
        return key if cell and first == row.number else None

    def _together(self, cells: Sequence[str]) -> str:
        """What stands in several key columns; nothing where nothing does."""
        found = [_same_moment(cells[at]) if at in self._moments else cells[at] for at in self._columns]
        return "\x1f".join(found) if any(found) else ""

    def _content_key(self, cells: Sequence[str], group: str, school: str) -> str:
        content = [_same_moment(cells[at]) if at in self._moments else cells[at] for at in self._order]
        digest = hashlib.sha256("\x1f".join((self._start, group, school, *content)).encode()).hexdigest()
        self._seen[digest] += 1
        return f"row\x1f{digest}\x1f{self._seen[digest]}"


def _is_moments(table: Table, position: int) -> bool:
    """Whether a column holds times, which spreadsheets write in many ways."""
    first = next((row.cells[position] for row in table.rows if row.cells[position]), "")
    return MOMENT.fullmatch(first) is not None


def _same_moment(cell: str) -> str:
    """2024/9/9 8:05:00 and 2024-09-09 08:05 are one moment."""
    found = MOMENT.fullmatch(cell)
    return cell if found is None else ":".join(str(int(part or 0)) for part in found.groups())
