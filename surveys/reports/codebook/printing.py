"""A codebook as PDF: cover, contents, then a block for each variable."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from surveys.reports.codebook.document import Leaf
from surveys.reports.typesetting import printable, typeset

TEMPLATE = Path(__file__).with_name("codebook.typ")
LONGEST = 2000  # characters of a text, as many as a questionnaire may have in one
RUNNING = 44  # characters of the title at the head of a page
_OUR_OWN = re.compile("[a-z0-9_-]*")  # names, places to link to, and digests stay as they are


def print_codebook(leaf: Leaf) -> bytes:
    """The same leaf gives the same bytes."""
    data: dict[str, Any] = _printable(asdict(leaf))
    data["running"] = f"{printable(leaf.title, RUNNING)} · {printable(leaf.subtitle)}"
    return typeset(TEMPLATE, [data], tagged=True)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value if _OUR_OWN.fullmatch(value) else printable(value, LONGEST)
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
