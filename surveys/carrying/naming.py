"""Names that the product can keep, from whatever names a source has: always the same ones for the same source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

WORD = re.compile(r"[a-z][a-z0-9_]{1,31}")
NAME = re.compile(r"[a-z][a-z0-9-]{1,63}")
NO_SIGNS = re.compile(r"[^a-z0-9]+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # between the words of a nameLikeThis
LONGEST_WORD, LONGEST_NAME = 32, 64


def fit_word(given: str, fallback: str, taken: Collection[str] = ()) -> str:
    """An id of an item, section or group: `given` where it is one, else what is left of it, else `fallback`."""
    kept = given if WORD.fullmatch(given) else _spell(given, "_", fallback)
    return _other(kept, taken, "_", LONGEST_WORD)


def fit_name(given: str, fallback: str, taken: Collection[str] = ()) -> str:
    """The name of a paper or of a scale."""
    kept = given if NAME.fullmatch(given) else _spell(given, "-", fallback)
    return _other(kept, taken, "-", LONGEST_NAME)


def fit_code(given: str, longest: int, taken: Collection[str]) -> str:
    """Letters and digits only, as LimeSurvey wants them: child_teaching becomes childTeaching. `taken` is small."""
    first, *rest = re.split(r"[^A-Za-z0-9]+", given)
    code = first + "".join(part[:1].upper() + part[1:] for part in rest)
    number, other = 1, code[:longest]
    while other.casefold() in taken:
        number += 1
        other = f"{code[: longest - len(str(number))]}{number}"
    return other


def _spell(given: str, joint: str, fallback: str) -> str:
    plain = unicodedata.normalize("NFKD", HUMP.sub(joint, given)).encode("ascii", "ignore").decode().lower()
    kept = NO_SIGNS.sub(joint, plain).strip(joint)
    if not kept:
        return fallback
    return kept if kept[0].isalpha() and len(kept) > 1 else f"q{joint}{kept}"


def _other(name: str, taken: Collection[str], joint: str, longest: int) -> str:
    """`name`, or the first of name_2, name_3 … that is free."""
    number, other = 1, name[:longest]
    while other in taken:
        number += 1
        end = f"{joint}{number}"
        other = name[: longest - len(end)] + end
    return other
