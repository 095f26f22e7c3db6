"""Answers as levels: how near to the best option of its scale an answer is, whatever a scorecard makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.frame import NOT_ASKED, Sample
from surveys.instruments.model import Item
from surveys.scorecards.model import Scorecard
from surveys.studies.basis import Basis

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BEST, CODES = 100.0, 256


@dataclass(frozen=True)
class Levels:
    """The answers of a sample with the level of every code of every item, 0 for the worst option to 100 for the best.

    items_by_id : the scored items of all papers, by id
    table       : by item (256,) the level of a code; NaN for "don't know", blank and not asked
    """

    sample: Sample
    items_by_id: dict[str, Item]
    table: dict[str, Floats]

    def overall(self, rows: Integers) -> Floats | None:
        """(m,) the overall judgement; None where the paper of some of these people does not ask for one."""
        found = [each for each in self.items_by_id.values() if each.role == "overall"]
        asked = [each for each in found if self._is_asked(rows, each.id).any()]
        if not asked or not np.any([self._is_asked(rows, each.id) for each in asked], axis=0).all():
            return None
        return _mean(np.column_stack([self._level(rows, each.id) for each in asked]))

    def dimensions(self, rows: Integers) -> tuple[dict[str, Floats], list[str]]:
        """(m,) the mean level of each dimension that everybody was asked about; names of those that only some were."""
        asked, partly = {}, []
        for dimension in dict.fromkeys(each.dimension for each in self.items_by_id.values() if _in_dimension(each)):
            own = [each.id for each in self.items_by_id.values() if _in_dimension(each) and each.dimension == dimension]
            there = np.array([self._is_asked(rows, each) for each in own])
            if there.any(axis=0).all():
                asked[str(dimension)] = _mean(np.column_stack([self._level(rows, each) for each in own]))
            elif there.any():
                partly.append(str(dimension))
        return asked, partly

    def items(self, rows: Integers, dimension: str) -> dict[str, Floats]:
        """(m,) the levels of each item of a dimension that everybody was asked."""
        own = [each.id for each in self.items_by_id.values() if _in_dimension(each) and each.dimension == dimension]
        return {each: self._level(rows, each) for each in own if self._is_asked(rows, each).all()}

    def _codes(self, rows: Integers, item: str) -> NDArray[np.uint8]:
        return np.asarray(self.sample.answers[rows, self.sample.items.index(item)])

    def _is_asked(self, rows: Integers, item: str) -> NDArray[np.bool_]:
        return np.asarray(self._codes(rows, item) != NOT_ASKED)

    def _level(self, rows: Integers, item: str) -> Floats:
        return np.asarray(self.table[item][self._codes(rows, item)])


def read_levels(basis: Basis) -> Levels:
    """The levels by the order of options that the scorecard names, best first; items that it leaves out are there."""
    papers = basis.dataset.instruments
    items = {each.id: each for paper in papers for each in paper.items if each.scored}
    card = basis.card.scorecard
    return Levels(basis.sample, items, {name: _table(card, item) for name, item in items.items()})


def _table(card: Scorecard, item: Item) -> Floats:
    own = card.items.get(item.id)
    direction = item.direction if own is None or own.direction is None else own.direction
    options = card.scales[item.scale.name].options if item.scale.name in card.scales else ()
    worst_first = options[:: direction * -1]
    table = np.full(CODES, np.nan)
    table[list(worst_first)] = np.linspace(0.0, BEST, len(worst_first))
    return table


def _in_dimension(item: Item) -> bool:
    return item.role == "item" and item.dimension is not None


def _mean(table: Floats) -> Floats:
    """(m,) the mean of what is there (m, k); NaN where nothing is."""
    there = np.isfinite(table)
    count = there.sum(axis=1)
    total = np.where(there, table, 0.0).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
