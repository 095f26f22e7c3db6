"""A questionnaire as it stands elsewhere, while it is read: nothing is decided yet, everything has its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.errors import Problem, SurveyError, shorten
from surveys.instruments.model import MOST_ITEMS

Text = dict[str, str]  # language -> text
MOST_LISTED = 500  # things not carried over that are listed; the rest is counted


@dataclass(frozen=True)
class Place:
    """Where something stands: a sheet with row and column, or a path such as `Q3 › SQ2`."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    path: str | None = None

    def at(self, column: str) -> Place:
        return Place(self.sheet, self.row, column, self.path)


NOWHERE = Place()


class Left:
    """What was not carried over, or was changed or assumed, each with its place and the reason."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._known: set[str] = set()
        self._beyond = 0

    def add(self, code: str, place: Place = NOWHERE, value: object = None, **params: object) -> None:
        """Note one thing, once; `value` is what stands there."""
        said = repr((code, place, value, sorted(params.items())))
        if said in self._known:
            return
        if len(self._listed) >= MOST_LISTED:
            self._beyond += 1
            return
        self._known.add(said)
        self._listed.append(problem_at(code, place, value, **params))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """By sheet and row, what has no row last; what is beyond the list is counted."""
        more = Problem("table.more_problems", params={"count": self._beyond})
        listed = sorted(self._listed, key=lambda each: (each.row is None, each.sheet or "", each.row or 0))
        return (*listed, more) if self._beyond else tuple(listed)


@dataclass
class FoundOption:
    """`dont_know` is None where the source does not say."""

    code: str
    text: Text
    dont_know: bool | None = None
    place: Place = NOWHERE


@dataclass(eq=False)
class FoundScale:
    """`ours` where the source names it in the product's own words, and so means that very name."""

    name: str
    options: list[FoundOption]
    place: Place = NOWHERE
    ours: bool = False


@dataclass
class FoundItem:
    """`role` is empty where the source does not say."""

    id: str
    text: Text
    scale: FoundScale
    place: Place
    note: Text = field(default_factory=dict)
    role: str = ""
    dimension: str = ""
    reversed: bool = False
    required: bool = True


@dataclass(eq=False)
class FoundSection:
    id: str
    title: Text
    place: Place = NOWHERE
    items: list[FoundItem] = field(default_factory=list)


@dataclass
class FoundComment:
    id: str
    text: Text
    note: Text
    place: Place
    limit: int | None = None


@dataclass
class Found:
    """The whole paper; what the source does not say is empty."""

    languages: list[str]
    left: Left
    name: str = ""
    title: Text = field(default_factory=dict)
    introduction: Text = field(default_factory=dict)
    minutes: int | None = None
    groups: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    grades: Text = field(default_factory=dict)
    sections: list[FoundSection] = field(default_factory=list)
    comment: FoundComment | None = None

    @property
    def items(self) -> list[FoundItem]:
        return [item for section in self.sections for item in section.items]

    def choose_comment(self, texts: list[FoundComment], *, last: bool) -> None:
        """The open question that ends the paper is its comment box; a paper has no other open questions."""
        if texts and last:
            self.comment = texts.pop()
        for each in texts:
            self.left.add("carry.open_text", each.place, each.id)


def problem_at(code: str, place: Place, value: object = None, **params: object) -> Problem:
    """A problem at a place."""
    shown = None if value is None else shorten(value)
    return Problem(
        code, sheet=place.sheet, row=place.row, column=place.column, path=place.path, value=shown, params=params
    )


def check_items(count: int) -> None:
    """Refuse more questions than the product takes, in one sentence and before each of them is read."""
    if count > MOST_ITEMS:
        problem = Problem("instrument.items_too_many", value=str(count), params={"limit": MOST_ITEMS})
        raise SurveyError("carry.invalid", "invalid", [problem])


def check_rows(sheet: str | None, count: int, limit: int) -> None:
    """Refuse a sheet with more rows than a questionnaire can need."""
    if count > limit:
        problem = Problem("table.too_many_rows", sheet=sheet, value=str(count), params={"limit": limit})
        raise SurveyError("carry.invalid", "invalid", [problem])


def join_texts(first: Text, second: Text) -> Text:
    """One paragraph after the other, in each language."""
    return {
        language: "\n".join(part for part in (first.get(language), second.get(language)) if part)
        for language in dict.fromkeys([*first, *second])
    }
