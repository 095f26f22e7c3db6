"""A table as it was handed in: text cells under a header, each row with the number the reader's program shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """`number` counts from 1 in the file, the header and blank rows included; one cell for each name of the header."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Table:
    """`sheet` is the name of the worksheet that was used, None for CSV."""

    sheet: str | None
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> Iterator[str]:
        """The cells under `name`, from the top."""
        position = self.header.index(name)
        return (row.cells[position] for row in self.rows)


@dataclass(frozen=True)
class Grid:
    """What a file holds before anything is known of its header: the rows that are not blank, by their number."""

    sheet: str | None
    rows: Sequence[Row]


class Pool:
    """One object for all cells that say the same: the answers of 100,000 people are a few dozen different texts."""

    MOST = 50_000  # texts that are remembered; what comes later is rare or unique

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def one(self, text: str) -> str:
        kept = self._kept.get(text)
        if kept is not None:
            return kept
        if len(self._kept) < self.MOST:
            self._kept[text] = text
        return text


def letters(position: int) -> str:
    """The name that spreadsheet programs give the column at `position` (from 0): A, B, … Z, AA."""
    name = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        name = chr(ord("A") + rest) + name
        position -= 1
    return name
