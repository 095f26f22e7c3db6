"""The entries of an evaluation's result as figures, with nothing hidden yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surveys.publication.model import Figure, Kind, RateKind

Plain = Mapping[str, Any]
Rate = tuple[float | None, RateKind]
NO_RATE: Rate = (None, "")
NUMBERS = ("n", "n_eff", "df", "value", "se", "low", "high", "level", "interval")


def figure_of(kind: Kind, entry: Plain, **more: Any) -> Figure:
    """An entry as a figure."""
    return Figure(kind=kind, **{key: entry[key] for key in NUMBERS}, **more)


def group_of(entry: Plain, weights: Mapping[str, float]) -> Figure:
    """A group of the county."""
    known = {"population": entry["population"], "responses": entry["responses"], **rate_of(entry)}
    shares = {"dont_know": entry["dont_know"], "missing": entry["missing"]}
    return figure_of("group", entry, group=entry["group"], weight=weights.get(entry["group"]), **known, **shares)


def rate_of(entry: Plain) -> dict[str, Any]:
    """The rate of a group and its kind; older evaluations have only that of the people of the frame."""
    if "rate_kind" not in entry:
        return {"rate": entry["response_rate"], "rate_kind": ""}
    return {name: entry[name] for name in ("rate", "rate_kind")}


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
    rate = rate_of({"response_rate": n / people if people else None, **entry})
    about = {key: entry[key] for key in ("school", "name", "group")}
    return figure_of(kind, entry, population=people, **about, **rate)


@dataclass(frozen=True)
class Rates:
    """Response rates, 0 to 1, with their kinds: of the county by the weights of the score, and by group."""

    whole: Rate
    groups: Mapping[str, Rate]

    def fill(self, figure: Figure) -> Figure:
        """The figure with the rate of those it was asked of, where it has none of its own."""
        if figure.school is not None or figure.kind == "group":
            return figure
        rate, kind = self.whole if figure.group is None else self.groups.get(figure.group, NO_RATE)
        return replace(figure, rate=rate, rate_kind=kind)


def rates_of(result: Plain, *, hidden: Collection[str]) -> Rates:
    """The rates of a result. The county's is weighted as the score, of groups that are not hidden.

    Else it would tell how many answered of one that is. Older evaluations have it of all answers.
    """
    told = ((each["group"], rate_of(each)) for each in result["groups"])
    groups: dict[str, Rate] = {group: (each["rate"], each["rate_kind"]) for group, each in told}
    known = set(groups) - set(hidden)
    counted = {group: weight for group, weight in result["group_weights"].items() if weight and group in known}
    weighted = [(weight, *groups[group]) for group, weight in counted.items()]
    if any(kind for _weight, _rate, kind in weighted):
        return Rates(mean_rate(weighted), groups)
    return Rates((_older(result), ""), groups)


def mean_rate(weighted: Iterable[tuple[float | None, float | None, RateKind]]) -> Rate:
    """The mean of rates by weight, and of which kind it is; None where a weight or a rate is not known."""
    told = list(weighted)
    known = [(weight, rate, kind) for weight, rate, kind in told if weight is not None and rate is not None]
    whole = sum(weight for weight, _rate, _kind in known)
    if len(known) < len(told) or not whole:
        return NO_RATE
    kinds = {kind for weight, _rate, kind in known if weight}
    mean = sum(weight * rate for weight, rate, _kind in known) / whole
    return mean, kinds.pop() if len(kinds) == 1 else "mixed"


def _older(result: Plain) -> float | None:
    silence = (result.get("silence") or {}).get("composite")
    if silence is not None:
        return float(silence["response_rate"])
    known = [each for each in result["groups"] if each["population"]]
    people = sum(each["population"] for each in known)
    return sum(each["responses"] for each in known) / people if people else None
