"""What may be shown of a few people: nothing that is about fewer than SMALLEST, nor what would let it be computed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from analysis.disclosure.suppression import SMALLEST as SMALLEST

Key = TypeVar("Key", bound=Hashable)


def hide(counts: Mapping[Key, int]) -> set[Key]:
    """The cells of one line to hide where the line's own total is shown.

    First every small cell; then, while all the hidden together are still few enough to be taken from the total,
    the next smallest.
    """
    hidden = {key for key, n in counts.items() if 0 < n < SMALLEST}
    rest = sorted((key for key, n in counts.items() if n >= SMALLEST), key=lambda key: counts[key])
    while hidden and rest and sum(counts[key] for key in hidden) < SMALLEST:
        hidden.add(rest.pop(0))
    return hidden
