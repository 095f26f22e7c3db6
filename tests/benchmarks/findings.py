"""What a benchmark found, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.benchmarks.rounds import Comparison, Spread

BETTER = {"/s": "of its rate", " s": "times its time"}
MILLI = 1000


@dataclass(frozen=True)
class Finding:
    """One comparison. `unit` is `/s` where more is better, ` s` where less is; `peak` says the memory of what ran.

    `asked` is the least ratio of rates that will do; `counted` says whose processor's time was, and `more` are lines
    of the benchmark's own.
    """

    name: str
    did: str
    yardstick: str
    unit: str
    comparison: Comparison
    peak: Mapping[str, str]
    checked: str
    asked: float | None = None
    counted: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        found = self.comparison
        lines = {
            "did": f"{self.did}; {found.rounds} rounds",
            "ours": _words(found.ours, self.unit),
            "yardstick": f"{_words(found.yardstick, self.unit)}   {self.yardstick}",
            "ratio": f"{_words(found.ratio)} {BETTER[self.unit]}{self._verdict()}",
            "processor": self._processor(),
            "peak": "; ".join(f"{name} {memory}" for name, memory in self.peak.items()),
            **self.more,
            "checked": self.checked,
        }
        return _print(self.name, lines)

    def _verdict(self) -> str:
        if self.asked is None:
            return ""
        return f"; asked for at least {self.asked:g}: {met(self.comparison.ratio.middle >= self.asked)}"

    def _processor(self) -> str:
        found = self.comparison
        ours, bare = (number(each.middle * MILLI) for each in (found.cpu_ours, found.cpu_yardstick))
        each = " a request" if self.unit == "/s" else ""
        return f"{ours} ms{each}, yardstick {bare} ms: ratio {_words(found.cpu_ratio)}{self.counted}"


@dataclass(frozen=True)
class Facts:
    """What was found where nothing is to be divided by anything."""

    name: str
    lines: Mapping[str, str]

    def __str__(self) -> str:
        return _print(self.name, self.lines)


def met(good: bool) -> str:
    return "met" if good else "MISSED"


def number(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _print(name: str, lines: Mapping[str, str]) -> str:
    return "\n".join((name, *(f"  {label:<10} {text}" for label, text in lines.items())))


def _words(spread: Spread, unit: str = "") -> str:
    return f"{number(spread.middle)}{unit} ({number(spread.least)} to {number(spread.most)})"
