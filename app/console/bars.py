"""Bars over time, drawn by the server: where each stands on a field of 100 by 100, and what is written under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import local_time
from surveys.fieldwork.standings import Arrived

GAP = 0.2  # of the room of a bar
FIELD = 100


@dataclass(frozen=True)
class Bar:
    """One hour or day: its name, its numbers, and where its two bars stand; `opened` is behind `completed`."""

    name: str
    opened: int
    completed: int
    x: float
    width: float
    opened_height: float
    completed_height: float

    @property
    def opened_y(self) -> float:
        return round(FIELD - self.opened_height, 2)

    @property
    def completed_y(self) -> float:
        return round(FIELD - self.completed_height, 2)


@dataclass(frozen=True)
class Bars:
    """`most` is what the highest bar stands for."""

    bars: tuple[Bar, ...]
    most: int

    @property
    def marks(self) -> tuple[str, ...]:
        """The first, the middle and the last, to be written under them."""
        names = [each.name for each in self.bars]
        places = dict.fromkeys((0, len(names) // 2, len(names) - 1))
        return tuple(names[place] for place in places) if names else ()


def draw_bars(arrived: Sequence[Arrived], form: str) -> Bars:
    """Bars for hours or days, whose names have this `form`."""
    most = max((max(each.opened, each.completed) for each in arrived), default=0)
    room = FIELD / max(1, len(arrived))
    bars = (
        Bar(
            name=local_time(each.begins, form),
            opened=each.opened,
            completed=each.completed,
            x=round(place * room + GAP * room / 2, 2),
            width=round(room * (1 - GAP), 2),
            opened_height=_height(each.opened, most),
            completed_height=_height(each.completed, most),
        )
        for place, each in enumerate(arrived)
    )
    return Bars(tuple(bars), most)


def _height(count: int, most: int) -> float:
    return round(FIELD * count / most, 2) if most else 0.0
