"""A sheet by the headings of XLSForm: `label::English (en)`, `renke_role`, old spellings too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surveys.carrying.found import Left, Place, Text
from surveys.carrying.languages import guess_language, read_language
from surveys.tables import Row, Table

TRANSLATED = ("label", "hint", "form_title", "renke_title", "renke_grades")
OURS = re.compile(r"\Arenke(?:::|:|_)", re.IGNORECASE)  # `renke::role` is `renke_role`
SPELLINGS = {"caption": "label", "list name": "list_name", "value": "name", "title": "form_title", "id": "form_id"}


@dataclass(frozen=True)
class Column:
    """`base` is the heading without its language; `tag` is None where it names none."""

    heading: str
    base: str
    tag: str | None
    position: int


class Sheet:
    """The rows of a sheet, their cells by heading."""

    def __init__(self, table: Table, left: Left) -> None:
        self._table = table
        self.left = left
        self.rows = table.rows
        self.columns = [each for each in self._read() if each is not None]
        self._at = {each.base: each.position for each in self.columns if each.tag is None}
        self.plain_language: str | None = None

    def _read(self) -> Iterator[Column | None]:
        for position, heading in enumerate(self._table.header):
            column = _column(heading, position)
            if column is None:
                self.left.add("carry.language_unknown", Place(self._table.sheet, column=heading))
            yield column

    @property
    def languages(self) -> list[str]:
        """The languages that its headings name, in their order."""
        return list(dict.fromkeys(each.tag for each in self.columns if each.tag is not None))

    def speaks_plainly(self) -> bool:
        """Whether a heading such as `label` names no language."""
        return any(each.base in TRANSLATED and each.tag is None for each in self.columns)

    def guess(self) -> str:
        """The language of the labels whose headings name none."""
        position = self._at.get("label")
        return guess_language(() if position is None else (row.cells[position] for row in self.rows))

    def cell(self, row: Row, base: str) -> str:
        position = self._at.get(base)
        return "" if position is None else row.cells[position]

    def text(self, row: Row, base: str) -> Text:
        """What stands under a heading in each language; where two headings are one language, the first."""
        found: Text = {}
        for column in self.columns:
            tag = column.tag or self.plain_language
            if column.base == base and tag is not None and row.cells[column.position]:
                found.setdefault(tag, row.cells[column.position])
        return found

    def place(self, row: Row, base: str | None = None) -> Place:
        heading = next((each.heading for each in self.columns if each.base == base), base)
        return Place(self._table.sheet, row.number, heading)


def _column(heading: str, position: int) -> Column | None:
    """None where the heading names a language that is none."""
    plain = OURS.sub("renke_", heading.strip())
    first, *rest = (part.strip() for part in plain.split("::" if "::" in plain else ":"))
    base, label = SPELLINGS.get(first.casefold(), first.casefold()), "::".join(rest)
    if not label:
        return Column(heading, base, None, position)
    if base not in TRANSLATED:  # such as media::image::English
        return Column(heading, plain.casefold(), None, position)
    tag = read_language(label)
    return None if tag is None else Column(heading, base, tag, position)
