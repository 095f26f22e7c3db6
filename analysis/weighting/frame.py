"""From the frame to weights: each answer stands for the people of its school and group who gave none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.results import Notice
from analysis.weighting.cells import Cells, Rows, check, make_cells
from analysis.weighting.notices import of_coverage, of_full_cells, of_merged_cells

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Overfull = Literal["error", "floor", "share"]


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


def frame_weights(
    sample: Sample, population: Population, *, least: int = 5, most: float = 3.0, overfull: Overfull = "error"
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
    overfull : what to do with a cell that gave more answers than it has people: `error`, an AnalysisError; `floor`,
        its answers weigh 1; `share`, N / r, their share of the people, so that extra answers gain the school nothing

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
        Arrays that do not fit, negative counts, the same cell twice; more answers than people under `error`.

    References
    ----------
    Kish 1965, Survey Sampling. Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    ones = np.ones(sample.group.size, np.int64)
    return _weigh(Rows(sample, sample.group, sample.school, sample.stratum, ones), population, least, most, overfull)


def cell_weights(
    counts: Counts, population: Population, *, least: int = 5, most: float = 3.0, overfull: Overfull = "error"
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
    rows = Rows(counts, counts.group, counts.school, counts.stratum, counts.people)
    return _weigh(rows, population, least, most, overfull)


def _weigh(rows: Rows, population: Population, least: int, most: float, overfull: Overfull) -> Weights:
    check(rows, population)
    cells = make_cells(rows, population)
    names = rows.names
    counted = np.bincount(cells.group, weights=cells.size, minlength=len(names.groups)) > 0
    full = counted[cells.group] & (cells.answers > cells.size)
    base, merged = people_per_answer(cells, full | ~counted[cells.group], least, most)
    told = tuple(of_full_cells(names, cells, full))
    if told and overfull == "error":
        raise _roster_is_wrong(told)
    if overfull == "share":
        bounded = full & (cells.size > 0)
        base[bounded] = cells.size[bounded] / cells.answers[bounded]
    factor = spread(cells, base, counted)
    notices = (
        *of_coverage(names, cells, counted),
        *told,
        *of_merged_cells(names, cells, merged),
    )
    return Weights(base[cells.row], factor[cells.row], (base * factor)[cells.row], notices)


def _roster_is_wrong(full: tuple[Notice, ...]) -> AnalysisError:
    each = [
        f"{n['school'] or 'county'}, {n['group']}: {n['answers']} of {n['population']}"
        for n in (x.params for x in full)
    ]
    got = "; ".join(each[:5]) + (f"; and {len(each) - 5} more" if len(each) > 5 else "")
    hint = "the roster is wrong or somebody answered twice: correct it, or choose floor or share"
    return AnalysisError("frame_weights", "no more answers than people in a school and group", got, hint)


def people_per_answer(cells: Cells, alone: NDArray[np.bool_], least: int, most: float) -> tuple[Floats, list[Integers]]:
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


def _thin_run(cells: Cells, members: Integers, least: int, most: float) -> Integers:
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


def spread(cells: Cells, base: Floats, counted: NDArray[np.bool_]) -> Floats:
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
