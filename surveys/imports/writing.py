"""Responses as another tool would export them: what was read from its layout can be read from there again."""

from __future__ import annotations

import io
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import xlsxwriter
from sqlalchemy.orm import Session

from analysis.frame import NOT_ASKED
from surveys.campaigns.model import CampaignView
from surveys.datasets import NO_SCHOOL, Pile, Roster, Version, load_piles, load_versions
from surveys.errors import SurveyError
from surveys.imports.labels import BLANK, NUMBER
from surveys.imports.layouts import Layout
from surveys.instruments.model import Instrument, Item, Scale, Section
from surveys.tables.limits import MOST_COLUMNS

Answers = Literal["labels", "numbers"]
Cell = str | int
FIRST_QUESTION = 3  # after the group and the school
LONGEST_CELL = 32_767  # characters that a cell of a workbook may have


@dataclass(frozen=True)
class LaidOut:
    """One row a respondent, in the order of group, school and answers. `paper` is NAME@NUMBER."""

    paper: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    delimiter: str


def lay_out(
    session: Session, *, campaign: CampaignView, layout: Layout, paper: str, answers: Answers = "labels"
) -> LaidOut:
    """All responses to one paper of a closed campaign, without the comments.

    `paper` is a NAME, or NAME@NUMBER where the campaign asks several versions. Raises SurveyError(`export.not_closed`,
    `layout.paper_unknown`, `layout.too_wide`, `responses.misfit`).
    """
    if campaign.state != "closed":
        raise SurveyError("export.not_closed", "conflict", name=campaign.name)
    versions = load_versions(session, campaign_id=campaign.id)
    version = _choose(versions, paper)
    piles, roster = load_piles(session, campaign_id=campaign.id, versions=versions)
    pile = next((each for each in piles if each.version.id == version.id), None)
    return _Writer(layout, version, answers, f"{campaign.name}-{version.name}").write(pile, roster)


def as_workbook(laid: LaidOut) -> bytes:
    """The same as XLSX. Text stays text, whatever it begins with."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("data")
        for number, row in enumerate((laid.header, *laid.rows)):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, cell[:LONGEST_CELL])
    return content.getvalue()


def _choose(versions: Sequence[Version], paper: str) -> Version:
    found = [each for each in versions if paper in (each.name, each.instrument.name)]
    if len(found) != 1:
        expected = ", ".join(each.name for each in versions)
        raise SurveyError("layout.paper_unknown", "missing", name=paper, expected=expected)
    return found[0]


class _Writer:
    def __init__(self, layout: Layout, version: Version, answers: Answers, origin: str) -> None:
        self._layout, self._version, self._answers, self._origin = layout, version, answers, origin
        self._language = version.instrument.languages[0]

    def write(self, pile: Pile | None, roster: Roster) -> LaidOut:
        items = [place for place in range(len(self._version.instrument.items)) if _was_asked(pile, place)]
        with_schools = pile is not None and bool((pile.school != NO_SCHOOL).any())
        header = (*self._layout.writes.own, *self._places(with_schools), *self._questions(items))
        if len(header) > MOST_COLUMNS:
            raise SurveyError("layout.too_wide", "invalid", limit=MOST_COLUMNS, found=len(header))
        rows = tuple(self._rows(pile, roster, items, with_schools)) if pile is not None else ()
        return LaidOut(self._version.name, header, rows, self._layout.writes.delimiter)

    def _places(self, with_schools: bool) -> tuple[str, ...]:
        writes = self._layout.writes
        return (writes.group, writes.school) if with_schools else (writes.group,)

    def _questions(self, items: Sequence[int]) -> Iterator[str]:
        sections = _sections_of(self._version.instrument)
        for number, place in enumerate(items, FIRST_QUESTION):
            item = self._version.instrument.items[place]
            text = " ".join(item.text[self._language].split())
            names = {"number": number, "text": text, "id": item.id, "code": _code_of(item)}
            yield self._layout.writes.question.format(section=sections[item.id].id, **names)

    def _rows(self, pile: Pile, roster: Roster, items: Sequence[int], with_schools: bool) -> Iterator[tuple[Cell, ...]]:
        cells = [self._cells(self._version.instrument.items[place]) for place in items]
        groups, codes = self._layout.writes.groups, (*roster.school_codes, "")  # the last where the position is -1
        row = 0
        for group, school, size in zip(pile.group.tolist(), pile.school.tolist(), pile.size.tolist(), strict=True):
            name = roster.groups[group]
            places = (groups.get(name, name), codes[school])[: 1 + with_schools]
            for sheet in pile.answers[row : row + size, items].tolist():
                row += 1
                answers = (known[code] for known, code in zip(cells, sheet, strict=True))
                yield (*self._own(row), *places, *answers)

    def _own(self, row: int) -> Iterator[Cell]:
        """What the tool writes itself; nothing of a person, and the row is no order of arrival."""
        for text in self._layout.writes.own.values():
            yield _number(text.format(row=row, origin=self._origin, language=self._language))

    def _cells(self, item: Item) -> Mapping[int, Cell]:
        """The cell for every code that may be stored."""
        writes, form = self._layout.writes, self._answers
        write = writes.label if form == "labels" else writes.number
        cells: dict[int, Cell] = {BLANK: _number(writes.blank[form]), NOT_ASKED: _number(writes.not_asked[form])}
        for code, names in _options(item.scale, self._language):
            cells[code] = _number(write.format(**names))
        return cells


def _was_asked(pile: Pile | None, place: int) -> bool:
    """A question that nobody was asked has no column: so it is not asked again where the file is read."""
    return pile is None or bool((pile.answers[:, place] != NOT_ASKED).any())


def _sections_of(instrument: Instrument) -> Mapping[str, Section]:
    return {item.id: section for section in instrument.sections for item in section.items}


def _code_of(item: Item) -> str:
    """The id in letters and digits alone, as a tool takes it that knows no other signs."""
    return "".join(letter for letter in item.id if letter.isalnum())


def _options(scale: Scale, language: str) -> Iterator[tuple[int, dict[str, object]]]:
    for place, option in enumerate(scale.options, 1):
        letter = string.ascii_uppercase[place - 1] if place <= len(string.ascii_uppercase) else str(place)
        names = {"text": option.text[language], "option": option.code, "place": place, "letter": letter}
        yield option.code, names


def _number(text: str) -> Cell:
    """Numbers as such: as text, a spreadsheet would have to be kept from taking -3 for a formula."""
    return int(text) if NUMBER.fullmatch(text) and str(int(text)) == text else text
