"""How often each value of a file occurs, and what its numbers look like: the file is read once, a stretch at a time.

Weighted figures take the final weight as a factor and never a count of people; a form that was left out has none.
What is here tells of single people: it is made only for those who may read microdata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from surveys.exports.extract import Column, Extract
from surveys.exports.model import Reason, Variable

WEIGHT = "final_weight"
IDENTIFIERS = ("row", "cluster")  # numbers that mean nothing
WEIGHTED: tuple[str, ...] = ("flag", "figure")  # roles of numbers that say something of people
HELD = 200_000  # different numbers of a column that may wait before they are put together

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Count:
    """n forms with one value; their shares of all that have an answer, with and without weights, from 0 to 1."""

    code: int
    n: int
    weighted: float
    share: float | None = None
    weighted_share: float | None = None


@dataclass(frozen=True)
class Tally:
    """The values of a coded variable in their order; `strays` have a value that the dictionary does not know."""

    counts: tuple[Count, ...]
    valid: int
    missing: int
    strays: int


@dataclass(frozen=True)
class Numbers:
    """What a column of numbers looks like; quartiles are interpolated. `missing` is by reason, "" for empty ones."""

    valid: int
    missing: Mapping[Reason, int]
    mean: float | None
    sd: float | None
    least: float | None
    lower: float | None
    median: float | None
    upper: float | None
    most: float | None
    weighted_mean: float | None = None
    weighted_sd: float | None = None


@dataclass(frozen=True)
class Frequencies:
    """Of `rows` forms, `weighted` of which have a weight; `of` is by the names of variables."""

    rows: int
    weight: str | None
    weighted: int
    of: Mapping[str, Tally | Numbers]


def count_values(extract: Extract, *, weight: str = WEIGHT) -> Frequencies:
    """The frequencies of all coded variables and the figures of all numbers, but of identifiers and replicates.

    1,000,000 rows take seconds, and memory for one stretch and for the different numbers of each column.
    """
    names = {each.name for each in extract.variables}
    counters = {each.name: _counter(each) for each in extract.variables if _is_counted(each)}
    weighted = 0
    for columns in extract.stretches():
        factor = columns[weight] if weight in names else np.full(len(next(iter(columns.values()))), np.nan)
        weighted += int(np.count_nonzero(~np.isnan(factor)))
        factor = np.nan_to_num(factor, nan=0.0)
        for name, counter in counters.items():
            counter.add(columns[name], factor)
    found = {name: counter.result() for name, counter in counters.items()}
    return Frequencies(extract.rows, weight if weight in names else None, weighted, found)


def _is_counted(variable: Variable) -> bool:
    return variable.kind != "text" and variable.role != "replicate" and variable.name not in IDENTIFIERS


def _counter(variable: Variable) -> _Codes | _Amounts:
    return _Codes(variable) if variable.kind == "code" else _Amounts(variable)


class _Codes:
    def __init__(self, variable: Variable) -> None:
        self._variable = variable
        self._low = min((value.code for value in variable.values), default=0)
        self._size = max((value.code for value in variable.values), default=0) - self._low + 1
        self._n = np.zeros(self._size, np.int64)
        self._weighted = np.zeros(self._size)
        self._strays = 0

    def add(self, column: Column, factor: Floats) -> None:
        place = column.astype(np.int64) - self._low
        known = (place >= 0) & (place < self._size)
        if not known.all():
            self._strays += int(np.count_nonzero(~known))
            place, factor = place[known], factor[known]
        self._n += np.bincount(place, minlength=self._size)
        self._weighted += np.bincount(place, weights=factor, minlength=self._size)

    def result(self) -> Tally:
        values = self._variable.values
        places = {value.code: value.code - self._low for value in values}
        there = {code: (int(self._n[place]), float(self._weighted[place])) for code, place in places.items()}
        valid = [there[value.code] for value in values if not value.missing]
        n, weighted = sum(each[0] for each in valid), sum(each[1] for each in valid)
        counts = tuple(
            Count(value.code, *there[value.code])
            if value.missing
            else Count(value.code, *there[value.code], *_shares(there[value.code], n, weighted))
            for value in values
        )
        missing = sum(there[value.code][0] for value in values if value.missing)
        return Tally(counts, n, missing, self._strays + int(self._n.sum()) - n - missing)


def _shares(there: tuple[int, float], n: int, weighted: float) -> tuple[float | None, float | None]:
    return there[0] / n if n else None, there[1] / weighted if weighted else None


class _Amounts:
    """Each different number, how often it is there, and with which weight."""

    def __init__(self, variable: Variable) -> None:
        self._variable = variable
        self._missing: dict[Reason, int] = {value.reason: 0 for value in variable.missing}
        self._held: list[tuple[Floats, Floats, Floats]] = []
        self._most = HELD

    def add(self, column: Column, factor: Floats) -> None:
        numbers = column.astype(np.float64)
        there = ~np.isnan(numbers)
        if not there.all():
            self._missing[""] = self._missing.get("", 0) + int(np.count_nonzero(~there))
        for value in self._variable.missing:
            without = numbers == value.code
            self._missing[value.reason] += int(np.count_nonzero(without))
            there &= ~without
        chosen = factor[there]
        self._held.append(_put_together(numbers[there], np.ones(chosen.size), chosen))
        if sum(each[0].size for each in self._held) > self._most:
            self._held = [self._all()]
            self._most = max(HELD, 2 * self._held[0][0].size)

    def _all(self) -> tuple[Floats, Floats, Floats]:
        numbers, n, weighted = (np.concatenate(each) for each in zip(*self._held, strict=True))
        return _put_together(numbers, n, weighted)

    def result(self) -> Numbers:
        numbers, n, weighted = self._all()
        valid = int(n.sum())
        if not valid:
            return Numbers(0, self._missing, *(None,) * 7)
        mean, sd = _moments(numbers, n, valid)
        lower, median, upper = (_quantile(numbers, n, valid, part) for part in (0.25, 0.5, 0.75))
        of_people = self._variable.role in WEIGHTED and bool(weighted.sum())
        moments = _moments(numbers, weighted, int(n[weighted > 0].sum())) if of_people else (None, None)
        return Numbers(
            valid, self._missing, mean, sd, float(numbers[0]), lower, median, upper, float(numbers[-1]), *moments
        )


def _put_together(numbers: Floats, n: Floats, weighted: Floats) -> tuple[Floats, Floats, Floats]:
    different, place = np.unique(numbers, return_inverse=True)
    counts, sums = (np.bincount(place, each, different.size).astype(np.float64) for each in (n, weighted))
    return different, counts, sums


def _moments(numbers: Floats, factor: Floats, n: int) -> tuple[float, float | None]:
    """The mean, and the root of n/(n-1) times the mean square from it (Lumley 2010, svyvar), of n forms."""
    total = factor.sum()
    mean = float((factor * numbers).sum() / total)
    if n < 2:
        return mean, None
    return mean, sqrt(float((factor * (numbers - mean) ** 2).sum() / total) * n / (n - 1))


def _quantile(numbers: Floats, n: Floats, valid: int, part: float) -> float:
    """Between the two nearest of the sorted numbers (Hyndman & Fan 1996, definition 7)."""
    upto, at = np.cumsum(n), (valid - 1) * part
    low, high = (float(numbers[np.searchsorted(upto, place, side="right")]) for place in (int(at), ceil(at)))
    return low + (high - low) * (at - int(at))
