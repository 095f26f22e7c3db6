"""What no count of answers gives: values of persons' own, and how persons spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts, Keys
from analysis.frame import Sample
from analysis.scoring.cells import Cells
from analysis.scoring.plan import Bins, Bools, Plan

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ROWS = 1 << 13  # of a chunk with one column of eight bytes for each item
SLACK = 1e-9  # binary noise in a person's own mean


@dataclass(frozen=True)
class Persons:
    """The people behind the sums: for errors that need all answers of a person together.

    row : (n,) each person's cell; weight : (n,) in use
    """

    sample: Sample
    plan: Plan
    bins: Bins
    row: Integers
    weight: Floats

    def keys(self, cells: int) -> Keys:
        """The answers by cell and bin."""
        size = self.bins.code.shape[1]
        return Keys(self.sample.answers, self.plan.column, self.bins.bin, size, self.row, cells)

    def columns(self, rows: Integers | slice) -> tuple[Floats, Bools]:
        """(m, K) what some people's columns are worth, 0 where they do not count, and whether they do.

        Columns are the items and, for the unit `respondent`, the sets.
        """
        answers = self.sample.answers[rows][:, self.plan.column]
        value = self.plan.value[np.arange(self.plan.items), answers]
        valid = np.isfinite(value)
        if self.plan.own:
            satisfied, inside = self._respondents(answers, valid)
            value, valid = np.hstack([value, 100.0 * satisfied]), np.hstack([valid, inside])
        return np.where(valid, value, 0.0), valid

    def _respondents(self, answers: NDArray[np.uint8], valid: Bools) -> tuple[Bools, Bools]:
        """(m, S) whether a person is satisfied with a set of items, and whether that can be said."""
        rule, share = self.plan.rule, self.plan.share.T
        own = np.array([each.values for each in rule.items], float)[np.arange(self.plan.items), answers]
        given = np.isfinite(own)
        least = np.ones(self.plan.sets)
        least[-1] = max(rule.respondent_minimum, 1)
        enough = given.astype(float) @ (share > 0) >= least
        threshold = rule.respondent_threshold or 0.0
        satisfied = enough & (np.nan_to_num(own) @ share >= threshold * (given @ share) - SLACK)
        inside = valid.astype(float) @ (share > 0) > 0 if self.plan.head_count else enough
        return np.asarray(satisfied & inside), np.asarray(inside)


def respondent_sums(persons: Persons, cells: int) -> tuple[Floats, ...]:
    """Five tables (C, S): people whose own value of a set is known, their w, w y and w^2, and w^2 of the satisfied."""
    items, sets = persons.plan.items, persons.plan.own
    tables = tuple(np.zeros(cells * sets) for _ in range(5))
    for begin in range(0, persons.row.size, ROWS):
        here = slice(begin, begin + ROWS)
        value, inside = (each[:, items:] for each in persons.columns(here))
        weight = persons.weight[here, None]
        key = (persons.row[here, None] * sets + np.arange(sets)).ravel()
        squares = weight**2
        columns = (inside, inside * weight, value * weight, (inside & (value == 0)) * squares, (value > 0) * squares)
        for table, column in zip(tables, columns, strict=True):
            table += np.bincount(key, weights=column.ravel(), minlength=table.size)
    n, total, worth, others, satisfied = (table.reshape(cells, sets) for table in tables)
    return n, total, worth, others + satisfied, satisfied


def spread_of_sample(persons: Persons, cells: Cells, mean: Floats, middle: Floats) -> Mapping[int, Floats]:
    """For cells of people who are clusters of their own: sum over them of (u - mean)(u - mean)'.

    Parameters
    ----------
    persons : Persons
    cells : Cells
    mean : (C, 2 K) of u, which is w (value - middle) of each column that counts, then w of each that does
    middle : (G, K) a value near those of the group: no digits are lost where all say the same

    Returns
    -------
    by cell (2 K, 2 K)
    """
    alone = np.flatnonzero(cells.alone)
    found = {int(cell): np.zeros((mean.shape[1], mean.shape[1])) for cell in alone}
    if not alone.size:
        return found
    rows = np.flatnonzero(cells.alone[persons.row])
    rows = rows[np.argsort(persons.row[rows], kind="stable")]
    ends = np.searchsorted(persons.row[rows], alone, side="right")
    begins = np.searchsorted(persons.row[rows], alone, side="left")
    for cell, first, last in zip(alone.tolist(), begins.tolist(), ends.tolist(), strict=True):
        for begin in range(first, last, ROWS):
            part = rows[begin : min(begin + ROWS, last)]
            value, inside = persons.columns(part)
            u = (
                np.hstack([(value - middle[cells.group[cell]]) * inside, inside]) * persons.weight[part, None]
                - mean[cell]
            )
            found[cell] += u.T @ u
    return found


def spread_of_counts(counts: Counts, plan: Plan, cells: Cells, weight: Floats, middle: Floats) -> Mapping[int, Floats]:
    """The same from the pairs of codes, where all people of a cell have the same weight (C,)."""
    found = {}
    for cell in np.flatnonzero(cells.alone).tolist():
        once = counts.table[cell].ravel().astype(float)
        centred = counts.pairs[cell] - np.outer(once, once) / counts.people[cell]
        columns = _columns_of_codes(counts, plan, middle[cells.group[cell]])
        found[cell] = weight[cell] ** 2 * (columns.T @ centred @ columns)
    return found


def _columns_of_codes(counts: Counts, plan: Plan, middle: Floats) -> Floats:
    """(L B, 2 J) what a code of an item means for the columns of the plan."""
    value, place = plan.value[:, counts.codes], np.arange(plan.items)
    columns = np.zeros((len(counts.items), counts.codes.size, 2 * plan.items))
    columns[plan.column, :, place] = np.nan_to_num(value - middle[:, None])
    columns[plan.column, :, plan.items + place] = np.isfinite(value)
    return columns.reshape(-1, 2 * plan.items)


def squared_influence(persons: Persons, tables: Floats) -> Floats:
    """Sum over the people of a cell of the squares of what they add to L figures.

    Parameters
    ----------
    persons : Persons
    tables : (L, J, C, B) what an answer of a bin to an item adds to figure l of a cell, for a weight of 1

    Returns
    -------
    (C, L)
    """
    keys = persons.keys(tables.shape[2])
    joined = [keys.join(table) for table in tables]
    result = np.zeros((tables.shape[2], len(joined)))
    for here, parts in keys.chunks():
        influence = np.zeros((len(joined), here.stop - here.start))
        for part, key in parts:
            for one, table in zip(influence, joined, strict=True):
                one += table[part].take(key)
        influence *= persons.weight[here]
        np.square(influence, out=influence)
        for figure, squares in enumerate(influence):
            result[:, figure] += np.bincount(persons.row[here], weights=squares, minlength=result.shape[0])
    return result
