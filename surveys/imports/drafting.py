"""A mapping proposed from the file: what is sure, what is doubtful (marked 请核对), and what only people know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from surveys.campaigns.model import Paper
from surveys.errors import Problem, shorten
from surveys.imports.labels import BLANK_LABELS, find_option, fold, option_labels, question_parts
from surveys.imports.matching import (
    GROUP_OF,
    Match,
    SchoolGuess,
    best_papers,
    guess_group_column,
    guess_school_column,
    is_by_the_tool,
    match_items,
)
from surveys.instruments.model import Scale
from surveys.tables import Table

CHECK = "请核对"
MOST_LABELS = 20  # a column with more different cells is no question with options
LONGEST_KEY = 1_000
OPEN = '"?"'  # what the person must fill in; no group is called so

HEAD = """\
# 导入映射：左边是文件里的列名和选项文字，右边是问卷的题目编号和选项编码。
# 标有“请核对”的行是猜测或未知，请逐行确认或改正；“?”和 null 必须填好。
# 提交时间、用时、IP、来源、姓名、电话等列不导入，也不保存。意见文字不导入。
"""


@dataclass(frozen=True)
class Draft:
    """`text` is YAML for `read_mapping`; it is `complete` where nothing in it is doubtful."""

    text: str
    doubts: tuple[Problem, ...]

    @property
    def complete(self) -> bool:
        return not self.doubts


def propose_mapping(table: Table, papers: Sequence[Paper]) -> Draft:
    """Match headers with questions (both languages), cells with options, and say what is not certain."""
    return _Drafting(table, papers).draft()


class _Drafting:
    def __init__(self, table: Table, papers: Sequence[Paper]) -> None:
        self._table = table
        self._doubts: list[Problem] = []
        asked = [column for column in table.header if not is_by_the_tool(column)]
        sure = {match.column for match in match_items(asked, papers).values() if match.sure}
        rest = [column for column in asked if column not in sure]
        self._group = guess_group_column(table, asked)
        self._papers = self._choose_papers(asked, papers)
        self._school = guess_school_column(column for column in rest if column != self._group)
        taken = {self._group, self._school.column if self._school else None} - sure
        self._matches = match_items([column for column in asked if column not in taken], self._papers)
        boxes = [paper.instrument.comment for paper in papers if paper.instrument.comment]
        self._comments = {fold(text) for box in boxes for text in box.text.values()}

    def _choose_papers(self, asked: Sequence[str], papers: Sequence[Paper]) -> Sequence[Paper]:
        if self._group is None:
            return best_papers(asked, papers)
        groups = {GROUP_OF[word] for word in map(fold, self._table.column(self._group)) if word in GROUP_OF}
        return [paper for paper in papers if paper.group in groups]

    def draft(self) -> Draft:
        lines = [
            "mapping: 1",
            *self._group_lines(),
            *self._paper_lines(),
            *self._school_lines(),
            "# key: 列名   （每份答卷的唯一编号所在的列；不写则按整行内容识别重复导入）",
            "blank: missing   # 空白按未答处理；refuse 表示必答题不得空白",
            f"blank_labels: [{', '.join(map(_quote, BLANK_LABELS[1:]))}]",
            *self._scale_lines(),
            *self._column_lines(),
            *self._ignore_lines(),
        ]
        return Draft(HEAD + "\n".join(lines) + "\n", tuple(self._doubts))

    def _group_lines(self) -> Iterator[str]:
        groups = dict.fromkeys(paper.group for paper in self._papers)
        if self._group is not None:
            yield f"group:\n  column: {_quote(self._group)}\n  labels:"
            for label in islice(dict.fromkeys(filter(None, self._table.column(self._group))), MOST_LABELS):
                group = GROUP_OF.get(fold(label))
                if group is None or group not in groups:
                    self._doubt("import.group_open", self._group, label, expected=", ".join(groups))
                yield _pair(4, label, group if group in groups else f"null   # {CHECK}")
        elif len(groups) == 1:
            yield f"group: {next(iter(groups))}"
        else:
            self._doubt("import.group_open", None, expected=", ".join(groups))
            yield f"group: {OPEN}   # {CHECK}：{', '.join(groups) or '没有对上任何问卷'}"

    def _paper_lines(self) -> Iterator[str]:
        """Named where the groups of the file have several papers in the campaign, or might have."""
        names = dict.fromkeys(paper.instrument.name for paper in self._papers)
        several = len({paper.group for paper in self._papers}) < len(self._papers)
        if len(names) == 1:
            yield f"paper: {next(iter(names))}"
        elif several:
            yield f"# paper: 一个群体有几种问卷（{', '.join(names)}）时按学校学段判断，判断不了的行会列出"

    def _school_lines(self) -> Iterator[str]:
        guess: SchoolGuess | None = self._school
        if guess is None:
            yield "# school: {column: 列名, by: name}   （没有找到学校列；by 可为 name 或 code）"
            return
        note = "" if guess.sure else f"   # {CHECK}"
        if not guess.sure:
            self._doubt("import.column_doubtful", guess.column, expected="school")
        yield f"school: {{column: {_quote(guess.column)}, by: {guess.by}}}{note}"

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
            options = "，".join(f"{option.code} {next(iter(option.text.values()))}" for option in scale.options)
            yield f"  {_quote(name)}:   # {options}；blank 表示未答"
            for label, column in labels.items():
                self._doubt("import.label_open", column, label)
                yield _pair(4, label, f"null   # {CHECK}")

    def _unknown_labels(self, match: Match) -> list[str]:
        blank, known = set(map(fold, BLANK_LABELS)), option_labels(match.item.scale)
        cells = dict.fromkeys(self._table.column(match.column))
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
            return f"   # {CHECK}：取值太多，像是填空题"
        if match.sure:
            return ""
        self._doubt("import.column_doubtful", match.column, expected=match.item.id)
        text = " ".join(next(iter(match.item.text.values())).split())
        return f"   # {CHECK}：相似 {match.share:.0%}，题目是“{text}”"

    def _ignore_lines(self) -> Iterator[str]:
        used = {*self._matches, self._group, self._school.column if self._school else None}
        left = [column for column in self._table.header if column not in used]
        yield "ignore:" if left else "ignore: []"
        for column in left:
            expected = is_by_the_tool(column) or bool(self._comments & set(question_parts(column)))
            if not expected:
                self._doubt("import.column_unmatched", column)
            yield f"  - {_quote(column)}" + ("" if expected else f"   # {CHECK}：没有对上题目")

    def _doubt(self, code: str, column: str | None, value: str | None = None, **params: str) -> None:
        found = None if value is None else shorten(value, 20)
        self._doubts.append(Problem(code, sheet=self._table.sheet, column=column, value=found, params=params))


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
