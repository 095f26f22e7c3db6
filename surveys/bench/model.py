"""What is asked of the bench, and what it answers: plain, frozen, and the same for pages, files and commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from surveys.instruments.model import Text

Kind = Literal["crosstab", "means", "shares", "reliability", "factors", "drivers", "ordinal"]
Correction = Literal["holm", "benjamini-hochberg", "none"]
Role = Literal["item", "overall", "conduct", "background", "dimension", "design"]
Plain = dict[str, Any]

KINDS: tuple[Kind, ...] = ("crosstab", "means", "shares", "reliability", "factors", "drivers", "ordinal")
CORRECTIONS: tuple[Correction, ...] = ("holm", "benjamini-hochberg", "none")
LEVEL, LEAST_LEVEL, MOST_LEVEL = 0.95, 0.5, 0.999
# what each kind needs, and what it can do with besides; all can do with groups, where and level
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "crosstab": ("rows", "columns"),
    "means": ("items",),
    "shares": ("items",),
    "reliability": ("items",),
    "factors": ("items",),
    "drivers": ("outcome", "on"),
    "ordinal": ("outcome", "on"),
}
BESIDES: Mapping[Kind, tuple[str, ...]] = {
    "crosstab": ("correction",),
    "means": ("by", "correction"),
    "shares": ("by", "positive", "correction"),
    "reliability": ("reverse",),
    "factors": ("reverse", "factors"),
    "drivers": (),
    "ordinal": (),
}
ALWAYS = ("kind", "groups", "where", "level")


@dataclass(frozen=True)
class Request:
    """One question to the bench, checked. Variables are ids; what a kind has no use for is empty.

    groups   none for everybody who answered
    where    only people who gave one of these codes, by variable
    positive codes that count as agreement; empty for the positive set of the scorecard
    factors  how many; None leaves it to parallel analysis
    """

    kind: Kind
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[int, ...]], ...] = ()
    positive: tuple[int, ...] = ()
    reverse: tuple[str, ...] = ()
    factors: int | None = None
    correction: Correction = "holm"
    level: float = LEVEL

    @property
    def variables(self) -> tuple[str, ...]:
        """All that are looked at, each once; those that only choose people are not among them."""
        return tuple(dict.fromkeys((*self.rows, *self.columns, *self.items, *self.by, *self.outcome, *self.on)))

    def plain(self) -> Plain:
        """As JSON, without what is empty: given back, it is the same request."""
        used = (*NEEDED[self.kind], *BESIDES[self.kind], *ALWAYS)
        given = {name: value for name, value in asdict(self).items() if name in used and value not in ((), None)}
        if self.where:
            given["where"] = [f"{name}={','.join(map(str, codes))}" for name, codes in self.where]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


@dataclass(frozen=True)
class Label:
    """What something is called: a text by language, or a key among the words of the interface; or several together.

    varied is true of a question that is worded in several ways, so that no text is that of all who were asked.
    """

    text: Text = field(default_factory=dict, hash=False)
    words: str = ""
    key: str = ""
    parts: tuple[Label, ...] = ()
    varied: bool = False

    def plain(self) -> Plain:
        if self.parts:
            return {"parts": [each.plain() for each in self.parts]}
        varied = {"varied": True} if self.varied else {}
        return {"words": self.words, "key": self.key, **varied} if self.words else {"text": dict(self.text), **varied}


Wording = tuple[tuple[str, ...], Label]  # groups, and what they read


def _among(who: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in who if not groups or each in groups)


@dataclass(frozen=True)
class Variable:
    """Something that people can be told apart by, or that is measured of them.

    groups    who were asked
    codes     of the answers that mean something, in the order of the paper, with their labels; none of a score
    dont_know codes that mean "don't know"
    scored    whether its answers have an order from bad to good
    positive  codes that the scorecard counts as satisfied
    wordings  of a question that several papers ask: who is asked in which words
    without   papers that do not ask it: whose they are, and what they are called
    """

    id: str
    role: Role
    label: Label
    groups: tuple[str, ...]
    codes: tuple[int, ...] = ()
    labels: tuple[Label, ...] = ()
    dont_know: frozenset[int] = frozenset()
    scored: bool = False
    positive: frozenset[int] = frozenset()
    dimension: str | None = None
    wordings: tuple[Wording, ...] = ()
    without: tuple[Wording, ...] = ()

    def label_for(self, groups: Sequence[str]) -> Label:
        """As it is worded for these groups, none for all; where they are asked in several ways, the label says so."""
        found = self.worded_for(groups)
        if len(found) < 2:
            return found[0][1] if found else self.label
        if self.role == "overall":
            return Label(words="variables", key="overall", varied=True)
        return replace(found[0][1], varied=True)

    def worded_for(self, groups: Sequence[str]) -> list[Wording]:
        """Each wording that these groups were asked in, none for all, with those of them who were."""
        found: list[Wording] = []
        for who, label in self.wordings:
            asked = _among(who, groups)
            known = next((at for at, (_who, other) in enumerate(found) if other == label), None)
            if known is not None:
                found[known] = (tuple(dict.fromkeys((*found[known][0], *asked))), label)
            elif asked:
                found.append((asked, label))
        return found

    def missing_for(self, groups: Sequence[str]) -> list[Wording]:
        """The papers of these groups, none for all, that do not ask it."""
        return [(_among(who, groups), title) for who, title in self.without if _among(who, groups)]

    @property
    def splits(self) -> bool:
        """Whether it says who people are, rather than what they think."""
        return self.role in ("background", "design")

    def plain(self) -> Plain:
        return {
            "id": self.id,
            "role": self.role,
            "label": self.label.plain(),
            "groups": list(self.groups),
            "options": [
                {"code": code, "label": label.plain()} for code, label in zip(self.codes, self.labels, strict=True)
            ],
            "scored": self.scored,
            "dimension": self.dimension,
        }


@dataclass(frozen=True)
class Result:
    """An answer of the bench.

    about     the labels of the variables that it speaks of, by id
    wordings  of each question that these people were asked in several ways, or some of them not at all: who was asked
              how, and whose papers do not have it
    base      who it is about: people, those with a valid answer to everything, effective people, by the weights
    counted   of each variable how many were asked, answered, left it blank or did not know
    design    strata, clusters, people outside schools, degrees of freedom
    parts     tables, scales or models, as the kind has them
    notices   what the reader must know: codes with their particulars
    right     whether whoever asked may see figures about few people
    small     whether there are any
    smallest  people that a figure must be about without that right
    """

    campaign: str
    evaluation: int
    simulated: bool
    request: Request
    about: Mapping[str, Label]
    wordings: tuple[Plain, ...]
    base: Plain
    counted: tuple[Plain, ...]
    design: Plain
    parts: tuple[Plain, ...]
    notices: tuple[Plain, ...]
    right: bool
    small: bool
    smallest: int

    def plain(self) -> Plain:
        """Everything as JSON."""
        return {
            "campaign": self.campaign,
            "evaluation": self.evaluation,
            "simulated": self.simulated,
            "request": self.request.plain(),
            "about": {name: label.plain() for name, label in self.about.items()},
            "wordings": list(self.wordings),
            "base": self.base,
            "counted": list(self.counted),
            "design": self.design,
            "parts": list(self.parts),
            "notices": list(self.notices),
            "microdata": self.right,
            "small": self.small,
            "smallest": self.smallest,
        }
