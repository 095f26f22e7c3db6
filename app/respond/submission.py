"""What a browser posts: read with suspicion, judged by the domain."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from surveys.errors import SurveyError

FORM_TYPE = "application/x-www-form-urlencoded"
LARGEST_BODY = 64 * 1024  # 250 answers and a comment of 5,000 Chinese characters, escaped, fit in
MOST_FIELDS = 600
UNSHOWABLE = frozenset({"Cc", "Cs"})  # control characters, and halves of pairs
TOKEN, COMMENT, REDRAW = "_form", "_comment", "_redraw"  # no item's id begins with an underscore


@dataclass(frozen=True)
class Submission:
    """The fields of the form. `raw` holds every field that is not ours, so that the domain sees unknown ones too.

    `redraw` asks for the same page in another size or language, with everything typed kept.
    """

    token: str | None
    raw: Mapping[str, Sequence[str]]
    comment: str | None
    redraw: bool


def read_submission() -> Submission:
    """The submission in the current request.

    Raises HTTP errors for bodies that no form of ours sends: 413, 415, and 400 where it is not UTF-8.
    Raises SurveyError(`answers.bad_key`) where a field of ours is there twice.
    """
    return parse_submission(_read_body())


def read_fields() -> dict[str, list[str]]:
    """The fields of another form of ours. Raises the same HTTP errors."""
    return _fields(_read_body())


def _read_body() -> bytes:
    request.max_content_length = LARGEST_BODY
    if request.mimetype != FORM_TYPE:
        raise UnsupportedMediaType
    body = request.get_data(cache=False)
    if len(body) >= LARGEST_BODY:  # a body whose length was not announced is cut off there, not refused
        raise RequestEntityTooLarge
    return body


def parse_submission(body: bytes) -> Submission:
    """Raises BadRequest and SurveyError as `read_submission`."""
    fields = _fields(body)
    token, comment = (_single(fields.pop(name, [])) for name in (TOKEN, COMMENT))
    redraw = fields.pop(REDRAW, None) is not None
    return Submission(token, fields, comment, redraw)


def showable(text: str) -> str:
    """`text` without the characters that no page may carry, to be shown again to whoever sent it."""
    return "".join(sign for sign in text if sign in "\n\t" or not _is_unshowable(sign))


def _is_unshowable(sign: str) -> bool:
    point = ord(sign)
    noncharacter = 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE
    return noncharacter or unicodedata.category(sign) in UNSHOWABLE


def _fields(body: bytes) -> dict[str, list[str]]:
    """Strictly: Flask's own reading would pass broken UTF-8 on as text."""
    try:
        text = body.decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest from None


def _single(values: Sequence[str]) -> str | None:
    if len(values) > 1:
        raise SurveyError("answers.bad_key", "invalid")
    return values[0] if values else None
