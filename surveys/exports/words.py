"""The words of the columns beside the answers, read from `design.yaml`: names, labels by language, codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from surveys.exports.model import Reason, Value
from surveys.instruments.model import Text

SOURCE = Path(__file__).parent / "design.yaml"
STUDY = Path(__file__).parent / "study.yaml"
LANGUAGES = ("zh-CN", "en")  # of the words here; questionnaires may have more


@cache
def _words() -> Mapping[str, Any]:
    read: Mapping[str, Any] = YAML(typ="safe", pure=True).load(SOURCE)
    return read


@cache
def _study() -> Mapping[str, Mapping[str, Text]]:
    read: Mapping[str, Mapping[str, Text]] = YAML(typ="safe", pure=True).load(STUDY)
    return read


DESIGN_NAMES = tuple(_words()["variables"])  # in the order in which they stand in a file
KEPT_WORDS = frozenset([*DESIGN_NAMES, *(word for words in _words()["kept"].values() for word in words)])
BLANK, NOT_ASKED, UNKNOWN = (_words()["missing"][reason]["code"] for reason in ("blank", "not_asked", "unknown"))


def design_words(name: str) -> Mapping[str, Any]:
    """What is said of a column beside the answers: kind, role, label, and the list of its codes where it has one."""
    words: Mapping[str, Any] = _words()["variables"][name]
    return words


def replicate_words() -> Mapping[str, Any]:
    """What is said of every replicate weight."""
    words: Mapping[str, Any] = _words()["replicate"]
    return words


def missing_values(reasons: Iterable[Reason] = ("blank", "not_asked")) -> tuple[Value, ...]:
    """The codes that stand for no answer, with their reasons."""
    missing = _words()["missing"]
    return tuple(Value(missing[reason]["code"], missing[reason]["label"], reason) for reason in reasons)


def other_wordings(number: int, language: str) -> str:
    """That so many other wordings are there; nothing for none, or in a language that we have no words for."""
    words = _words()["wordings"].get(language)
    if words is None or number < 1:
        return ""
    said: str = words["one" if number == 1 else "more"]
    return said.format(n=number)


def values_of(codes: str) -> tuple[Value, ...]:
    """The codes of `groups`, `channels`, …: from 1 in the order in which they stand, unless they say their own."""
    listed = _words()["codes"][codes]
    return tuple(Value(each.get("code", place), each["label"]) for place, each in enumerate(listed, 1))


def keys_of(codes: str) -> tuple[str, ...]:
    """The domain's words in the order of their codes."""
    return tuple(each["key"] for each in _words()["codes"][codes])


def code_of(codes: str, key: str) -> int:
    """The code of a word of the domain."""
    return values_of(codes)[keys_of(codes).index(key)].code


def label_of(codes: str, key: str) -> Text:
    """What a word of the domain means, by language; the word itself where we have none (groups may be added)."""
    for each in _words()["codes"][codes]:
        if each["key"] == key:
            label: Text = each["label"]
            return label
    return dict.fromkeys(LANGUAGES, key)


def label_of_stratum(stratum: str) -> Text:
    """城区·小学 of `urban.primary`; 全县·家长 of `county.parent`."""
    place, _, kind = stratum.partition(".")
    codes = ("places", "groups") if place in keys_of("places") else ("localities", "stages")
    parts = [label_of(codes[0], place), *([label_of(codes[1], kind)] if kind else [])]
    return {"zh-CN": "·".join(part["zh-CN"] for part in parts), "en": ", ".join(part["en"] for part in parts)}


def study_words(topic: str, key: str) -> Text:
    """What codebooks say of a dimension, a role, a part or the study; the word itself where we have none."""
    return _study()[topic].get(key) or dict.fromkeys(LANGUAGES, key)
