"""The weights of an evaluation: what each answer stands for, and how that came about, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.design import number
from analysis.frame import Sample
from analysis.results import Notice
from analysis.weighting import Weights, cell_weights, frame_weights
from analysis.weighting.steps import STEPS, CellWeights, design_weights
from surveys.datasets import NO_SCHOOL, Roster
from surveys.datasets.chances import Draw
from surveys.errors import SurveyError
from surveys.evaluations.model import Weighting

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
TIMES = 4.0  # medians of the group that no weight may exceed
COUNTY = "county"  # the locality of strata that are none
RULES: Mapping[str, str] = {
    "design": f"no weight above {TIMES:g} times the median of its group; raked again until totals and cap both hold",
    "frame": "no cap; thin cells are merged",
}


@dataclass(frozen=True)
class Weighed:
    """The weight of each row; what there is to say; and every step as plain data, None where nothing was weighted."""

    weight: Floats
    notices: tuple[Notice, ...]
    plain: Mapping[str, Any] | None


def choose_weighting(roster: Roster, wanted: Weighting | None) -> Weighting:
    """What was asked for; else the design where people were drawn, else the frame.

    Raises SurveyError(`score.no_draw`).
    """
    if wanted is None:
        return "frame" if roster.draw is None else "design"
    if wanted == "design" and roster.draw is None:
        raise SurveyError("score.no_draw", "conflict")
    return wanted


def plan_of(roster: Roster, weighting: str) -> str | None:
    """The digest of the draw that weights follow from."""
    return roster.draw.digest if roster.draw is not None and weighting == "design" else None


def weigh(names: Sample | Counts, roster: Roster, weighting: str) -> Weighed:
    """Weights of people, or of all people of each cell of counts."""
    if weighting == "design" and roster.draw is not None:
        found = design_weights(names, roster.population, roster.draw.chances, margins_of(roster.strata), times=TIMES)
        told = (*found.notices, *_of_beyond(roster.draw, roster))
        return Weighed(found.final, told, _plain(found.cells, STEPS, roster, weighting, found.lowered))
    if weighting == "none":
        return Weighed(np.ones(names.group.size), (), None)
    people = roster.population
    if isinstance(names, Counts):
        weights = cell_weights(names, people, overfull="share")
    else:
        weights = frame_weights(names, people, overfull="share")
    cells = _cells_of(names, weights)
    return Weighed(weights.final, weights.notices, _plain(cells, STEPS[:2], roster, weighting, 0))


def _of_beyond(draw: Draw, roster: Roster) -> Iterator[Notice]:
    for group, people in draw.beyond.items():
        yield Notice("beyond_draw", {"group": roster.groups[group], "people": people})


def margins_of(strata: Sequence[str]) -> dict[str, Integers]:
    """Stage and locality of each stratum: `urban.primary`; strata of the county, and of schools unknown, have none."""
    pairs = [stratum.split(".") if "." in stratum else [COUNTY, ""] for stratum in strata]
    found = {}
    for name, place in (("stage", 1), ("locality", 0)):
        words = sorted({pair[place] for pair in pairs if pair[0] != COUNTY})
        found[name] = np.array([-1 if pair[0] == COUNTY else words.index(pair[place]) for pair in pairs])
    return found


def _cells_of(names: Sample | Counts, weights: Weights) -> CellWeights:
    """The cells of weights that are the same for a group at a school."""
    people = names.people if isinstance(names, Counts) else np.ones(names.group.size, np.int64)
    key = np.asarray((names.school + 1) * len(names.groups) + names.group)
    label, row = number(key)
    some = np.zeros(label.size, np.int64)
    some[row] = np.arange(row.size)
    ones = np.ones(label.size)
    answers = np.bincount(row, weights=people).astype(np.int64)
    group, school = names.group[some], names.school[some]
    return CellWeights(group, school, answers, weights.base[some], weights.nonresponse[some], ones, ones)


def _plain(cells: CellWeights, steps: Sequence[str], roster: Roster, weighting: str, lowered: int) -> Mapping[str, Any]:
    """Every step: what it did to all, and to each cell. Schools by code; None for the county."""
    codes = (*roster.school_codes, None)  # the last where there is no school
    places = zip(cells.group.tolist(), cells.school.tolist(), strict=True)
    columns = {name: getattr(cells, name).tolist() for name in ("answers", *steps)}
    final = cells.final.tolist()
    rows = [
        {
            "group": roster.groups[group],
            "school": None if school == NO_SCHOOL else codes[school],
            "responses": columns["answers"][row],
            **{name: columns[name][row] for name in steps},
            "final": final[row],
        }
        for row, (group, school) in enumerate(places)
    ]
    return {
        "weighting": weighting,
        "rule": RULES[weighting],
        "trimmed": lowered,
        "steps": [{"step": name, **_summary(cells.after(name), cells.answers)} for name in steps],
        "groups": [
            {
                "group": roster.groups[group],
                **_summary(cells.final[cells.group == group], cells.answers[cells.group == group]),
            }
            for group in np.unique(cells.group).tolist()
        ],
        "cells": rows,
    }


def _summary(weight: Floats, answers: Integers) -> dict[str, float]:
    """Kish's design effect n sum w^2 / (sum w)^2 of all answers, what they sum up to, and the extremes."""
    total = float(answers @ weight)
    deff = float(answers.sum() * (answers @ weight**2) / total**2)
    return {"deff": deff, "sum": total, "least": float(weight.min()), "most": float(weight.max())}
