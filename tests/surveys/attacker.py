"""The reader with a computer: what a published county gives away, by linear programmes that share no code with hiding.

The attacker knows the rule, every printed figure, and from the bureau's own lists how many people each group at each
school has and how many of them answered, with what each of them weighs. The satisfied of each cell are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import linprog

Cell = tuple[str | None, str]  # school, group
ALL = 100.0


@dataclass
class Attack:
    """Unknowns from 0 to `most`, and what is known of sums of them."""

    cells: Sequence[Cell]
    most: Mapping[Cell, float]
    rows: list[list[float]] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)

    def learn(self, parts: Mapping[Cell, float], low: float, high: float) -> None:
        """low <= sum of parts <= high."""
        self.rows.append([parts.get(cell, 0.0) for cell in self.cells])
        self.ends.append((low, high))

    def range_of(self, cell: Cell) -> tuple[float, float]:
        """The least and the most of one unknown."""
        if not self.rows:
            return 0.0, self.most[cell]
        matrix, slack = np.array(self.rows), 1e-7
        low, high = (np.array(side) for side in zip(*self.ends, strict=True))
        found = []
        for sign in (1.0, -1.0):
            aim = [sign if each == cell else 0.0 for each in self.cells]
            outcome = linprog(
                aim,
                A_ub=np.vstack([matrix, -matrix]),
                b_ub=np.concatenate([high + slack, -low + slack]),
                bounds=[(0.0, self.most[each]) for each in self.cells],
                method="highs",
            )
            assert outcome.status == 0, outcome.message
            found.append(sign * float(outcome.fun))
        return found[0], found[1]

    def count_solutions(self, cell: Cell, *, limit: int = 200_000) -> set[int]:
        """The whole numbers that one unknown takes in all tables of whole numbers that fit; for tiny tables."""
        spans = [range(int(self.most[each]) + 1) for each in self.cells]
        assert np.prod([float(len(span)) for span in spans]) <= limit, "too many to list"
        matrix = np.array(self.rows)
        low, high = (np.array(side) for side in zip(*self.ends, strict=True))
        tables = np.array(list(product(*spans)), float)
        sums = tables @ matrix.T
        fits = np.all((sums >= low - 1e-7) & (sums <= high + 1e-7), axis=1)
        return set(tables[fits][:, self.cells.index(cell)].astype(int).tolist())


def half_of(shown: str) -> float:
    """Half a unit of the last digit of a printed number."""
    return 0.5 * 10.0 ** -len(shown.partition(".")[2])


def interval_of(shown: str, *, people: int, fewest: int) -> tuple[float, float]:
    """Between what points a printed figure puts the exact one, for whoever knows how it is printed."""
    if shown.startswith(">"):
        return ALL - ALL * fewest / people, ALL
    if shown.startswith("<"):
        return 0.0, ALL * fewest / people
    value, half = float(shown), half_of(shown)
    return max(value - half, 0.0), min(value + half, ALL)
