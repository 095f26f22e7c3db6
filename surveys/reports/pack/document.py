"""A report as a sequence of blocks in words: what Word, PDF and Excel are made of, so that none says anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Form = Literal["text", "points", "rate", "count"]


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; where it is a number, that too, from 0 to 1 where it is a rate.

    `decimals` are its own where they are not those of its column.
    """

    text: str
    value: float | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Column:
    """`form` is what its numbers are, `decimals` how they are printed, `width` its share of the table's."""

    head: str
    form: Form = "text"
    decimals: int = 0
    width: float = 1.0


@dataclass(frozen=True)
class Heading:
    """Level 1 to 3; sections carry their Chinese or Roman numbers in the text, as official documents do."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """`tone` is "lead" for a sentence that stands out, "note" for small print, "plain" for the rest."""

    text: str
    tone: Literal["plain", "lead", "note"] = "plain"


@dataclass(frozen=True)
class Points:
    """A list of points."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`name` is that of its sheet in a workbook; `caption` stands above it; `note` below."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Dot:
    """One row of a chart. `strong` is the county among its parts, `below` all under the threshold.

    `bound` is "above" or "below" where `value` is only a limit.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    shown: str
    strong: bool = False
    below: bool = False
    bound: str = ""


@dataclass(frozen=True)
class Chart:
    """Dots with intervals on one scale, with the threshold as a line; `alt` says it to whoever cannot see it.

    `crowd` names all dots that are not strong together: these are drawn close to one another, and none has its label.
    """

    caption: str
    alt: str
    dots: tuple[Dot, ...]
    threshold: float
    line: str
    least: float
    most: float = 100.0
    crowd: str = ""


@dataclass(frozen=True)
class Verbatim:
    """A text as it is, line by line."""

    text: str


@dataclass(frozen=True)
class Seal:
    """How this report is verified: what the code says, and the same to be typed."""

    address: str
    serial: str
    words: tuple[str, ...]


Block = Heading | Paragraph | Points | Table | Chart | Verbatim | Seal


@dataclass(frozen=True)
class Document:
    """One report. `marks` stand on every page, `facts` under the title; `brief` has neither contents nor a cover."""

    language: str
    title: str
    subtitle: str
    marks: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    made_at: datetime
    foot: str
    blocks: tuple[Block, ...] = field(repr=False)
    table_word: str
    chart_word: str
    contents: str = ""
    brief: bool = False
    author: str = ""

    def numbered(self) -> Iterator[tuple[Block, str]]:
        """Each block with what stands before its caption: tables and charts are counted apart."""
        tables = charts = 0
        for block in self.blocks:
            tables += isinstance(block, Table)
            charts += isinstance(block, Chart)
            if isinstance(block, Table):
                yield block, f"{self.table_word} {tables}"
            else:
                yield block, f"{self.chart_word} {charts}" if isinstance(block, Chart) else ""

    def tables(self) -> Iterator[Table]:
        """Those of a workbook, in their order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def headings(self) -> Sequence[Heading]:
        return [block for block in self.blocks if isinstance(block, Heading)]
