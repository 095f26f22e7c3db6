"""Instruments as documents: from a paper back to the plain data, and from that to YAML as people write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surveys.instruments.model import CommentBox, Instrument, Item, Scale, Section

PLAIN = re.compile(r"(?!(?:null|true|false)\Z)[a-z][A-Za-z0-9_-]*")
UNPRINTED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff]")  # what YAML takes for a line end, or does not take


def document_of(instrument: Instrument) -> dict[str, Any]:
    """The document of a paper, in its shortest form: what is as it is by default is left out."""
    scales = {item.scale.name: item.scale for item in instrument.items}
    document: dict[str, Any] = {
        "instrument": instrument.name,
        "languages": list(instrument.languages),
        "title": dict(instrument.title),
        "introduction": dict(instrument.introduction),
        "minutes": instrument.minutes,
        "groups": list(instrument.groups),
    }
    document |= {"stages": list(instrument.stages)} if instrument.stages else {}
    document |= {"grades": dict(instrument.grades)} if instrument.grades else {}
    document["scales"] = {name: _scale(scale) for name, scale in scales.items()}
    document["sections"] = [_section(each) for each in instrument.sections]
    return document | ({"comment": _comment(instrument.comment)} if instrument.comment else {})


def _scale(scale: Scale) -> dict[str, Any]:
    options = [{"code": option.code, "text": dict(option.text)} for option in scale.options]
    return {"options": options} | ({"dont_know": sorted(scale.dont_know)} if scale.dont_know else {})


def _section(section: Section) -> dict[str, Any]:
    return {"id": section.id, "title": dict(section.title), "items": [_item(each) for each in section.items]}


def _item(item: Item) -> dict[str, Any]:
    document: dict[str, Any] = {"id": item.id, "role": item.role}
    document |= {"dimension": item.dimension} if item.dimension else {}
    document["scale"] = item.scale.name
    document |= {"direction": -1} if item.direction == -1 else {}
    document |= {} if item.required else {"required": False}
    document["text"] = dict(item.text)
    return document | ({"note": dict(item.note)} if item.note else {})


def _comment(comment: CommentBox) -> dict[str, Any]:
    return {"text": dict(comment.text), "note": dict(comment.note), "limit": comment.limit}


def write_document(document: Mapping[str, Any]) -> str:
    """The document as YAML: a line for each short thing, every text in quotes."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ("instrument", "languages"):
        yield f"{key}: {_flow(document[key])}"
    for key in ("title", "introduction"):
        yield from _text(key, document[key], "")
    for key in ("minutes", "groups", "stages", "grades"):
        if key in document:
            yield f"{key}: {_flow(document[key])}"
    yield from ("", "scales:")
    for name, scale in document["scales"].items():
        yield f"  {name}:"
        yield "    options:"
        yield from (f"      - {_flow(option)}" for option in scale["options"])
        if "dont_know" in scale:
            yield f"    dont_know: {_flow(scale['dont_know'])}"
    yield from ("", "sections:")
    for section in document["sections"]:
        yield from _section_lines(section)
    if "comment" in document:
        yield from ("", "comment:")
        yield from _text("text", document["comment"]["text"], "  ")
        yield from _text("note", document["comment"]["note"], "  ")
        yield f"  limit: {document['comment']['limit']}"


def _section_lines(section: Mapping[str, Any]) -> Iterator[str]:
    yield f"  - id: {_flow(section['id'])}"
    yield f"    title: {_flow(section['title'])}"
    yield "    items:"
    for item in section["items"]:
        yield f"      - id: {_flow(item['id'])}"
        for key in ("role", "dimension", "scale", "direction", "required"):
            if key in item:
                yield f"        {key}: {_flow(item[key])}"
        for key in ("text", "note"):
            if key in item:
                yield from _text(key, item[key], " " * 8)


def _text(key: str, text: Mapping[str, str], margin: str) -> Iterable[str]:
    lines = [f"{margin}  {language}: {_quoted(words)}" for language, words in text.items()]
    return [f"{margin}{key}:", *lines] if lines else [f"{margin}{key}: {{}}"]


def _flow(value: Any) -> str:
    """A value on one line. JSON's quotes are YAML's, but for a few signs."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_quoted(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) and PLAIN.fullmatch(value) else _quoted(value)


def _quoted(value: Any) -> str:
    if isinstance(value, Mapping):
        return _flow(value)
    quoted = json.dumps(value, ensure_ascii=False)
    return UNPRINTED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", quoted)
