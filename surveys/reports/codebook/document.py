"""What a printed codebook says, as plain values in people's words: the page and the typesetter only print them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spoken:
    """A text in one language; `dir` is how its letters run."""

    lang: str
    dir: str
    words: str


@dataclass(frozen=True)
class OptionRow:
    """One code: what it means, why it is no answer, and how often it is there; `bar` is from 0 to 100."""

    code: str
    labels: tuple[Spoken, ...]
    remark: str
    missing: bool
    count: str = ""
    share: str = ""
    weighted: str = ""
    bar: float = 0.0


@dataclass(frozen=True)
class Question:
    """Which versions ask in these words, each with where; texts where they are not the label.

    `options` are given where they read otherwise.
    """

    asked: tuple[tuple[str, str], ...]
    texts: tuple[Spoken, ...]
    notes: tuple[Spoken, ...]
    options: tuple[OptionRow, ...]


@dataclass(frozen=True)
class Block:
    """One variable. `facts` and `figures` are terms with their words."""

    id: str
    name: str
    labels: tuple[Spoken, ...]
    facts: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    options: tuple[OptionRow, ...]
    figures: tuple[tuple[str, str], ...]
    counted: bool


@dataclass(frozen=True)
class Chapter:
    """Variables under one heading; `paper` stands above the first chapter of each questionnaire."""

    id: str
    paper: str
    titles: tuple[Spoken, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class VersionRow:
    id: str
    title: str
    groups: str
    items: str
    digest: str


@dataclass(frozen=True)
class Leaf:
    """A codebook in one language of the interface, ready to be printed."""

    language: str
    title: str
    subtitle: str
    marks: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    versions: tuple[VersionRow, ...]
    chapters: tuple[Chapter, ...]
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    weighted: bool
    counted: bool
    words: dict[str, str]
