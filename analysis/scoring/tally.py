"""One pass over the answers: weighted sums by cluster, group and item. Everything after it is small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Clusters, number, summing
from analysis.errors import AnalysisError
from analysis.frame import Sample
from analysis.scoring.plan import Bins, Plan, make_bins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SLACK = 1e-9  # binary noise in a person's own mean


@dataclass(frozen=True)
class Cells:
    """Cells are cluster x group, C of them, for variance; places are school x group, R of them, for head-counts.

    row : (n,) each person's cell; cluster, group, place : (C,) of the cell; place_school, place_group : (R,)
    weight : (n,) weights in use; cell_weight : (C,) where all people of a cell have the same, else None
    """

    row: Integers
    cluster: Integers
    group: Integers
    place: Integers
    place_school: Integers
    place_group: Integers
    weight: Floats
    cell_weight: Floats | None


@dataclass(frozen=True)
class Tally:
    """The sums. K columns, S sets, J items as in the Plan.

    weight, value : (C, K) sum of w over valid answers, and of w times their value
    n, squares    : (R, J + S) people with a valid answer to an item, or to any item of a set, and their sum of w^2
    total         : (R, J + S) their sum of w
    asked, dont_know, missing : (R, J) sum of w
    bins, codes : the Bins, and (J, n) uint8 the bin of every answer
    own : (n,) for the unit `respondent`, 100 where the person is satisfied, else 0; NaN where it cannot be said
    """

    cells: Cells
    weight: Floats
    value: Floats
    n: Floats
    total: Floats
    squares: Floats
    asked: Floats
    dont_know: Floats
    missing: Floats
    bins: Bins
    codes: NDArray[np.uint8]
    own: Floats | None


def make_cells(sample: Sample, clusters: Clusters, weight: Floats) -> Cells:
    """Number the cells and places of a sample."""
    groups = len(sample.groups)
    label, row = number(clusters.row * groups + sample.group)
    place_label, place_row = number((sample.school + 1) * groups + sample.group)
    place = np.zeros(label.size, np.int64)
    place[row] = place_row
    if not np.array_equal(place[row], place_row):
        raise AnalysisError("score", "clusters that lie in one school each", "clusters with people of several schools")
    cell_weight = np.zeros(label.size)
    cell_weight[row] = weight
    return Cells(
        row=row,
        cluster=label // groups,
        group=label % groups,
        place=place,
        place_school=place_label // groups - 1,
        place_group=place_label % groups,
        weight=weight,
        cell_weight=cell_weight if np.array_equal(cell_weight[row], weight) else None,
    )


class _Sums:
    """Fills the tables of a Tally, item by item."""

    def __init__(self, cells: Cells, plan: Plan) -> None:
        self.cells, self.plan, self.bins = cells, plan, make_bins(plan)
        self.codes = np.empty((plan.items, cells.row.size), np.uint8)
        self.size = self.bins.value.shape[1]
        self.first = cells.row * self.size  # where a person's cell begins in a flat (C, B) table
        self.summing = summing(cells.place, cells.place_school.size)
        places, wide = cells.place_school.size, plan.items + plan.sets
        self.weight, self.value = (np.zeros((cells.group.size, plan.columns)) for _ in range(2))
        self.n, self.total, self.squares = (np.zeros((places, wide)) for _ in range(3))
        self.asked, self.dont_know, self.missing = (np.zeros((places, plan.items)) for _ in range(3))
        self.own: Floats | None = None

    def by_place(self, *columns: Floats) -> Floats:
        """Columns (C,) summed by place: (k, R)."""
        return np.asarray(self.summing @ np.stack(columns, axis=1)).T

    def by_cell(self, row: Integers, values: Floats | None) -> Floats:
        return np.asarray(np.bincount(row, weights=values, minlength=self.cells.group.size), float)

    def counts(self, codes: NDArray[np.uint8]) -> tuple[Floats, Floats, Floats]:
        """People, their w and their w^2 by cell and bin: three (C, B) tables."""
        shape = (self.cells.group.size, self.size)
        flat, size = self.first + codes, shape[0] * shape[1]
        people = np.asarray(np.bincount(flat, minlength=size), float).reshape(shape)
        if self.cells.cell_weight is not None:
            each = self.cells.cell_weight[:, None]
            return people, people * each, people * each**2
        weight = self.cells.weight
        weighted, squared = (
            np.asarray(np.bincount(flat, weights=each, minlength=size), float).reshape(shape)
            for each in (weight, weight**2)
        )
        return people, weighted, squared

    def add_item(self, item: int, answers: NDArray[np.uint8]) -> bool:
        """Add an item; False where it has codes that are not its own (the last bin)."""
        value, dont_know, codes = self.bins.value[item], self.bins.dont_know[item], self.codes[item]
        codes[:] = self.bins.bin[item].take(answers)
        tables = self.counts(codes)
        valid = np.isfinite(value).astype(float)
        self.weight[:, item] = tables[1] @ valid
        self.value[:, item] = tables[1] @ np.nan_to_num(value)
        people, weighted, squared = np.split(np.asarray(self.summing @ np.hstack(tables)), 3, axis=1)
        self.n[:, item], self.total[:, item], self.squares[:, item] = people @ valid, weighted @ valid, squared @ valid
        self.asked[:, item] = weighted[:, 1:].sum(axis=1)
        self.dont_know[:, item] = weighted @ dont_know.astype(float)
        self.missing[:, item] = weighted[:, 1]
        return not people[:, -1].any()

    def add_set(self, place: int, inside: NDArray[np.bool_]) -> None:
        """People with a valid answer in a set of items."""
        row, weight, column = self.cells.row[inside], self.cells.weight[inside], self.plan.items + place
        people = self.by_cell(row, None)
        each = self.cells.cell_weight
        total = self.by_cell(row, weight) if each is None else people * each
        squares = self.by_cell(row, weight**2) if each is None else people * each**2
        self.n[:, column], self.total[:, column], self.squares[:, column] = self.by_place(people, total, squares)

    def finish(self) -> Tally:
        return Tally(
            self.cells,
            self.weight,
            self.value,
            self.n,
            self.total,
            self.squares,
            self.asked,
            self.dont_know,
            self.missing,
            self.bins,
            self.codes,
            self.own,
        )


def tally(sample: Sample, plan: Plan, cells: Cells) -> Tally:
    """Sum the answers.

    Parameters
    ----------
    sample : Sample
    plan, cells : as made for this sample

    Returns
    -------
    Tally

    Notes
    -----
    One count of the codes of an item by cell gives its sums of w, w y and w^2 where all people of a cell have the
    same weight (frame weights do); else three weighted counts.

    Raises
    ------
    AnalysisError
        Codes that an item does not have: every item, with its codes.
    """
    sums = _Sums(cells, plan)
    people = _People(plan, sample.group.size)
    strange: dict[str, list[int]] = {}
    for item in range(plan.items):
        answers = sample.answers[:, plan.column[item]]
        if not sums.add_item(item, answers):
            strange[plan.rule.items[item].item] = np.unique(answers[sums.codes[item] == sums.size - 1]).tolist()
        people.add_item(item, sums.codes[item], answers, sums.bins)
    if strange:
        raise AnalysisError("score", "option codes of the items", str(strange), "the rule and the paper do not match")
    people.finish(sums)
    return sums.finish()


class _People:
    """What must be known person by person: whether a set has a valid answer, and the respondent's own mean."""

    def __init__(self, plan: Plan, n: int) -> None:
        self.plan = plan
        self.answered = np.zeros((plan.sets, n), bool)
        own = plan.sets if plan.rule.unit == "respondent" else 0
        self.points, self.weights = np.zeros((own, n)), np.zeros((own, n))
        self.valid = np.zeros((own, n), np.int64)

    def add_item(self, item: int, codes: NDArray[np.uint8], answers: NDArray[np.uint8], bins: Bins) -> None:
        members = np.flatnonzero(self.plan.share[:, item] > 0)
        if not members.size:
            return
        valid = np.isfinite(bins.value[item]).take(codes)
        for place in members:
            self.answered[place] |= valid
        if self.valid.size:
            values = self.plan.rule.items[item].values
            own, points = np.isfinite(values).take(answers), np.nan_to_num(values).take(answers)
            for place in members:
                weight = self.plan.share[place, item]
                self.points[place] += weight * points
                self.weights[place] += weight * own
                self.valid[place] += own

    def finish(self, sums: _Sums) -> None:
        if self.plan.rule.unit == "respondent":
            self._count_respondents(sums)
        else:
            for place in range(self.plan.sets):
                sums.add_set(place, self.answered[place])
        if self.plan.rule.unit in ("answer", "overall"):
            items = self.plan.items
            sums.weight[:, items:] = sums.weight[:, :items] @ self.plan.share.T
            sums.value[:, items:] = sums.value[:, :items] @ self.plan.share.T

    def _count_respondents(self, sums: _Sums) -> None:
        threshold = self.plan.rule.respondent_threshold or 0.0
        for place in range(self.plan.sets):
            least = self.plan.rule.respondent_minimum if place == self.plan.sets - 1 else 1
            enough = self.valid[place] >= max(least, 1)
            satisfied = enough & (self.points[place] >= threshold * self.weights[place] - SLACK)
            inside = self.answered[place] if self.plan.head_count else enough
            sums.add_set(place, inside)
            column, row, weight = self.plan.items + place, sums.cells.row, sums.cells.weight
            sums.weight[:, column] = sums.by_cell(row[inside], weight[inside])
            sums.value[:, column] = 100 * sums.by_cell(row[satisfied], weight[satisfied])
            sums.own = np.where(inside, 100.0 * satisfied, np.nan)  # of the last set, the index
