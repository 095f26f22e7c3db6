"""A paper form on the desk, what was keyed of it, and where two keyings differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from surveys.campaigns.model import Paper
from surveys.codes.doors import Door
from surveys.digests import keyed
from surveys.instruments.model import Item
from surveys.responses import Receipt

COMMENT, PAPER = "comment", "paper"  # what is keyed besides the questions
State = Literal["waiting", "different", "stored"]


@dataclass(frozen=True)
class Form:
    """One form, found by the code on it. `serial` is printed on it, too; `keyed_by` has a name for each keying."""

    door: Door
    serial: int
    keyed_by: tuple[str, ...]

    @property
    def number(self) -> int:
        """Of its code, within the campaign."""
        assert self.door.code.number is not None
        return self.door.code.number

    @property
    def papers(self) -> tuple[Paper, ...]:
        return self.door.papers


@dataclass(frozen=True)
class Keying:
    """What somebody keyed of a form, checked."""

    version_id: int
    answers: bytes = field(repr=False)
    comment: str | None = field(repr=False)
    language: str  # the first of the paper's, in which forms are printed
    by: str


@dataclass(frozen=True)
class Keyed:
    """What became of a keying. `receipt` where it made the form a response; `repeated` where nothing was new."""

    state: State
    receipt: Receipt | None = field(default=None, repr=False)
    repeated: bool = False


@dataclass(frozen=True)
class Difference:
    """One thing that was keyed differently; of a question, `item` and its option codes as text, blank for none."""

    name: str
    item: Item | None
    number: int | None  # as printed on the form
    first: str = field(repr=False)
    second: str = field(repr=False)


@dataclass(frozen=True)
class Disagreement:
    """A form whose two keyings differ. Where they are of two `papers`, it has to be keyed again."""

    form: Form
    papers: Sequence[Paper]  # one for each keying
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Pending:
    """A form that waits: for its second keying, or for its differences to be settled."""

    number: int
    serial: int
    group: str
    school_code: str | None
    school_name: str | None
    state: State
    keyed_by: tuple[str, ...]
    differences: int


def title_of(paper: Paper) -> str:
    """What a paper is called where somebody has to choose, and the name that commands and files know it by."""
    title = paper.instrument.title[paper.instrument.languages[0]]
    return f"{title} ({paper.instrument.name})"


def key_of(door: Door, secret: bytes) -> str:
    """The submission key of a form: it follows from the code, so that a form is one response however often it comes."""
    return keyed(secret, "paper.key", door.campaign.id, door.code_id).hex()
