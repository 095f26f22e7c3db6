"""A layout: which headings are a tool's own, how it writes questions and options, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.imports.labels import fold, fold_question, question_parts
from surveys.instruments.model import Scale, Text

LONGEST_HEADING = 1_000  # a longer one is not taken apart
OF_THE_QUESTION = ("row", "row_code", "text", "code")  # the most particular first


@dataclass(frozen=True)
class Numbers:
    """Cells that are no texts of options: the codes of the options, or their places in the order shown."""

    means: Literal["code", "place"]
    pattern: re.Pattern[str]

    def option(self, cell: str, scale: Scale) -> int | None:
        """The code of the option that the cell means; None where it means none."""
        found = self.pattern.fullmatch(cell)
        if found is None:
            return None
        if self.means == "code":
            return int(cell) if int(cell) in scale.codes else None
        place = _place(found.groupdict().get("place") or cell)
        return scale.options[place - 1].code if 1 <= place <= len(scale.options) else None


@dataclass(frozen=True)
class Writing:
    """How the tool writes. Texts in braces stand for what a row, a question or an option has."""

    delimiter: str
    own: Mapping[str, str]
    group: str
    school: str
    groups: Mapping[str, str]
    question: str
    label: str
    number: str
    blank: Mapping[str, str]
    not_asked: Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """What the export of one tool looks like. `own` leads from a folded heading to the tool's name for it."""

    name: str
    title: Text
    signs: tuple[frozenset[str], ...]
    own: Mapping[str, str]
    own_patterns: tuple[re.Pattern[str], ...]
    headings: tuple[re.Pattern[str], ...]
    blank: tuple[str, ...]
    not_asked: tuple[str, ...]
    submitted: str | None
    key: tuple[str, ...]
    numbers: tuple[Numbers, ...]
    writes: Writing

    def own_name(self, heading: str) -> str | None:
        """What the tool calls the column, if it added the column by itself."""
        if len(heading) > LONGEST_HEADING:
            return None
        for pattern in self.own_patterns:
            if found := pattern.fullmatch(heading):
                return found["own"]
        return self.own.get(fold_own(heading))

    def find_own(self, header: Sequence[str], name: str) -> str | None:
        """The column of a file that is the tool's own of this name."""
        return next((heading for heading in header if self.own_name(heading) == name), None)

    def find_key(self, header: Sequence[str]) -> tuple[str, ...]:
        """The columns that say together which row a row is; none unless all are there."""
        found = [self.find_own(header, name) for name in self.key]
        return tuple(each for each in found if each) if all(found) else ()

    def parts(self, heading: str) -> tuple[str, ...]:
        """The ways to read a heading as a question, as `question_parts`, and as this tool puts it together."""
        return tuple(dict.fromkeys((*question_parts(heading), *self._own_parts(heading))))

    def _own_parts(self, heading: str) -> list[str]:
        if len(heading) > LONGEST_HEADING:
            return []
        found = next((match for pattern in self.headings if (match := pattern.fullmatch(heading))), None)
        named = {} if found is None else found.groupdict()
        return [part for name in OF_THE_QUESTION if (part := fold_question(named.get(name) or ""))]


def fold_own(heading: str) -> str:
    """As `fold`, but with low lines: `_id` is the tool's, `id` may be anybody's."""
    return "_" * (len(heading) - len(heading.lstrip("_"))) + fold(heading)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else ord(text[0].upper()) - ord("A") + 1
