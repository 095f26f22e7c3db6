"""Text that people typed into a page, before it is judged and kept."""

from __future__ import annotations

import unicodedata


def tidy(typed: str) -> str:
    """One kind of line end, tabs as spaces, no other control characters but NUL, and nothing around the text."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in lines if sign in "\n\0" or unicodedata.category(sign) != "Cc").strip()


def is_unreadable(text: str) -> bool:
    """Whether it has what no database of ours keeps: NUL, or half of a pair."""
    return any(sign == "\0" or unicodedata.category(sign) == "Cs" for sign in text)
