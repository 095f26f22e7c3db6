"""How often each answer was given, by school and group: all that a score needs where weights are constant in cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import NOT_ASKED, Sample

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
NO_SCHOOL = -1
ROWS = 1 << 17  # of a chunk: its columns fit the cache, and there are more of them than bins to add up
STRIP = 1 << 14  # rows that are turned into columns at once
BINS = 1 << 19  # most bins in which two items are counted at once; more do not fit the cache
PEOPLE = 1 << 14  # of a chunk that is spread into one column for each item and code


@dataclass(frozen=True)
class Counts:
    """How often each code was given, in C cells: a school x group, or a group of the county, within a stratum.

    Positions mean the same as in `Sample`. A school is one cluster; people without a school are clusters of their own.

    group, school, stratum : (C,) int; school -1 where the people of the cell belong to none
    people : (C,) int, respondents of the cell
    codes  : (B,) uint8, the codes that occur, ascending; MISSING may be one, NOT_ASKED is never listed
    table  : (C, J, B) int, people of the cell who gave item j the code b; those of `people` who gave none were not
             asked
    pairs  : for each cell without a school (J B, J B) int, people who gave item j code b and item l code c
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    schools: tuple[str, ...]
    strata: tuple[str, ...]
    group: Integers
    school: Integers
    stratum: Integers
    people: Integers
    codes: Bytes
    table: Integers
    pairs: Mapping[int, Integers]


def count_answers(sample: Sample) -> Counts:
    """Count the answers of a sample.

    Parameters
    ----------
    sample : Sample
        its `weight` is not read

    Returns
    -------
    Counts
        cells in the order of school (those without one first), group, stratum

    Raises
    ------
    AnalysisError
        A cluster that is neither one school nor one person without a school; a school in several strata.
    """
    _check(sample)
    groups, strata = len(sample.groups), len(sample.strata)
    label, row = number(((sample.school + 1) * groups + sample.group) * strata + sample.stratum)
    codes = find_codes(sample.answers)
    size, items = codes.size + 1, len(sample.items)
    bins = np.full((items, 256), codes.size, np.uint8)
    bins[:, codes] = np.arange(codes.size)
    counted = count_bins(Keys(sample.answers, np.arange(items), bins, size, row, label.size))[0]
    school = label // (groups * strata) - 1
    return Counts(
        items=sample.items,
        groups=sample.groups,
        schools=sample.schools,
        strata=sample.strata,
        group=label // strata % groups,
        school=school,
        stratum=label % strata,
        people=np.bincount(row, minlength=label.size),
        codes=codes,
        table=np.rint(counted[:, :, :-1]).astype(np.int64),
        pairs={int(cell): _pairs(sample.answers, np.flatnonzero(row == cell), codes) for cell in _alone(school)},
    )


def _check(sample: Sample) -> None:
    """That clusters are schools, or people."""
    with_school = sample.school != NO_SCHOOL
    label, cluster = number(sample.cluster)
    problems = []
    if np.any(np.bincount(cluster, minlength=label.size)[cluster[~with_school]] > 1):
        problems.append("people without a school who share a cluster")
    for name, one, other in (
        ("a cluster with several schools", cluster, sample.school),
        ("a school with several clusters", sample.school, cluster),
        ("a school in several strata", sample.school, sample.stratum),
    ):
        if not _decides(one[with_school], other[with_school]):
            problems.append(name)
    if problems:
        hint = "score the sample itself"
        raise AnalysisError(
            "count_answers", "each school, and each person without one, a cluster", "; ".join(problems), hint
        )


def _decides(one: Integers, other: Integers) -> bool:
    """Whether all rows with the same `one` have the same `other`."""
    last = np.zeros(int(one.max(initial=0)) + 1, np.int64)
    last[one] = other
    return bool(np.array_equal(last[one], other))


def _alone(school: Integers) -> Integers:
    return np.flatnonzero(school == NO_SCHOOL)


def find_codes(answers: Bytes) -> Bytes:
    """The codes that occur in a matrix of answers (n, J), ascending, without NOT_ASKED."""
    mark = np.zeros(256, bool)
    for begin in range(0, answers.shape[0], ROWS):
        mark[answers[begin : begin + ROWS]] = True
    mark[NOT_ASKED] = False
    return np.flatnonzero(mark).astype(np.uint8)


def _pairs(answers: Bytes, rows: Integers, codes: Bytes) -> Integers:
    """(J B, J B) people of these rows by two items and their codes."""
    wide = answers.shape[1] * codes.size
    found = np.zeros((wide, wide))
    for begin in range(0, rows.size, PEOPLE):
        part = answers[rows[begin : begin + PEOPLE], :, None]
        given = (part == codes).reshape(part.shape[0], wide).astype(np.float32)
        found += given.T @ given  # whole numbers below 2^24 are exact
    return np.asarray(np.rint(found), np.int64)


@dataclass(frozen=True)
class Keys:
    """A matrix of answers as keys of cell and bin, for one item or two at a time.

    Rows go in chunks that fit the cache. Two items make one key where that makes few bins: half as many passes, and
    what is counted of one item is a margin of what is counted of both.

    answers : (n, L) uint8
    column  : (J,) which columns are meant
    bins    : (J, 256) uint8, the bin of each code of an item, below `size`
    size    : B
    row     : (n,) int, the cell of each person, below `cells`
    """

    answers: Bytes
    column: Integers
    bins: Bytes
    size: int
    row: Integers
    cells: int

    @property
    def together(self) -> int:
        """How many items make a key."""
        return 2 if self.cells * self.size**2 <= BINS else 1

    def chunks(self) -> Iterator[tuple[slice, Iterator[tuple[int, Integers]]]]:
        """The rows of each chunk, and for each part of the items their keys; an array is used again for the next."""
        lookups = self._lookups()
        first, key = np.empty(ROWS, np.int64), np.empty(ROWS, np.int64)
        for begin in range(0, self.row.size, ROWS):
            here = slice(begin, min(begin + ROWS, self.row.size))
            n = here.stop - begin
            np.multiply(self.row[here], self.size**self.together, out=first[:n])
            yield here, self._keys(_turned(self.answers[here]), lookups, first[:n], key[:n])

    def _keys(
        self, block: Bytes, lookups: Sequence[Integers], first: Integers, key: Integers
    ) -> Iterator[tuple[int, Integers]]:
        for part, lookup in enumerate(lookups):
            lookup.take(self._code(block, part), out=key, mode="clip")  # to raise would take a copy
            key += first
            yield part, key

    def _code(self, block: Bytes, part: int) -> NDArray[np.uint8] | NDArray[np.uint16]:
        if self.together == 1:
            return np.asarray(block[self.column[part]])
        one, other = 2 * part, min(2 * part + 1, self.column.size - 1)
        code = block[self.column[one]].astype(np.uint16)
        code *= 256
        code += block[self.column[other]]
        return np.asarray(code)

    def _lookups(self) -> list[Integers]:
        """For each part the bin of a code, or of two (256 times the one plus the other)."""
        wide = self.bins.astype(np.int64)
        if self.together == 1:
            return list(wide)
        pairs = zip(wide[::2], (*wide[1::2], wide[-1]), strict=False)
        return [np.add.outer(one * self.size, other).ravel() for one, other in pairs]

    def join(self, tables: Floats) -> list[Floats]:
        """For each part a table by key (cells B^k,), from tables by item (J, cells, B) whose entries add up."""
        if self.together == 1:
            return [table.ravel() for table in tables]
        nothing = np.zeros_like(tables[:1])
        pairs = zip(tables[::2], (*tables[1::2], *nothing), strict=False)
        return [(one[:, :, None] + other[:, None, :]).ravel() for one, other in pairs]


def count_bins(keys: Keys, weights: Sequence[Floats] = ()) -> tuple[Floats, ...]:
    """Count a matrix of answers by cell, item and bin.

    Parameters
    ----------
    keys : Keys of n people
    weights : k arrays (n,) to be summed as well

    Returns
    -------
    1 + k tables (cells, J, B): people, then sums of the weights
    """
    together, wide, items = keys.together, keys.size**keys.together, keys.column.size
    margin = _margin(keys.size, together)
    tables = tuple(np.zeros((-(-items // together), keys.cells, margin.shape[1])) for _ in range(1 + len(weights)))
    for here, parts in keys.chunks():
        for part, key in parts:
            for table, weight in zip(tables, (None, *weights), strict=True):
                each = None if weight is None else weight[here]
                found = np.bincount(key, weights=each, minlength=keys.cells * wide)
                table[part] += found.reshape(keys.cells, wide) @ margin
    return tuple(_by_item(table, keys.size, items) for table in tables)


def _turned(answers: Bytes) -> Bytes:
    """(L, m) the columns of some rows, each in one piece; strip by strip, since a whole block leaves the cache."""
    turned = np.empty(answers.shape[::-1], np.uint8)
    for begin in range(0, answers.shape[0], STRIP):
        turned[:, begin : begin + STRIP] = answers[begin : begin + STRIP].T
    return turned


def _margin(size: int, together: int) -> Floats:
    """(B^k, k B) which bin of each of k items a bin of all of them belongs to."""
    own = np.eye(size)
    return own if together == 1 else np.hstack([np.repeat(own, size, axis=0), np.tile(own, (size, 1))])


def _by_item(table: Floats, size: int, items: int) -> Floats:
    """(cells, J, B)"""
    parts, cells, wide = table.shape
    apart = table.reshape(parts, cells, wide // size, size).swapaxes(0, 1)
    return np.ascontiguousarray(apart.reshape(cells, parts * (wide // size), size)[:, :items])
