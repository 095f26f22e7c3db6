"""What may be shown of a few people: nothing that is about fewer than SMALLEST, nor what would let it be computed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from analysis.disclosure.suppression import SMALLEST as SMALLEST

Key = TypeVar("Key", bound=Hashable)
Place = tuple[str, str]  # school, group


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


def hide_table(counts: Mapping[Place, int], hidden_schools: Iterable[str]) -> set[Place]:
    """The cells school x group to hide where the totals of schools and of groups are shown."""
    gone = set(hidden_schools)
    hidden = {place for place in counts if place[0] in gone}
    while True:
        more = hidden | {place for line in _lines(counts) for place in _hide_more(line, hidden)}
        if more == hidden:
            return hidden
        hidden = more


def _lines(counts: Mapping[Place, int]) -> list[dict[Place, int]]:
    lines: dict[tuple[int, str], dict[Place, int]] = {}
    for place, n in counts.items():
        for side in (0, 1):
            lines.setdefault((side, place[side]), {})[place] = n
    return list(lines.values())


def _hide_more(line: Mapping[Place, int], hidden: set[Place]) -> set[Place]:
    """As `hide`, where some are hidden already."""
    out = {place for place, n in line.items() if place in hidden or 0 < n < SMALLEST}
    rest = sorted((place for place, n in line.items() if place not in out and n > 0), key=lambda place: line[place])
    while any(line[place] for place in out) and rest and sum(line[place] for place in out) < SMALLEST:
        out.add(rest.pop(0))
    return out
