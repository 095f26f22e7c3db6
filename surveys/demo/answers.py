"""Simulated people: answers drawn from an ordinal model with a level for each group and each school."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from surveys.instruments.model import Instrument, Item

DONT_KNOW = 0.04  # share of scored answers
BLANK = 0.01  # share of background answers left out
TOLD_HOW = 0.03  # share of people whom somebody told how to answer
PERSON, ITEM, SCHOOL = 0.8, 0.35, 0.30  # standard deviations on the logit scale
GROUP_LEVEL: Mapping[str, float] = {
    "student": 0.1,
    "parent": -0.05,
    "teacher": -0.25,
    "principal": 0.3,
    "npc_deputy": -0.05,
    "cppcc_member": -0.1,
    "public": -0.35,
}
CUTS = {2: (-2.2,), 3: (-3.6, -2.2), 4: (-4.0, -2.2, 0.0), 5: (-4.8, -3.6, -2.2, 0.0)}


class SimulatedCounty:
    """Draws answers; the same generator state gives the same people. `trend` moves everybody, year by year."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.trend = 0.0
        self._schools: dict[str | None, float] = {}
        self._items: dict[str, float] = {}

    def people(self, instrument: Instrument, *, group: str, school: str | None, count: int) -> Iterator[bytes]:
        """`count` people of one cell, each as one byte an item."""
        level = self.trend + GROUP_LEVEL.get(group, 0.0) + self._school(school)
        for _ in range(count):
            person = level + self.rng.normal(0, PERSON)
            yield bytes(self._answer(item, person) for item in instrument.items)

    def _school(self, school: str | None) -> float:
        return self._schools.setdefault(school, self.rng.normal(0, SCHOOL) if school else 0.0)

    def _item(self, item: Item) -> float:
        return self._items.setdefault(item.id, self.rng.normal(0, ITEM))

    def _answer(self, item: Item, person: float) -> int:
        if item.role == "conduct":
            return 1 if self.rng.random() < TOLD_HOW else 2
        if not item.scored:
            return 0 if self.rng.random() < BLANK else int(self.rng.choice(sorted(item.scale.codes)))
        if item.scale.dont_know and self.rng.random() < DONT_KNOW:
            return min(item.scale.dont_know)
        codes = sorted(item.scale.codes - item.scale.dont_know, reverse=item.direction < 0)
        return codes[self._category(person + self._item(item), len(codes))]

    def _category(self, content: float, options: int) -> int:
        """0 for the worst of `options` categories: cut points on a logistic scale."""
        cuts = CUTS.get(options) or tuple(np.linspace(-4.5, 1.0, options - 1))
        return int(np.searchsorted(cuts, content + self.rng.logistic()))
