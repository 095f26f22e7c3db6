"""School x group cells of the frame and of the answers together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting import NO_SCHOOL, Counts
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample, check_places

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """n people, or n cells of counts: where they are, and how many people each row is."""

    names: Sample | Counts
    group: Integers
    school: Integers
    stratum: Integers
    people: Integers


@dataclass(frozen=True)
class Cells:
    """School x group cells of the frame and of the answers together, m of them.

    row : (n,) the cell of each row; group, school, stratum, size (people in the frame), answers : (m,)
    """

    row: Integers
    group: Integers
    school: Integers
    stratum: Integers
    size: Floats
    answers: Floats


def check(rows: Rows, population: Population) -> None:
    """AnalysisError with everything that does not fit."""
    check_places("frame_weights", rows.names, population)
    if not rows.people.any():
        raise AnalysisError(
            "frame_weights", "answers", "no answers", "wait for some, or look whether they were imported"
        )
    key = _key(rows, population.school, population.group)
    _, count = np.unique(key, return_counts=True)
    if np.any(count > 1):
        hint = "add them up, or look which is right"
        raise AnalysisError("frame_weights", "each school and group once in the frame", "some of them twice", hint)


def _key(rows: Rows, school: Integers, group: Integers) -> Integers:
    return np.asarray((school + 1) * len(rows.names.groups) + group)


def make_cells(rows: Rows, population: Population) -> Cells:
    """Frame cells first, then cells that only the answers know."""
    frame = _key(rows, population.school, population.group)
    people = _key(rows, rows.school, rows.group)
    of_county = _key(rows, np.full_like(rows.group, NO_SCHOOL), rows.group)
    use_county = ~np.isin(people, frame) & np.isin(of_county, frame)
    label, place = number(np.concatenate([frame, np.where(use_county, of_county, people)]))
    row = place[frame.size :]
    size, stratum = np.zeros(label.size), np.zeros(label.size, np.int64)
    stratum[row] = rows.stratum
    size[place[: frame.size]], stratum[place[: frame.size]] = population.size, population.stratum
    groups = len(rows.names.groups)
    return Cells(
        row=row,
        group=label % groups,
        school=label // groups - 1,
        stratum=stratum,
        size=size,
        answers=np.asarray(np.bincount(row, weights=rows.people, minlength=label.size), float),
    )
