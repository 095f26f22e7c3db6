"""School x group cells of the frame and of the answers together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting import NO_SCHOOL, Counts
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample

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
    problems, names = [], rows.names
    shapes = {np.shape(getattr(population, name)) for name in ("group", "school", "stratum", "size")}
    if len(shapes) != 1:
        raise AnalysisError("frame_weights", "columns of the frame of one length", str(shapes))
    if not rows.people.any():
        problems.append("no answers")
    if population.size.size and population.size.min() < 0:
        problems.append("negative counts")
    limits = (
        ("group", len(names.groups), 0),
        ("school", len(names.schools), NO_SCHOOL),
        ("stratum", len(names.strata), 0),
    )
    for name, size, lowest in limits:
        for values in (getattr(rows, name), getattr(population, name)):
            if values.size and (values.min() < lowest or values.max() >= size):
                problems.append(f"{name} outside {lowest} to {size - 1}")
    if not problems and np.unique(_key(rows, population.school, population.group)).size < population.size.size:
        problems.append("the same school and group twice in the frame")
    if problems:
        raise AnalysisError("frame_weights", "answers and a frame that fit", "; ".join(problems))


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
