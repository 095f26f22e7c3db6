"""Checking what was handed in against the paper, every problem at once. No problem ever carries an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from surveys.errors import Problem, SurveyError, shorten
from surveys.instruments.model import CommentBox, Instrument, Item
from surveys.text import is_unreadable, tidy

BLANK = 0
COMMENT = "comment"  # the field of the open question
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_CODE = re.compile(r"[1-9][0-9]{0,2}")  # one spelling only: not 04, not +4, not the digits of other scripts

Raw = Mapping[str, Sequence[str]]  # item id -> the values that were submitted for it


def check_key(key: str) -> None:
    """Raises SurveyError(`answers.no_key`) where the page's random key is missing or is none."""
    if not _KEY.fullmatch(key or ""):
        raise SurveyError("answers.no_key", "invalid")


def check_answers(instrument: Instrument, raw: Raw) -> bytes:
    """The answers as stored: one byte an item in the order of the code frame, 0 for blank.

    Raises SurveyError(`answers.invalid`) with a problem for each item and each unknown field.
    """
    problems = list(_answer_problems(instrument, raw))
    if problems:
        raise SurveyError("answers.invalid", "invalid", problems)
    return _pack(instrument, raw)


def check_sheet(instrument: Instrument, raw: Raw, comment: str | None, language: str) -> tuple[bytes, str | None]:
    """The answers and the comment (None where it is blank) as stored. Raises as `check_answers`, all at once."""
    text = tidy(comment) if comment else ""
    if not text and language in instrument.languages:
        answers = _pack_at_once(instrument, raw)
        if answers is not None:
            return answers, None
    problems = [*_answer_problems(instrument, raw), *comment_problems(instrument.comment, text)]
    if language not in instrument.languages:
        expected = ", ".join(instrument.languages)
        problems.append(Problem("answers.language", field="language", params={"expected": expected}))
    if problems:
        raise SurveyError("answers.invalid", "invalid", problems)
    return _pack(instrument, raw), text or None


def _pack_at_once(instrument: Instrument, raw: Raw) -> bytes | None:
    """The answers, if there is nothing to say about any of them: one look at each, as nearly every sheet needs."""
    answers, met = bytearray(len(instrument.columns)), 0
    for place, (name, codes, required) in enumerate(instrument.columns):
        values = raw.get(name)
        if values is None:
            if required:
                return None
            continue
        code = codes.get(values[0]) if len(values) == 1 else None
        if code is None:
            return None
        answers[place], met = code, met + 1
    return bytes(answers) if met == len(raw) else None


def _pack(instrument: Instrument, raw: Raw) -> bytes:
    return bytes(_code_of(raw.get(item.id, ())) for item in instrument.items)


def _code_of(values: Sequence[str]) -> int:
    text = values[0].strip() if values else ""
    return int(text) if text else BLANK


# Answers


def _answer_problems(instrument: Instrument, raw: Raw) -> Iterator[Problem]:
    known = set()
    for item in instrument.items:
        known.add(item.id)
        code = _problem_with(item, raw.get(item.id, ()))
        if code is not None:
            yield Problem(code, field=item.id)
    for name in raw:
        if name not in known:
            yield Problem("answers.unknown_field", field=_printable(name))


def _problem_with(item: Item, values: Sequence[str]) -> str | None:
    if len(values) > 1:
        return "answers.repeated_field"
    text = values[0].strip() if values else ""
    if not text:
        return "answers.required" if item.required else None
    chosen = _CODE.fullmatch(text) and int(text) in item.scale.codes
    return None if chosen else "answers.not_an_option"


def _printable(name: str) -> str:
    return shorten("".join(sign if sign.isprintable() else "?" for sign in name))


# The comment


def comment_problems(box: CommentBox | None, text: str) -> Iterator[Problem]:
    """What is wrong with a tidied comment: nobody asked for it, it is too long, or no database keeps it."""
    if not text:
        return
    if box is None:
        yield Problem("answers.unknown_field", field=COMMENT)
        return
    if is_unreadable(text):
        yield Problem("answers.comment_unreadable", field=COMMENT)
    if len(text) > box.limit:
        yield Problem("answers.comment_too_long", field=COMMENT, params={"limit": box.limit, "length": len(text)})
