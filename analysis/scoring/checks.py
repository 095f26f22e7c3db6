"""What comes in: arrays that fit together, or every problem named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.counting import NO_SCHOOL, Counts
from analysis.errors import AnalysisError
from analysis.frame import NOT_ASKED, Named, Sample

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def check_sample(sample: Sample) -> None:
    """AnalysisError where nobody answered; that the arrays fit, the sample itself has looked at."""
    if not sample.group.size:
        raise AnalysisError("score", "answers", "no answers", "wait for some, or look whether they were imported")


def check_counts(counts: Counts, weight: Floats) -> None:
    """AnalysisError with everything that is wrong with counts and the weights of their cells."""
    cells = counts.people.size
    problems = [] if cells and counts.people.any() else ["no answers"]
    shape = (cells, len(counts.items), counts.codes.size)
    if counts.table.shape != shape:
        problems.append(f"table {counts.table.shape} instead of {shape}")
    if np.any(counts.codes[1:] <= counts.codes[:-1]) or NOT_ASKED in counts.codes:
        problems.append("codes not ascending, or NOT_ASKED among them")
    where = {"group": counts.group, "school": counts.school, "stratum": counts.stratum}
    problems += _positions(counts, where, cells)
    problems += _weights(weight, cells)
    problems = problems or list(_content(counts))
    if problems:
        raise AnalysisError("score_counts", "counts and weights that fit together", "; ".join(problems))


def _positions(names: Named, where: Mapping[str, Integers], n: int) -> Iterator[str]:
    ranges = (("group", len(names.groups), 0), ("school", len(names.schools), -1), ("stratum", len(names.strata), 0))
    for name, size, least in ranges:
        values = where[name]
        if values.shape != (n,):
            yield f"{name} {values.shape} for {n} people"
        elif n and (values.min() < least or values.max() >= size):
            yield f"{name} outside {least} to {size - 1}"


def _weights(weight: Floats, n: int) -> Iterator[str]:
    weight = np.asarray(weight)
    if weight.shape != (n,):
        yield f"weight {weight.shape} for {n} people"
    elif n and not (weight.min() > 0 and weight.max() < np.inf):  # NaN is neither
        bad = int(np.sum(~(weight > 0) | ~np.isfinite(weight)))
        yield f"{bad} weights not positive and finite"


def _content(counts: Counts) -> Iterator[str]:
    alone = counts.school == NO_SCHOOL
    places = np.flatnonzero(alone).tolist()
    key = ((counts.school + 1) * len(counts.groups) + counts.group) * len(counts.strata) + counts.stratum
    key.sort()
    if np.any(key[1:] == key[:-1]):
        yield "the same cell twice"
    school, stratum = counts.school[~alone], counts.stratum[~alone]
    last = np.zeros(len(counts.schools), np.int64)
    last[school] = stratum
    if np.any(last[school] != stratum):
        yield "a school in more than one stratum"
    wide = counts.table.shape[1] * counts.codes.size
    shapes = {cell: counts.pairs[cell].shape for cell in places if cell in counts.pairs}
    lacking = [cell for cell in places if shapes.get(cell) != (wide, wide)]
    if lacking:
        yield f"no pairs ({wide}, {wide}) for cells without a school: {lacking[:5]}"
