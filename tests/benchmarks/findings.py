"""What a benchmark found, and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.rounds import Comparison, Spread

BETTER = {"/s": "of its rate", " s": "times its time"}
MILLI = 1000


@dataclass(frozen=True)
class Finding:
    """One comparison. `unit` is `/s` where more is better, ` s` where less is; `peak` says the memory of what ran."""

    name: str
    did: str
    yardstick: str
    unit: str
    comparison: Comparison
    peak: Mapping[str, str]
    checked: str

    def __str__(self) -> str:
        found = self.comparison
        lines = {
            "did": f"{self.did}; {found.rounds} rounds",
            "ours": _words(found.ours, self.unit),
            "yardstick": f"{_words(found.yardstick, self.unit)}   {self.yardstick}",
            "ratio": f"{_words(found.ratio)} {BETTER[self.unit]}",
            "processor": self._processor(),
            "peak": "; ".join(f"{name} {memory}" for name, memory in self.peak.items()),
            "checked": self.checked,
        }
        return "\n".join((self.name, *(f"  {name:<10} {text}" for name, text in lines.items())))

    def _processor(self) -> str:
        found = self.comparison
        ours, bare = (_number(each.middle * MILLI) for each in (found.cpu_ours, found.cpu_yardstick))
        each = " a request" if self.unit == "/s" else ""
        return f"{ours} ms{each}, yardstick {bare} ms: ratio {_words(found.cpu_ratio)}"


def _words(spread: Spread, unit: str = "") -> str:
    return f"{_number(spread.middle)}{unit} ({_number(spread.least)} to {_number(spread.most)})"


def _number(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
