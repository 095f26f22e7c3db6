"""How far a campaign has come: the progress of the domain laid out as a table of schools and groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.campaigns import ProgressRow
from surveys.groups import GROUPS


@dataclass(frozen=True)
class Cell:
    """One group at one school, or a sum of such. `rate` is responses by people, None where nobody is counted."""

    population: int = 0
    issued: int = 0
    used: int = 0
    responses: int = 0

    @property
    def rate(self) -> float | None:
        return self.responses / self.population if self.population else None

    @property
    def overfull(self) -> bool:
        """More responses than people: the frame is wrong, or somebody answers more than once."""
        return self.responses > self.population


@dataclass(frozen=True)
class Line:
    """A school, or the county where `code` is None; a cell for each group, None where nobody is to be asked."""

    code: str | None
    name: str | None
    cells: tuple[Cell | None, ...]
    total: Cell


@dataclass(frozen=True)
class Returns:
    """Lines by school and columns by group; `totals` under the columns, `total` of everything."""

    groups: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    total: Cell
    personal: bool  # whether personal codes were issued

    @property
    def by_group(self) -> tuple[tuple[str, Cell], ...]:
        return tuple(zip(self.groups, self.totals, strict=True))


def lay_out(rows: Sequence[ProgressRow]) -> Returns:
    """The table of `rows`, which come in the order of schools and groups."""
    present = {row.group for row in rows}
    groups = tuple(group for group in GROUPS if group in present)
    places = dict.fromkeys((row.school_code, row.school_name) for row in rows)
    return Returns(
        groups=groups,
        lines=tuple(_line(code, name, rows, groups) for code, name in places),
        totals=tuple(_sum(row for row in rows if row.group == group) for group in groups),
        total=_sum(rows),
        personal=any(row.issued_personal for row in rows),
    )


def _line(code: str | None, name: str | None, rows: Iterable[ProgressRow], groups: Sequence[str]) -> Line:
    here = {row.group: row for row in rows if row.school_code == code}
    cells = tuple(_sum([here[group]]) if group in here else None for group in groups)
    return Line(code, name, cells, _sum(here.values()))


def _sum(rows: Iterable[ProgressRow]) -> Cell:
    listed = list(rows)
    return Cell(
        population=sum(row.population or 0 for row in listed),
        issued=sum(row.issued_personal for row in listed),
        used=sum(row.used_personal for row in listed),
        responses=sum(row.responses for row in listed),
    )
