"""From a table to what a frame says, or every cell that is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from surveys.documents import digest_of
from surveys.frames.columns import (
    BY_KEY,
    COLUMNS,
    COUNTY_ONLY,
    COUNTY_WORDS,
    EXAMPLES,
    LOCALITY_WORDS,
    NOT_APPLICABLE,
    SCHOOL_NUMBERS,
    SCHOOL_ONLY,
    STAGE_WORDS,
    accepted,
    find_code,
    find_column,
    fold,
)
from surveys.groups import SCHOOL_GROUPS
from surveys.regions import LONGEST_NAME, is_plain
from surveys.tables import Findings, Row, Table

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
WHOLE = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.0*)?")
WITHIN = (("student", "pupils"), ("teacher", "teachers"))  # nobody can be asked who is not there


@dataclass(frozen=True)
class SchoolRow:
    """A school as a frame describes it, and how many of each group it has."""

    code: str
    name: str
    township: str | None
    stage: str
    locality: str
    pupils: int
    teachers: int
    people: Mapping[str, int]

    @property
    def stratum(self) -> str:
        return f"{self.locality}.{self.stage}"


@dataclass(frozen=True)
class FrameContent:
    """What a frame says, however it was written: schools in the order of their codes, people of the county."""

    schools: tuple[SchoolRow, ...]
    county: Mapping[str, int]

    @property
    def digest(self) -> str:
        return digest_of({"schools": [asdict(school) for school in self.schools], "county": dict(self.county)})


def read_frame(table: Table) -> FrameContent:
    """Check every cell. Raises SurveyError(`frame.invalid`) with all problems."""
    findings = Findings(table.sheet)
    places = _places(table, findings)
    findings.refuse("frame.invalid")
    reader = _Reader(table, places, findings)
    schools = [reader.read_school(row) for row in table.rows if not reader.is_county(row)]
    county = [reader.read_county(row) for row in table.rows if reader.is_county(row)]
    if not schools:
        findings.add("frame.no_schools")
    findings.refuse("frame.invalid")
    found = sorted((school for school in schools if school), key=lambda school: school.code)
    return FrameContent(tuple(found), county[0] if county else {})


def _places(table: Table, findings: Findings) -> dict[str, int]:
    """Where each column stands; unknown, repeated and missing ones are findings."""
    places: dict[str, int] = {}
    for position, header in enumerate(table.header):
        column = find_column(header)
        if column is None:
            unused = [each.title for each in COLUMNS if each.key not in places]
            findings.add("frame.column_unknown", column=header, params={"expected": ", ".join(unused)})
        elif column.key in places:
            findings.add("frame.column_repeated", column=header, params={"other": table.header[places[column.key]]})
        else:
            places[column.key] = position
    for column in COLUMNS:
        if column.required and column.key not in places:
            findings.add("frame.column_missing", column=column.words[0], params={"expected": column.title})
    return places


class _Reader:
    """Reads one row after another; what is wrong goes into the findings, and the row gives None."""

    def __init__(self, table: Table, places: Mapping[str, int], findings: Findings) -> None:
        self._header = table.header
        self._places = places
        self._findings = findings
        self._rows: dict[str, int] = {}  # school code -> the row that has it

    def is_county(self, row: Row) -> bool:
        return fold(self._cell(row, "code")) in COUNTY_WORDS

    def read_school(self, row: Row) -> SchoolRow | None:
        example = next((key for key, sign in EXAMPLES.items() if sign.match(self._cell(row, key))), None)
        if example:
            self._add("frame.example_row", row, example)
            return None
        code, name, township = self._code(row), self._name(row, "name"), self._name(row, "township")
        stage, locality = self._word(row, "stage", STAGE_WORDS), self._word(row, "locality", LOCALITY_WORDS)
        numbers = {key: self._number(row, key) for key in SCHOOL_NUMBERS}
        self._forbid(row, COUNTY_ONLY, "frame.county_number")
        known = {key: number for key, number in numbers.items() if number is not None}
        for part, whole in WITHIN:
            if part in known and whole in known and known[part] > known[whole]:
                limit = f"{self._title(whole)} = {known[whole]}"
                self._add("frame.more_than", row, part, expected=f"≤ {limit}")
        if not (code and name and stage and locality and len(known) == len(numbers)):
            return None
        people = {group: known[group] for group in SCHOOL_GROUPS}
        return SchoolRow(code, name, township, stage, locality, known["pupils"], known["teachers"], people)

    def read_county(self, row: Row) -> dict[str, int]:
        self._once(row, "")
        self._forbid(row, SCHOOL_ONLY, "frame.school_cell")
        found = {}
        for group in COUNTY_ONLY:
            if self._cell(row, group) not in NOT_APPLICABLE and (number := self._number(row, group)) is not None:
                found[group] = number
        return found

    def _code(self, row: Row) -> str | None:
        text = unicodedata.normalize("NFKC", self._cell(row, "code"))
        if not text:
            self._required(row, "code", "A–Z a–z 0–9 . _ -")
        elif not CODE.fullmatch(text):
            self._add("frame.code", row, "code")
        elif self._once(row, text.casefold()):
            return text
        return None

    def _once(self, row: Row, key: str) -> bool:
        """Whether this is the first row of this school, or of the county."""
        first = self._rows.setdefault(key, row.number)
        if first != row.number:
            self._add("frame.repeated" if key else "frame.county_repeated", row, "code", first=first)
        return first == row.number

    def _name(self, row: Row, key: str) -> str | None:
        text = self._cell(row, key)
        if not text and BY_KEY[key].required:
            self._required(row, key, f"1–{LONGEST_NAME}")
        if len(text) > LONGEST_NAME:
            self._add("frame.name_long", row, key, limit=LONGEST_NAME)
        if not is_plain(text):
            self._add("frame.name_characters", row, key)
        return " ".join(text.split()) or None

    def _word(self, row: Row, key: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
        text = self._cell(row, key)
        if not text:
            self._required(row, key, accepted(words))
            return None
        code = find_code(words, text)
        if code is None:
            self._add("frame.word", row, key, expected=accepted(words))
        return code

    def _number(self, row: Row, key: str) -> int | None:
        text = self._cell(row, key)
        if not text:
            self._required(row, key, f"0–{BY_KEY[key].most}")
            return None
        match = WHOLE.fullmatch(unicodedata.normalize("NFKC", text))
        number = int(match[1].replace(",", "")) if match else None
        if number is None or number > BY_KEY[key].most:
            self._add("frame.number", row, key, expected=f"0–{BY_KEY[key].most}")
            return None
        return number

    def _forbid(self, row: Row, keys: tuple[str, ...], code: str) -> None:
        """Cells that mean nothing in this row must be blank, a dash, or 0."""
        for key in keys:
            if key in self._places and self._cell(row, key) not in NOT_APPLICABLE | {"0"}:
                self._add(code, row, key)

    def _required(self, row: Row, key: str, expected: str) -> None:
        self._findings.add("frame.required", row=row.number, column=self._title(key), params={"expected": expected})

    def _add(self, code: str, row: Row, key: str, **params: str | int) -> None:
        value = self._cell(row, key)
        self._findings.add(code, row=row.number, column=self._title(key), value=value, params=params)

    def _cell(self, row: Row, key: str) -> str:
        return row.cells[self._places[key]] if key in self._places else ""

    def _title(self, key: str) -> str:
        """The column's name as it stands in the file."""
        return self._header[self._places[key]] if key in self._places else BY_KEY[key].words[0]
