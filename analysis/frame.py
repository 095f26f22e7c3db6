"""The answers and the design, as arrays. Made in one place (`surveys.datasets`), read by all of `analysis`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

MISSING = 0  # the question was on the paper and was left blank
NOT_ASKED = 255  # the question was not on this respondent's paper
LEAST = {"group": 0, "school": -1, "stratum": 0, "cluster": 0, "size": 0}  # lowest position; -1 for no school


@dataclass(frozen=True)
class Sample:
    """n people by J items.

    answers : (n, J) uint8, option codes 1..254, MISSING or NOT_ASKED
    items   : J item ids
    group   : (n,) int, position in `groups`
    school  : (n,) int, position in `schools`, -1 where the person belongs to no school
    stratum : (n,) int, position in `strata`
    cluster : (n,) int, the primary sampling unit: a school, or the person where there is no school;
              a cluster lies in one stratum
    weight  : (n,) float, final weights, > 0

    Raises
    ------
    AnalysisError
        Listing every array that does not fit: shape, type, positions that have no name, weights.
    """

    answers: NDArray[np.uint8]
    items: tuple[str, ...]
    group: NDArray[np.int64]
    groups: tuple[str, ...]
    school: NDArray[np.int64]
    schools: tuple[str, ...]
    stratum: NDArray[np.int64]
    strata: tuple[str, ...]
    cluster: NDArray[np.int64]
    weight: NDArray[np.float64]

    def __post_init__(self) -> None:
        n = np.size(self.group)
        names = {"group": self.groups, "school": self.schools, "stratum": self.strata}
        sizes: dict[str, int | None] = {name: len(each) for name, each in names.items()}
        problems = [*_answer_problems(self, n), *_weight_problems(self.weight, n)]
        for name, size in {**sizes, "cluster": None}.items():
            problems += _column_problems(name, getattr(self, name), n, LEAST[name], size)
        if problems:
            raise AnalysisError("Sample", "a sample whose arrays and names fit together", "; ".join(problems))


@dataclass(frozen=True)
class Population:
    """The frame as arrays: one entry per cell, a school x group, or a group of the county (`school` -1).

    Positions refer to the same `groups`, `schools` and `strata` as the Sample's. `size` is in people.

    Raises
    ------
    AnalysisError
        Listing every array that does not fit: shape, type, negative positions or counts.
    """

    group: NDArray[np.int64]
    school: NDArray[np.int64]
    stratum: NDArray[np.int64]
    size: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = np.size(self.group)
        problems: list[str] = []
        for name in ("group", "school", "stratum", "size"):
            problems += _column_problems(name, getattr(self, name), n, LEAST[name], None)
        if problems:
            raise AnalysisError("Population", "columns of the frame that fit together", "; ".join(problems))


class Named(Protocol):
    """What a sample and its counts have in common: the names that positions stand for."""

    @property
    def items(self) -> tuple[str, ...]: ...

    @property
    def groups(self) -> tuple[str, ...]: ...

    @property
    def schools(self) -> tuple[str, ...]: ...

    @property
    def strata(self) -> tuple[str, ...]: ...


def check_places(where: str, names: Named, population: Population) -> None:
    """AnalysisError where the frame speaks of groups, schools or strata that have no name."""
    sizes = {"group": len(names.groups), "school": len(names.schools), "stratum": len(names.strata)}
    problems: list[str] = []
    for name, size in sizes.items():
        problems += _column_problems(name, getattr(population, name), population.group.size, LEAST[name], size)
    if problems:
        raise AnalysisError(where, "a frame of the groups, schools and strata of the answers", "; ".join(problems))


def _answer_problems(sample: Sample, n: int) -> Iterator[str]:
    shape, kind = np.shape(sample.answers), getattr(sample.answers, "dtype", None)
    if shape != (n, len(sample.items)):
        yield f"answers {shape} for {n} people and {len(sample.items)} items"
    if kind != np.uint8:
        yield f"answers of type {kind} instead of uint8"


def _weight_problems(weight: NDArray[np.float64], n: int) -> Iterator[str]:
    if not isinstance(weight, np.ndarray) or weight.dtype.kind not in "fiu":
        yield f"weight of type {getattr(weight, 'dtype', type(weight).__name__)} instead of numbers"
    elif weight.shape != (n,):
        yield f"weight {weight.shape} for {n} people"
    elif n and not (weight.min() > 0 and weight.max() < np.inf):  # NaN is neither
        yield f"{int(np.sum(~(weight > 0) | ~np.isfinite(weight)))} weights not positive and finite"


def _column_problems(name: str, column: NDArray[np.int64], n: int, least: int, size: int | None) -> Iterator[str]:
    if not isinstance(column, np.ndarray) or column.dtype.kind not in "iu":
        yield f"{name} of type {getattr(column, 'dtype', type(column).__name__)} instead of whole numbers"
    elif column.shape != (n,):
        yield f"{name} {column.shape} for {n} rows"
    elif n and (column.min() < least or (size is not None and column.max() >= size)):
        yield f"{name} outside {least} to {size - 1}" if size is not None else f"{name} below {least}"
