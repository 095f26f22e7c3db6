"""The sums that everything follows from: by one pass over the answers, or from counts of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts, count_bins
from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED, Sample
from analysis.scoring.cells import Cells
from analysis.scoring.persons import Persons, respondent_sums, spread_of_counts, spread_of_sample
from analysis.scoring.plan import Plan, make_bins

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FEW = 1 << 14


@dataclass(frozen=True)
class Tables:
    """People by cell, item and bin, and their weights.

    code   : (J, B) uint8, a code that stands for those of a bin
    people : (C, J, B)
    each   : (C,) the weight of every person of a cell, where that is so; else None
    weighted, squared : (C, J, B) sums of w and of w^2, where `each` is None; `squared` only where it was asked for
    """

    code: NDArray[np.uint8]
    people: Floats
    each: Floats | None
    weighted: Floats | None
    squared: Floats | None

    def of_bins(self, power: int) -> Floats | None:
        """(C, J, B) sums of w^power."""
        if self.each is None:
            return (self.people, self.weighted, self.squared)[power]
        return self.people * self.each[:, None, None] ** power


@dataclass(frozen=True)
class Tally:
    """The sums by cell. K' columns: the J items and, for the unit `respondent`, the S sets.

    n      : (C, K') people with a value
    weight, value : (C, K') their sum of w, and of w times the value
    squares : (C, K') of w^2; None where nobody asked for them
    satisfied : for the unit `respondent` (C, S) of w^2 of those who are; else None
    middle : (G', K') means of groups
    spread : by cell of people who are clusters of their own, (2 K', 2 K'): see `persons.spread_of_sample`
    persons : the people, where they are there
    """

    plan: Plan
    cells: Cells
    tables: Tables
    n: Floats
    weight: Floats
    value: Floats
    squares: Floats | None
    satisfied: Floats | None
    middle: Floats
    spread: Mapping[int, Floats]
    persons: Persons | None


def tally_sample(sample: Sample, plan: Plan, cells: Cells, row: Integers, *, detail: bool) -> Tally:
    """Sum the answers of a sample in one pass.

    Parameters
    ----------
    sample : Sample
    plan : Plan
    cells, row : as made for this sample
    detail : whether sums of w^2 are wanted, for effective sizes and for errors of schools, and shares of what is
        worth nothing

    Returns
    -------
    Tally

    Notes
    -----
    One count of the codes of an item by cell gives its sums of w, w y and w^2 where all people of a cell have the
    same weight (frame weights do); else a weighted count for each power of w.

    Raises
    ------
    AnalysisError
        Codes that an item does not have: every item, with its codes.
    """
    bins = make_bins(plan, shares=detail)
    weight = np.ones(row.size) if plan.head_count else np.asarray(sample.weight, float)
    persons = Persons(sample, plan, bins, row, weight)
    each = _weight_of_cells(weight, row, cells.group.size)
    powers = () if each is not None else (weight, np.square(weight)) if detail else (weight,)
    found = count_bins(persons.keys(cells.group.size), powers)
    tables = Tables(bins.code, found[0], each, *(*found[1:], None, None)[:2])
    _check_codes(plan, bins.code, found[0], lambda item: sample.answers[:, plan.column[item]])
    n, total, value, square = _sums(plan, tables, detail)
    satisfied = None
    if plan.own:
        *own, satisfied = respondent_sums(persons, cells.group.size)
        n, total, value = (np.hstack(pair) for pair in zip((n, total, value), own, strict=False))
        square = None if square is None else np.hstack([square, own[3]])
    middle = _middle(cells, total, value)
    centred = np.hstack([value - middle[cells.group] * total, total])
    spread = spread_of_sample(persons, cells, centred / cells.people[:, None], middle)
    return Tally(plan, cells, tables, n, total, value, square, satisfied, middle, spread, persons)


def tally_counts(counts: Counts, plan: Plan, cells: Cells, weight: Floats, *, detail: bool) -> Tally:
    """The same from counts, where every person of a cell weighs `weight` (C,).

    Raises
    ------
    AnalysisError
        The unit `respondent`, which needs the answers of persons; codes that an item does not have.
    """
    if plan.own:
        hint = "score the answers themselves"
        raise AnalysisError("score_counts", "a unit that counts can give", f"the unit {plan.rule.unit}", hint)
    code = np.broadcast_to(counts.codes, (plan.items, counts.codes.size))
    same = np.array_equal(plan.column, np.arange(len(counts.items)))
    people = np.asarray(counts.table if same else counts.table[:, plan.column], float)
    _check_codes(plan, code, people, lambda item: counts.codes[people[:, item].any(axis=0)])
    each = np.ones(weight.size) if plan.head_count else weight
    tables = Tables(code, people, each, None, None)
    n, total, value, square = _sums(plan, tables, detail)
    if people.min(initial=0.0) < 0 or np.any(n > counts.people[:, None].astype(float)):
        got = "negative counts, or more answers than people in a cell"
        raise AnalysisError("score_counts", "counts that fit together", got)
    middle = _middle(cells, total, value)
    spread = spread_of_counts(counts, plan, cells, each, middle)
    return Tally(plan, cells, tables, n, total, value, square, None, middle, spread, None)


def _middle(cells: Cells, weight: Floats, value: Floats) -> Floats:
    """(G', K') the mean of each column in each group, 0 where nobody counts; only where people are clusters."""
    belongs = np.zeros((int(cells.group.max()) + 1, cells.group.size))
    if not cells.several:
        return np.zeros((belongs.shape[0], value.shape[1]))
    belongs[cells.group, np.arange(cells.group.size)] = 1
    base = belongs @ weight
    return np.asarray(belongs @ value / np.where(base > 0, base, 1.0))


def _weight_of_cells(weight: Floats, row: Integers, cells: int) -> Floats | None:
    """(C,) the weight of every person of a cell; None where one cell has two."""
    each = np.zeros(cells)
    for some in (slice(FEW), slice(None)):  # a few mostly settle it
        each[row[some]] = weight[some]
        if not np.array_equal(each.take(row[some]), weight[some]):
            return None
    return each


def _check_codes(
    plan: Plan, code: NDArray[np.uint8], people: Floats, answers: Callable[[int], NDArray[np.uint8]]
) -> None:
    place = np.arange(plan.items)
    strange = ~plan.known[place[:, None], code]
    if not strange.any() or not people[:, strange].any():
        return
    found = {}
    for item in np.flatnonzero((people.sum(axis=0) * strange).any(axis=1)).tolist():
        given = np.unique(answers(item))
        found[plan.rule.items[item].item] = given[~plan.known[item, given]].tolist()
    raise AnalysisError("score", "option codes of the items", str(found), "the rule and the paper do not match")


def _sums(plan: Plan, tables: Tables, with_squares: bool) -> tuple[Floats, Floats, Floats, Floats | None]:
    """n, weight, value and squares by cell and item: (C, J) each."""
    worth = plan.value[np.arange(plan.items)[:, None], tables.code]
    figures = np.stack([np.isfinite(worth), np.nan_to_num(worth)], axis=2)

    n, value = _contract(tables.people, figures)
    if tables.each is not None:
        each = tables.each[:, None]
        return n, n * each, value * each, n * each**2 if with_squares else None
    weight, value = _contract(tables.people if tables.weighted is None else tables.weighted, figures)
    return n, weight, value, None if tables.squared is None else _contract(tables.squared, figures)[0]


def _contract(table: Floats, figures: Floats) -> Floats:
    """Sums over the bins of (C, J, B) times k figures of each (J, B, k): (k, C, J)."""
    if np.all(figures == figures[:1]):  # mostly: one product instead of one for each item
        return np.asarray(figures[0].T @ table.reshape(-1, table.shape[2]).T).reshape(-1, *table.shape[:2])
    return np.ascontiguousarray(np.matmul(table.transpose(1, 0, 2), figures).transpose(2, 1, 0))


def shares_by_group(tally: Tally, groups: int) -> tuple[Floats, Floats, Floats]:
    """Weighted numbers by group and item (G, J): asked, "don't know", blank."""
    tables, place = tally.tables, np.arange(tally.plan.items)[:, None]
    table = tables.people if tables.weighted is None else tables.weighted
    each = np.ones(tally.cells.group.size) if tables.each is None else tables.each
    belongs = np.zeros((groups, each.size))
    belongs[tally.cells.group, np.arange(each.size)] = each
    by_group = (belongs @ table.reshape(each.size, -1)).reshape(groups, *table.shape[1:])
    kinds = (tables.code != NOT_ASKED, tally.plan.dont_know[place, tables.code], tables.code == MISSING)
    asked, dont_know, missing = (np.einsum("gjb,jb->gj", by_group, kind) for kind in kinds)
    return asked, dont_know, missing
