"""What comments are about, by the words they have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from surveys.documents import read_document

HERE = Path(__file__).parent
SCHEMA, LIBRARY = HERE / "schema" / "themes.schema.json", HERE / "library" / "themes.yaml"
OTHER = "other"  # the theme of what has no word of any


@cache
def library_themes() -> Mapping[str, tuple[str, ...]]:
    """The words of each dimension, in small letters."""
    document = read_document(LIBRARY.read_text("utf-8"), SCHEMA, kind="themes")
    return {each["dimension"]: tuple(word.lower() for word in each["words"]) for each in document.data["themes"]}


def themes_of(text: str) -> tuple[str, ...]:
    """Every theme of which the text has a word; OTHER where it has none."""
    small = text.lower()
    found = tuple(theme for theme, words in library_themes().items() if any(word in small for word in words))
    return found or (OTHER,)
