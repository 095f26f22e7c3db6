"""What somebody without the right to single answers is shown.

One group at a time, whole; of each pair of a background variable and a question one table, whichever figure is asked
for; in it no cell about few people, and none that follows from the others; coarse numbers. Reasons: docs/bench.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.disclosure import find_small, protect, two_way
from surveys.bench.asking import problem_at
from surveys.bench.model import Label, Plain, Request, Variable
from surveys.bench.people import OUTSIDE, Column, Flags, Integers, People
from surveys.bench.variables import GROUP
from surveys.disclosure.rule import PublicationRule
from surveys.errors import Problem, SurveyError

MOST_CATEGORIES = 8
LEAST_MODELLED = 50  # complete forms that a scale or a model needs
LEVELS = (0.9, 0.95, 0.99)
TENS = 10  # numbers of people are told to the nearest
EXACT = 5000  # people from which percentages have a decimal
OTHERS = Label(words="bench", key="others")
POSITIVE = Label(words="bench", key="positive")


@dataclass(frozen=True)
class Guard:
    """The limits of one reader; `right` lifts all of them."""

    right: bool
    smallest: int
    protection: int
    fewest: int

    @classmethod
    def of(cls, rule: PublicationRule, *, right: bool) -> Guard:
        return cls(right, rule.smallest, rule.protection, rule.fewest)

    def check(self, request: Request, known: Mapping[str, Variable]) -> None:
        """Raise SurveyError(`bench.guarded`) with everything that would take the right to single answers."""
        problems = [] if self.right else list(_beyond(request, known))
        if problems:
            raise SurveyError("bench.guarded", "forbidden", problems)

    def people(self, n: int | None) -> int | None:
        """A number of people as it is told; None of few."""
        if self.right or n is None or n == 0:
            return n
        return None if n < self.smallest else int((n + TENS // 2) // TENS * TENS)

    def effective(self, n: float | None) -> float | None:
        return n if self.right or n is None else self.people(int(n))

    def decimals(self, n: int) -> int | None:
        """Of percentages and points about a base of n people; None for all."""
        return None if self.right else int(n >= EXACT)


def _beyond(request: Request, known: Mapping[str, Variable]) -> Iterator[Problem]:
    if len(request.groups) != 1:
        yield problem_at("bench.one_group", "groups", ", ".join(request.groups) or None)
    if request.where:
        yield problem_at("bench.no_filter", "where")
    if request.positive:
        yield problem_at("bench.no_codes", "positive")
    if request.level not in LEVELS:  # limits at many levels would tell a value more exactly than it is printed
        yield problem_at("bench.levels", "level", request.level, expected=", ".join(map(str, LEVELS)))
    if len(request.by) > 1:
        yield problem_at("bench.one_by", "by", ", ".join(request.by))
    for field in ("rows", "columns", "by", "on"):
        for name in getattr(request, field):
            if name == GROUP:
                yield problem_at("bench.no_groups", field, name)
    for name in request.by:
        if not known[name].splits:
            yield problem_at("bench.no_answers", "by", name)
    for row in request.rows:
        for column in request.columns:
            if not (known[row].splits or known[column].splits):
                yield problem_at("bench.two_answers", "columns", f"{row} × {column}")
    if request.kind == "ordinal":
        for name in request.on:
            if not known[name].splits:
                yield problem_at("bench.no_answers", "on", name)


def settle_categories(column: Column, guard: Guard) -> Column:
    """The column with categories of few people put together with a neighbour: the same, whatever it is crossed with."""
    if guard.right:
        return column
    counts = np.bincount(column.position[column.position >= 0], minlength=column.size).tolist()
    runs = _merge(counts, guard.smallest)
    return _recode(column, runs)


def _merge(counts: Sequence[int], smallest: int) -> list[list[int]]:
    """Neighbours put together until none is about few people: the smallest first, with its smaller neighbour."""
    runs = [[place] for place in range(len(counts))]
    sizes = list(counts)
    while len(runs) > 1 and min(sizes) < smallest:
        joined = _join_one(sizes, sizes.index(min(sizes)))
        runs = [[place for at in each for place in runs[at]] for each in joined]
        sizes = [sum(sizes[at] for at in each) for each in joined]
    return runs


def _join_one(sizes: Sequence[int], at: int) -> list[list[int]]:
    """All places, the one at `at` together with the smaller of its neighbours."""
    beside = [place for place in (at - 1, at + 1) if 0 <= place < len(sizes)]
    first, second = sorted((at, min(beside, key=lambda place: sizes[place])))
    runs = [[place] for place in range(len(sizes))]
    return [*runs[:first], [first, second], *runs[second + 1 :]]


def _recode(column: Column, runs: Sequence[Sequence[int]]) -> Column:
    table = np.full(column.size + 1, OUTSIDE)  # the last for whoever has none
    for place, run in enumerate(runs):
        table[list(run)] = place
    labels = tuple(
        column.labels[run[0]] if len(run) == 1 else Label(parts=tuple(_flat(column.labels[place] for place in run)))
        for run in runs
    )
    return replace(column, position=table[column.position], labels=labels)


def _flat(labels: Iterable[Label]) -> Iterator[Label]:
    for each in labels:
        yield from each.parts or (each,)


@dataclass(frozen=True)
class Crossing:
    """Two variables crossed, and which cells of it may be shown.

    row, column : with whatever had to be put together
    counts      : (r, c) people
    hidden      : (r, c) cells that are not told
    coarse      : whether the answers were reduced to satisfied and others, because some cell was about few people
    """

    row: Column
    column: Column
    counts: Integers
    hidden: Flags
    coarse: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything is shown, so that tests and other figures give nothing away."""
        return not bool(self.hidden.any())

    @cached_property
    def inside(self) -> Flags:
        return np.asarray((self.row.position >= 0) & (self.column.position >= 0))


def cross(people: People, row: str, column: str, base: Flags, guard: Guard) -> Crossing:
    """The one table of two variables that a reader may see, however it is asked for."""
    one, other = (settle_categories(people.column(name, base), guard) for name in (row, column))
    counts = _counts(one, other)
    free = Crossing(one, other, counts, np.zeros(counts.shape, bool))
    if guard.right or not counts.size:
        return free
    opinions = not (one.variable.splits and other.variable.splits)
    if not _few(counts, guard.smallest, opinions).any():
        return free
    if one.variable.scored:
        one = settle_categories(halve(people, row, base), guard)
    elif other.variable.scored:
        other = settle_categories(halve(people, column, base), guard)
    coarse = one.variable.scored or other.variable.scored
    counts = _counts(one, other)
    hidden = _hide(counts, guard, opinions)
    if hidden.all():
        one, other = _widen(one, other, guard.smallest, opinions)
        counts = _counts(one, other)
        hidden = _hide(counts, guard, opinions)
    return Crossing(one, other, counts, hidden, coarse)


def _widen(one: Column, other: Column, smallest: int, opinions: bool) -> tuple[Column, Column]:
    """The table with categories of the background variable put together until no cell is about few people."""
    first = one.variable.splits
    while (one if first else other).size > 1:
        counts = _counts(one, other) if first else _counts(one, other).T
        few = _few(counts, smallest, opinions)
        if not few.any():
            break
        least = np.where(few, counts, smallest).min(axis=1)
        runs = _join_one(counts.sum(axis=1).tolist(), int(np.argmin(least)))
        one, other = (_recode(one, runs), other) if first else (one, _recode(other, runs))
    return one, other


def halve(people: People, name: str, base: Flags) -> Column:
    """An item as satisfied (0) and others (1)."""
    variable = people.known[name]
    codes = people.codes(name)
    valid = base & np.isin(codes, variable.codes)
    position = np.where(valid, np.where(np.isin(codes, sorted(variable.positive)), 0, 1), OUTSIDE)
    return Column(variable, position, (POSITIVE, OTHERS))


def _counts(row: Column, column: Column) -> Integers:
    inside = (row.position >= 0) & (column.position >= 0)
    key = row.position[inside] * column.size + column.position[inside]
    return np.bincount(key, minlength=row.size * column.size).reshape(row.size, column.size)


def _few(counts: Integers, smallest: int, opinions: bool) -> Flags:
    """Cells about few people; where it is about opinions, that nobody has one says what all others have."""
    return np.asarray((counts < smallest) if opinions else (counts > 0) & (counts < smallest))


def _hide(counts: Integers, guard: Guard, opinions: bool) -> Flags:
    """The cells to hide. Totals of rows and columns are in other tables: where they would have to be hidden, all is."""
    few = _few(counts, guard.smallest, opinions)
    if not few.any():
        return few
    table = two_way(counts)
    withhold = np.zeros((counts.shape[0] + 1, counts.shape[1] + 1), bool)
    withhold[:-1, :-1] = few
    found = protect(table, smallest=guard.smallest, protection=guard.protection, withhold=withhold.ravel())
    hidden = found.hidden.reshape(withhold.shape)
    margins = hidden[-1].any() or hidden[:, -1].any()
    if margins or not found.audit.safe or find_small(_margins(counts), smallest=guard.smallest).any():
        return np.ones(counts.shape, bool)
    return np.asarray(hidden[:-1, :-1])


def _margins(counts: Integers) -> Integers:
    return np.concatenate([counts.sum(axis=0), counts.sum(axis=1)])


def rounded(value: float | None, decimals: int | None) -> float | None:
    """A number with so many decimals; all of them where None."""
    if value is None or not np.isfinite(value):
        return None
    return float(value) if decimals is None else float(round(value, decimals)) + 0.0  # never minus nothing


def outwards(low: float | None, high: float | None, decimals: int | None) -> tuple[float | None, float | None]:
    """Limits with so many decimals, the interval never made shorter."""
    if low is None or high is None or not (np.isfinite(low) and np.isfinite(high)):
        return None, None
    if decimals is None:
        return float(low), float(high)
    scale = 10.0**decimals
    return float(np.floor(low * scale + 1e-9) / scale), float(np.ceil(high * scale - 1e-9) / scale)


def estimate_plain(guard: Guard, n: int, value: float, se: float, low: float, high: float) -> Plain:
    """Value, error and limits in points, as a reader may see them of a base of n people."""
    decimals = guard.decimals(n)
    least, most = outwards(low, high, decimals)
    return {
        "value": rounded(value, decimals),
        "se": rounded(se, None if decimals is None else decimals + 1),
        "low": least,
        "high": most,
    }


NO_FIGURE: Plain = dict.fromkeys(("value", "se", "low", "high"))
