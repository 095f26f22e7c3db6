"""The entries of an evaluation's result as figures, with nothing hidden yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from surveys.publication.model import Figure, Kind

Plain = Mapping[str, Any]
NUMBERS = ("n", "n_eff", "df", "value", "se", "low", "high", "level", "interval")


def figure_of(kind: Kind, entry: Plain, **more: Any) -> Figure:
    """An entry as a figure."""
    return Figure(kind=kind, **{key: entry[key] for key in NUMBERS}, **more)


def group_of(entry: Plain, weights: Mapping[str, float]) -> Figure:
    """A group of the county."""
    known = {"population": entry["population"], "responses": entry["responses"], "rate": entry["response_rate"]}
    shares = {"dont_know": entry["dont_know"], "missing": entry["missing"]}
    return figure_of("group", entry, group=entry["group"], weight=weights.get(entry["group"]), **known, **shares)


def dimension_of(entry: Plain) -> Figure:
    """A dimension of the county, or of a group."""
    return figure_of("dimension", entry, dimension=entry["dimension"], group=entry["group"])


def item_of(entry: Plain) -> Figure:
    """An item of the county, or of a group."""
    about = {key: entry[key] for key in ("item", "group", "dimension", "overall", "text", "dont_know", "missing")}
    return figure_of("item", entry, **about)


def school_of(entry: Plain) -> Figure:
    """A school, or a group at a school. Older evaluations do not say how many people there are."""
    kind: Kind = "school" if entry["group"] is None else "cell"
    people, n = entry.get("population"), entry["n"]
    rate = n / people if people else None
    return figure_of(
        kind, entry, school=entry["school"], name=entry["name"], group=entry["group"], population=people, rate=rate
    )


@dataclass(frozen=True)
class Rates:
    """Response rates, 0 to 1: of the county by the weights of the score, and by group."""

    whole: float | None
    groups: Mapping[str, float | None]

    def fill(self, figure: Figure) -> Figure:
        """The figure with the rate of those it was asked of, where it has none of its own."""
        if figure.school is not None or figure.kind == "group":
            return figure
        return replace(figure, rate=self.whole if figure.group is None else self.groups.get(figure.group))


def rates_of(result: Plain) -> Rates:
    """The rates of a result. The county's is weighted as the score; older evaluations have it of all answers."""
    groups = {each["group"]: each["response_rate"] for each in result["groups"]}
    silence = (result.get("silence") or {}).get("composite")
    if silence is not None:
        return Rates(silence["response_rate"], groups)
    known = [each for each in result["groups"] if each["population"]]
    people = sum(each["population"] for each in known)
    return Rates(sum(each["responses"] for each in known) / people if people else None, groups)
