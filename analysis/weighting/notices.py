"""What the reader of weights must know."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.frame import Sample
from analysis.results import Notice
from analysis.weighting.cells import Cells

Integers = NDArray[np.int64]


def of_coverage(
    names: Sample | Counts, cells: Cells, counted: NDArray[np.bool_], asked: NDArray[np.bool_] | None = None
) -> Iterator[Notice]:
    """Groups without a count, groups and cells without an answer; cells that were not `asked` are not called silent."""
    for group, name in enumerate(names.groups):
        here = cells.group == group
        answers, people = cells.answers[here], cells.size[here]
        silent = people[(answers == 0) & (True if asked is None else asked[here])]
        if not counted[group]:
            if answers.sum():
                yield Notice("no_frame_count", {"group": name, "answers": int(answers.sum())})
        elif not answers.sum():
            yield Notice("group_silent", {"group": name, "population": int(people.sum())})
        elif silent.sum():
            cells_silent = int(np.sum(silent > 0))
            yield Notice("silent_cells", {"group": name, "cells": cells_silent, "people": int(silent.sum())})


def of_full_cells(names: Sample | Counts, cells: Cells, overfull: NDArray[np.bool_]) -> Iterator[Notice]:
    """Cells that gave more answers than they have people."""
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


def of_merged_cells(names: Sample | Counts, cells: Cells, runs: list[Integers]) -> Iterator[Notice]:
    """Cells that were merged."""
    for run in runs:
        group, stratum = names.groups[cells.group[run[0]]], names.strata[cells.stratum[run[0]]]
        yield Notice("cells_merged", {"group": group, "stratum": stratum, "cells": run.size})
