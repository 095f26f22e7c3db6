"""From an evaluation to what may be shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from surveys.evaluations import EvaluationView
from surveys.hiding import SMALLEST, hide, hide_table
from surveys.publication.model import Figure, Kind, Publication

Entry = Mapping[str, Any]
NUMBERS = ("n", "n_eff", "df", "value", "se", "low", "high", "level", "interval")
BARE: dict[str, Any] = dict.fromkeys(("n", "n_eff", "df", "value", "se", "low", "high", "dont_know", "missing"))
LEAST_RATE = 0.5


def publish(evaluation: EvaluationView) -> Publication:
    """What may be shown of `evaluation`. Pure: the same evaluation gives the same publication."""
    result = evaluation.result
    schools, cells = _suppress([_school(entry) for entry in result["schools"]])
    dimensions = [_dimension(entry) for entry in result["dimensions"]]
    items = [_item(entry) for entry in result["items"]]
    return Publication(
        evaluation=evaluation,
        rule="renke-default@1",
        smallest=SMALLEST,
        least_rate=LEAST_RATE,
        composite=_figure("composite", result["composite"]),
        pooled=_figure("pooled", result["pooled"]),
        term=_figure("term", result["term"]) if result.get("term") else None,
        beside=_beside(result),
        groups=tuple(_guard(_group(entry, result["group_weights"])) for entry in result["groups"]),
        dimensions=tuple(_guard(each) for each in dimensions if each.group is None),
        items=tuple(_guard(each) for each in items if each.group is None),
        by_group=tuple(_guard(each) for each in (*dimensions, *items) if each.group is not None),
        schools=schools,
        cells=cells,
    )


def _figure(kind: Kind, entry: Entry, **more: Any) -> Figure:
    return Figure(kind=kind, **{key: entry[key] for key in NUMBERS}, **more)


def _beside(result: Entry) -> Figure | None:
    beside = result.get("beside")
    return None if beside is None or beside["composite"] is None else _figure("beside", beside["composite"])


def _group(entry: Entry, weights: Mapping[str, float]) -> Figure:
    known = {"population": entry["population"], "responses": entry["responses"], "rate": entry["response_rate"]}
    shares = {"dont_know": entry["dont_know"], "missing": entry["missing"]}
    return _figure("group", entry, group=entry["group"], weight=weights.get(entry["group"]), **known, **shares)


def _dimension(entry: Entry) -> Figure:
    return _figure("dimension", entry, dimension=entry["dimension"], group=entry["group"])


def _item(entry: Entry) -> Figure:
    about = {key: entry[key] for key in ("item", "group", "dimension", "overall", "text", "dont_know", "missing")}
    return _figure("item", entry, **about)


def _school(entry: Entry) -> Figure:
    kind: Kind = "school" if entry["group"] is None else "cell"
    return _figure(kind, entry, school=entry["school"], name=entry["name"], group=entry["group"])


def _guard(figure: Figure) -> Figure:
    """A figure of the county on its own: hidden where it is about few."""
    return _cover(figure, figure.group is not None and 0 < (figure.n or 0) < SMALLEST)


def _suppress(figures: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """Schools, and schools by group, without what could be read or reckoned about a few people."""
    schools = [each for each in figures if each.group is None]
    cells = [each for each in figures if each.group is not None]
    hidden = hide({str(each.school): each.n or 0 for each in schools})
    inside = hide_table({_place(each): each.n or 0 for each in cells}, hidden)
    return (
        tuple(_cover(each, each.school in hidden) for each in schools),
        tuple(_cover(each, _place(each) in inside) for each in cells),
    )


def _place(figure: Figure) -> tuple[str, str]:
    return str(figure.school), str(figure.group)


def _cover(figure: Figure, hidden: bool) -> Figure:
    return replace(figure, **BARE, interval="none", hidden="few") if hidden else figure
