"""What must come out: the numbers of an evaluation as they are stored, without those of single schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from surveys.evaluations import EvaluationView

Plain = dict[str, Any]
# What names no school. Notices do, and what is said of schools is not the score's.
KEPT = (
    "composite", "pooled", "term", "rounded", "verdict", "verdict_pooled", "reached", "threshold", "comparison", "band",
    "level", "decimals", "comparable", "missing_groups", "group_weights", "groups", "dimensions", "items", "excluded",
    "beside",
)  # fmt: skip
QUANTITIES = ("value", "se", "low", "high", "n", "n_eff", "df")
OF_ITEMS = ("value", "se", "n", "df")
HEAD = ("figure", "group", "dimension", "item", "quantity", "value")
Line = tuple[str, str, str, str, str, str]


def plain_expected(made: EvaluationView, about: Mapping[str, Any]) -> Plain:
    """For `expected.json`: what is said of the evaluation, its recipe, and its result."""
    result = {name: made.result[name] for name in KEPT if name in made.result}
    return {"about": dict(about), "recipe": dict(made.recipe), "result": result}


def expected_lines(made: EvaluationView) -> Iterator[Line]:
    """For `expected.csv`: every number that the scripts derive again, one a line, to full precision."""
    result = made.result
    for figure, verdict in (("composite", "verdict"), ("pooled", "verdict_pooled")):
        yield from _numbers(result[figure], figure, quantities=QUANTITIES)
        yield figure, "", "", "", "rounded", _spell(result["rounded"][figure])
        yield figure, "", "", "", "verdict", result[verdict]
    yield "composite", "", "", "", "reached", _spell(None if result["reached"] is None else int(result["reached"]))
    for row in result["groups"]:
        yield from _numbers(row, "group", row["group"], quantities=QUANTITIES)
    for group, weight in result["group_weights"].items():
        yield "group", group, "", "", "weight", _spell(weight)
    for row in result["dimensions"]:
        yield from _numbers(row, "dimension", row["group"] or "", row["dimension"], quantities=QUANTITIES)
    for row in result["items"]:
        yield from _numbers(row, "item", row["group"] or "", item=row["item"], quantities=OF_ITEMS)


def _numbers(
    numbers: Mapping[str, Any],
    figure: str,
    group: str = "",
    dimension: str = "",
    item: str = "",
    *,
    quantities: tuple[str, ...],
) -> Iterator[Line]:
    for quantity in quantities:
        yield figure, group, dimension, item, quantity, _spell(numbers[quantity])


def _spell(value: object) -> str:
    """The shortest text that gives the number back; nothing for what is not defined."""
    return "" if value is None else str(value)
