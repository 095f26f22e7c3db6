"""The two forms of a code, scanned and typed, and the keyed digests by which it is found. Neither form is stored."""

from __future__ import annotations

from typing import Literal

from stdnum import luhn

from surveys.crockford import ALPHABET, encode
from surveys.digests import SHORT, keyed

CodeKind = Literal["open", "personal"]

TOKEN_LENGTH = 24  # characters, 120 bits: the scanned form
TYPED_LENGTH = 10  # nine characters, 45 bits, and a check character: for people who cannot scan
ID_LENGTH = 16  # random bytes


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
