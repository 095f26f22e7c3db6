"""A questionnaire as somebody at a desk works through it: for keying from paper, and for reading out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.console.refusals import Line, Refusal, refuse
from app.i18n import in_language
from app.messages import text_of
from surveys.errors import Problem, SurveyError
from surveys.instruments.model import Instrument, Item

PREFIX = "a-"  # of the fields of questions, so that none is called as the token or the code is


@dataclass(frozen=True)
class Choice:
    """An option. `apart` are those that mean "don't know"; `chosen` as it was typed before."""

    code: int
    text: str
    apart: bool
    chosen: bool


@dataclass(frozen=True)
class Question:
    field: str
    number: int
    text: str
    note: str
    required: bool
    choices: tuple[Choice, ...]
    typed: str
    error: str

    @property
    def codes(self) -> str:
        return " ".join(str(choice.code) for choice in self.choices)


@dataclass(frozen=True)
class Part:
    title: str
    questions: tuple[Question, ...]


def questions_of(
    instrument: Instrument, language: str, typed: Mapping[str, Sequence[str]], problems: Iterable[Problem] = ()
) -> tuple[Part, ...]:
    """The questions section by section, with what was typed, and what is wrong with it, at each."""
    numbers = numbers_of(instrument)
    errors = {problem.field: text_of(problem.code, problem.params) for problem in problems}
    return tuple(
        Part(
            in_language(section.title, language),
            tuple(
                _question(item, numbers[item.id], language, typed.get(item.id, ()), errors.get(item.id, ""))
                for item in section.items
            ),
        )
        for section in instrument.sections
    )


def answers_in(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What a form says of the questions."""
    return {name.removeprefix(PREFIX): values for name, values in form.lists() if name.startswith(PREFIX)}


def numbers_of(instrument: Instrument) -> Mapping[str, int]:
    """The number of each question, as it is printed."""
    return {item.id: number for number, item in enumerate(instrument.items, start=1)}


def refuse_answers(error: SurveyError, instrument: Instrument) -> Refusal:
    """The refusal with a line for whatever is wrong besides the questions, where it is said at each."""
    plain, numbers = refuse(error), numbers_of(instrument)
    lines = [_line(problem) for problem in error.problems if problem.field not in numbers]
    return Refusal(plain.text, plain.status, tuple(lines))


def _line(problem: Problem) -> Line:
    place = str(_("意见栏")) if problem.field == "comment" else problem.field or ""
    return Line("", place, "", text_of(problem.code, problem.params))


def _question(item: Item, number: int, language: str, typed: Sequence[str], error: str) -> Question:
    kept = typed[0] if len(typed) == 1 else ""
    choices = (
        Choice(
            option.code,
            in_language(option.text, language),
            option.code in item.scale.dont_know,
            str(option.code) == kept,
        )
        for option in item.scale.options
    )
    return Question(
        field=f"{PREFIX}{item.id}",
        number=number,
        text=in_language(item.text, language),
        note=in_language(item.note, language) if item.note else "",
        required=item.required,
        choices=tuple(choices),
        typed=kept,
        error=error,
    )
