"""What stands in a table of the bench, and how numbers are written there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.bench.wording import p_words, told
from app.numbers import MINUS, fixed
from surveys.bench import Result

Plain = Mapping[str, Any]
HIDDEN, NOTHING = "•", "—"


@dataclass(frozen=True)
class Cell:
    """What stands in a table: as it is printed, as a number for files, a smaller line below, how dark it is."""

    text: str
    value: float | str | None = None
    below: str = ""
    shade: int = 0
    number: bool = True


@dataclass(frozen=True)
class Sheet:
    """One table. `chief` ones are read first, others are the numbers behind them; `lines` stand below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[str, ...] = ()
    chief: bool = True
    chart: Mapping[str, Any] | None = None
    texts: int = 1  # columns of text at the left
    total: bool = False  # whether the last row sums up the others
    about: str = ""
    seen: str = ""  # what its colours say, for doors that show them
    reading: str = ""  # what it says, in plain words


def words(text: str) -> Cell:
    return Cell(text, text, number=False)


def people(n: float | None, result: Result) -> Cell:
    return Cell(told(n, result), n)


def points(value: float | None, result: Result) -> Cell:
    """Percent or points, with as many decimals as a reader may see."""
    if value is None:
        return Cell(NOTHING)
    text = fixed(value, 1) if result.right else f"{value + 0:g}"
    return Cell(text.replace("-", MINUS), value)


def figure(value: float | None, decimals: int = 2) -> Cell:
    return Cell(NOTHING if value is None else fixed(value, decimals).replace("-", MINUS), value)


def probability(p: float | None) -> Cell:
    return Cell(p_words(p).removeprefix("p = ").removeprefix("p "), p)


def between(row: Plain, result: Result) -> str:
    if row["low"] is None:
        return ""
    return f"{points(row['low'], result).text} – {points(row['high'], result).text}"
