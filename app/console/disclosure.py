"""What may not be shown, because a few people could be recognised in it."""

from __future__ import annotations

from typing import Literal

from surveys.hiding import SMALLEST

Hidden = Literal["", "small", "withheld"]


def reason(n: int, hidden: bool) -> Hidden:
    """Why a cell is hidden."""
    if not hidden:
        return ""
    return "small" if n < SMALLEST else "withheld"
