"""What one paper asks: sections of items, each with a scale of coded options. Text is by language, never data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Text = Mapping[str, str]  # language -> text
Role = Literal["item", "overall", "conduct", "background"]

SCORED: frozenset[Role] = frozenset({"item", "overall"})
MOST_ITEMS = 250  # one byte of a response is one item

# The content headings of the official frame of 2024, in its order (落实立德树人 … 减轻过重课业负担).
DIMENSIONS = (
    "moral_education",
    "equity_policy",
    "resource_sharing",
    "regulated_schooling",
    "quality_education",
    "exam_reform",
    "education_quality",
    "lighter_burden",
)

# Scales whose codes mean the same in every paper, because scorecards give points to codes. 9 is always "don't know".
STANDARD_SCALES: Mapping[str, frozenset[int]] = {
    "satisfaction-3": frozenset({3, 2, 1, 9}),
    "satisfaction-4": frozenset({4, 3, 2, 1, 9}),
    "satisfaction-5": frozenset({5, 4, 3, 2, 1, 9}),
    "frequency-4": frozenset({4, 3, 2, 1, 9}),
    "yes-no": frozenset({1, 2, 9}),
}
STANDARD_DONT_KNOW = frozenset({9})


@dataclass(frozen=True)
class Option:
    """One answer that can be ticked. Only `code`, 1 to 250, is ever stored."""

    code: int
    text: Text = field(hash=False)


@dataclass(frozen=True)
class Scale:
    """The options in the order in which they are shown, and which of their codes mean "don't know"."""

    name: str
    options: tuple[Option, ...]
    dont_know: frozenset[int]

    @property
    def codes(self) -> frozenset[int]:
        return frozenset(option.code for option in self.options)


@dataclass(frozen=True)
class Item:
    """One question.

    `conduct` asks whether anybody told the respondent how to answer; it and `background` never count in a score.
    `direction` is -1 where a high code is bad news. `dimension` is always given for the role `item`.
    """

    id: str
    role: Role
    dimension: str | None
    text: Text = field(hash=False)
    scale: Scale
    direction: Literal[1, -1] = 1
    required: bool = True
    note: Text | None = field(default=None, hash=False)

    @property
    def scored(self) -> bool:
        return self.role in SCORED


@dataclass(frozen=True)
class Section:
    """Items that stand under one heading."""

    id: str
    title: Text = field(hash=False)
    items: tuple[Item, ...]


@dataclass(frozen=True)
class CommentBox:
    """The open question at the end; `limit` is in characters."""

    text: Text = field(hash=False)
    note: Text = field(hash=False)
    limit: int


@dataclass(frozen=True)
class Instrument:
    """One paper. `languages[0]` is the default; empty `stages` fit every school.

    `grades` is a label such as 3–6 年级, given where a group has several papers.
    """

    name: str
    languages: tuple[str, ...]
    title: Text = field(hash=False)
    introduction: Text = field(hash=False)
    minutes: int
    groups: tuple[str, ...]
    stages: tuple[str, ...]
    grades: Text | None = field(hash=False)
    sections: tuple[Section, ...]
    comment: CommentBox | None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The code frame: answers are stored as one byte an item in this order, 0 for blank."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def columns(self) -> tuple[tuple[str, Mapping[str, int], bool], ...]:
        """The code frame as answers are read: an item's id, its codes in their one spelling, if it must be there."""
        return tuple((item.id, {str(code): code for code in item.scale.codes}, item.required) for item in self.items)

    def find_item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)
