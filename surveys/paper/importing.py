"""Keyings from a file: all of it, or every reason why not. A file that comes again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.errors import Problem, SurveyError, shorten
from surveys.holding import hold_campaign
from surveys.instruments.model import Instrument
from surveys.paper.entries import load_keyings
from surveys.paper.keying import Moment, check_keying, find_form, find_stored, keep_keying, place_of
from surveys.paper.model import COMMENT, PAPER, Form, Keying, title_of
from surveys.tables import Findings, Row, Table, read_table
from surveys.trail import record

CODE = "code"
LONGEST_TEXT = 24  # characters of a question at the head of its column
BESIDES = (CODE, PAPER, COMMENT)  # columns that are no questions; all but the code may be left out


@dataclass(frozen=True)
class ImportedKeyings:
    """What a file brought: `fresh` keyings, of which some made `stored` responses and some are `different`.

    `repeated` were there already. `used` are the rows of forms that nobody can key any more: their code was used on
    a phone.
    """

    rows: int
    fresh: int
    repeated: int
    stored: int
    different: int
    used: tuple[int, ...]


def columns_of(paper: Paper) -> tuple[str, ...]:
    """The columns of a file for a paper."""
    return (CODE, *headings_of(paper.instrument).values(), COMMENT)


def headings_of(instrument: Instrument) -> Mapping[str, str]:
    """How the column of each question is headed: its id, its number on the form and its text. The id is enough."""
    language = instrument.languages[0]
    numbered = enumerate(instrument.items, start=1)
    return {item.id: f"{item.id} {number} {shorten(item.text[language], LONGEST_TEXT)}" for number, item in numbered}


def import_keyings(
    session: Session,
    *,
    campaign: CampaignView,
    content: bytes,
    filename: str | None,
    nth: int,
    by: str,
    secret: bytes,
    now: datetime,
    today: date,
) -> ImportedKeyings:
    """Take in the first or the second (`nth`) keying of many forms of one paper.

    Raises SurveyError(`table.invalid`, `paper.invalid_file`) with all problems; nothing is written then.
    """
    hold_campaign(session, campaign_id=campaign.id)
    table = read_table(content, filename=filename)
    moment = Moment(by, now, today, secret)
    reader = _Reader(session, campaign, table, nth, moment)
    rows = list(reader.read())
    reader.findings.refuse("paper.invalid_file", filename=filename or "")
    kept = [keep_keying(session, form, keying, nth, moment) for form, keying in rows]
    states = Counter("repeated" if each.repeated else each.state for each in kept)
    fresh = len(kept) - states["repeated"]
    if fresh:
        facts = {"keying": nth, "fresh": fresh, "stored": states["stored"], "different": states["different"]}
        record(session, campaign_id=campaign.id, now=now, by=by, action="paper.keyed", **facts)
    repeated = states["repeated"] + reader.stored
    return ImportedKeyings(len(table.rows), fresh, repeated, states["stored"], states["different"], tuple(reader.used))


class _Reader:
    """The rows of a file, each checked; what is wrong is in `findings`."""

    def __init__(self, session: Session, campaign: CampaignView, table: Table, nth: int, moment: Moment) -> None:
        self.findings = Findings(table.sheet)
        self.used: list[int] = []
        self.stored = 0  # forms that are responses already
        self._session, self._campaign, self._table, self._nth, self._moment = session, campaign, table, nth, moment
        papers = papers_of(session, campaign_id=campaign.id)
        self._header = self._read_header({item.id for paper in papers for item in paper.instrument.items})
        self._headings: Mapping[str, str] = {}
        self._papers = self._fitting(papers)
        self._keyings = load_keyings(session, campaign.id)
        self._first: dict[int, int] = {}  # number of a code -> the row where it stands

    def read(self) -> Iterator[tuple[Form, Keying]]:
        if self.findings:
            return
        if not self._table.rows:
            self.findings.add("paper.no_rows")
        for row in self._table.rows:
            try:
                read = self._read(row)
            except SurveyError as error:
                self._note(row, error)
            else:
                if read is not None:
                    yield read

    def _read(self, row: Row) -> tuple[Form, Keying] | None:
        """One row; None where the form is a response already, or its code was used otherwise."""
        cells = dict(zip(self._header, row.cells, strict=True))
        form = self._find(cells[CODE])
        first = self._first.setdefault(form.number, row.number)
        if first != row.number:
            raise SurveyError("paper.code_repeated", "invalid", row=first)
        if self._is_over(form, row):
            return None
        keying = check_keying(
            form,
            version_id=self._paper_of(form, cells.get(PAPER, "")).version_id,
            raw={name: [cell] for name, cell in cells.items() if name not in BESIDES and cell},
            comment=cells.get(COMMENT),
            moment=self._moment,
        )
        place_of(self._keyings.get(form.number, {}), keying, self._nth)
        return form, keying

    def _find(self, code: str) -> Form:
        if not code:
            raise SurveyError("paper.code_blank", "invalid")
        moment = self._moment
        return find_form(self._session, campaign=self._campaign, typed=code, secret=moment.secret, now=moment.now)

    def _is_over(self, form: Form, row: Row) -> bool:
        try:
            stored = find_stored(self._session, form, self._moment) is not None
        except SurveyError as error:
            if error.code != "code.used":
                raise
            self.used.append(row.number)
            return True
        self.stored += stored
        return stored

    def _paper_of(self, form: Form, name: str) -> Paper:
        fitting = [paper for paper in form.papers if paper.version_id in self._papers]
        named = [paper for paper in fitting if name in ("", paper.instrument.name)]
        if len(named) != 1:
            expected = "; ".join(map(title_of, form.papers))
            raise SurveyError("paper.other_paper", "invalid", expected=expected)
        return named[0]

    def _note(self, row: Row, error: SurveyError) -> None:
        """With its column; never with what stands there, which is a code or an answer."""
        for problem in error.problems or (Problem(error.code, field=CODE, params=error.params),):
            column = self._headings.get(problem.field or "", problem.field)
            self.findings.add(problem.code, row=row.number, column=column, params=problem.params)

    # The header

    def _read_header(self, known: set[str]) -> Sequence[str]:
        """What each column is for: of a question, the id with which its heading begins."""
        header: list[str] = []
        for name in self._table.header:
            first = name.split(maxsplit=1)[0] if name.strip() else name
            column = first if first in known else name
            if column in header:
                other = self._table.header[header.index(column)]
                self.findings.add("paper.column_repeated", row=1, column=name, params={"other": other})
            header.append(column)
        return header

    def _fitting(self, papers: Sequence[Paper]) -> set[int]:
        """The versions of the papers whose questions are the columns of the file."""
        columns = [name for name in self._header if name not in BESIDES]
        fitting = {paper.version_id for paper in papers if {item.id for item in paper.instrument.items} == set(columns)}
        if CODE not in self._header:
            self.findings.add("paper.column_missing", row=1, column=CODE)
        self._headings = next((headings_of(each.instrument) for each in papers if each.version_id in fitting), {})
        if not fitting:
            self._explain(papers, columns)
        return fitting

    def _explain(self, papers: Sequence[Paper], columns: Sequence[str]) -> None:
        """What is wrong with the columns, going by the paper that they are most like."""
        asked = [headings_of(paper.instrument) for paper in papers]
        nearest = max(asked, key=lambda headings: len(headings.keys() & set(columns)))
        for name, heading in nearest.items():
            if name not in columns:
                self.findings.add("paper.column_missing", row=1, column=heading)
        for name, written in zip(self._header, self._table.header, strict=True):
            if name not in nearest and name not in BESIDES:
                self.findings.add("paper.column_unknown", row=1, column=written)
