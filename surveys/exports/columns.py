"""The columns of a file of forms: laid out once as small arrays, and read a stretch of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frame import MISSING, Sample
from analysis.frame import NOT_ASKED as NEVER_ASKED
from analysis.replication import Replicates
from analysis.strata import collapse
from surveys.datasets import NO_SCHOOL, Dataset, Roster, Stack
from surveys.datasets.finishing import kinds_of
from surveys.datasets.reading import CHANNELS
from surveys.exports.dictionary import REPLICATE, column_of
from surveys.exports.extract import Column
from surveys.exports.model import Dictionary
from surveys.exports.words import BLANK, NOT_ASKED, UNKNOWN, code_of

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
FACTORS = ("base", "nonresponse", "calibration", "trimming")
STEPS = ("base_weight", *(f"{name}_factor" for name in FACTORS[1:]))  # the columns that they are
CODES = 256


@dataclass(frozen=True)
class Weighting:
    """final : (m,) of the forms that counted, in the order of the sample; `plain` its steps by group and school."""

    name: str
    final: Floats
    plain: Mapping[str, Any] | None


@dataclass(frozen=True)
class Columns:
    """n forms. What is the same for all forms of a group at a school is kept once, by its place.

    order : (n,) where each row of the file stands in the sample
    place : (n,) of each row of the file: group x school
    by_place, by_row : columns, of places and of rows of the file
    blocks : of each version its first and last row in the file, its answers, and the variables they go to
    """

    rows: int
    order: NDArray[np.int32]
    place: NDArray[np.int32]
    names: tuple[str, ...]
    items: tuple[str, ...]
    by_place: Mapping[str, Column]
    by_row: Mapping[str, Column]
    blocks: tuple[Block, ...]
    factors: Factors | None

    def read(self, begin: int, end: int) -> Mapping[str, Column]:
        """The columns of rows `begin` to `end`."""
        found: dict[str, Column] = {"row": np.arange(begin + 1, end + 1, dtype=np.int32)}
        place = self.place[begin:end]
        for name in self.names:
            if name in self.by_place:
                found[name] = self.by_place[name][place]
            elif name in self.by_row:
                found[name] = self.by_row[name][begin:end]
        found.update(self._steps(found))
        if self.factors is not None:
            found.update(self.factors.read(begin, end, found["final_weight"]))
        return {**found, **self._answers(begin, end)}

    def _steps(self, found: Mapping[str, Column]) -> Mapping[str, Column]:
        """The factors of final weights, of forms that have one: their product is the final weight wherever it is."""
        return {name: np.where(np.isnan(found["final_weight"]), np.nan, found[name]) for name in STEPS if name in found}

    def _answers(self, begin: int, end: int) -> Mapping[str, Column]:
        answers = np.full((len(self.items), end - begin), NOT_ASKED, np.int16)
        for block in self.blocks:
            first, last = max(begin, block.begin), min(end, block.end)
            if first < last:
                chosen = block.answers[self.order[first:last] - block.offset]
                answers[block.items, first - begin : last - begin] = _MEANING[chosen.T]
        return dict(zip(self.items, answers, strict=True))


@dataclass(frozen=True)
class Block:
    """The forms of one version: rows `begin` to `end` of the file, `offset` and on of the sample.

    answers : (k, J); items : (J,) which variable each goes to
    """

    begin: int
    end: int
    offset: int
    answers: NDArray[np.uint8]
    items: Integers


@dataclass(frozen=True)
class Factors:
    """Replicate weights: `cluster` (n,) of each row of the file, -1 where it did not count."""

    factor: Floats  # (C, R)
    cluster: NDArray[np.int32]

    def read(self, begin: int, end: int, final: Column) -> Mapping[str, Column]:
        """The replicate weights of some rows, whose final weights these are."""
        table = self.factor[self.cluster[begin:end]] * final[:, None]  # NaN where there is no final weight
        return {REPLICATE.format(place): column for place, column in enumerate(table.T, 1)}


_MEANING = np.arange(CODES, dtype=np.int16)
_MEANING[[MISSING, NEVER_ASKED]] = BLANK, NOT_ASKED


def lay_out(
    dataset: Dataset,
    asked: Dictionary,
    *,
    names: Sequence[str],
    counted: Sample,
    weighting: Weighting,
    excluded: Flags,
    certain: Flags,
    school_number: Integers,
    factors: Replicates | None,
) -> Columns:
    """The columns of all forms; `names` stand beside the answers; `counted` is the sample that was scored."""
    sample, roster = dataset.sample, dataset.roster
    schools = len(roster.school_codes) + 1
    number = np.append(school_number, 0)  # the last is no school
    version = np.concatenate([np.full(each.rows.stop - each.rows.start, at) for at, each in enumerate(dataset.stacks)])
    key = (version * len(roster.groups) + sample.group) * schools + number[sample.school]
    order = np.argsort(key, kind="stable").astype(np.int32)
    place = (sample.group * schools + sample.school % schools).astype(np.int32)[order]
    final = np.full(order.size, np.nan)
    final[~excluded] = weighting.final
    by_row: dict[str, Column] = {
        "paper": (version + 1).astype(np.int16)[order],
        "cluster": _clusters(sample.school[order], school_number),
        "final_weight": final[order],
        "certain_sign": certain.astype(np.int16)[order],
        "excluded": excluded.astype(np.int16)[order],
        **{name: column[order] for name, column in _beside(dataset.stacks).items()},
    }
    return Columns(
        rows=order.size,
        order=order,
        place=place,
        names=tuple(names),
        items=tuple(each.name for each in asked.variables),
        by_place={**_of_places(roster, counted), **_steps(roster, weighting.plain)},
        by_row=by_row,
        blocks=_blocks(dataset.stacks, asked),
        factors=None if factors is None else _factors(factors, excluded, order),
    )


def merge_strata(sample: Sample) -> Integers:
    """(n,) the strata of the score's variance: lone ones are merged with a neighbour, schools among themselves."""
    kind = np.zeros(len(sample.strata), np.int64)
    kind[sample.stratum[sample.school != NO_SCHOOL]] = 1
    return collapse(sample.stratum, sample.cluster, kind=kind[sample.stratum])


def merged_strata(counted: Sample) -> Integers:
    """(H,) with which stratum each stands in the score's variance: itself, or the first of those merged."""
    merged = np.arange(len(counted.strata))
    merged[counted.stratum] = merge_strata(counted)
    return merged


def _clusters(school: Integers, school_number: Integers) -> NDArray[np.int32]:
    """A school's number; whoever belongs to none is a cluster of one, numbered after the schools."""
    alone = school == NO_SCHOOL
    found = np.append(school_number, 0)[school]
    found[alone] = school_number.size + 1 + np.arange(int(alone.sum()))
    return found.astype(np.int32)


def _beside(stacks: Sequence[Stack]) -> Mapping[str, Column]:
    """What is known of each form beside its answers, in the order of the sample."""
    parts: dict[str, list[Column]] = {"channel": [], "pace": [], "repeat_device": [], "completion": []}
    for each in stacks:
        channel = np.array([code_of("channels", name) for name in CHANNELS] + [UNKNOWN], np.int16)
        parts["channel"].append(channel[np.minimum(each.channel, len(CHANNELS))])
        parts["pace"].append(np.where(np.isnan(each.pace), UNKNOWN, each.pace).astype(np.int16))
        parts["repeat_device"].append(each.repeat_device.astype(np.int16))
        parts["completion"].append((kinds_of(each.answers) + 1).astype(np.int16))
    return {name: np.concatenate(columns) for name, columns in parts.items()}


def _of_places(roster: Roster, counted: Sample) -> Mapping[str, Column]:
    """Group, strata and how many there are in the population, for each group x school; the last school is none."""
    groups, schools = len(roster.groups), len(roster.school_codes) + 1
    group, school = np.divmod(np.arange(groups * schools), schools)
    school = np.where(school == schools - 1, NO_SCHOOL, school)
    stratum = roster.strata_of(group, school)
    merged = merged_strata(counted)
    return {
        "group": np.array([code_of("groups", name) for name in roster.groups], np.int16)[group],
        "stratum": (stratum + 1).astype(np.int16),
        "variance_stratum": (merged[stratum] + 1).astype(np.int16),
        "fpc_clusters": _clusters_in_population(roster)[stratum],
        "fpc_people": _people_in_population(roster)[group, stratum],
    }


def _clusters_in_population(roster: Roster) -> NDArray[np.int32]:
    """(H,) schools of each stratum; of a stratum without schools its people; UNKNOWN where the frame has none."""
    people = roster.population
    pairs = np.unique(np.stack([people.stratum, people.school])[:, (people.school >= 0) & (people.size > 0)], axis=1)
    count = np.bincount(pairs[0], minlength=len(roster.strata))
    alone = people.school < 0
    count += np.bincount(people.stratum[alone], people.size[alone], len(roster.strata)).astype(np.int64)
    return np.where(count > 0, count, UNKNOWN).astype(np.int32)


def _people_in_population(roster: Roster) -> NDArray[np.int32]:
    """(G, H) people of a group in a stratum."""
    table = np.zeros((len(roster.groups), len(roster.strata)), np.int64)
    np.add.at(table, (roster.population.group, roster.population.stratum), roster.population.size)
    return np.where(table > 0, table, UNKNOWN).astype(np.int32)


def _steps(roster: Roster, plain: Mapping[str, Any] | None) -> Mapping[str, Column]:
    """The factors that final weights are made of, by place; 1 where a step was not taken.

    Where a group is counted only for the county, a draw weighs its people at schools as those of the county.
    """
    schools = len(roster.school_codes) + 1
    at = {code: place for place, code in enumerate(roster.school_codes)} | {None: schools - 1}
    table = {name: np.full((len(roster.groups), schools), np.nan if plain else 1.0) for name in FACTORS}
    for cell in () if plain is None else plain["cells"]:
        for name in FACTORS:
            table[name][roster.groups.index(cell["group"]), at[cell["school"]]] = cell.get(name, 1.0)
    whole = {name: np.where(np.isnan(each), each[:, -1:], each).ravel() for name, each in table.items()}
    return dict(zip(STEPS, (whole[name] for name in FACTORS), strict=True))


def _blocks(stacks: Sequence[Stack], asked: Dictionary) -> tuple[Block, ...]:
    names = [each.name for each in asked.variables]
    blocks = []
    for stack in stacks:
        paper = stack.version
        to = [names.index(column_of(asked, paper.name, item.id) or "") for item in paper.instrument.items]
        blocks.append(Block(stack.rows.start, stack.rows.stop, stack.rows.start, stack.answers, np.array(to)))
    return tuple(blocks)


def _factors(made: Replicates, excluded: Flags, order: NDArray[np.int32]) -> Factors:
    cluster = np.full(order.size, -1, np.int32)
    cluster[~excluded] = made.row
    return Factors(made.factor, cluster[order])
