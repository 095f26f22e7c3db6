"""From a questionnaire as it stands elsewhere to a document of ours, checked as every document is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from surveys.carrying.documents import write_document
from surveys.carrying.found import Found, FoundComment, FoundItem, FoundSection, Place, Text, check_items, problem_at
from surveys.carrying.naming import WORD, fit_name, fit_word
from surveys.carrying.scales import MOST_OPTIONS, Scales
from surveys.carrying.wording import words_for
from surveys.errors import Problem, SurveyError
from surveys.instruments.parsing import read_instrument

ITEMS_A_MINUTE = 5
COMMENT_LIMIT = 500  # characters
ANYBODY = "public"
SCORED = ("item", "overall")
NOT_PUBLISHING = {"instrument.shape": "carry.paper_shape", "instrument.invalid": "carry.paper_invalid"}


@dataclass(frozen=True)
class Carried:
    """A questionnaire that came from elsewhere.

    `document` is plain data and `text` the same as YAML; `left` is what was not carried over, was changed or was
    assumed, each with its place in the source; `problems` is what the parser says of the text, empty where it can be
    published as it is.
    """

    kind: str
    document: dict[str, Any]
    text: str
    left: tuple[Problem, ...]
    problems: tuple[Problem, ...]


def draft(found: Found, *, kind: str, groups: Sequence[str] = ()) -> Carried:
    """The document; `groups` answer it where the source does not say.

    Raises SurveyError(`carry.invalid`) for a paper without questions, or with more than the product takes.
    """
    _check_size(found)
    document = _Drafting(found, groups).document()
    text = write_document(document)
    try:
        return Carried(kind, read_instrument(text), text, found.left.problems, ())
    except SurveyError as error:
        return Carried(kind, document, text, found.left.problems, error.problems)


def read_paper(content: str | bytes) -> dict[str, Any]:
    """`read_instrument` where nothing is published: its refusals say so.

    Raises SurveyError(`instrument.malformed`, `carry.paper_shape`, `carry.paper_invalid`).
    """
    try:
        return read_instrument(content)
    except SurveyError as error:
        code = NOT_PUBLISHING.get(error.code, error.code)
        raise SurveyError(code, error.kind, error.problems, **error.params) from None


def _check_size(found: Found) -> None:
    check_items(len(found.items))
    scales = {id(item.scale): item.scale for item in found.items}
    problems = [
        problem_at("carry.options_too_many", scale.place, len(scale.options), scale=scale.name, limit=MOST_OPTIONS)
        for scale in scales.values()
        if len(scale.options) > MOST_OPTIONS
    ]
    if not found.items:
        problems.append(Problem("carry.no_items"))
    if problems:
        raise SurveyError("carry.invalid", "invalid", [*problems, *(() if found.items else found.left.problems)])


class _Drafting:
    """What the source does not say is said for it, and noted."""

    def __init__(self, found: Found, groups: Sequence[str]) -> None:
        self._found = found
        self._groups = groups
        self._left = found.left
        self._scales = Scales(found.left)
        self._ids: set[str] = set()
        self._unsaid: set[int] = set()

    def document(self) -> dict[str, Any]:
        found = self._found
        self._assume_roles()
        sections = self._sections()
        document: dict[str, Any] = {
            "instrument": self._name(),
            "languages": found.languages,
            "title": self._words("title", found.title),
            "introduction": self._words("introduction", found.introduction),
            "minutes": self._minutes(),
            "groups": self._answering(),
        }
        document |= {"stages": found.stages} if found.stages else {}
        document |= {"grades": found.grades} if found.grades else {}
        document |= {"scales": self._scales.named, "sections": sections}
        return document | ({"comment": self._comment(found.comment)} if found.comment else {})

    def _name(self) -> str:
        name = fit_name(self._found.name, "questionnaire")
        if name != self._found.name:
            self._left.add("carry.named", value=self._found.name or None, to=name)
        return name

    def _words(self, key: str, text: dict[str, str]) -> dict[str, str]:
        if text:
            return text
        self._left.add(f"carry.no_{key}")
        return words_for(key, self._found.languages)

    def _minutes(self) -> int:
        if self._found.minutes is not None:
            return self._found.minutes
        minutes = ceil(len(self._found.items) / ITEMS_A_MINUTE)
        self._left.add("carry.minutes", minutes=minutes)
        return minutes

    def _answering(self) -> list[str]:
        groups = list(dict.fromkeys(self._found.groups or self._groups or (ANYBODY,)))
        if not self._found.groups and not self._groups:
            self._left.add("carry.groups", group=ANYBODY)
        return groups

    def _assume_roles(self) -> None:
        """A source that does not say what a question is for gets no score from it: that is for people to decide."""
        unsaid = [item for item in self._found.items if not item.role]
        self._unsaid = {id(item) for item in unsaid}
        has_overall = any(item.role == "overall" for item in self._found.items)
        for item in unsaid:
            first = item.id.casefold() == "overall" and not has_overall
            item.role, has_overall = ("overall", True) if first else ("background", has_overall)
        if unsaid:
            self._left.add("carry.roles", count=len(unsaid))

    def _sections(self) -> list[dict[str, Any]]:
        taken: set[str] = set()
        return [self._section(each, taken) for each in self._found.sections if each.items]

    def _section(self, section: FoundSection, taken: set[str]) -> dict[str, Any]:
        name = fit_word(section.id, f"section_{len(taken) + 1}", taken)
        taken.add(name)
        if section.id:
            self._note_name(section.id, name, section.place)
        title = section.title or words_for("section", self._found.languages)
        if not section.title:
            self._left.add("carry.no_section_title", section.place, section.id or None)
        return {"id": name, "title": title, "items": [self._item(each) for each in section.items]}

    def _item(self, item: FoundItem) -> dict[str, Any]:
        name = fit_word(item.id, f"q{len(self._ids) + 1}", self._ids)
        self._ids.add(name)
        self._note_name(item.id, name, item.place)
        made: dict[str, Any] = {"id": name, "role": item.role}
        made |= {"dimension": item.dimension} if item.dimension else {}
        made["scale"] = self._scales.name_of(item.scale, kept=item.reversed)
        self._note_order(item, name)
        made |= {"direction": -1} if item.reversed else {}
        made |= {} if item.required else {"required": False}
        made["text"] = item.text
        return made | ({"note": self._note_of(item, name)} if item.note else {})

    def _note_name(self, given: str, name: str, place: Place) -> None:
        if not given:
            self._left.add("carry.unnamed", place, to=name)
        elif name != given:
            self._left.add("carry.repeated" if WORD.fullmatch(given) else "carry.renamed", place, given, to=name)

    def _note_order(self, item: FoundItem, name: str) -> None:
        """A question that may come to be scored, of whose codes nobody knows whether a high one is good."""
        scored = id(item) in self._unsaid or item.role in SCORED
        if scored and not item.reversed and self._scales.is_doubtful(item.scale):
            self._left.add("carry.order", item.place, question=name)

    def _note_of(self, item: FoundItem, name: str) -> Text:
        """The note, in every language of the paper."""
        missing = [each for each in self._found.languages if not item.note.get(each)]
        if missing:
            self._left.add("carry.note_copied", item.place, question=name, languages=", ".join(missing))
        return item.note | dict.fromkeys(missing, next(iter(item.note.values())))

    def _comment(self, comment: FoundComment) -> dict[str, Any]:
        note, limit = comment.note, comment.limit
        if not note:
            note = words_for("comment_note", self._found.languages)
            self._left.add("carry.comment_note", comment.place)
        if limit is None:
            limit = COMMENT_LIMIT
            self._left.add("carry.comment_limit", comment.place, limit=limit)
        return {"text": comment.text, "note": note, "limit": limit}
