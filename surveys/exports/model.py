"""What a data dictionary says: variables with their codes, wordings and universe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from surveys.instruments.model import Instrument, Text

Kind = Literal["code", "integer", "decimal", "text"]
Role = Literal["design", "weight", "replicate", "flag", "item", "overall", "conduct", "background", "figure"]
Reason = Literal["", "blank", "not_asked", "unknown"]


@dataclass(frozen=True)
class Value:
    """One code that a variable can have, and what it means; `reason` is given for codes that are no answer."""

    code: int
    label: Text = field(hash=False)
    reason: Reason = ""
    dont_know: bool = False

    @property
    def missing(self) -> bool:
        return self.reason != ""


@dataclass(frozen=True)
class Wording:
    """How one version of a questionnaire (`name@number`) asks the question; its options where they read otherwise."""

    version: str
    section: Text = field(hash=False)
    text: Text = field(hash=False)
    note: Text | None = field(default=None, hash=False)
    options: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Universe:
    """Who was asked: groups, stages of schools (none: any), and versions of questionnaires."""

    groups: tuple[str, ...]
    stages: tuple[str, ...]
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """One column of an export.

    name      : at most 32 characters a-z, 0-9 and _, beginning with a letter; no word that SPSS, Stata or R keep
    kind      : "code" has a label for each value; "integer", "decimal" and "text" have none but for missing codes
    role      : of the design, a weight, a flag, or the role of the item
    label     : a few words by language, of an item the first wording of its question, and how many others there are
    values    : all codes, the missing ones last
    item      : id of the item, where it is one; `scale` the name of its scale, `direction` -1 where high is bad news
    """

    name: str
    kind: Kind
    role: Role
    label: Text = field(hash=False)
    values: tuple[Value, ...] = ()
    item: str | None = None
    scale: str | None = None
    dimension: str | None = None
    direction: Literal[1, -1] = 1
    required: bool = False
    wordings: tuple[Wording, ...] = ()
    universe: Universe | None = None

    @property
    def missing(self) -> tuple[Value, ...]:
        return tuple(value for value in self.values if value.missing)


@dataclass(frozen=True)
class PaperVersion:
    """A published version of a questionnaire, and the groups that it was put to."""

    id: str  # name@number
    digest: str
    instrument: Instrument


@dataclass(frozen=True)
class Dictionary:
    """The variables of a file in their order, and the versions of questionnaires that they describe."""

    variables: tuple[Variable, ...]
    versions: tuple[PaperVersion, ...]
    languages: tuple[str, ...]

    @property
    def items(self) -> tuple[Variable, ...]:
        return tuple(each for each in self.variables if each.item is not None)
