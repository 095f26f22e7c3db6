"""Words in cells that mean yes or no, a role, a number."""

from __future__ import annotations

import re

from surveys.carrying.found import Left, Place

YES = frozenset({"yes", "true", "true()", "1", "y", "是", "必答", "必填", "x", "√", "✓"})
NO = frozenset({"", "no", "false", "false()", "0", "n", "否", "选答", "选填", "可不答", "-"})
WHOLE = re.compile(r"[0-9]{1,6}")
LISTED = re.compile(r"[\s,;，；、|]+")


def read_yes(cell: str, place: Place, left: Left, *, blank: bool) -> bool:
    """Yes or no; what is neither is noted, and counts as blank."""
    word = cell.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return blank if not word else False
    left.add("carry.not_yes_or_no", place, cell)
    return blank


def read_whole(cell: str, place: Place, left: Left) -> int | None:
    """A whole number; what is none is noted."""
    if not cell:
        return None
    if WHOLE.fullmatch(cell):
        return int(cell)
    left.add("carry.no_number", place, cell)
    return None


def read_list(cell: str) -> list[str]:
    """`parent; teacher` as its words."""
    return [word for word in LISTED.split(cell) if word]


def write_list(words: tuple[str, ...]) -> str:
    return "; ".join(words)


def read_reversed(cell: str, place: Place, left: Left) -> bool:
    """Whether a high code is bad news."""
    word = cell.strip().casefold()
    if word in ("-1", "−1", "反向", "反", "reversed", "negative"):
        return True
    if word not in ("", "1", "+1", "正向", "正", "positive"):
        left.add("carry.not_a_direction", place, cell)
    return False
