"""Numbers, marks and headings as all reports write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.i18n import current_language, in_language
from app.numbers import NOTHING, count, fixed, percent, tell_apart
from app.words import DIMENSIONS, GROUPS, Words, word
from surveys.reports.pack.document import Cell, Heading
from surveys.reports.pack.facts import Facts, Line

HIDDEN: Words = {
    "few": lazy_gettext("不公布"),
    "rate": lazy_gettext("不公布"),
}
CAVEATS: Words = {
    "low_rate": lazy_gettext("应答率低"),
    "low_precision": lazy_gettext("误差大"),
    "few_schools": lazy_gettext("学校少"),
}
SIGNERS: Words = {
    "county": lazy_gettext("县级"),
    "city": lazy_gettext("市级"),
    "province": lazy_gettext("省级"),
}
KINDS: Words = {
    "county": lazy_gettext("全县报告"),
    "public": lazy_gettext("公众版"),
    "school": lazy_gettext("学校反馈单"),
}
BOUNDS = {"above": ">", "below": "<"}
NUMERALS = "一二三四五六七八九十"


class Outline:
    """Headings with their numbers: 一、 and （一） as in official documents, 1 and 1.1 in English."""

    def __init__(self) -> None:
        self._chinese = current_language() != "en"
        self._first = self._second = 0

    def section(self, text: str) -> Heading:
        self._first, self._second = self._first + 1, 0
        return Heading(f"{_numeral(self._first)}、{text}" if self._chinese else f"{self._first}. {text}", 1)

    def part(self, text: str) -> Heading:
        self._second += 1
        number = f"（{_numeral(self._second)}）" if self._chinese else f"{self._first}.{self._second} "
        return Heading(f"{number}{text}", 2)


def _numeral(number: int) -> str:
    """一 to 十九."""
    return NUMERALS[number - 1] if number <= 10 else f"十{NUMERALS[number - 11]}"


def points(line: Line, facts: Facts, name: str = "value") -> Cell:
    """A score; one of the whole county is never rounded across its threshold."""
    value = line.get(name)
    if value is None:
        return Cell(hidden(line) if name == "value" else NOTHING)
    text = fixed(value, line.decimals)
    if name == "value" and line.bound:
        return Cell(f"{BOUNDS[line.bound]} {text}")
    if name == "value" and line.kind in ("composite", "pooled", "beside"):
        apart = tell_apart(value, facts.whole.data["threshold"], line.decimals)
        return Cell(text, value, line.decimals) if apart == text else Cell(apart)
    return Cell(text, value, line.decimals)


def interval(line: Line) -> Cell:
    low, high = line.get("low"), line.get("high")
    if low is None or high is None:
        return Cell(NOTHING)
    return Cell(f"{fixed(low, line.decimals)} – {fixed(high, line.decimals)}")


def people(value: float | None) -> Cell:
    return Cell(NOTHING) if value is None else Cell(count(value), value)


def share(value: float | None) -> Cell:
    """A rate; where it is written as more or less than a limit, it is a text."""
    text = percent(value)
    return Cell(text) if value is None or text.startswith(">") else Cell(text, value)


def hidden(line: Line) -> str:
    return str(HIDDEN[line.hidden]) if line.hidden else NOTHING


def label(line: Line) -> str:
    """What a line is about."""
    if line.kind == "school":
        return line.name or str(line.school)
    if line.kind == "item":
        return in_language(line.text or {})
    return word(DIMENSIONS, line.dimension) if line.kind == "dimension" else word(GROUPS, line.group)


def caveats(codes: Iterable[str]) -> str:
    return listed([word(CAVEATS, each) for each in codes])


def is_firm(line: Line) -> bool:
    """Whether a line may be named among the highest or the lowest."""
    loose = line.overall or bool(line.bound) or "low_precision" in line.caveats
    return line.get("value") is not None and not loose


def listed(names: Iterator[str] | list[str]) -> str:
    return str(_("、")).join(names)


def ordered(lines: tuple[Line, ...]) -> list[Line]:
    """Dimensions in the order of the official frame, what has none last; the order of the paper within."""
    known = tuple(DIMENSIONS)
    return sorted(lines, key=lambda line: known.index(line.dimension) if line.dimension in known else len(known))


def threshold_of(facts: Facts) -> str:
    return f"{facts.whole.data['threshold']:g}"


def level_of(facts: Facts) -> str:
    return f"{facts.whole.data['level'] * 100:g}%"


def marks_of(facts: Facts) -> tuple[str, ...]:
    """What stands on every page: simulated data, and whether anybody signed."""
    simulated = [_("模拟数据")] if facts.campaign["simulated"] else []
    signed = listed([word(SIGNERS, each.stage) for each in facts.signed])
    standing = _("已签字：%(stages)s", stages=signed) if signed else _("草案（未签字）")
    return tuple(map(str, (*simulated, standing)))


def said(text: Mapping[str, Any]) -> str:
    return in_language(text)
