"""The people of an evaluation with all that they said, as columns; and the design, made small without any loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, number
from analysis.estimation import kish_size
from analysis.frame import MISSING, NOT_ASKED
from analysis.strata import collapse
from surveys.bench.model import Label, Plain, Request, Variable
from surveys.bench.variables import CHANNEL, GROUP, SIDES, STAGE, items_of, list_variables
from surveys.datasets import NO_SCHOOL
from surveys.datasets.reading import CHANNELS
from surveys.models import LOCALITIES, STAGES
from surveys.studies.basis import Basis
from surveys.studies.levels import Levels, read_levels

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
OUTSIDE = -1


@dataclass(frozen=True)
class Column:
    """A variable as categories from 0: (n,) positions, -1 for whoever has none; and what each category is called."""

    variable: Variable
    position: Integers
    labels: tuple[Label, ...]

    @property
    def size(self) -> int:
        return len(self.labels)


@dataclass
class People:
    """All people who counted in an evaluation, in the order of its sample."""

    basis: Basis
    variables: tuple[Variable, ...]
    _codes: dict[str, NDArray[np.uint8]] = field(default_factory=dict)

    @classmethod
    def of(cls, basis: Basis) -> People:
        return cls(basis, list_variables(basis))

    @cached_property
    def known(self) -> dict[str, Variable]:
        return {each.id: each for each in self.variables}

    @cached_property
    def design(self) -> Design:
        """As the score has it: schools within localities and stages; strata of one school go with a neighbour."""
        sample = self.basis.sample
        kind = np.zeros(len(sample.strata), np.int64)
        kind[sample.stratum[sample.school != NO_SCHOOL]] = 1
        stratum = collapse(sample.stratum, sample.cluster, kind=kind[sample.stratum])
        return Design(stratum, sample.cluster, sample.weight)

    @cached_property
    def levels(self) -> Levels:
        return read_levels(self.basis)

    def base(self, request: Request) -> Flags:
        """(n,) who is looked at: the groups that were named, less whom a filter leaves out."""
        sample = self.basis.sample
        chosen = [place for place, name in enumerate(sample.groups) if name in request.groups]
        inside = np.isin(sample.group, chosen) if request.groups else np.ones(sample.group.size, bool)
        for name, codes in request.where:
            inside &= np.isin(self.codes(name), codes)
        return np.asarray(inside)

    def codes(self, name: str) -> NDArray[np.uint8]:
        """(n,) the codes of an item as stored; of what no paper asks, from 1 in the order of its categories."""
        if name not in self._codes:
            variable = self.known[name]
            self._codes[name] = self._design_codes(name) if variable.role == "design" else self._item_codes(name)
        return self._codes[name]

    def column(self, name: str, base: Flags) -> Column:
        """The categories of a variable that somebody in the base has; nobody else is in any."""
        variable = self.known[name]
        codes = self.codes(name)
        table = np.full(256, OUTSIDE)
        present = [code for code in variable.codes if np.any(codes[base] == code)]
        table[present] = np.arange(len(present))
        labels = tuple(label for code, label in zip(variable.codes, variable.labels, strict=True) if code in present)
        return Column(variable, np.where(base, table[codes], OUTSIDE), labels)

    def values(self, name: str, base: Flags) -> Floats:
        """(n,) the level of an item, 0 to 100, or the mean level of a dimension; NaN outside the base and of blanks."""
        variable = self.known[name]
        if variable.role != "dimension":
            return np.where(base, self.levels.table[name][self.codes(name)], np.nan)
        total, count = np.zeros(base.size), np.zeros(base.size)
        for item in items_of(self.variables, variable):
            level = self.levels.table[item.id][self.codes(item.id)]
            there = np.isfinite(level)
            total[there] += level[there]
            count += there
        return np.where(base & (count > 0), total / np.maximum(count, 1), np.nan)

    def counted(self, name: str, base: Flags) -> Plain:
        """How many of the base were asked, gave an answer, left it blank, did not know."""
        variable = self.known[name]
        if variable.role == "dimension":
            valid = int(np.isfinite(self.values(name, base)).sum())
            return {"variable": name, "asked": int(base.sum()), "valid": valid, "missing": None, "dont_know": None}
        codes = self.codes(name)[base]
        asked, blank = int(np.sum(codes != NOT_ASKED)), int(np.sum(codes == MISSING))
        unsure = int(np.isin(codes, sorted(variable.dont_know)).sum())
        return {
            "variable": name,
            "asked": asked,
            "valid": int(np.isin(codes, variable.codes).sum()),
            "missing": blank,
            "dont_know": unsure,
        }

    def _item_codes(self, name: str) -> NDArray[np.uint8]:
        stacks, kept = self.basis.dataset.stacks, self.basis.kept
        codes = np.full(kept.size, NOT_ASKED, np.uint8)
        for stack in stacks:
            for place, item in enumerate(stack.version.instrument.items):
                if item.id == name:
                    codes[stack.rows] = stack.answers[:, place]
        return codes[kept]

    def _design_codes(self, name: str) -> NDArray[np.uint8]:
        sample = self.basis.sample
        if name == GROUP:
            return np.asarray(sample.group + 1, np.uint8)
        if name == CHANNEL:
            kept = self.basis.kept
            codes = np.full(kept.size, NOT_ASKED, np.uint8)
            for stack in self.basis.dataset.stacks:
                known = stack.channel < len(CHANNELS)
                codes[stack.rows] = np.where(known, stack.channel + 1, MISSING)
            return codes[kept]
        words = STAGES if name == STAGE else LOCALITIES
        of_stratum = np.array([_place(words, stratum, SIDES[name]) for stratum in sample.strata], np.uint8)
        return np.where(sample.school == NO_SCHOOL, np.uint8(NOT_ASKED), of_stratum[sample.stratum])


def _place(words: Sequence[str], stratum: str, side: int) -> int:
    """The code of a stratum's stage or locality; blank where the frame does not say."""
    named = stratum.split(".")[side] if "." in stratum else ""
    return words.index(named) + 1 if named in words else MISSING


@dataclass(frozen=True)
class Gathered:
    """People who are alike in all that matters to a figure, in one row for each cluster: as many rows as it takes.

    Totals of influence by cluster are what errors are made of, so that nothing changes but the time it takes.

    design : of the m rows, weights summed
    columns: the columns that were gathered by, (m,) each
    people : (m,) how many each row stands for
    square : (m,) the sum of their squared weights
    """

    design: Design
    columns: tuple[Integers, ...]
    people: Integers
    square: Floats

    def count(self, inside: Flags) -> int:
        """How many people are in these rows."""
        return int(self.people[inside].sum())

    def effective(self, inside: Flags) -> float | None:
        """Kish's (sum w)^2 / sum w^2 of the people in these rows; None of nobody."""
        total, square = float(self.design.weight[inside].sum()), float(self.square[inside].sum())
        return total**2 / square if square else None


def gather(design: Design, *columns: Integers) -> Gathered:
    """Put together who is in the same cluster and alike in every column; columns hold whole numbers from -1."""
    _, cluster = number(design.cluster)
    key = cluster
    for column in columns:
        _, place = number(column + 1)
        _, key = number(key * (int(place.max(initial=0)) + 1) + place)
    size = int(key.max(initial=-1)) + 1
    some = np.zeros(size, np.int64)
    some[key] = np.arange(key.size)
    weight, square = (np.bincount(key, each, size).astype(float) for each in (design.weight, np.square(design.weight)))
    small = Design(design.stratum[some], design.cluster[some], weight)
    return Gathered(
        small,
        tuple(column[some] for column in columns),
        np.bincount(key, minlength=size),
        square,
    )


def effective(people: People, inside: Flags) -> float | None:
    """Kish's effective number of the people in `inside`; None of nobody."""
    return float(kish_size(people.design.weight, inside[:, None])[0]) if inside.any() else None


def describe_design(people: People, inside: Flags) -> Plain:
    """What errors rest on: clusters and strata with somebody inside, and how many of the clusters are schools."""
    design, sample = people.design, people.basis.sample
    clusters, strata = np.unique(design.cluster[inside]).size, np.unique(design.stratum[inside]).size
    schools = np.unique(sample.school[inside & (sample.school != NO_SCHOOL)]).size
    return {"clusters": int(clusters), "strata": int(strata), "schools": int(schools), "df": int(clusters - strata)}
