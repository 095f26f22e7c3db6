"""What an address may be asked: parameters with exact limits, so that the contract says what is taken, and no more."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.api.problems import UNKNOWN
from surveys.exports.words import LANGUAGES
from surveys.groups import GROUPS
from surveys.regions import CODE, LEVELS

MOST, USUAL = 200, 50  # rows of one answer
KINDS = ("composite", "pooled", "term", "beside", "group", "dimension", "item", "school", "cell")
STATES = ("draft", "scheduled", "open", "closed")
NUMBER = re.compile("0|[1-9][0-9]{0,8}")
SCHOOL = r"[^\u0000-\u001f\u007f]{1,32}"


class Word(fields.String):
    """A text that is written in one way only; `pattern` is for the whole of it."""

    def __init__(self, pattern: str, *, about: str) -> None:
        self.pattern = re.compile(pattern)
        super().__init__(metadata={"pattern": f"^{pattern}$", "description": about})

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise ValidationError(self.pattern.pattern)
        return value


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, *words: str, about: str) -> None:
        self.words = words
        super().__init__(validate=validate.OneOf(words), metadata={"description": about})

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        if value not in self.words:
            raise ValidationError(", ".join(self.words))
        return value


class Whole(fields.Integer):
    """A whole number, as people write it."""

    def __init__(self, least: int, most: int, *, about: str, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(validate=validate.Range(least, most), metadata={"description": about}, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        if not NUMBER.fullmatch(str(value)) or not self.least <= int(value) <= self.most:
            raise ValidationError(f"{self.least}–{self.most}")
        return int(value)


class Nothing(Schema):
    """An address that takes no parameters."""

    error_messages = {"unknown": UNKNOWN}  # noqa: RUF012 - as the library has it


class Paged(Nothing):
    """A list that is read in parts."""

    limit = Whole(1, MOST, load_default=USUAL, about="rows of one answer")


def _after(kind: str, pattern: str = "[0-7][0-9a-f]{7}") -> Word:
    return Word(f"{kind}{pattern}", about="`next` of the answer before")


def _region() -> Word:
    return Word(CODE.pattern, about="code of a region: it and all below it")


def _school() -> Word:
    return Word(SCHOOL, about="code of a school")


def _group() -> Choice:
    return Choice(*GROUPS, about="group of people")


class RegionsWanted(Paged):
    cursor = _after("r")
    region = _region()
    level = Choice(*LEVELS, about="level of the region")


class CampaignsWanted(Paged):
    cursor = _after("c")
    region = _region()
    state = Choice(*STATES, about="where it stands now")


class PlacesWanted(Paged):
    cursor = _after("p", "[0-6]([0-9a-f]{2}){0,128}")
    group = _group()
    school = _school()


class EvaluationsWanted(Paged):
    cursor = _after("e")


class ResultsWanted(Nothing):
    language = Choice(*LANGUAGES, about="of the labels")
    evaluation = Whole(1, 999_999, about="number of the evaluation; the newest that is shown unless said")


class MicrodataWanted(ResultsWanted):
    replicates = Choice("0", "100", "200", "500", about="bootstrap weights beside the others")


class FiguresWanted(Paged):
    cursor = _after("f")
    kind = Choice(*KINDS, about="table that the figure belongs to")
    group = _group()
    school = _school()
