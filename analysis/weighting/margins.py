"""Known totals of the frame and a cap for the weights of cells, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.calibration.margins import Margin
from analysis.calibration.raking import rake
from analysis.counting import Counts
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.results import Notice
from analysis.weighting.cells import Cells

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ROUNDS, SLACK = 50, 0.01  # as in analysis.trimming.rake_and_trim


@dataclass(frozen=True)
class Fitted:
    """Of m cells: the factors of the raking, those of the cap, and how many answers were cut."""

    calibration: Floats
    trimming: Floats
    lowered: int
    notices: tuple[Notice, ...]


def calibrate_cells(
    cells: Cells,
    weight: Floats,
    population: Population,
    names: Sample | Counts,
    margins: Mapping[str, Integers],
    times: float,
) -> Fitted:
    """Rake and cap the weights of each group. Cells without answers, or where the frame has nobody, keep theirs."""
    calibration, trimming = np.ones(weight.size), np.ones(weight.size)
    notices: list[Notice] = []
    lowered = 0
    for group, name in enumerate(names.groups):
        rows, known, silent = _known_totals(cells, population, group, margins)
        notices += [Notice("margin_silent", {"group": name, **each}) for each in silent]
        if not rows.size:
            continue
        people = cells.answers[rows]
        met, raked = _rake(weight[rows], people, known)
        notices += [Notice("margin_dropped", {"group": name, "margin": each}) for each in [*margins][len(met) :]]
        capped, cut, excess = _cap(raked, people, met, times)
        calibration[rows], trimming[rows] = raked / weight[rows], capped / raked
        lowered += int(people[cut].sum())
        if excess.max() > 1 + SLACK:
            above = int(people[excess > 1 + SLACK].sum())
            notices.append(Notice("above_cap", {"group": name, "rows": above, "most": float(excess.max())}))
    return Fitted(calibration, trimming, lowered, tuple(notices))


def _known_totals(
    cells: Cells, population: Population, group: int, margins: Mapping[str, Integers]
) -> tuple[Integers, list[Margin], list[dict[str, object]]]:
    """The cells of a group that can be raked, what they must add up to, and the categories that nobody speaks for.

    Category 0 is that of strata without one.
    """
    own = population.group == group
    totals = {
        name: np.bincount(category[population.stratum[own]] + 1, population.size[own], int(category.max()) + 2)
        for name, category in margins.items()
    }
    rows = np.flatnonzero((cells.group == group) & (cells.answers > 0) & (cells.size > 0))
    for name, category in margins.items():
        rows = rows[totals[name][category[cells.stratum[rows]] + 1] > 0]
    known, silent = [], []
    for name, category in margins.items():
        own_category = category[cells.stratum[rows]] + 1
        there = np.bincount(own_category, minlength=totals[name].size) > 0
        heard = float(totals[name][there].sum())
        lost = float(totals[name].sum()) - heard
        if lost and heard:
            silent.append({"margin": name, "people": int(lost)})
        scale = totals[name].sum() / heard if heard else 1.0
        known.append(Margin(name, own_category, np.where(there, totals[name] * scale, 0.0)))
    return rows, known, silent


def _rake(weight: Floats, people: Floats, known: Sequence[Margin]) -> tuple[Sequence[Margin], Floats]:
    """Weights that meet as many of the margins as can be met together, the first in any case; and those margins."""
    while True:
        try:
            return known, rake(weight * people, known).weight / people
        except AnalysisError:
            if len(known) < 2:
                raise
            known = known[:-1]


def _cap(
    weight: Floats, people: Floats, known: Sequence[Margin], times: float
) -> tuple[Floats, NDArray[np.bool_], Floats]:
    """Weights under the cap that meet the margins, which cells were cut, and each weight in caps."""
    cut = np.zeros(weight.size, bool)
    for _ in range(ROUNDS):
        cap = times * _median(weight, people)
        if not np.any(weight > cap * (1 + SLACK)):
            break
        cut |= weight > cap
        lower = np.minimum(weight, cap)
        lower *= (weight @ people) / (lower @ people)
        weight = rake(lower * people, known).weight / people
    return weight, cut, weight / (times * _median(weight, people))


def _median(weight: Floats, people: Floats) -> float:
    """Of people, not of cells."""
    order = np.argsort(weight, kind="stable")
    reached = np.cumsum(people[order])
    half = reached[-1] / 2
    first, second = np.searchsorted(reached, half), np.searchsorted(reached, half, side="right")
    return float((weight[order][first] + weight[order][min(second, weight.size - 1)]) / 2)
