"""A mapping proposed from the file: what is sure, what is doubtful (marked 请核对), and what only people know."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from surveys.campaigns.model import Paper
from surveys.errors import Problem, shorten
from surveys.imports.labels import BLANK_LABELS, SEVERAL, find_option, fold, option_labels, question_parts
from surveys.imports.layouts import Layout, recognise
from surveys.imports.matching import (
    GROUP_OF,
    Match,
    SchoolGuess,
    answered_papers,
    best_papers,
    by_cells,
    guess_group_column,
    guess_school_column,
    is_by_the_tool,
    match_items,
    match_same,
)
from surveys.imports.numbering import read_numbers
from surveys.imports.remarks import Remarks
from surveys.instruments.model import Scale
from surveys.tables import Table

COMMENT = "comment"  # how tools that name their questions have the box
MOST_LABELS = 20  # a column with more different cells is no question with options
LONGEST_KEY = 1_000
OPEN = '"?"'  # what the person must fill in; no group is called so


@dataclass(frozen=True)
class Draft:
    """`text` is YAML for `read_mapping`; it is `complete` where nothing in it is doubtful.

    `layout` is the tool that the file is from, if it is known; `ignored` are the columns that it added and nobody
    reads, `comment` is the one with comments, `unfinished` the number of rows that nobody handed in.
    """

    text: str
    doubts: tuple[Problem, ...]
    layout: Layout | None = None
    ignored: tuple[str, ...] = ()
    comment: str | None = None
    unfinished: int = 0

    @property
    def complete(self) -> bool:
        return not self.doubts


def propose_mapping(
    table: Table,
    papers: Sequence[Paper],
    layout: Layout | None = None,
    *,
    schools: Collection[str] = (),
    language: str = "zh-CN",
) -> Draft:
    """Match headers with questions (both languages), cells with options, and say what is not certain.

    `layout` says which tool the file is from; where it is not given it is told from the headings. `schools` are the
    codes of the frame, by which a column of them is known; `language` is that of the remarks in the draft.
    """
    layout = layout or recognise(table.header)
    submitted = layout.find_own(table.header, layout.submitted) if layout and layout.submitted else None
    return _Drafting(table, papers, layout, submitted, schools, Remarks(language)).draft()


def _handed_in(table: Table, submitted: str | None) -> Table:
    """The table without the rows that have nothing in this column."""
    if submitted is None:
        return table
    place = table.header.index(submitted)
    return Table(table.sheet, table.header, tuple(row for row in table.rows if row.cells[place]))


class _Drafting:
    def __init__(
        self,
        table: Table,
        papers: Sequence[Paper],
        layout: Layout | None,
        submitted: str | None,
        schools: Collection[str],
        remarks: Remarks,
    ) -> None:
        self._remarks = remarks
        self._table = _handed_in(table, submitted)
        self._unfinished = len(table.rows) - len(self._table.rows)
        self._layout, self._submitted = layout, submitted
        self._parts = layout.parts if layout else question_parts
        self._doubts: list[Problem] = []
        asked = [column for column in table.header if not self._is_by_the_tool(column)]
        sure = set(match_same(asked, papers, self._parts))
        rest = [column for column in asked if column not in sure]
        self._group = guess_group_column(self._table, asked)
        self._papers = self._choose_papers(asked, papers)
        guess = guess_school_column((column for column in rest if column != self._group), self._parts)
        self._school = guess and by_cells(guess, self._table, schools)
        self._comment = self._find_comment(rest)
        taken = {self._group, self._comment, self._school.column if self._school else None} - sure
        self._matches = match_items([each for each in asked if each not in taken], self._papers, self._parts)
        self._key = layout.find_key(table.header) if layout else ()

    def _is_by_the_tool(self, column: str) -> bool:
        own = self._layout is not None and self._layout.own_name(column) is not None
        return own or is_by_the_tool(column)

    def _choose_papers(self, asked: Sequence[str], papers: Sequence[Paper]) -> Sequence[Paper]:
        if self._group is None:
            return best_papers(asked, papers, self._parts)
        groups = {GROUP_OF[word] for word in map(fold, self._table.column(self._group)) if word in GROUP_OF}
        return answered_papers(asked, [paper for paper in papers if paper.group in groups], self._parts)

    def _find_comment(self, columns: Sequence[str]) -> str | None:
        """The one column that asks what the comment box of the papers asks."""
        boxes = [paper.instrument.comment for paper in self._papers if paper.instrument.comment]
        texts = {fold(text) for box in boxes for text in (*box.text.values(), COMMENT)}
        found = [column for column in columns if not texts.isdisjoint(self._parts(column))]
        return found[0] if len(found) == 1 else None

    def draft(self) -> Draft:
        lines = [
            *self._source_lines(),
            "mapping: 1",
            *self._group_lines(),
            *self._paper_lines(),
            *self._school_lines(),
            *self._row_lines(),
            *self._blank_lines(),
            *self._scale_lines(),
            *self._column_lines(),
            *([f"comment: {_quote(self._comment)}"] if self._comment else []),
            *self._ignore_lines(),
        ]
        left = tuple(column for column in self._ignored() if self._is_by_the_tool(column))
        text = self._remarks.say("head") + "\n".join(lines) + "\n"
        return Draft(text, tuple(self._doubts), self._layout, left, self._comment, self._unfinished)

    def _source_lines(self) -> Iterator[str]:
        if self._layout:
            yield self._remarks.say("source", tool=next(iter(self._layout.title.values())))

    def _group_lines(self) -> Iterator[str]:
        groups = dict.fromkeys(paper.group for paper in self._papers)
        if self._group is not None:
            yield f"group:\n  column: {_quote(self._group)}\n  labels:"
            for label in islice(dict.fromkeys(filter(None, self._table.column(self._group))), MOST_LABELS):
                group = GROUP_OF.get(fold(label))
                if group is None or group not in groups:
                    self._doubt("import.group_open", self._group, label, expected=", ".join(groups))
                yield _pair(4, label, group if group in groups else f"null{self._remarks.check()}")
        elif len(groups) == 1:
            yield f"group: {next(iter(groups))}"
        else:
            self._doubt("import.group_open", None, expected=", ".join(groups))
            yield f"group: {OPEN}{self._remarks.check(', '.join(groups) or self._remarks.say('no_paper'))}"

    def _paper_lines(self) -> Iterator[str]:
        """Named where the groups of the file have several papers in the campaign, or might have."""
        names = dict.fromkeys(paper.instrument.name for paper in self._papers)
        several = len({paper.group for paper in self._papers}) < len(self._papers)
        if len(names) == 1:
            yield f"paper: {next(iter(names))}"
        elif several:
            yield self._remarks.say("papers", names=", ".join(names))

    def _school_lines(self) -> Iterator[str]:
        guess: SchoolGuess | None = self._school
        if guess is None:
            yield self._remarks.say("no_school")
            return
        note = "" if guess.sure else self._remarks.check()
        if not guess.sure:
            self._doubt("import.column_doubtful", guess.column, expected="school")
        yield f"school: {{column: {_quote(guess.column)}, by: {guess.by}}}{note}"

    def _row_lines(self) -> Iterator[str]:
        say = self._remarks.say
        yield f"key: {_list(self._key)}   # {say('key')}" if self._key else say("no_key")
        if self._submitted:
            yield f"submitted: {_quote(self._submitted)}   # {say('submitted')}"
        if self._layout:
            yield f"empty_rows: skip   # {say('empty')}"

    def _blank_lines(self) -> Iterator[str]:
        blank = BLANK_LABELS[1:] if self._layout is None else self._layout.blank
        yield f"blank: missing   # {self._remarks.say('blank')}"
        yield f"blank_labels: {_list(blank)}"
        if self._layout and self._layout.not_asked:
            yield f"not_asked_labels: {_list(self._layout.not_asked)}   # {self._remarks.say('not_asked')}"

    def _scale_lines(self) -> Iterator[str]:
        """Labels that no option of the scale has; one place for all columns that share the scale."""
        unknown: dict[str, tuple[Scale, dict[str, str]]] = {}
        for match in self._matches.values():
            scale = match.item.scale
            for label in self._unknown_labels(match):
                unknown.setdefault(scale.name, (scale, {}))[1].setdefault(label, match.column)
        if unknown:
            yield "scales:"
        for name, (scale, labels) in unknown.items():
            options = ", ".join(f"{option.code} {next(iter(option.text.values()))}" for option in scale.options)
            yield f"  {_quote(name)}:   # {self._remarks.say('options', options=options)}"
            numbers = read_numbers(labels, scale, self._layout) if self._layout else None
            if numbers is not None:
                expected = " / ".join(f"{cell} = {_text_of(scale, code)}" for cell, code in numbers.items())
                self._doubt("import.options_as_numbers", next(iter(labels.values())), expected=expected)
                yield from (_pair(4, cell, f"{code}{self._remarks.check()}") for cell, code in numbers.items())
                continue
            for label, column in labels.items():
                self._doubt("import.label_open", column, label)
                why = self._remarks.say("several") if SEVERAL in label else ""
                yield _pair(4, label, f"null{self._remarks.check(why)}")

    def _unknown_labels(self, match: Match) -> list[str]:
        layout = self._layout
        blank = set(map(fold, (*BLANK_LABELS, *((*layout.blank, *layout.not_asked) if layout else ()))))
        cells, known = dict.fromkeys(self._table.column(match.column)), option_labels(match.item.scale)
        if len(cells) > MOST_LABELS:
            return []  # said of the column: see _column_lines
        return [cell for cell in cells if fold(cell) not in blank and find_option(cell, known) is None]

    def _column_lines(self) -> Iterator[str]:
        yield "columns:" if self._matches else "columns: {}"
        for column in self._table.header:
            if match := self._matches.get(column):
                yield _pair(2, column, f"{_quote(match.item.id)}{self._note(match)}")

    def _note(self, match: Match) -> str:
        if len(set(self._table.column(match.column))) > MOST_LABELS:
            self._doubt("import.column_doubtful", match.column, expected=match.item.id)
            return self._remarks.check(self._remarks.say("open"))
        if match.sure:
            return ""
        self._doubt("import.column_doubtful", match.column, expected=match.item.id)
        text = " ".join(next(iter(match.item.text.values())).split())
        return self._remarks.check(self._remarks.say("alike", share=match.share, text=text))

    def _ignored(self) -> Iterator[str]:
        school = self._school.column if self._school else None
        used = {*self._matches, self._group, school, self._comment, self._submitted, *self._key}
        return (column for column in self._table.header if column not in used)

    def _ignore_lines(self) -> Iterator[str]:
        left = list(self._ignored())
        yield "ignore:" if left else "ignore: []"
        for column in left:
            expected = self._is_by_the_tool(column)
            if not expected:
                self._doubt("import.column_unmatched", column)
            yield f"  - {_quote(column)}" + ("" if expected else self._remarks.check(self._remarks.say("unmatched")))

    def _doubt(self, code: str, column: str | None, value: str | None = None, **params: str) -> None:
        found = None if value is None else shorten(value, 20)
        self._doubts.append(Problem(code, sheet=self._table.sheet, column=column, value=found, params=params))


def _text_of(scale: Scale, code: int) -> str:
    return next(next(iter(option.text.values())) for option in scale.options if option.code == code)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quote, texts))}]"


def _pair(indent: int, key: str, value: str | None) -> str:
    """`key: value`; a key that is too long for one line of YAML (1,024 characters) is marked as one."""
    quoted, margin = _quote(key), " " * indent
    if len(quoted) < LONGEST_KEY:
        return f"{margin}{quoted}: {value}"
    return f"{margin}? {quoted}\n{margin}: {value}"


def _quote(text: str) -> str:
    """A YAML string in double quotes, safe for every character."""
    return "".join(
        sign if sign.isprintable() else f"\\U{ord(sign):08X}" for sign in json.dumps(text, ensure_ascii=False)
    )
