"""What is printed on a check form. All of it comes as words: the door knows the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class VisitSheet:
    """What all forms share: `words` are headings and hints, `points` what is checked, `draw` the draw in a line."""

    language: str  # zh or en
    title: str
    county: str
    draw: str
    simulated: bool
    words: Mapping[str, str]
    points: tuple[str, ...]


@dataclass(frozen=True)
class VisitForm:
    """One school: `facts` about it, people of each group in the frame, and classes drawn (name, people, of so many)."""

    code: str
    school: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, int], ...]
    classes: tuple[tuple[str, int, int], ...]
