"""The questionnaire as one reader sees it: texts in one language, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from flask_babel import gettext as _

from app.i18n import in_language
from app.messages import text_of
from app.messages.respond import AT_QUESTION
from surveys.errors import Problem
from surveys.instruments.model import CommentBox, Instrument, Item, Section, Text

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """An option. `apart` are those that mean "don't know": offered with the others, set apart from them."""

    code: int
    text: str
    chosen: bool
    apart: bool


@dataclass(frozen=True)
class Question:
    id: str
    number: int
    text: str
    note: str | None
    required: bool
    choices: tuple[Choice, ...]
    error: str | None


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Box:
    text: str
    note: str
    limit: int
    typed: str
    error: str | None


@dataclass(frozen=True)
class Complaint:
    """A line of the error summary. `anchor` is the place on the page; nothing on the page belongs to a stray field."""

    text: str
    anchor: str | None


@dataclass(frozen=True)
class Sheet:
    language: str
    introduction: tuple[str, ...]
    minutes: int
    count: int
    parts: tuple[Part, ...]
    box: Box | None
    complaints: tuple[Complaint, ...]


COMMENT_FIELD = "comment"


def draw_sheet(
    instrument: Instrument,
    language: str,
    *,
    typed: Typed | None = None,
    comment: str | None = None,
    problems: Iterable[Problem] = (),
) -> Sheet:
    """The sheet in `language`, with what was `typed` kept and each of the `problems` at its question."""
    drawing = _Drawing(language, typed or {}, _wording(problems))
    parts = drawing.parts(instrument.sections)
    return Sheet(
        language=language,
        introduction=tuple(in_language(instrument.introduction, language).splitlines()),
        minutes=instrument.minutes,
        count=len(instrument.items),
        parts=parts,
        box=drawing.box(instrument.comment, comment),
        complaints=tuple(_complaints(parts, drawing.errors)),
    )


@dataclass(frozen=True)
class _Drawing:
    language: str
    typed: Typed
    errors: Mapping[str, str]

    def parts(self, sections: Iterable[Section]) -> tuple[Part, ...]:
        numbers = count(1)
        return tuple(
            Part(
                section.id, self.say(section.title), tuple(self.question(item, next(numbers)) for item in section.items)
            )
            for section in sections
        )

    def question(self, item: Item, number: int) -> Question:
        return Question(
            id=item.id,
            number=number,
            text=self.say(item.text),
            note=self.say(item.note) if item.note else None,
            required=item.required,
            choices=self.choices(item),
            error=self.errors.get(item.id),
        )

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """Nothing is chosen beforehand; of two values for one question, neither is kept."""
        values = self.typed.get(item.id, ())
        kept = values[0] if len(values) == 1 else None
        choices = (
            Choice(option.code, self.say(option.text), str(option.code) == kept, option.code in item.scale.dont_know)
            for option in item.scale.options
        )
        return tuple(sorted(choices, key=lambda choice: choice.apart))

    def box(self, box: CommentBox | None, comment: str | None) -> Box | None:
        if box is None:
            return None
        return Box(self.say(box.text), self.say(box.note), box.limit, comment or "", self.errors.get(COMMENT_FIELD))

    def say(self, text: Text) -> str:
        return in_language(text, self.language)


def _wording(problems: Iterable[Problem]) -> dict[str, str]:
    """The first problem of each field, in words."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field or "", _words_of(problem))
    return found


def _words_of(problem: Problem) -> str:
    if problem.code in AT_QUESTION:
        return str(AT_QUESTION[problem.code]) % dict(problem.params)
    return text_of(problem.code, problem.params)


def _complaints(parts: Iterable[Part], errors: Mapping[str, str]) -> Iterable[Complaint]:
    """In the order of the page; then what belongs to no question."""
    left = dict(errors)
    for question in (question for part in parts for question in part.questions):
        if question.id in left:
            message = _("第 %(number)s 题：%(message)s", number=question.number, message=left.pop(question.id))
            yield Complaint(str(message), f"q-{question.id}")
    if COMMENT_FIELD in left:
        yield Complaint(left.pop(COMMENT_FIELD), "comment")
    yield from (Complaint(text, None) for text in dict.fromkeys(left.values()))
