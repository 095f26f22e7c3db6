"""A codebook as PDF: cover, contents, then a block for each variable."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from surveys.reports.codebook.document import Leaf
from surveys.reports.typesetting import printable, typeset

TEMPLATE = Path(__file__).with_name("codebook.typ")
LONGEST = 2000  # characters of a text, as many as a questionnaire may have in one
RUNNING = 88  # Latin letters of the title at the head of a page, or half as many hanzi
_OUR_OWN = re.compile("[a-z0-9_-]*")  # names, places to link to, and digests stay as they are


def print_codebook(leaf: Leaf) -> bytes:
    """The same leaf gives the same bytes."""
    data: dict[str, Any] = _printable(asdict(leaf))
    data["running"] = f"{printable(_shortened(leaf.title), LONGEST)} · {printable(leaf.subtitle)}"
    return typeset(TEMPLATE, [data], tagged=True)


def _shortened(title: str) -> str:
    """As much as there is room for: whole titles of several, else whole words."""
    width, kept = 0, ""
    for sign in title:
        width += 2 if east_asian_width(sign) in "WF" else 1
        if width > RUNNING:
            break
        kept += sign
    if kept == title:
        return title
    whole = kept.rpartition(" · ")[0] or kept.rpartition(" ")[0] or kept
    return f"{whole} …"


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value if _OUR_OWN.fullmatch(value) else printable(value, LONGEST)
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
