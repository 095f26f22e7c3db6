"""What may be shown of an evaluation as plain data, for whoever reckons on with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.marks import shown
from app.numbers import NOTHING, fixed
from surveys.publication import Figure, Publication

ALWAYS = (
    "n",
    "n_eff",
    "df",
    "value",
    "se",
    "low",
    "high",
    "level",
    "interval",
    "hidden",
    "bound",
    "caveats",
    "decimals",
)
BESIDE = ("weight", "population", "responses", "rate", "rate_kind", "dont_know", "missing")
# which of these a table's rows have, beside what all figures have
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "group": ("group", *BESIDE),
    "dimension": ("dimension", "group", "rate", "rate_kind"),
    "item": ("item", "group", "dimension", "overall", "text", "rate", "rate_kind", "dont_know", "missing"),
    "school": ("school", "name", "group", "population", "rate", "rate_kind"),
    "cell": ("school", "name", "group", "population", "rate", "rate_kind"),
}


def plain(publication: Publication) -> dict[str, Any]:
    """A publication as JSON: what the result says of the whole county, and every figure that may be shown."""
    made = publication.evaluation
    return {
        "campaign": made.campaign,
        "evaluation": made.number,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "publication_rule": publication.rule,
        "made_at": made.made_at.isoformat(),
        "provisional": made.provisional,
        "responses": made.responses,
        "recipe": dict(made.recipe),
        **publication.facts,
        "composite": plain_figure(publication.composite),
        "pooled": plain_figure(publication.pooled),
        "term": None if publication.term is None else plain_figure(publication.term),
        "groups": [plain_figure(each) for each in publication.groups],
        "dimensions": _all_of("dimension", publication.dimensions, publication.by_group),
        "items": _all_of("item", publication.items, publication.by_group),
        "schools": [plain_figure(each) for each in (*publication.schools, *publication.cells)],
    }


def _all_of(kind: str, *tables: tuple[Figure, ...]) -> list[dict[str, Any]]:
    return [plain_figure(each) for table in tables for each in table if each.kind == kind]


def plain_figure(figure: Figure) -> dict[str, Any]:
    """One figure as JSON."""
    names = (
        *COLUMNS.get(
            figure.kind,
            (
                "rate",
                "rate_kind",
            ),
        ),
        *ALWAYS,
    )
    return {name: _as_json(getattr(figure, name)) for name in names}


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def interval_words(figure: Figure) -> str:
    """The value with its interval, in a line; with the mark of what is hidden where it is."""
    value = shown(figure, figure.decimals)
    if figure.value is None or figure.low is None:
        return value
    low, high = (fixed(each, figure.decimals) for each in (figure.low, figure.high))
    return f"{value} [{low}, {high}; {figure.level:.0%}]"


def cells_of(figure: Figure) -> tuple[str, ...]:
    """Value, limits, error, people and effective people, each as printed."""
    low, high = (fixed(each, figure.decimals) for each in (figure.low, figure.high))
    people = NOTHING if figure.n is None else str(figure.n)
    error = fixed(figure.se, max(figure.decimals, 1))
    return (shown(figure, figure.decimals), low, high, error, people, fixed(figure.n_eff, 0))
