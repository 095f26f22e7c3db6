"""Text in CSV that spreadsheet programs would run as a formula: an apostrophe goes before it, and off again."""

from __future__ import annotations

import re

LIKE_A_FORMULA = re.compile(r"'*\s*[=+\-@\t\r]")
QUOTED = re.compile(r"'+\s*[=+\-@\t\r]")


def quote(text: str) -> str:
    return f"'{text}" if LIKE_A_FORMULA.match(text) else text


def unquote(text: str) -> str:
    """Exactly what `quote` was given."""
    return text[1:] if QUOTED.match(text) else text
