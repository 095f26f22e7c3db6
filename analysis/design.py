"""Who was drawn from where: strata, clusters, people within them, and what the weights were calibrated to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.arguments import settle
from analysis.errors import AnalysisError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SecondStage:
    """Who was drawn within the sampled clusters.

    cell       : (n,) int, position of the row's stratum within its cluster (say school x group); a cell lies in one
                 cluster
    population : (M,) units that the population has in each cell; M is larger than every cell position
    unit       : (n,) int, the unit that was drawn and that the row belongs to (a class, a household), or None where
                 every row is a unit; a unit lies in one cell
    """

    cell: Integers
    population: Integers
    unit: Integers | None = None

    def __post_init__(self) -> None:
        settle(self, globals())


@dataclass(frozen=True)
class Calibration:
    """What the weights were made to add up to: estimates vary only in what these columns do not explain.

    auxiliary : (n, p) float, dense or sparse, the columns whose weighted totals were fixed (indicators of margins)
    start     : (n,) float, > 0, the weights before this calibration
    """

    auxiliary: Floats | sparse.csr_array
    start: Floats

    def __post_init__(self) -> None:
        settle(self, globals())


@dataclass(frozen=True)
class Design:
    """Strata and clusters of n rows, and their weights.

    stratum    : (n,) int, position of the row's stratum, 0 or more
    cluster    : (n,) int, position of the row's primary sampling unit, 0 or more; a cluster lies in one stratum
    weight     : (n,) float, > 0 and finite
    population : (H,) clusters that the population has in each stratum, or None where they count as drawn with
                 replacement; H is larger than every stratum position
    second     : who was drawn within the clusters, or None where that is left out; needs `population`
    calibration: what the weights were calibrated to, in order

    Raises
    ------
    AnalysisError
        Listing everything that is wrong: lengths, signs, a cluster in two strata, fewer clusters (or people) in the
        population than in the sample.
    """

    stratum: Integers
    cluster: Integers
    weight: Floats
    population: Integers | None = None
    second: SecondStage | None = None
    calibration: tuple[Calibration, ...] = ()

    def __post_init__(self) -> None:
        settle(self, globals())
        problems = _shape_problems(self) or _content_problems(self)
        if problems:
            hint = "the frame is wrong" if any("population has" in problem for problem in problems) else ""
            raise AnalysisError("Design", "strata, clusters and weights that fit", "; ".join(problems), hint)


@dataclass(frozen=True)
class Clusters:
    """The sampled clusters of a design, numbered without gaps.

    row      : (n,) position of each row's cluster, 0 to C - 1
    stratum  : (C,) position of the cluster's stratum, 0 to H - 1
    size     : (H,) n_h, sampled clusters of the stratum
    fraction : (H,) f_h, share of the stratum's clusters that were sampled; 0 where drawn with replacement
    label    : (H,) the stratum position that the caller gave
    """

    row: Integers
    stratum: Integers
    size: Integers
    fraction: Floats
    label: Integers


def _shape_problems(design: Design) -> list[str]:
    shapes = {name: np.shape(getattr(design, name)) for name in ("stratum", "cluster", "weight")}
    problems = [f"{name} has shape {shape}" for name, shape in shapes.items() if len(shape) != 1]
    if not problems and len(set(shapes.values())) > 1:
        problems.append("lengths differ: " + ", ".join(f"{name} {shape[0]}" for name, shape in shapes.items()))
    if not problems and shapes["weight"] == (0,):
        problems.append("no rows")
    return problems or [*_second_shapes(design), *_calibration_problems(design)]


def _second_shapes(design: Design) -> list[str]:
    second, rows = design.second, design.weight.size
    if second is None:
        return []
    columns = {"cell": second.cell} if second.unit is None else {"cell": second.cell, "unit": second.unit}
    problems = [
        f"second-stage {name} has shape {np.shape(column)} for {rows} rows"
        for name, column in columns.items()
        if np.shape(column) != (rows,)
    ]
    if design.population is None:
        problems.append("a second stage without the population of the first")
    if second.unit is not None and np.min(second.unit, initial=0) < 0:
        problems.append("negative second-stage units")
    if not problems and (second.cell.min() < 0 or second.cell.max() >= np.size(second.population)):
        problems.append(f"second-stage cells outside 0 to {np.size(second.population) - 1}")
    return problems


def _calibration_problems(design: Design) -> list[str]:
    rows, problems = design.weight.size, []
    for step, each in enumerate(design.calibration):
        if each.auxiliary.ndim != 2 or each.auxiliary.shape[0] != rows or np.shape(each.start) != (rows,):
            problems.append(f"calibration {step}: shapes {each.auxiliary.shape}, {np.shape(each.start)}, {rows} rows")
        elif not (np.all(np.isfinite(each.start)) and np.all(each.start > 0)):
            problems.append(f"calibration {step}: starting weights not positive and finite")
        elif not np.all(np.isfinite(each.auxiliary.data if sparse.issparse(each.auxiliary) else each.auxiliary)):
            problems.append(f"calibration {step}: columns that are not finite")
    return problems


def _content_problems(design: Design) -> list[str]:
    problems = []
    for name in ("stratum", "cluster"):
        if np.min(getattr(design, name)) < 0:
            problems.append(f"{name} has negative positions")
    if not (np.all(np.isfinite(design.weight)) and np.all(design.weight > 0)):
        bad = int(np.sum(~(design.weight > 0) | ~np.isfinite(design.weight)))
        problems.append(f"{bad} weights not positive and finite")
    if problems:
        return problems
    _, row = number(design.cluster)
    last = np.zeros(int(row.max()) + 1, np.int64)
    last[row] = design.stratum
    divided = np.unique(design.cluster[last[row] != design.stratum])
    if divided.size:
        problems.append(f"clusters in more than one stratum: {some(divided)}")
        return problems
    return [*_population_problems(design), *_second_problems(design)]


def _second_problems(design: Design) -> list[str]:
    second = design.second
    if second is None:
        return []
    if _divided(second.cell, design.cluster):
        return ["second-stage cells in more than one cluster"]
    if second.unit is None:
        drawn = np.bincount(second.cell, minlength=np.size(second.population))
    elif _divided(second.unit, second.cell):
        return ["second-stage units in more than one cell"]
    else:
        _, first = np.unique(second.unit, return_index=True)
        drawn = np.bincount(second.cell[first], minlength=np.size(second.population))
    short = np.flatnonzero(drawn > second.population)
    return [f"cells with more people sampled than the population has: {some(short)}"] if short.size else []


def _divided(inner: Integers, outer: Integers) -> bool:
    """Whether any of the inner keys lies in more than one of the outer."""
    _, row = number(inner)
    last = np.zeros(int(row.max()) + 1, np.int64)
    last[row] = outer
    return bool(np.any(last[row] != outer))


def _population_problems(design: Design) -> list[str]:
    if design.population is None:
        return []
    if np.size(design.population) <= int(design.stratum.max()):
        return [f"population for {np.size(design.population)} strata, positions up to {int(design.stratum.max())}"]
    _, first = np.unique(design.cluster, return_index=True)
    drawn = np.bincount(design.stratum[first], minlength=design.population.size)
    short = np.flatnonzero(drawn > design.population)
    return [f"strata with more clusters sampled than the population has: {some(short)}"] if short.size else []


def some(values: NDArray[np.int64]) -> str:
    """The first five positions, and how many more there are."""
    return ", ".join(str(value) for value in values[:5]) + (f" and {values.size - 5} more" if values.size > 5 else "")


def number(key: Integers) -> tuple[Integers, Integers]:
    """Number keys without gaps, in their order.

    Parameters
    ----------
    key : (n,) int, 0 or more

    Returns
    -------
    label (m,) the keys that occur, ascending; position (n,) each row's place in `label`.

    Notes
    -----
    Where the largest key is of the order of n, a table of marks does it without sorting.
    """
    largest = int(key.max(initial=0))
    if largest > 16 * key.size + 1_000_000:
        label, position = np.unique(key, return_inverse=True)
        return label, position.astype(np.int64, copy=False)
    mark = np.zeros(largest + 1, bool)
    mark[key] = True
    label = np.flatnonzero(mark)
    place = np.zeros(largest + 1, np.int64)
    place[label] = np.arange(label.size)
    return label, place[key]


def sum_by(position: Integers, values: Floats, size: int) -> Floats:
    """Sum the rows of `values` (n, k) by `position` (n,): a (size, k) table."""
    return np.asarray(summing(position, size) @ values)


def summing(position: Integers, size: int) -> sparse.csc_array:
    """The (size, n) matrix that sums n rows by `position` (n,), for use more than once."""
    columns = (np.ones(position.size), position, np.arange(position.size + 1))
    return sparse.csc_array(columns, shape=(size, position.size))


def number_clusters(design: Design) -> Clusters:
    """Number the clusters and strata of a design, and count them."""
    label, row = number(design.cluster)
    given = np.zeros(label.size, np.int64)
    given[row] = design.stratum
    strata, stratum = number(given)
    size = np.bincount(stratum, minlength=strata.size)
    fraction = np.zeros(strata.size) if design.population is None else size / design.population[strata]
    return Clusters(row=row, stratum=stratum, size=size, fraction=fraction, label=strata)
