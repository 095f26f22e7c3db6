"""Where people are: cells of one group in one cluster, the clusters, and the strata they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from analysis.counting import NO_SCHOOL, Counts
from analysis.design import number
from analysis.errors import AnalysisError
from analysis.frame import Named, Sample
from analysis.results import Notice
from analysis.strata import collapse

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
ROWS = 1 << 13  # of a chunk: some columns of eight bytes fit the nearest cache


@dataclass(frozen=True)
class Cells:
    """C cells, the I clusters in H strata they lie in, and the R places (school x group) they make up.

    A cluster of one person stands with all others of its group, school and stratum for one entry of size m: the
    people are clusters of their own, and only their sum and their spread are kept.

    group, school, people : (C,) of the cell; school -1 for none
    cluster : (C,) its cluster, 0 to I - 1
    size    : (I,) how many clusters the entry stands for: 1, or the m people
    first   : (H,) the first cluster of each stratum; clusters stand in the order of strata
    place   : (C,); place_school, place_group (R,)
    """

    group: Integers
    school: Integers
    people: Integers
    cluster: Integers
    size: Integers
    stratum: Integers
    first: Integers
    place: Integers
    place_school: Integers
    place_group: Integers

    @cached_property
    def clusters(self) -> Integers:
        """(H,) clusters of each stratum."""
        return np.asarray(np.add.reduceat(self.size, self.first))

    @cached_property
    def scale(self) -> Floats:
        """(I,) n_h / (n_h - 1) of the stratum of each cluster."""
        return np.asarray(self.clusters / np.maximum(self.clusters - 1, 1))[self.stratum]

    @property
    def alone(self) -> NDArray[np.bool_]:
        """(C,) whether the cell's people are clusters of their own."""
        return self.size[self.cluster] > 1

    @cached_property
    def several(self) -> bool:
        """Whether any entry stands for several clusters."""
        return bool((self.size > 1).any())

    def by_place(self, table: Floats) -> Floats:
        """Sums of a table (C, k) by place: (R, k)."""
        if self.place_school.size == self.place.size:
            if np.all(self.place[1:] > self.place[:-1]):
                return table
            result = np.empty_like(table)
            result[self.place] = table
            return result
        return sum_rows(self.place, table, self.place_school.size)


def sum_rows(position: Integers, table: Floats, size: int) -> Floats:
    """Sums of the rows of a table (m, ...) by position (m,): (size, ...)."""
    result = np.zeros((size, *table.shape[1:]))
    if np.any(position[1:] < position[:-1]):
        order = np.argsort(position, kind="stable")
        position, table = position[order], table[order]
    first = np.flatnonzero(np.concatenate([[True], position[1:] != position[:-1]])[: position.size])
    if first.size == position.size:
        result[position] = table
    elif first.size:
        result[position[first]] = np.add.reduceat(table, first, axis=0)
    return result


def cells_of_sample(sample: Sample) -> tuple[Cells, Integers, tuple[Notice, ...]]:
    """The cells of a sample, each person's cell (n,), and what was merged."""
    groups, schools = len(sample.groups), len(sample.schools) + 1
    cluster = sample.cluster
    if cluster.max() > 16 * cluster.size + 1_000_000:
        _, cluster = number(cluster)
    people = np.bincount(cluster)
    site = _sites(sample, cluster, people.size)
    several = np.flatnonzero(people > 1)
    owner = several.size + site  # clusters of one person, by where they are; the others by themselves
    owner[several] = np.arange(several.size)
    label, row = _number(sample, cluster, owner, (several.size + schools * len(sample.strata)) * groups)
    own = label // groups
    alone = own >= several.size
    place = np.where(alone, own - several.size, site[several[np.minimum(own, several.size - 1)]] if several.size else 0)
    apart = several.size + np.arange(label.size)
    cells, merged = _assemble(
        sample,
        label % groups,
        place % schools - 1,
        place // schools,
        np.bincount(row, minlength=label.size),
        np.where(alone, apart, own),
        alone,
    )
    return cells, row, merged


def _chunks(n: int) -> Iterator[slice]:
    return (slice(begin, begin + ROWS) for begin in range(0, n, ROWS))


def _sites(sample: Sample, cluster: Integers, size: int) -> Integers:
    """Stratum and school of each cluster, as one number; AnalysisError where a cluster lies in two."""
    schools = len(sample.schools) + 1
    found = np.zeros(size, np.int64)
    for again in (False, True):
        for here in _chunks(cluster.size):
            site = sample.stratum[here] * schools + sample.school[here] + 1
            if not again:
                found[cluster[here]] = site
            elif not np.array_equal(found.take(cluster[here]), site):
                _refuse(sample, cluster)
    return found


def _refuse(sample: Sample, cluster: Integers) -> NoReturn:
    last = np.zeros(int(cluster.max()) + 1, np.int64)
    last[cluster] = sample.stratum
    divided = np.unique(sample.cluster[last[cluster] != sample.stratum])
    if divided.size:
        found = f"clusters in more than one stratum: {divided[:5].tolist()}"
        raise AnalysisError("score", "clusters that lie in one stratum each", found)
    raise AnalysisError("score", "clusters that lie in one school each", "clusters with people of several schools")


def _number(sample: Sample, cluster: Integers, owner: Integers, size: int) -> tuple[Integers, Integers]:
    """The keys of owner and group that occur, ascending, and each person's place among them (n,)."""
    row, mark = np.empty(cluster.size, np.int64), np.zeros(size, bool)
    for here in _chunks(cluster.size):
        key = owner.take(cluster[here]) * len(sample.groups) + sample.group[here]
        row[here] = key
        mark[key] = True
    label = np.flatnonzero(mark)
    place = np.cumsum(mark) - 1
    for here in _chunks(cluster.size):
        row[here] = place.take(row[here])
    return label, row


def cells_of_counts(counts: Counts) -> tuple[Cells, tuple[Notice, ...]]:
    """The cells of counts, and what was merged. A school is a cluster; people without one are clusters each."""
    alone = counts.school == NO_SCHOOL
    owner = np.where(alone, len(counts.schools) + np.arange(alone.size), counts.school)
    return _assemble(counts, counts.group, counts.school, counts.stratum, counts.people, owner, alone)


def _assemble(
    names: Named,
    group: Integers,
    school: Integers,
    stratum: Integers,
    people: Integers,
    owner: Integers,
    alone: NDArray[np.bool_],
) -> tuple[Cells, tuple[Notice, ...]]:
    """Number what cells (C,) belong to, the clusters in the order of their strata."""
    label, entry = number(owner)
    some = np.empty_like(label)  # a cell of each entry
    some[entry] = np.arange(owner.size)
    size = np.where(alone, people, 1)[some]
    merged, notices = _merge(names, stratum[some], size, school[some] >= 0)
    order = np.argsort(merged, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    numbered = number(merged[order])[1]
    label, at = number((school + 1) * len(names.groups) + group)
    cells = Cells(
        group=group,
        school=school,
        people=people,
        cluster=place[entry],
        size=size[order],
        stratum=numbered,
        first=np.flatnonzero(np.diff(numbered, prepend=-1)),
        place=at,
        place_school=label // len(names.groups) - 1,
        place_group=label % len(names.groups),
    )
    return cells, notices


def _merge(
    names: Named, stratum: Integers, size: Integers, with_school: NDArray[np.bool_]
) -> tuple[Integers, tuple[Notice, ...]]:
    """(I,) strata to use: those with one cluster merged with a neighbour of their kind; and what was merged."""
    clusters = np.bincount(stratum, weights=size, minlength=len(names.strata))
    lone = np.flatnonzero(clusters == 1)
    if not lone.size or clusters.sum() == 1:
        return stratum, ()
    kind = np.zeros(clusters.size, np.int64)
    kind[stratum[with_school]] = 1
    rows = np.repeat(stratum, np.minimum(size, 2))  # more than one is all that matters
    found = collapse(rows, np.arange(rows.size), kind=kind[rows])
    target = np.arange(clusters.size)
    target[rows] = found
    notices = []
    for each in lone.tolist():
        others = np.flatnonzero((target == target[each]) & (clusters > 0)).tolist()
        joined = [names.strata[other] for other in others if other != each]
        notices.append(Notice("lone_stratum", {"stratum": names.strata[each], "joined": joined}))
    return target[stratum], tuple(notices)
