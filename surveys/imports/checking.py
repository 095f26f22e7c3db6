"""The meaning of a mapping: do its columns stand in the file, do its items and codes stand in the papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from surveys.campaigns.model import Paper
from surveys.documents import Document, Step
from surveys.errors import Problem, shorten
from surveys.imports.labels import SEVERAL, fold
from surveys.instruments.model import Item, Scale

Path = tuple[Step, ...]


def check_meaning(document: Document, header: Sequence[str], papers: Sequence[Paper]) -> Iterator[Problem]:
    """Every problem of a mapping of the right shape."""
    yield from _check_columns(document, header)
    yield from _check_choice(document, "group", dict.fromkeys(paper.group for paper in papers))
    yield from _check_choice(document, "paper", dict.fromkeys(paper.instrument.name for paper in papers))
    yield from _check_school(document)
    yield from _check_comment(document)
    meant = _papers_meant(document.data, papers)
    if not meant:
        return  # said above, or the group and the paper do not go together
    yield from _check_items(document, meant)
    yield from _check_scales(document, meant)
    if "comment" in document.data and not any(paper.instrument.comment for paper in meant):
        yield document.problem(("comment",), "mapping.comment_unasked", document.data["comment"])
    languages = dict.fromkeys(language for paper in meant for language in paper.instrument.languages)
    if document.data.get("language", next(iter(languages))) not in languages:
        yield _unknown(document, ("language",), "mapping.language", document.data["language"], languages)


def _papers_meant(data: Mapping[str, Any], papers: Sequence[Paper]) -> list[Paper]:
    """The papers that rows can be answers to."""
    groups, names = _codes(data["group"]), _codes(data["paper"]) if "paper" in data else None
    found = (paper for paper in papers if paper.group in groups)
    return [paper for paper in found if names is None or paper.instrument.name in names]


def _codes(choice: Any) -> set[str]:
    return {choice} if isinstance(choice, str) else set(choice["labels"].values())


# Columns


def _check_columns(document: Document, header: Sequence[str]) -> Iterator[Problem]:
    """Every column that is named is in the file, and every column of the file is named."""
    data, named = document.data, dict(_columns_named(document.data))
    for path, name in named.items():
        if name not in header:
            close = get_close_matches(name, header, 3, 0.5)
            yield _unknown(document, path, "mapping.column_unknown", name, close or header)
    ignored = {str(name) for name in data.get("ignore", ())}
    for name in header:
        if name not in ignored and name not in named.values():
            yield document.problem(("columns",), "mapping.column_unmapped", name)
    for name in sorted(ignored & {str(name) for name in data["columns"]}):
        yield document.problem(("ignore",), "mapping.column_twice", name)


def _columns_named(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for part in ("group", "paper", "school"):
        if isinstance(data.get(part), dict) and "column" in data[part]:
            yield (part, "column"), data[part]["column"]
    for place, name in enumerate(key_columns(data)):
        yield ("key",) if isinstance(data["key"], str) else ("key", place), name
    for part in ("submitted", "comment"):
        if part in data:
            yield (part,), data[part]
    for name in data["columns"]:
        yield ("columns", name), str(name)


def key_columns(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the key: one, several or none."""
    key = data.get("key", ())
    return (key,) if isinstance(key, str) else tuple(key)


def _check_comment(document: Document) -> Iterator[Problem]:
    name = document.data.get("comment")
    others = {*map(str, document.data["columns"]), *map(str, document.data.get("ignore", ()))}
    if name in others:
        yield document.problem(("comment",), "mapping.comment_twice", name)


# Groups, papers, schools


def _check_choice(document: Document, part: str, known: Iterable[str]) -> Iterator[Problem]:
    choice = document.data.get(part)
    if isinstance(choice, str) and choice not in known:
        yield _unknown(document, (part,), f"mapping.{part}_unknown", choice, known)
    if not isinstance(choice, dict):
        return
    for label, code in choice["labels"].items():
        if code not in known:
            yield _unknown(document, (part, "labels", label), f"mapping.{part}_unknown", code or label, known)


def _check_school(document: Document) -> Iterator[Problem]:
    school = document.data.get("school")
    if school is not None and ("column" in school) == ("code" in school):
        yield document.problem(("school",), "mapping.school", expected="column, code")


# Items, scales, codes


def _check_items(document: Document, papers: Sequence[Paper]) -> Iterator[Problem]:
    items: dict[str, list[Item]] = {}
    for paper in papers:
        for each in paper.instrument.items:
            items.setdefault(each.id, []).append(each)
    answered = set()
    for column, entry in document.data["columns"].items():
        path: Path = ("columns", column) if isinstance(entry, str) else ("columns", column, "item")
        item = entry if isinstance(entry, str) else entry["item"]
        answered.add(item)
        if item not in items:
            close = get_close_matches(item, list(items), 5, 0.3)
            yield _unknown(document, path, "mapping.item_unknown", item, close or items)
        elif isinstance(entry, dict):
            scales = [each.scale for each in items[item]]
            yield from _check_labels(document, ("columns", column, "labels"), entry.get("labels", {}), scales)
    for name, paper in {paper.instrument.name: paper for paper in papers}.items():
        if not answered & {each.id for each in paper.instrument.items}:
            yield document.problem(("columns",), "mapping.paper_unanswered", name)


def _check_scales(document: Document, papers: Sequence[Paper]) -> Iterator[Problem]:
    scales: dict[str, list[Scale]] = {}
    for paper in papers:
        for item in paper.instrument.items:
            scales.setdefault(item.scale.name, []).append(item.scale)
    for name, labels in document.data.get("scales", {}).items():
        if name not in scales:
            yield _unknown(document, ("scales", name), "mapping.scale_unknown", name, scales)
        else:
            yield from _check_labels(document, ("scales", name), labels, scales[name])


def _check_labels(
    document: Document, path: Path, labels: Mapping[object, object], scales: Sequence[Scale]
) -> Iterator[Problem]:
    codes = {option.code: option.text for scale in scales for option in scale.options}
    expected = [f"{code} {next(iter(text.values()))}" for code, text in codes.items()]
    seen: dict[str, object] = {}
    for label, code in labels.items():
        here = (*path, label if isinstance(label, str | int) else str(label))
        if code is None:
            yield _unknown(document, here, "mapping.label_open", label, [*expected, "blank"])
        elif code != "blank" and SEVERAL in str(label):
            yield document.problem(here, "mapping.label_several", label)
        elif code != "blank" and code not in codes:
            yield _unknown(document, here, "mapping.code_unknown", code, expected)
        if seen.setdefault(fold(str(label)), code) != code:
            yield document.problem(here, "mapping.label_twice", label)


def _unknown(document: Document, path: Path, code: str, value: object, expected: Iterable[str]) -> Problem:
    return document.problem(path, code, value, expected=shorten(", ".join(expected), 300))
