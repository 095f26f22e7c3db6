"""The two forms of a code, scanned and typed, and the keyed digests by which it is found. Neither form is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from stdnum import luhn

from surveys.crockford import ALPHABET, encode, is_spelled, normalise
from surveys.digests import SHORT, keyed
from surveys.errors import SurveyError

CodeKind = Literal["open", "personal"]

TOKEN_LENGTH = 24  # characters, 120 bits: the scanned form
TYPED_LENGTH = 10  # nine characters, 45 bits, and a check character: for people who cannot scan
ID_LENGTH = 16  # random bytes


@dataclass(frozen=True)
class Written:
    """A code as somebody wrote it: which form it is, and the keyed digest by which it is found."""

    scanned: bool
    digest: bytes = field(repr=False)


def token_of(secret: bytes, code_id: bytes) -> str:
    """The scanned form of the code with this id."""
    return encode(keyed(secret, "code.token", code_id)[:15], TOKEN_LENGTH)


def typed_of(secret: bytes, code_id: bytes) -> str:
    """The typed form of the code with this id, without its hyphen."""
    number = encode(keyed(secret, "code.typed", code_id)[:6], TYPED_LENGTH - 1)
    return number + check_character(number)


def print_typed(typed: str) -> str:
    """XXXXX-XXXXX."""
    return f"{typed[:5]}-{typed[5:]}"


def check_character(number: str) -> str:
    """The character after `number`: it catches every wrong character and nearly every two that changed places."""
    return str(luhn.calc_check_digit(number, ALPHABET))


def is_checked(typed: str) -> bool:
    """Whether the last character of a typed form agrees with the others."""
    return bool(luhn.is_valid(typed, ALPHABET))


def digest_token(secret: bytes, token: str) -> bytes:
    return keyed(secret, "code.token.digest", token)[:SHORT]


def digest_typed(secret: bytes, typed: str) -> bytes:
    return keyed(secret, "code.typed.digest", typed)[:SHORT]


def read_code(secret: bytes, written: str) -> Written:
    """What was scanned or typed. What is secret is never compared, so that no clock can tell of it.

    Raises SurveyError(`code.unknown`), and SurveyError(`code.mistyped`) where the check character disagrees.
    """
    code = normalise(written)
    if len(code) == TYPED_LENGTH and not (is_spelled(code) and is_checked(code)):
        raise SurveyError("code.mistyped", "invalid")
    if len(code) == TYPED_LENGTH:
        return Written(False, digest_typed(secret, code))
    if len(code) == TOKEN_LENGTH and is_spelled(code):
        return Written(True, digest_token(secret, code))
    raise SurveyError("code.unknown", "missing")
