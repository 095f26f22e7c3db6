"""Forms as whole: the answers to one paper with what is known beside them, in the order of the sample."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.datasets.piles import Pile, Version

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
UNKNOWN = 0  # of the byte for the pace: nobody measured it


@dataclass(frozen=True)
class Stack:
    """The n forms of one version of a paper.

    answers : (n, J) one byte an item in the order of the version's code frame
    group, school : (n,) positions in the roster's groups and schools, -1 for no school
    pace : (n,) whole seconds a question, NaN where nobody measured
    repeat_device : (n,) whether this phone had answered this poster before
    channel : (n,) position in `surveys.datasets.reading.CHANNELS`
    rows : where these forms stand in the sample of the same responses
    """

    version: Version
    answers: NDArray[np.uint8]
    group: Integers
    school: Integers
    pace: Floats
    repeat_device: Flags
    channel: Integers
    rows: slice


def make_stacks(piles: Iterable[Pile]) -> tuple[Stack, ...]:
    """A stack for each pile that was read with what is known beside the answers."""
    return tuple(_stacks(piles))


def _stacks(piles: Iterable[Pile]) -> Iterator[Stack]:
    begin = 0
    for pile in piles:
        pace, repeat_device, channel = pile.beside.T
        end = begin + len(pile.answers)
        yield Stack(
            version=pile.version,
            answers=pile.answers,
            group=np.repeat(pile.group, pile.size),
            school=np.repeat(pile.school, pile.size),
            pace=np.where(pace == UNKNOWN, np.nan, pace - 1.0),
            repeat_device=repeat_device > 0,
            channel=channel.astype(np.int64),
            rows=slice(begin, end),
        )
        begin = end


def digest_beside(stacks: Iterable[Stack], digest: str) -> str:
    """SHA-256 of which forms these are: of the answers, by their `digest`, and of the pace and device of each."""
    content = hashlib.sha256(digest.encode())
    for stack in sorted(stacks, key=lambda each: each.version.digest):
        content.update(np.nan_to_num(stack.pace, nan=-1).astype(np.int16).tobytes())
        content.update(stack.repeat_device.tobytes())
    return content.hexdigest()
