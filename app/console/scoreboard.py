"""An evaluation laid out for reading: the verdict in words, rows for tables and charts, what must not be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.console.disclosure import Hidden, reason
from app.evidence import name_beside
from app.i18n import in_language
from app.words import DIMENSIONS, GROUPS, word
from surveys.evaluations import EvaluationView
from surveys.hiding import SMALLEST, hide, hide_table

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One estimate with what it is about. `kind` names the table that it belongs to."""

    kind: str
    label: str
    n: int
    n_eff: float | None
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    interval: str
    group: str | None = None
    dimension: str | None = None
    item: str | None = None
    school: str | None = None
    weight: float | None = None
    population: int | None = None
    responses: int | None = None
    rate: float | None = None
    dont_know: float | None = None
    missing: float | None = None
    hidden: Hidden = ""


@dataclass(frozen=True)
class Scoreboard:
    """Everything on the score page, in the order in which it is read."""

    evaluation: EvaluationView
    composite: Row
    pooled: Row
    beside: Row | None  # the score with all answers, or without those that have a certain sign
    groups: tuple[Row, ...]
    dimensions: tuple[Row, ...]
    items: tuple[Row, ...]
    schools: tuple[Row, ...]
    by_group: tuple[Row, ...]  # dimensions and items, group by group
    cells: tuple[Row, ...]  # schools, group by group
    smallest: int = SMALLEST

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, as they are exported."""
        head = (self.composite, self.pooled, *(() if self.beside is None else (self.beside,)))
        return (*head, *self.groups, *self.dimensions, *self.items, *self.by_group, *self.schools, *self.cells)

    @property
    def hidden_schools(self) -> int:
        return sum(bool(row.hidden) for row in self.schools)


def lay_out(evaluation: EvaluationView) -> Scoreboard:
    """The rows of an evaluation, with what must not be shown taken out."""
    result = evaluation.result
    weights = result["group_weights"]
    schools, cells = _suppress([_school(entry) for entry in result["schools"]])
    dimensions = sorted((_dimension(entry) for entry in result["dimensions"]), key=_order)
    items = sorted((_item(entry) for entry in result["items"]), key=_order)
    narrow = [_guard(row) for row in (*dimensions, *items) if row.group is not None]
    return Scoreboard(
        evaluation=evaluation,
        composite=_row("composite", "", result["composite"]),
        pooled=_row("pooled", "", result["pooled"]),
        beside=_beside(result),
        groups=tuple(_guard(_group(entry, weights)) for entry in result["groups"]),
        dimensions=tuple(_guard(row) for row in dimensions if row.group is None),
        items=tuple(_guard(row) for row in items if row.group is None),
        by_group=tuple(narrow),
        schools=schools,
        cells=cells,
    )


def _row(kind: str, label: str, entry: Entry, **more: Any) -> Row:
    numbers = {key: entry[key] for key in ("n", "n_eff", "value", "se", "low", "high", "interval")}
    return Row(kind=kind, label=label, **numbers, **more)


def _beside(result: Mapping[str, Any]) -> Row | None:
    beside = result.get("beside")
    if beside is None or beside["composite"] is None:
        return None
    return _row("beside", name_beside(result), beside["composite"])


def _group(entry: Entry, weights: Mapping[str, float]) -> Row:
    group = entry["group"]
    return _row(
        "group",
        word(GROUPS, group),
        entry,
        group=group,
        weight=weights.get(group),
        population=entry["population"],
        responses=entry["responses"],
        rate=entry["response_rate"],
    )


def _dimension(entry: Entry) -> Row:
    dimension = entry["dimension"]
    return _row("dimension", word(DIMENSIONS, dimension), entry, dimension=dimension, group=entry["group"])


def _item(entry: Entry) -> Row:
    return _row(
        "item",
        in_language(entry["text"]),
        entry,
        item=entry["item"],
        dimension=entry["dimension"],
        group=entry["group"],
        dont_know=entry["dont_know"],
        missing=entry["missing"],
    )


def _school(entry: Entry) -> Row:
    return _row("school", entry["name"] or entry["school"], entry, school=entry["school"], group=entry["group"])


def _order(row: Row) -> int:
    """Dimensions in the order of the official frame, what has none last; the order of the paper within."""
    known = tuple(DIMENSIONS)
    return known.index(row.dimension) if row.dimension in known else len(known)


def _guard(row: Row) -> Row:
    """A row of the county on its own: hidden where it is small."""
    return _cover(row, row.group is not None and 0 < row.n < SMALLEST)


def _suppress(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Schools, and schools by group, without what could be read or reckoned about a few people."""
    schools = [row for row in rows if row.group is None]
    cells = [row for row in rows if row.group is not None]
    hidden = hide({str(row.school): row.n for row in schools})
    inside = hide_table({_place(row): row.n for row in cells}, hidden)
    return (
        tuple(_cover(row, row.school in hidden) for row in schools),
        tuple(_cover(row, _place(row) in inside) for row in cells),
    )


def _place(row: Row) -> tuple[str, str]:
    return str(row.school), str(row.group)


def _cover(row: Row, hidden: bool) -> Row:
    if not hidden:
        return row
    bare: dict[str, Any] = dict.fromkeys(("n_eff", "value", "se", "low", "high", "dont_know", "missing"))
    return replace(row, **bare, interval="none", hidden=reason(row.n, hidden))
