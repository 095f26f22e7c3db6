"""Comparing what form tools print with what the paper says: headers with questions, cells with options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from surveys.instruments.model import Scale

BLANK = 0
SEVERAL = "┋"  # between the options that somebody chose, where several could be
BLANK_LABELS = ("", "(空)", "(跳过)", "(未填)", "(未作答)", "-3", "-2")  # -3: skipped, -2: blank, in exports of codes
NUMBER = re.compile(r"[-+]?[0-9]+")
FILLED_IN = re.compile(r"〖.*?〗")  # what somebody wrote beside an option
OPTION_PREFIX = re.compile(
    r"\s*(?:[①-⑳]|[(（]?\s*(?:[A-Za-zＡ-Ｚａ-ｚ](?![A-Za-z])|[0-9０-９]{1,2})\s*[)）]?)\s*[.．、:：,，)）]*\s*"
)
QUESTION_PREFIX = re.compile(
    r"\A\s*[*＊]?\s*(?:(?:第\s*)?[Qq]?[(（]?\s*(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s*[)）]?\s*(?:题|[.、．:：)）])+\s*)"
)
HINTS = "单选|多选|必答|必填|选填|矩阵|量表|评分|single|required"
QUESTION_SUFFIX = re.compile(rf"\s*[\[【(（](?:{HINTS})[^\])）】]*[\])）】]\s*")
PART = re.compile(r"[—–:：]+|\s-\s")


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """`text` without what form tools change: width, case, spaces, punctuation. A number keeps its sign."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if NUMBER.fullmatch(plain):
        return plain
    return "".join(letter for letter in plain if letter.isalnum()) or plain


def fold_question(header: str) -> str:
    """A question without its number and without hints such as [单选题]."""
    return fold(QUESTION_PREFIX.sub("", QUESTION_SUFFIX.sub("", header), count=1))


def question_parts(header: str) -> tuple[str, ...]:
    """The ways to read a header as a question: the whole, and the last part of a matrix's `title—row`."""
    whole = fold_question(header)
    last = fold_question(PART.split(header)[-1])
    return (whole, last) if last and last != whole else (whole,)


def cell_readings(cell: str) -> Iterator[str]:
    """The ways to read a cell as an option, the most literal first: as it is, then without `A.`, `1、`, `①`."""
    yield fold(cell)
    bare = FILLED_IN.sub("", cell)
    yield fold(bare)
    if prefix := OPTION_PREFIX.match(bare):
        rest = fold(bare[prefix.end() :])
        if rest and not NUMBER.fullmatch(rest):
            yield rest


def option_labels(scale: Scale) -> dict[str, int]:
    """The options' own texts, in every language, to their codes."""
    return {fold(text): option.code for option in scale.options for text in option.text.values()}


def find_option(cell: str, *labels: Mapping[str, int]) -> int | None:
    """The code for a cell; a literal reading goes before a bare one, earlier `labels` before later ones."""
    for reading in cell_readings(cell):
        for known in labels:
            if reading in known:
                return known[reading]
    return None


def options_text(scale: Scale, language: str) -> str:
    """What a refusal says is expected: 非常满意 / 满意 / …"""
    return " / ".join(option.text[language] for option in scale.options)
