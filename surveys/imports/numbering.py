"""Options that an export writes as numbers: what they mean in its tool, for a person to confirm."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from surveys.imports.layouts import Layout, Numbers
from surveys.instruments.model import Scale


def read_numbers(labels: Collection[str], scale: Scale, layout: Layout) -> Mapping[str, int] | None:
    """The option codes of all cells that the tool may write for the scale; None where `labels` are no such cells.

    The same digit may be a place, a code or a score, and nothing in the file says which: it is never beyond doubt.
    """
    for numbers in layout.numbers:
        found = {label: code for label in labels if (code := numbers.option(label, scale)) is not None}
        if found and len(found) == len(labels):
            return {**_all_of(numbers, scale), **found}
    return None


def _all_of(numbers: Numbers, scale: Scale) -> dict[str, int]:
    """Those of options that nobody chose yet, where they are plain numbers."""
    places = range(1, len(scale.options) + 1)
    cells = map(str, places if numbers.means == "place" else (option.code for option in scale.options))
    return {cell: code for cell in cells if (code := numbers.option(cell, scale)) is not None}
