"""From YAML to an Instrument: shape first, then meaning, each with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surveys.documents import read_document
from surveys.errors import SurveyError
from surveys.instruments.meaning import problems_of
from surveys.instruments.model import CommentBox, Instrument, Item, Option, Scale, Section, Text

SCHEMA = Path(__file__).parent / "schema" / "instrument.schema.json"


def parse_instrument(content: str | bytes) -> Instrument:
    """The paper that `content` describes.

    Raises SurveyError(`instrument.malformed`, `instrument.shape` or `instrument.invalid`) with all problems.
    """
    return instrument_from(read_instrument(content))


def read_instrument(content: str | bytes) -> dict[str, Any]:
    """The checked document as plain data, ready to be stored and digested. Raises as `parse_instrument` does."""
    document = read_document(content, SCHEMA, kind="instrument")
    problems = problems_of(document)
    if problems:
        raise SurveyError("instrument.invalid", "invalid", problems)
    data: dict[str, Any] = document.data
    return data


def instrument_from(data: Mapping[str, Any]) -> Instrument:
    """The paper that a checked (for example a stored) document describes."""
    scales = {name: _scale(name, each) for name, each in data["scales"].items()}
    return Instrument(
        name=data["instrument"],
        languages=tuple(data["languages"]),
        title=_text(data["title"]),
        introduction=_text(data["introduction"]),
        minutes=int(data["minutes"]),
        groups=tuple(data["groups"]),
        stages=tuple(data.get("stages", ())),
        grades=_text(data["grades"]) if "grades" in data else None,
        sections=tuple(_section(each, scales) for each in data["sections"]),
        comment=_comment(data["comment"]) if "comment" in data else None,
    )


def _text(data: Mapping[str, str]) -> Text:
    return {language: text.strip() for language, text in data.items()}


def _scale(name: str, data: Mapping[str, Any]) -> Scale:
    # int(): JSON Schema counts 4.0 as an integer, and so may a document
    options = tuple(Option(int(each["code"]), _text(each["text"])) for each in data["options"])
    return Scale(name, options, frozenset(int(code) for code in data.get("dont_know", ())))


def _section(data: Mapping[str, Any], scales: Mapping[str, Scale]) -> Section:
    return Section(data["id"], _text(data["title"]), tuple(_item(each, scales) for each in data["items"]))


def _item(data: Mapping[str, Any], scales: Mapping[str, Scale]) -> Item:
    return Item(
        id=data["id"],
        role=data["role"],
        dimension=data.get("dimension"),
        text=_text(data["text"]),
        scale=scales[data["scale"]],
        direction=-1 if data.get("direction") == -1 else 1,
        required=data.get("required", True),
        note=_text(data["note"]) if "note" in data else None,
    )


def _comment(data: Mapping[str, Any]) -> CommentBox:
    return CommentBox(_text(data["text"]), _text(data["note"]), int(data["limit"]))
