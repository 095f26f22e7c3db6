"""Telling from its headings which tool a file comes from."""

from __future__ import annotations

from collections.abc import Sequence

from surveys.imports.layouts.library import find_layout, layout_names
from surveys.imports.layouts.model import Layout


def recognise(header: Sequence[str]) -> Layout | None:
    """The layout whose signs stand in the header; the one with the most headings of its own where several do."""
    best: tuple[int, Layout] | None = None
    for layout in filter(None, map(find_layout, layout_names())):
        own = {name for heading in header if (name := layout.own_name(heading))}
        if any(sign <= own for sign in layout.signs) and (best is None or len(own) > best[0]):
            best = len(own), layout
    return None if best is None else best[1]
