"""Counts along one line whose total is shown: which to hide, so that none about a few people can be computed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from analysis.disclosure.suppression import SMALLEST as SMALLEST

Key = TypeVar("Key", bound=Hashable)


def hide(counts: Mapping[Key, int], *, smallest: int = SMALLEST) -> set[Key]:
    """The cells to hide: every small one, and the next smallest while all the hidden together are still few.

    For a single line that is exact: a hidden cell can be anything from nobody to all the hidden together.
    """
    hidden = {key for key, n in counts.items() if 0 < n < smallest}
    rest = sorted((key for key, n in counts.items() if n >= smallest), key=lambda key: counts[key])
    while hidden and rest and sum(counts[key] for key in hidden) < smallest:
        hidden.add(rest.pop(0))
    return hidden
