"""From the chances of a draw to weights: base, non-response, known totals, a cap; every step kept.

Weights are the same for all answers of a group at a school, so everything is computed on such cells: a million answers
take no longer than a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.results import Notice
from analysis.weighting.cells import Cells, Rows, check, make_cells
from analysis.weighting.frame import people_per_answer, spread
from analysis.weighting.margins import calibrate_cells
from analysis.weighting.notices import of_coverage, of_full_cells, of_merged_cells

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
STEPS = ("base", "nonresponse", "calibration", "trimming")


@dataclass(frozen=True)
class Chances:
    """Where a draw invited people: k places, each a school x group, or a group of the county (`school` -1).

    group, school : (k,) int, positions as in the sample; each place once
    chance        : (k,) float, above 0, at most 1, of a person: that the school is drawn, and the person in it
    invited       : (k,) int, 1 or more

    Raises
    ------
    AnalysisError
        Listing all: lengths, chances outside 0 to 1, nobody invited, a place twice.
    """

    group: Integers
    school: Integers
    chance: Floats
    invited: Integers

    def __post_init__(self) -> None:
        shapes = {np.shape(each) for each in (self.group, self.school, self.chance, self.invited)}
        problems = [] if len(shapes) == 1 and np.ndim(self.group) == 1 else [f"shapes {sorted(shapes)}"]
        if not problems:
            outside = ~((self.chance > 0) & (self.chance <= 1))
            pairs = len(set(zip(self.group.tolist(), self.school.tolist(), strict=True)))
            problems += [f"{int(outside.sum())} chances outside 0 to 1"] if outside.any() else []
            problems += ["places where nobody is invited"] if np.any(self.invited < 1) else []
            problems += ["the same place twice"] if pairs < self.group.size else []
        if problems:
            raise AnalysisError("Chances", "places with a chance and people invited", "; ".join(problems))


@dataclass(frozen=True)
class CellWeights:
    """m cells with answers, and what each answer of a cell weighs after each step.

    group, school  : (m,) int
    answers        : (m,) int
    base           : (m,) float, people per person invited
    nonresponse    : (m,) float, factor for those who were invited and did not answer
    calibration    : (m,) float, factor that makes known totals right
    trimming       : (m,) float, factor of the cap, and of what restores the totals after it
    """

    group: Integers
    school: Integers
    answers: Integers
    base: Floats
    nonresponse: Floats
    calibration: Floats
    trimming: Floats

    @property
    def final(self) -> Floats:
        return self.base * self.nonresponse * self.calibration * self.trimming

    def after(self, step: str) -> Floats:
        """(m,) the weights after a step of STEPS."""
        factors = [getattr(self, name) for name in STEPS[: STEPS.index(step) + 1]]
        return np.asarray(np.prod(factors, axis=0))


@dataclass(frozen=True)
class DesignWeights:
    """Weights of n people (or of every person of n cells of counts), and how they came about.

    final   : (n,) float, > 0
    cells   : each step, by cell
    lowered : answers whose weight was cut
    times   : the cap, in medians of the group
    notices : what the reader must know
    """

    final: Floats
    cells: CellWeights
    lowered: int
    times: float
    notices: tuple[Notice, ...]


def design_weights(
    names: Sample | Counts,
    population: Population,
    chances: Chances,
    margins: Mapping[str, Integers],
    *,
    least: int = 5,
    most: float = 3.0,
    times: float = 4.0,
) -> DesignWeights:
    """Weights from the chances of a draw, step by step.

    Parameters
    ----------
    names : Sample or Counts
        who answered; the weights of a sample are not read. From counts come the weights of the people of each cell
    population : Population
        people by school x group, or by group of the county (school -1)
    chances : Chances
    margins : name -> (H,) int, for each stratum its category; -1 for strata that have none (those of the county).
        The most important one first
    least, most : a cell is thin with fewer answers than `least`, or where `most` times as many people were invited for
        each answer as in its group and stratum
    times : the cap, in medians of the group

    Returns
    -------
    DesignWeights

    Notes
    -----
    Cell i of a group has the chance pi_i, n_i people invited and r_i answers.
    1. base = 1 / pi_i. Summed over all who were invited, this is the Horvitz-Thompson estimate of the people.
    2. nonresponse = n_i / r_i, so that the answers of a cell stand for n_i / pi_i people. Thin cells of a group and a
       stratum are merged as in `frame_weights`, and share the factor sum n / pi over sum r / pi. The people of drawn
       cells without any answer are spread over the answering cells of the group and stratum, else of the group.
    3. calibration: raking, group by group, to the people of the frame in the categories of each margin; the strata of
       the county are one category more. The people of a category without answers go to the others of the group in
       proportion. Where the margins cannot be met together, the last are left out until they can.
    4. trimming: no weight above `times` the median of its group, raked again, until both hold; see
       `analysis.trimming.rake_and_trim`, which gives the same from single answers.
    Groups that were not drawn begin with the weights of `frame_weights`, and cells of drawn groups that were not drawn
    (a poster, an import) with the people of the frame per answer. Answers where the frame has nobody keep the weight 1.
    Within a cell non-response is taken as unrelated to the answer.

    Notices
    -------
    As `frame_weights`; outside_plan (group, cells, answers): answers that no draw led to; margin_silent (group, margin,
    people): categories without answers; margin_dropped (group, margin); above_cap (group, rows, most).

    Raises
    ------
    AnalysisError
        Arrays that do not fit, the same cell of the frame twice, nobody answered.

    References
    ----------
    Horvitz & Thompson 1952, JASA 47:663. Oh & Scheuren 1983, in Incomplete Data in Sample Surveys 2. Deming & Stephan
    1940, Annals of Mathematical Statistics 11:427. Valliant, Dever & Kreuter 2018, Practical Tools for Designing and
    Weighting Survey Samples.
    """
    rows = rows_of(names)
    check(rows, population)
    _check_margins(names, margins)
    cells = make_cells(rows, population)
    drawn = _place(cells, chances)
    start, factor, told = _respond(names, cells, drawn, least, most)
    there = cells.answers > 0
    fitted = calibrate_cells(cells, start * factor, population, names, margins, times)
    kept = CellWeights(
        group=cells.group[there],
        school=cells.school[there],
        answers=np.rint(cells.answers[there]).astype(np.int64),
        base=start[there],
        nonresponse=factor[there],
        calibration=fitted.calibration[there],
        trimming=fitted.trimming[there],
    )
    final = (start * factor * fitted.calibration * fitted.trimming)[cells.row]
    return DesignWeights(final, kept, fitted.lowered, times, (*told, *fitted.notices))


def rows_of(names: Sample | Counts) -> Rows:
    people = names.people if isinstance(names, Counts) else np.ones(names.group.size, np.int64)
    return Rows(names, names.group, names.school, names.stratum, people)


def _check_margins(names: Sample | Counts, margins: Mapping[str, Integers]) -> None:
    strata = len(names.strata)
    bad = [name for name, category in margins.items() if np.shape(category) != (strata,) or np.min(category) < -1]
    if bad or not margins:
        got = f"others: {', '.join(bad)}" if bad else "no margin"
        raise AnalysisError("design_weights", f"margins with a category for each of {strata} strata", got)


@dataclass(frozen=True)
class _Drawn:
    """By cell: its chance (1 where it was not drawn), people invited, whether its group was drawn anywhere."""

    chance: Floats
    invited: Floats
    planned: Flags


def _place(cells: Cells, chances: Chances) -> _Drawn:
    """The chances where the cells are; places of the plan that neither the frame nor an answer has are not there."""
    chance, invited = np.ones(cells.size.size), np.zeros(cells.size.size)
    at = {pair: cell for cell, pair in enumerate(zip(cells.group.tolist(), cells.school.tolist(), strict=True))}
    for row, pair in enumerate(zip(chances.group.tolist(), chances.school.tolist(), strict=True)):
        if pair in at:
            chance[at[pair]], invited[at[pair]] = chances.chance[row], chances.invited[row]
    return _Drawn(chance, invited, np.isin(cells.group, chances.group))


def _respond(
    names: Sample | Counts, cells: Cells, drawn: _Drawn, least: int, most: float
) -> tuple[Floats, Floats, tuple[Notice, ...]]:
    """(m,) base weights, (m,) factors for those who did not answer, and what there is to say."""
    counted = np.bincount(cells.group, weights=cells.size, minlength=len(names.groups)) > 0
    invited = drawn.invited > 0
    outside = drawn.planned & ~invited
    full = counted[cells.group] & (cells.answers > cells.size)
    asked = replace(cells, size=np.where(drawn.planned, drawn.invited, cells.size))
    alone = outside | (~drawn.planned & (full | ~counted[cells.group]))
    ratio, merged = people_per_answer(asked, alone, least, most)
    share = (outside | full) & ~invited & (cells.size > 0) & (cells.answers > 0)
    ratio[share] = cells.size[share] / cells.answers[share]
    base = np.where(invited, 1 / drawn.chance, ratio)
    factor = np.where(invited, ratio, 1.0)
    for run in merged:
        own = run[invited[run]]
        if own.size:
            factor[own] = np.sum(base[own] * drawn.invited[own]) / np.sum(base[own] * cells.answers[own])
    lost = np.where(drawn.planned, drawn.invited / drawn.chance, cells.size)
    taking = replace(cells, size=lost, answers=np.where(outside, 0.0, cells.answers))
    factor = factor * np.where(outside, 1.0, spread(taking, base * factor, counted))
    told = (
        *of_coverage(names, cells, counted, ~outside),
        *of_full_cells(names, cells, full),
        *of_merged_cells(names, cells, merged),
        *_of_outside(names, cells, outside),
    )
    return base, factor, told


def _of_outside(names: Sample | Counts, cells: Cells, outside: Flags) -> tuple[Notice, ...]:
    found = []
    for group, name in enumerate(names.groups):
        here = outside & (cells.group == group) & (cells.answers > 0)
        if here.any():
            params = {"group": name, "cells": int(here.sum()), "answers": int(cells.answers[here].sum())}
            found.append(Notice("outside_plan", params))
    return tuple(found)
