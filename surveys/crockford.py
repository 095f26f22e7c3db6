"""Crockford's base 32: text that people can copy by hand, and that reads the same however they write it.

The alphabet has no I, L, O and U (https://www.crockford.com/base32.html).
"""

from __future__ import annotations

import base64
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_FROM_RFC_4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_LOOK_ALIKES = str.maketrans("OIL", "011")
_LONGEST = 100  # characters that anybody could have meant as one code
_GAPS = frozenset({"Zs", "Cc", "Cf", "Pd"})  # spaces, invisible signs, hyphens and dashes
_OTHER_HYPHENS = frozenset("\u2212\u30fc\u4e00_·")  # minus, and what Chinese keyboards give for a dash


def encode(data: bytes, length: int) -> str:
    """The first `length` characters of `data`, five bits each."""
    return base64.b32encode(data).decode().translate(_FROM_RFC_4648)[:length]


def normalise(written: str) -> str:
    """What was meant: one width, capitals, no spaces or hyphens, and no look-alikes."""
    plain = unicodedata.normalize("NFKC", written[:_LONGEST]).upper()
    kept = (sign for sign in plain if unicodedata.category(sign) not in _GAPS and sign not in _OTHER_HYPHENS)
    return "".join(kept).translate(_LOOK_ALIKES)


def is_spelled(text: str) -> bool:
    """Whether `text` has only characters of the alphabet."""
    return all(sign in ALPHABET for sign in text)
