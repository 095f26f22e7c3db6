"""A dot and its interval in one cell of a table, drawn by the server: where each stands on a field of 200 by 20."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.console.charts import FULL, least, side_of
from surveys.publication import Figure

WIDE, STEP = 200, 10


@dataclass(frozen=True)
class Strip:
    """Places along the field; `low` and `high` are None where there is no interval; `cut` where it begins before.

    `bound` is where only a limit is known.
    """

    side: str
    value: float
    low: float | None
    high: float | None
    cut: bool
    bound: str


@dataclass(frozen=True)
class Strips:
    """One scale for all strips of a table."""

    begins: float
    threshold: float

    @classmethod
    def of(cls, figures: Iterable[Figure], threshold: float) -> Strips:
        """The scale holds all values; an interval may begin before it, or a few people would make all others small."""
        return cls(least((replace(each, low=None) for each in figures), threshold), threshold)

    def draw(self, figure: Figure) -> Strip | None:
        """None for what is hidden or has no value."""
        if figure.value is None:
            return None
        low = None if figure.low is None else max(0.0, self.at(figure.low))
        high = None if figure.high is None else self.at(figure.high)
        cut = figure.low is not None and figure.low < self.begins
        return Strip(side_of(figure, self.threshold), self.at(figure.value), low, high, cut, figure.bound)

    def at(self, value: float) -> float:
        return round(WIDE * (value - self.begins) / (FULL - self.begins), 2)

    @property
    def line(self) -> float:
        """Where the threshold is."""
        return self.at(self.threshold)

    @property
    def ticks(self) -> Sequence[tuple[float, int]]:
        """Round numbers under the scale, each with its place."""
        first = int(-(-self.begins // STEP) * STEP)
        return [(self.at(each), each) for each in range(first, FULL + 1, STEP)]
