"""What of a paper can be judged: its scored items on their commonest scale, and who was told how to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.datasets import Stack
from surveys.datasets.reading import CHANNELS
from surveys.instruments.model import DIMENSIONS, Item

TOLD, YES, NO = "told_how", 1, 2
POSTER = CHANNELS.index("open")  # only there can a phone come twice
ANY_CODE = 256
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sheets:
    """The n forms of a stack, as far as they can be judged.

    answers : (n, J) codes of one scale, 0 for blank and "don't know"
    reversed_items : columns worded the other way round
    scale : lowest and highest code
    dimension : (J,) position of the item's dimension, -1 for none
    told : (n,) 1 for whoever was told how to answer, 0 for who was not, NaN for who does not say
    repeats : (n,) 1 where this phone had answered this poster before, 0 where it had not, NaN where nobody can know
    """

    answers: NDArray[np.uint8]
    reversed_items: tuple[int, ...]
    scale: tuple[int, int]
    dimension: NDArray[np.int64]
    told: Floats
    repeats: Floats


def read_sheets(stack: Stack) -> Sheets | None:
    """The judged items of a stack; None where a paper has none."""
    items = stack.version.instrument.items
    scale = _commonest([item for item in items if item.scored])
    if scale is None:
        return None
    columns = [place for place, item in enumerate(items) if item.scored and _ends(item) == scale]
    return Sheets(
        answers=np.stack([_codes(items[place])[stack.answers[:, place]] for place in columns]).T,  # item after item
        reversed_items=tuple(at for at, place in enumerate(columns) if items[place].direction < 0),
        scale=scale,
        dimension=np.array([_dimension(items[place]) for place in columns]),
        told=_told(stack, items),
        repeats=np.where(stack.channel == POSTER, stack.repeat_device.astype(float), np.nan),
    )


def _commonest(items: Sequence[Item]) -> tuple[int, int] | None:
    """The scale of most items, the first of them in the paper where several are as common."""
    counted = Counter(ends for item in items if (ends := _ends(item)) is not None)
    return counted.most_common(1)[0][0] if counted else None


def _ends(item: Item) -> tuple[int, int] | None:
    codes = item.scale.codes - item.scale.dont_know
    return (min(codes), max(codes)) if len(codes) > 1 else None


def _codes(item: Item) -> NDArray[np.uint8]:
    """(256,) each code by itself; 0 for "don't know" and what is no option."""
    table = np.zeros(ANY_CODE, np.uint8)
    known = sorted(item.scale.codes - item.scale.dont_know)
    table[known] = known
    return table


def _dimension(item: Item) -> int:
    return DIMENSIONS.index(item.dimension) if item.dimension in DIMENSIONS else -1


def _told(stack: Stack, items: Sequence[Item]) -> Floats:
    place = next((place for place, item in enumerate(items) if item.id == TOLD), None)
    if place is None:
        return np.full(len(stack.answers), np.nan)
    said = stack.answers[:, place]
    return np.where(said == YES, 1.0, np.where(said == NO, 0.0, np.nan))
