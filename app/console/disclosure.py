"""What may not be shown, because a few people could be recognised in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from surveys.publication import SMALLEST

Hidden = Literal["", "small", "withheld"]
Place = tuple[str, str]  # school, group


def hide_table(counts: Mapping[Place, int], hidden_schools: Iterable[str]) -> set[Place]:
    """The cells school x group to hide where the totals of schools and of groups are shown."""
    gone = set(hidden_schools)
    hidden = {place for place in counts if place[0] in gone}
    while True:
        more = hidden | {place for line in _lines(counts) for place in _hide_more(line, hidden)}
        if more == hidden:
            return hidden
        hidden = more


def reason(n: int, hidden: bool) -> Hidden:
    """Why a cell is hidden."""
    if not hidden:
        return ""
    return "small" if n < SMALLEST else "withheld"


def _lines(counts: Mapping[Place, int]) -> list[dict[Place, int]]:
    lines: dict[tuple[int, str], dict[Place, int]] = {}
    for place, n in counts.items():
        for side in (0, 1):
            lines.setdefault((side, place[side]), {})[place] = n
    return list(lines.values())


def _hide_more(line: Mapping[Place, int], hidden: set[Place]) -> set[Place]:
    """As `surveys.publication.hide`, where some are hidden already."""
    out = {place for place, n in line.items() if place in hidden or 0 < n < SMALLEST}
    rest = sorted((place for place, n in line.items() if place not in out and n > 0), key=lambda place: line[place])
    while any(line[place] for place in out) and rest and sum(line[place] for place in out) < SMALLEST:
        out.add(rest.pop(0))
    return out
