"""What was wrong with what somebody handed in, as lines of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.errors import STATUS
from app.messages import text_of
from surveys.errors import Problem, SurveyError


@dataclass(frozen=True)
class Line:
    """One problem: the row or line, the column or path, what stands there, what is wrong and what was expected."""

    row: str
    place: str
    value: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """Everything that is wrong, said at once; nothing was written."""

    text: str
    status: int
    lines: tuple[Line, ...] = ()


def refuse(error: SurveyError) -> Refusal:
    """The domain's refusal in people's words."""
    return Refusal(text_of(error.code, error.params), STATUS[error.kind], refuse_problems(error.problems))


def refuse_problems(problems: Sequence[Problem]) -> tuple[Line, ...]:
    """A line for each problem."""
    return tuple(_line(problem) for problem in problems)


def refuse_form(form: FlaskForm) -> Refusal:
    """What the form itself refuses, such as a missing file."""
    return Refusal(" ".join(_errors(form)), STATUS["invalid"])


def _errors(form: FlaskForm) -> Sequence[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _line(problem: Problem) -> Line:
    row = problem.row or problem.line
    places = (
        _("工作表 %(sheet)s", sheet=problem.sheet) if problem.sheet else "",
        problem.column or "",
        problem.path or "",
        problem.field or "",
    )
    return Line(
        row="" if row is None else str(row),
        place=" ".join(place for place in places if place),
        value=problem.value or "",
        text=text_of(problem.code, problem.params),
    )
