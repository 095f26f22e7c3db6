"""Whether options run from good to bad or from bad to good, by the words that they begin with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from surveys.carrying.found import Text

Trend = Literal["falling", "rising"]
FALLING: Trend = "falling"
RISING: Trend = "rising"

STRONG = re.compile(
    r"(?:非常|很|十分|完全|极其|极为|极|特别|总是|优秀|(?:very|strongly|completely|totally|fully|extremely|highly|always|excellent)\b)"
)
DEGREE = re.compile(
    r"(?:非常|很|十分|完全|极其|极为|极|特别|比较|较|太|有点"
    r"|(?:very|strongly|completely|totally|fully|extremely|highly|somewhat|rather|fairly)\s+)"
)
NEGATIVE = re.compile(
    r"(?:不|没|未|从不|从未|差|低劣|糟|(?:not|no|never|none|poor|bad)\b|dis|un(?!til|der)|(?:at no)\b)"
)


def trend(texts: Sequence[Text]) -> Trend | None:
    """Falling from the best answer to the worst, or rising; None where that cannot be told, or languages disagree."""
    if len(texts) < 2:
        return None
    found = {_trend(first, texts[-1][tag]) for tag, first in texts[0].items() if tag in texts[-1]} - {None}
    return found.pop() if len(found) == 1 else None


def _trend(first: str, last: str) -> Trend | None:
    if _is_best(first) and _is_negative(last):
        return FALLING
    return RISING if _is_negative(first) and _is_best(last) else None


def _is_best(text: str) -> bool:
    return STRONG.match(_plain(text)) is not None and not _is_negative(text)


def _is_negative(text: str) -> bool:
    plain = _plain(text)
    degree = DEGREE.match(plain)
    return NEGATIVE.match(plain[degree.end() :] if degree else plain) is not None


def _plain(text: str) -> str:
    return text.strip().casefold()
