"""How content those who did not answer would have to be: what an evaluation knows of them, and what follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.supposing import crossing, falls
from analysis.uncertainty import Bounds, Representativeness, nonresponse_bounds, r_indicator
from surveys.studies.basis import Basis

Plain = dict[str, Any]
Floats = NDArray[np.float64]
SCALE = 100.0
ALL = 100  # points: nobody can be more, or less, satisfied than that
OPEN = ("public",)  # who may answer unasked


@dataclass(frozen=True)
class Supposed:
    """A score if the silent were so many points less satisfied than those who answered.

    less   : (m,) points of 0 to 100; negative where they are more satisfied
    whole  : (m,) the composite, where that holds in all groups
    groups : by group (m,) the composite, where it holds in that group only
    own    : by group (m,) the figure of the group itself
    """

    less: tuple[float, ...]
    whole: tuple[float, ...]
    groups: Mapping[str, tuple[float, ...]]
    own: Mapping[str, tuple[float, ...]]


def study_silence(basis: Basis) -> Plain:
    """What is known of the silent, and where the score would cross its line.

    `why` is set, and nothing else, where nothing can be supposed: `counted` where the scorecard counts those who did
    not answer already, `unknown` where nobody knows how many they are.
    """
    result, rule = basis.evaluation.result, basis.rule
    if result["silence"] is None or result["composite"]["value"] is None:
        return {"why": "unknown" if rule.denominator == "valid" else "counted"}
    known = {each["group"]: each["response_rate"] for each in result["silence"]["groups"]}
    figures = {each["group"]: each for each in result["groups"]}
    answered = [group for group in known if figures[group]["value"] is not None]
    weights = result["group_weights"]
    study: Plain = {
        "why": None,
        "line": result["threshold"],
        "value": result["composite"]["value"],
        "fixed": [group for group, weight in weights.items() if weight > 0 and group not in answered],
        "mute": [group for group in known if group not in answered],
        "groups": [
            {
                "group": group,
                "value": figures[group]["value"],
                "rate": known[group],
                "answered": figures[group]["responses"],
                "weight": weights.get(group, 0.0),
            }
            for group in answered
        ],
    }
    return {**_judge(study), "evenness": _evenness(basis, open_groups(basis))}


def as_shown(study: Mapping[str, Any], *, whole: float, groups: Mapping[str, float]) -> Plain:
    """The study from figures as they are published, rounded or not: nothing finer may be read off what follows."""
    rows = [{**each, "value": groups.get(each["group"], each["value"])} for each in study["groups"]]
    return _judge({**study, "value": whole, "groups": rows})


def suppose(study: Mapping[str, Any], *, less: Iterable[float], shown: Collection[str] | None = None) -> Supposed:
    """The score if the silent were `less` points less satisfied, from the sums that the study keeps.

    Only the groups `shown` are given by themselves. With 0 points the figures are the score's, to the last digit.
    """
    points = tuple(min(max(float(each), -ALL), ALL) for each in less)
    bounds, weight = _read(study)
    fall = SCALE * falls(bounds, np.array(points) / SCALE)
    rows = [(place, each) for place, each in enumerate(study["groups"]) if shown is None or each["group"] in shown]
    value = study["value"]
    return Supposed(
        less=points,
        whole=_listed(value - fall @ weight),
        groups={each["group"]: _listed(value - fall[:, place] * weight[place]) for place, each in rows},
        own={each["group"]: _listed(each["value"] - fall[:, place]) for place, each in rows},
    )


def _listed(values: Floats) -> tuple[float, ...]:
    return tuple(values.tolist())


def open_groups(basis: Basis) -> list[str]:
    """Groups of people who answered unasked: nobody of them got a code of their own, or was drawn."""
    roster = basis.dataset.roster
    drawn = set() if roster.draw is None else {roster.groups[group] for group in roster.draw.chances.group.tolist()}
    return [group for group in basis.sample.groups if group in OPEN and group not in drawn | set(basis.issued)]


def _read(study: Mapping[str, Any]) -> tuple[Bounds, Floats]:
    groups = study["groups"]
    value, rate, weight = (np.array([each[name] for each in groups], float) for name in ("value", "rate", "weight"))
    line = study["line"] / SCALE
    return nonresponse_bounds(value / SCALE, rate, np.ones(rate.size), line=line), weight


def _judge(study: Mapping[str, Any]) -> Plain:
    """Bounds of the composite and of each group, how many of 100 silent must be satisfied, how far they may differ."""
    bounds, weight = _read(study)
    rows = [{**each, **_judge_group(study, bounds, weight, place)} for place, each in enumerate(study["groups"])]
    return {**study, **_judge_whole(study, bounds, weight), "groups": rows}


def _judge_group(study: Mapping[str, Any], bounds: Bounds, weight: Floats, place: int) -> Plain:
    """`gap` takes the group itself to the line, `alone` the composite where only this group's silent differ."""
    low, high = SCALE * float(bounds.low[place]), SCALE * float(bounds.high[place])
    only = np.where(np.arange(weight.size) == place, 1.0, 0.0)
    own = crossing(bounds, only, float(bounds.value[place]) - bounds.line)
    distance = (study["value"] - study["line"]) / SCALE
    alone = crossing(bounds, only * weight, distance) if weight[place] > 0 else None
    limits = {"low": low, "high": high, "needed": _needed(low, high, study["line"])}
    return {**limits, "gap": _points(own), "alone": _points(alone)}


def _judge_whole(study: Mapping[str, Any], bounds: Bounds, weight: Floats) -> Plain:
    worst, best = falls(bounds, [1.0, -1.0]) @ weight * SCALE
    low, high = study["value"] - float(worst), study["value"] - float(best)
    gap = crossing(bounds, weight, (study["value"] - study["line"]) / SCALE)
    rate = 1.0 - float(weight @ (1 - bounds.response_rate))
    return {"low": low, "high": high, "rate": rate, "needed": _needed(low, high, study["line"]), "gap": _points(gap)}


def _needed(low: float, high: float, line: float) -> float | None:
    """How satisfied the silent must be, 0 to 100, for the figure to be at the line; None where nobody is silent.

    Below 0 the figure is over the line whatever they think, above 100 under it.
    """
    return SCALE * (line - low) / (high - low) if high > low else None


def _points(gap: float | None) -> float | None:
    return None if gap is None else gap * SCALE


def _evenness(basis: Basis, open_groups: Sequence[str]) -> list[Plain]:
    """How evenly schools answered: of all groups that were asked by name or by roll, then of each."""
    names, cells = basis.sample.groups, basis.dataset.roster.population
    key = (cells.school + 1) * len(names) + cells.group
    own = (basis.sample.school + 1) * len(names) + basis.sample.group
    came = np.bincount(own, minlength=int(key.max(initial=0)) + 1)[key]
    asked = _invited(basis, key)
    kept = [place for place, name in enumerate(names) if name not in open_groups]
    rows = []
    for group in (None, *kept):
        inside = (asked > 0) & (np.isin(cells.group, kept) if group is None else cells.group == group)
        if np.sum(inside) > 1:
            found = r_indicator(np.minimum(came, asked)[inside], asked[inside])
            rows.append({"group": None if group is None else names[group], **_plain_evenness(found)})
    return rows


def _invited(basis: Basis, key: NDArray[np.int64]) -> NDArray[np.int64]:
    """People who could answer, by cell of the frame: those who were drawn, of groups of which some were."""
    roster, cells = basis.dataset.roster, basis.dataset.roster.population
    if roster.draw is None:
        return cells.size
    chances = roster.draw.chances
    drawn = (chances.school + 1) * len(roster.groups) + chances.group
    invited = dict(zip(drawn.tolist(), chances.invited.tolist(), strict=True))
    own = np.array([invited.get(each, 0) for each in key.tolist()], np.int64)
    return np.where(np.isin(cells.group, chances.group), own, cells.size)


def _plain_evenness(found: Representativeness) -> Plain:
    thin = sum(int(str(each.params["cells"])) for each in found.notices)
    names = ("value", "adjusted", "response_rate", "n", "cells")
    return {**{name: getattr(found, name) for name in names}, "thin": thin}
