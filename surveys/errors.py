"""What the domain says when it refuses: a stable code, a kind, and every problem with its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["invalid", "missing", "forbidden", "conflict", "gone"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was handed in.

    `code` is stable and is what the doors translate; `params` fill its text. The place is whichever of the
    fields below apply: a document has a line and a path, a table a sheet, row and column, a form a field.
    `value` is what was found, cut short; it is never an answer to a questionnaire or a code.
    """

    code: str
    line: int | None = None
    path: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


class SurveyError(Exception):
    """The domain refuses. `code` and `kind` are stable; `params` fill the text the doors show."""

    def __init__(self, code: str, kind: Kind, problems: Sequence[Problem] = (), **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.kind: Kind = kind
        self.problems = tuple(problems)
        self.params = params


def shorten(value: object, limit: int = 60) -> str:
    """`value` as text that fits into a message, and that every page and terminal can show."""
    text = "".join(sign if sign.isprintable() or sign.isspace() else " " for sign in str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"
