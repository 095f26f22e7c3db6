"""From the frame to weights: each answer stands for the people of its school and group who gave none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.results import Notice

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Overfull = Literal["floor", "share"]
COUNTY = -1


@dataclass(frozen=True)
class Weights:
    """Weights of n people (or of every person of n cells of counts), step by step.

    base        : (n,) people of the cell per answer, after merging
    nonresponse : (n,) factor for the people of cells that gave no answer
    final       : (n,) their product
    notices     : what the reader must know
    """

    base: Floats
    nonresponse: Floats
    final: Floats
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class _Rows:
    """n people, or n cells of counts: where they are, and how many people each row is."""

    names: Sample | Counts
    group: Integers
    school: Integers
    stratum: Integers
    people: Integers


@dataclass(frozen=True)
class _Cells:
    """School x group cells of the frame and of the answers together, m of them.

    row : (n,) the cell of each row; group, school, stratum, size (people in the frame), answers : (m,)
    """

    row: Integers
    group: Integers
    school: Integers
    stratum: Integers
    size: Floats
    answers: Floats


def frame_weights(
    sample: Sample, population: Population, *, least: int = 5, most: float = 3.0, overfull: Overfull = "floor"
) -> Weights:
    """Weights that make the answers of each group add up to its people in the frame.

    Parameters
    ----------
    sample : Sample
        its `weight` is not read
    population : Population
        people by school x group, or by group of the county (school -1)
    least, most : a cell is thin where it has fewer answers than `least`, or stands for more than `most` times as many
        people per answer as its group does in its stratum
    overfull : what an answer weighs in a cell that gave more answers than it has people: `floor`, 1; `share`, its
        share N / r of the people, so that extra answers gain the school nothing

    Returns
    -------
    Weights

    Notes
    -----
    Cell (i, g) of stratum h has N_gi people and r_gi answers.
    1. base = N_gi / r_gi. Thin cells are merged: all thin cells of a group in a stratum become one, which takes in
       the fullest other cell of the group there (most answers first) until it is not thin; all its answers get
       sum N / sum r. A cell that gave more answers than it has people (or that the frame does not have, though it
       counts the group elsewhere) stays alone and is treated as `overfull` says.
    2. nonresponse: people of cells without any answer are spread over the answering cells of their group in their
       stratum, in proportion to the weights there; over the whole group where nobody of it in the stratum answered.
    So the weights of a group sum to its people, unless somebody answered more often than there are people.
    `most` is relative, because in a survey of one in a thousand every cell stands for a thousand times its answers;
    only how uneven they are costs precision. Answers of a group that the frame counts only for the county use that
    count, whatever their school. A group with no count weighs 1.
    Non-response is taken as unrelated to the answer within a cell (a weighting-class adjustment).

    Notices
    -------
    no_frame_count (group, answers); group_silent (group, population); more_answers_than_roster (group, school,
    answers, population); cells_merged (group, stratum, cells); silent_cells (group, cells, people).

    Raises
    ------
    AnalysisError
        Arrays that do not fit, negative counts, the same cell twice.

    References
    ----------
    Kish 1965, Survey Sampling. Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    ones = np.ones(sample.group.size, np.int64)
    return _weigh(_Rows(sample, sample.group, sample.school, sample.stratum, ones), population, least, most, overfull)


def cell_weights(
    counts: Counts, population: Population, *, least: int = 5, most: float = 3.0, overfull: Overfull = "floor"
) -> Weights:
    """The same from counts: the weight of every person of each cell.

    Parameters
    ----------
    counts : Counts
    population, least, most, overfull : see `frame_weights`

    Returns
    -------
    Weights
        of the C cells of the counts; those of the people are the same

    Notes
    -----
    Weights of the frame are constant in school x group cells, so that counts are enough. Cells without people get the
    weight that a person in them would have.

    Raises
    ------
    AnalysisError
        As `frame_weights`.

    References
    ----------
    As `frame_weights`.
    """
    rows = _Rows(counts, counts.group, counts.school, counts.stratum, counts.people)
    return _weigh(rows, population, least, most, overfull)


def _weigh(rows: _Rows, population: Population, least: int, most: float, overfull: Overfull) -> Weights:
    _check(rows, population)
    cells = _make_cells(rows, population)
    names = rows.names
    counted = np.bincount(cells.group, weights=cells.size, minlength=len(names.groups)) > 0
    full = counted[cells.group] & (cells.answers > cells.size)
    base, merged = _base(cells, full | ~counted[cells.group], least, most)
    if overfull == "share":
        bounded = full & (cells.size > 0)
        base[bounded] = cells.size[bounded] / cells.answers[bounded]
    factor = _spread(cells, base, counted)
    notices = (*_coverage(names, cells, counted), *_overfull(names, cells, full), *_merged(names, cells, merged))
    return Weights(base[cells.row], factor[cells.row], (base * factor)[cells.row], notices)


def kish_deff(weight: Floats) -> float:
    """Kish's design effect of unequal weights, n sum w^2 / (sum w)^2 = 1 + CV^2(w) (Kish 1965)."""
    weight = np.asarray(weight, float)
    if not weight.size or not np.all(weight > 0):
        raise AnalysisError("kish_deff", "positive weights", f"{int(np.sum(~(weight > 0)))} of {weight.size} others")
    return float(weight.size * np.square(weight).sum() / weight.sum() ** 2)


def class_factors(invited: Floats, responded: Floats, classes: Integers) -> Floats:
    """Weighting-class adjustment: invited / responded within each class.

    Parameters
    ----------
    invited, responded : (m,) counts of cells
    classes : (m,) int, the class of each cell

    Returns
    -------
    (m,) factor of the cell's class; NaN where nobody of the class responded

    Raises
    ------
    AnalysisError
        More responded than were invited in a class: the roster is wrong.
    """
    _, place = number(classes)
    asked, came = np.bincount(place, weights=invited), np.bincount(place, weights=responded)
    if np.any(came > asked):
        raise AnalysisError(
            "class_factors",
            "no more responses than invitations in a class",
            f"more in {int(np.sum(came > asked))} classes",
            "the roster is wrong",
        )
    return np.asarray((asked / np.where(came > 0, came, np.nan))[place])


def _check(rows: _Rows, population: Population) -> None:
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
        ("school", len(names.schools), COUNTY),
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


def _key(rows: _Rows, school: Integers, group: Integers) -> Integers:
    return np.asarray((school + 1) * len(rows.names.groups) + group)


def _make_cells(rows: _Rows, population: Population) -> _Cells:
    """Frame cells first, then cells that only the answers know."""
    frame = _key(rows, population.school, population.group)
    people = _key(rows, rows.school, rows.group)
    of_county = _key(rows, np.full_like(rows.group, COUNTY), rows.group)
    use_county = ~np.isin(people, frame) & np.isin(of_county, frame)
    label, place = number(np.concatenate([frame, np.where(use_county, of_county, people)]))
    row = place[frame.size :]
    size, stratum = np.zeros(label.size), np.zeros(label.size, np.int64)
    stratum[row] = rows.stratum
    size[place[: frame.size]], stratum[place[: frame.size]] = population.size, population.stratum
    groups = len(rows.names.groups)
    return _Cells(
        row=row,
        group=label % groups,
        school=label // groups - 1,
        stratum=stratum,
        size=size,
        answers=np.asarray(np.bincount(row, weights=rows.people, minlength=label.size), float),
    )


def _base(cells: _Cells, alone: NDArray[np.bool_], least: int, most: float) -> tuple[Floats, list[Integers]]:
    """(m,) people per answer, and the runs of cells that were merged. Cells `alone` weigh 1."""
    base = np.ones(cells.size.size)
    usable = ~alone & (cells.answers > 0)
    base[usable] = cells.size[usable] / cells.answers[usable]
    merged = []
    _, block = number(cells.stratum * (int(cells.group.max()) + 1) + cells.group)
    for each in range(int(block.max()) + 1):
        members = np.flatnonzero(usable & (block == each))
        run = _thin_run(cells, members, least, most)
        if run.size > 1:
            base[run] = cells.size[run].sum() / cells.answers[run].sum()
            merged.append(run)
    return base, merged


def _thin_run(cells: _Cells, members: Integers, least: int, most: float) -> Integers:
    """The cells to merge among those of one group in one stratum."""
    people, answers = cells.size[members], cells.answers[members]
    if members.size < 2:
        return members[:0]
    usual = people.sum() / answers.sum()

    def thin(n: Floats, r: Floats) -> NDArray[np.bool_]:
        return np.asarray((r < least) | (n > most * usual * r))

    bad = thin(people, answers)
    run, rest = members[bad], members[~bad]
    if not run.size:
        return run
    for fullest in rest[np.argsort(-cells.answers[rest], kind="stable")]:
        if not thin(cells.size[run].sum(), cells.answers[run].sum()):
            break
        run = np.append(run, fullest)
    return run


def _spread(cells: _Cells, base: Floats, counted: NDArray[np.bool_]) -> Floats:
    """(m,) factor for the people of silent cells: within stratum and group, then within the group."""
    silent = (cells.answers == 0) & counted[cells.group]
    weight, lost = base * cells.answers, np.where(silent, cells.size, 0.0)
    _, block = number(cells.stratum * (int(cells.group.max()) + 1) + cells.group)
    there, gone = np.bincount(block, weights=weight), np.bincount(block, weights=lost)
    factor = np.where(there > 0, 1 + gone / np.where(there > 0, there, 1), 1.0)[block]
    left = np.where((there > 0)[block], 0.0, lost)
    groups = int(cells.group.max()) + 1
    kept = np.bincount(cells.group, weights=weight * factor, minlength=groups)
    lacking = np.bincount(cells.group, weights=left, minlength=groups)
    return np.asarray(factor * (1 + lacking / np.where(kept > 0, kept, 1))[cells.group])


def _coverage(names: Sample | Counts, cells: _Cells, counted: NDArray[np.bool_]) -> Iterator[Notice]:
    for group, name in enumerate(names.groups):
        here = cells.group == group
        answers, silent = cells.answers[here], cells.size[here][cells.answers[here] == 0]
        if not counted[group]:
            if answers.sum():
                yield Notice("no_frame_count", {"group": name, "answers": int(answers.sum())})
        elif not answers.sum():
            yield Notice("group_silent", {"group": name, "population": int(silent.sum())})
        elif silent.sum():
            cells_silent = int(np.sum(silent > 0))
            yield Notice("silent_cells", {"group": name, "cells": cells_silent, "people": int(silent.sum())})


def _overfull(names: Sample | Counts, cells: _Cells, overfull: NDArray[np.bool_]) -> Iterator[Notice]:
    for cell in np.flatnonzero(overfull):
        school = int(cells.school[cell])
        yield Notice(
            "more_answers_than_roster",
            {
                "group": names.groups[cells.group[cell]],
                "school": names.schools[school] if school >= 0 else None,
                "answers": int(cells.answers[cell]),
                "population": int(cells.size[cell]),
            },
        )


def _merged(names: Sample | Counts, cells: _Cells, runs: list[Integers]) -> Iterator[Notice]:
    for run in runs:
        group, stratum = names.groups[cells.group[run[0]]], names.strata[cells.stratum[run[0]]]
        yield Notice("cells_merged", {"group": group, "stratum": stratum, "cells": run.size})
