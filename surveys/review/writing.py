"""What reviewers and officers write, judged before it is kept: a statement, a reason, what was found."""

from __future__ import annotations

from datetime import date

from surveys.errors import Problem
from surveys.text import is_unreadable, tidy

SHORTEST, LONGEST = 10, 2000  # characters
Problems = list[Problem]
Day = date | str | None  # a text is what somebody wrote for a day, and is none


def read_text(text: str, field: str, problems: Problems, *, least: int = SHORTEST, most: int = LONGEST) -> str:
    """`text` as it is kept; what is wrong with it goes to `problems`."""
    kept = tidy(text)
    if is_unreadable(kept) or not least <= len(kept) <= most:
        problems.append(Problem("review.text_length", field=field, params={"least": least, "most": most}))
    return kept


def read_choice(value: str, field: str, choices: tuple[str, ...], problems: Problems) -> str:
    """`value`, which must be one of `choices`."""
    if value not in choices:
        expected = ", ".join(choices)
        problems.append(Problem("review.choice", field=field, value=value[:40], params={"expected": expected}))
    return value


def read_day(day: Day, field: str, code: str, problems: Problems, *, first: date, last: date) -> date:
    """`day`, which must be one from `first` to `last`; where it is not, `last` and a problem with this code."""
    if isinstance(day, date) and first <= day <= last:
        return day
    params = {"first": first.isoformat(), "last": last.isoformat()}
    problems.append(Problem(code, field=field, value=str(day or "")[:40] or None, params=params))
    return last
