"""What a shape cannot say: whether a document of the right shape is a questionnaire that can be asked and scored."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from surveys.documents import Document, Step
from surveys.errors import Problem
from surveys.instruments.model import DIMENSIONS, MOST_ITEMS, SCORED, STANDARD_DONT_KNOW, STANDARD_SCALES
from surveys.models import STAGES

Path = tuple[Step, ...]

PUPILS = frozenset({"student"})  # every other group is adult
UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn"})  # Unicode categories that no page can show
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn the direction of other text


def problems_of(document: Document) -> list[Problem]:
    """Every problem of meaning, in the order of the document's lines."""
    found = [
        *_texts(document),
        *_stages(document),
        *_scales(document),
        *_repeated_ids(document),
        *_roles(document),
        *_dimensions(document),
        *_scale_use(document),
        *_size(document),
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _sections(document: Document) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for number, section in enumerate(document.data["sections"]):
        yield ("sections", number), section


def _items(document: Document) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for path, section in _sections(document):
        for number, item in enumerate(section["items"]):
            yield (*path, "items", number), item


def _options(document: Document) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for name, scale in document.data["scales"].items():
        for number, option in enumerate(scale["options"]):
            yield ("scales", name, "options", number), option


# Texts


def _texts(document: Document) -> Iterator[Problem]:
    """Every text stands in every declared language, and in no other."""
    declared = document.data["languages"]
    for path, text in _all_texts(document):
        for language in declared:
            if language not in text:
                yield document.problem(path, "instrument.text_missing", language=language)
        for language, words in text.items():
            yield from _words(document, (*path, language), language, words, declared)


def _words(document: Document, path: Path, language: str, words: str, declared: Sequence[str]) -> Iterator[Problem]:
    if language not in declared:
        yield document.problem(path, "instrument.text_undeclared", language=language, expected=", ".join(declared))
    if not words.strip():
        yield document.problem(path, "instrument.text_blank", language=language)
    unshown = {f"U+{ord(sign):04X}" for sign in words if _is_unshown(sign)}
    if unshown:
        yield document.problem(path, "instrument.text_unprintable", ", ".join(sorted(unshown)), language=language)


def _is_unshown(sign: str) -> bool:
    return sign != "\n" and (unicodedata.category(sign) in UNSHOWN or sign in OVERRIDES)


def _all_texts(document: Document) -> Iterator[tuple[Path, Mapping[str, str]]]:
    yield from _texts_in((), document.data, ("title", "introduction", "grades"))
    for path, option in _options(document):
        yield from _texts_in(path, option, ("text",))
    for path, section in _sections(document):
        yield from _texts_in(path, section, ("title",))
    for path, item in _items(document):
        yield from _texts_in(path, item, ("text", "note"))
    yield from _texts_in(("comment",), document.data.get("comment", {}), ("text", "note"))


def _texts_in(path: Path, part: Mapping[str, Any], fields: Iterable[str]) -> Iterator[tuple[Path, Mapping[str, str]]]:
    for field in fields:
        if field in part:
            yield (*path, field), part[field]


# Where the paper fits


def _stages(document: Document) -> Iterator[Problem]:
    for number, stage in enumerate(document.data.get("stages", ())):
        if stage not in STAGES:
            yield document.problem(("stages", number), "instrument.stage_unknown", stage, expected=", ".join(STAGES))


# Scales


def _scales(document: Document) -> Iterator[Problem]:
    for name, scale in document.data["scales"].items():
        yield from _options_of(document, name, scale)
        yield from _dont_know_of(document, name, scale)
        yield from _standard(document, name, scale)


def _options_of(document: Document, name: str, scale: Mapping[str, Any]) -> Iterator[Problem]:
    """Codes and words of the options differ: people tell them apart by words, the arithmetic by codes."""
    codes: set[int] = set()
    words: set[tuple[str, str]] = set()
    for number, option in enumerate(scale["options"]):
        path: Path = ("scales", name, "options", number)
        if option["code"] in codes:
            yield document.problem((*path, "code"), "instrument.option_code_repeated", option["code"], scale=name)
        codes.add(option["code"])
        for language, text in option["text"].items():
            if text.strip() and (language, text.strip()) in words:
                yield document.problem((*path, "text", language), "instrument.option_text_repeated", text, scale=name)
            words.add((language, text.strip()))


def _dont_know_of(document: Document, name: str, scale: Mapping[str, Any]) -> Iterator[Problem]:
    path: Path = ("scales", name)
    codes = {option["code"] for option in scale["options"]}
    for number, code in enumerate(scale.get("dont_know", ())):
        if code not in codes:
            yield document.problem((*path, "dont_know", number), "instrument.dont_know_unknown", code, scale=name)
    if len(codes - set(scale.get("dont_know", ()))) < 2:
        yield document.problem((*path, "options"), "instrument.scale_too_few", scale=name)


def _standard(document: Document, name: str, scale: Mapping[str, Any]) -> Iterator[Problem]:
    """A standard name promises its codes: a scorecard gives points to codes by the scale's name."""
    if name not in STANDARD_SCALES:
        return
    codes = {option["code"] for option in scale["options"]}
    for field, code, found, wanted in (
        ("options", "instrument.scale_not_standard", codes, STANDARD_SCALES[name]),
        ("dont_know", "instrument.dont_know_not_standard", set(scale.get("dont_know", ())), STANDARD_DONT_KNOW),
    ):
        if found != wanted:
            yield document.problem(("scales", name, field), code, _listed(found), scale=name, expected=_listed(wanted))


def _listed(codes: Iterable[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))


# Items


def _repeated_ids(document: Document) -> Iterator[Problem]:
    for what, parts in (("section", _sections(document)), ("item", _items(document))):
        first: dict[str, Path] = {}
        for path, part in parts:
            if part["id"] in first:
                line = document.line((*first[part["id"]], "id"))
                yield document.problem((*path, "id"), f"instrument.{what}_repeated", part["id"], first_line=line)
            first.setdefault(part["id"], path)


def _roles(document: Document) -> Iterator[Problem]:
    for role, least in (("overall", 1), ("conduct", 0)):
        paths = [path for path, item in _items(document) if item["role"] == role]
        if len(paths) < least:
            yield document.problem(("sections",), f"instrument.{role}_missing")
        for path in paths[1:]:
            yield document.problem((*path, "role"), f"instrument.{role}_repeated", first_line=document.line(paths[0]))


def _dimensions(document: Document) -> Iterator[Problem]:
    """A dimension is asked of every item, free for the overall question, and out of place where nothing is scored."""
    for path, item in _items(document):
        dimension, known = item.get("dimension"), ", ".join(DIMENSIONS)
        if dimension is None and item["role"] == "item":
            missing = document.problem(path, "instrument.dimension_missing", expected=known)
            yield replace(missing, field=item["id"])  # nothing stands there; the question's id is where
        if dimension is not None and dimension not in DIMENSIONS:
            yield document.problem((*path, "dimension"), "instrument.dimension_unknown", dimension, expected=known)
        if item["role"] not in SCORED:
            for field in ("dimension", "direction"):
                if field in item:
                    yield document.problem(
                        (*path, field), f"instrument.{field}_unwanted", item[field], role=item["role"]
                    )


def _scale_use(document: Document) -> Iterator[Problem]:
    scales: Mapping[str, Any] = document.data["scales"]
    adults = not PUPILS.issuperset(document.data["groups"])
    used = set()
    for path, item in _items(document):
        name = item["scale"]
        used.add(name)
        if name not in scales:
            yield document.problem((*path, "scale"), "instrument.scale_undeclared", name, expected=", ".join(scales))
        elif adults and item["role"] in SCORED and not scales[name].get("dont_know"):
            yield document.problem((*path, "scale"), "instrument.dont_know_missing", name, item=item["id"])
    for name in scales:
        if name not in used:
            yield document.problem(("scales", name), "instrument.scale_unused", name)


def _size(document: Document) -> Iterator[Problem]:
    count = sum(1 for _ in _items(document))
    if count > MOST_ITEMS:
        yield document.problem(("sections",), "instrument.items_too_many", count, limit=MOST_ITEMS)
