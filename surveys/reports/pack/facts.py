"""Everything a report says, as codes and numbers; each number with the place in what is stored where it is from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from surveys.documents import digest_of

Kind = Literal["county", "school", "public"]
KINDS: tuple[Kind, ...] = ("county", "public", "school")
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """A number as it is stored, and where: `evaluation/result/groups/2/value`."""

    value: float | None
    trace: str


@dataclass(frozen=True)
class Line:
    """What is said about one thing: see `surveys.publication.Figure` for the fields, of which numbers stand apart."""

    kind: str
    numbers: Mapping[str, Number]
    group: str | None = None
    dimension: str | None = None
    item: str | None = None
    school: str | None = None
    name: str | None = None
    text: Mapping[str, str] | None = None
    overall: bool = False
    hidden: str = ""
    bound: str = ""
    caveats: tuple[str, ...] = ()
    rate_kind: str = ""
    decimals: int = 2  # with which its points are printed

    def get(self, name: str) -> float | None:
        """A number by its name; None where it has none, or may not have one."""
        found = self.numbers.get(name)
        return None if found is None else found.value

    def count(self, name: str) -> int | None:
        value = self.get(name)
        return None if value is None else int(value)


@dataclass(frozen=True)
class Excerpt:
    """A piece of what is stored, as it is: the numbers in it are traced by where it was taken from."""

    data: Plain
    trace: str


@dataclass(frozen=True)
class Signed:
    """That a stage of the review signed this evaluation."""

    stage: str
    day: str  # 2026-05-12, where the survey is


@dataclass(frozen=True)
class Facts:
    """All of one report.

    campaign  : names, texts and days, of which none is a number
    about     : of the evaluation: number, moment, scorecard, versions, digests, recipe
    whole     : of the evaluation's result, what is about the whole county, as far as the rule shows it
    card      : the document of the scorecard, in full
    rule      : the publication rule: its smallest n and least response rate
    asked     : what became of everybody who was asked, by group; `plan` what was asked of them
    evidence  : the look at the answers; None where nobody looked
    studies   : by kind, those that were made
    signed    : by which stages of the review; a report without is a draft
    """

    kind: Kind
    language: str
    school: str | None
    name: str | None
    campaign: Plain
    about: Excerpt
    whole: Excerpt
    rule: Excerpt
    composite: Line
    pooled: Line
    term: Line | None
    beside: Line | None
    groups: tuple[Line, ...]
    dimensions: tuple[Line, ...] = ()
    items: tuple[Line, ...] = ()
    by_group: tuple[Line, ...] = ()
    schools: tuple[Line, ...] = ()
    cells: tuple[Line, ...] = ()
    asked: tuple[Excerpt, ...] = ()
    plan: Excerpt | None = None
    evidence: Excerpt | None = None
    card: Excerpt | None = None
    studies: Mapping[str, Excerpt] = field(default_factory=dict)
    signed: tuple[Signed, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it as canonical JSON."""
        return digest_of(asdict(self))

    @property
    def evaluation(self) -> int:
        return int(self.about.data["number"])

    @property
    def decimals(self) -> int:
        return int(self.whole.data["decimals"])

    @property
    def draft(self) -> bool:
        return not self.signed

    def trace(self) -> Iterator[Number]:
        """Every number, with its place."""
        yield from _numbers(self)


def _numbers(part: Any) -> Iterator[Number]:
    if isinstance(part, Number):
        yield part
    elif isinstance(part, Excerpt):
        yield from _leaves(part.data, part.trace)
    elif isinstance(part, Facts | Line):
        for name in part.__dataclass_fields__:
            yield from _numbers(getattr(part, name))
    elif isinstance(part, tuple | Mapping):
        for each in part.values() if isinstance(part, Mapping) else part:
            yield from _numbers(each)


def _leaves(data: Any, trace: str) -> Iterator[Number]:
    if isinstance(data, Mapping):
        for name, each in data.items():
            yield from _leaves(each, f"{trace}/{name}")
    elif isinstance(data, list | tuple):
        for place, each in enumerate(data):
            yield from _leaves(each, f"{trace}/{place}")
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield Number(data, trace)
