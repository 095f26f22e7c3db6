"""The mapping document: what a file's columns and labels mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from surveys.campaigns.model import Paper
from surveys.documents import read_document, refuse_no_texts
from surveys.errors import SurveyError
from surveys.imports.checking import check_meaning, key_columns
from surveys.imports.labels import BLANK, BLANK_LABELS, fold

SCHEMA = Path(__file__).parent / "schema" / "mapping.schema.json"
BLANK_WORD = "blank"  # written in place of an option code

Labels = Mapping[str, int]  # folded label -> option code, BLANK for blank


@dataclass(frozen=True)
class Choice:
    """A group or a paper: `constant` in every row, or what `labels` say of the cell in `column`."""

    constant: str | None
    column: str | None
    labels: Mapping[str, str]


@dataclass(frozen=True)
class SchoolColumn:
    """Where a row's school stands: in `column`, by its name or its code; or `code` for every row."""

    column: str | None
    by: Literal["name", "code"]
    code: str | None


@dataclass(frozen=True)
class ItemColumn:
    """The item that a column answers, and labels that only this column has."""

    item: str
    labels: Labels


@dataclass(frozen=True)
class ImportMapping:
    """A mapping that fits its file and its papers. `scales` are labels for every item of a scale, by its name.

    `key` are the columns that say together which row a row is, none for all of them. Rows with a blank cell in
    `submitted` were never handed in. `blank` and `not_asked` are folded cells without an answer.
    """

    source: str
    group: Choice
    paper: Choice | None
    school: SchoolColumn | None
    key: tuple[str, ...]
    submitted: str | None
    comment: str | None
    language: str | None
    refuses_blank: bool
    blank: frozenset[str]
    not_asked: frozenset[str]
    skips_empty_rows: bool
    scales: Mapping[str, Labels]
    columns: Mapping[str, ItemColumn]


def read_mapping(content: str | bytes, *, header: Sequence[str], papers: Sequence[Paper]) -> ImportMapping:
    """Read the YAML. Raises SurveyError(`mapping.malformed`, `mapping.shape`, `mapping.invalid`) with all problems."""
    document = read_document(content, SCHEMA, kind="mapping")
    refuse_no_texts(document, kind="mapping")
    problems = list(check_meaning(document, header, papers))
    if problems:
        raise SurveyError("mapping.invalid", "invalid", sorted(problems, key=lambda each: each.line or 0))
    data = document.data
    not_asked = _folded(data.get("not_asked_labels", ()))
    return ImportMapping(
        source=data.get("source", ""),
        group=_choice(data["group"]),
        paper=_choice(data["paper"]) if "paper" in data else None,
        school=_school(data["school"]) if "school" in data else None,
        key=key_columns(data),
        submitted=data.get("submitted"),
        comment=data.get("comment"),
        language=data.get("language"),
        refuses_blank=data.get("blank") == "refuse",
        blank=_folded((*BLANK_LABELS, *data.get("blank_labels", ()))) - not_asked,
        not_asked=not_asked,
        skips_empty_rows=data.get("empty_rows") == "skip",
        scales={name: _labels(labels) for name, labels in data.get("scales", {}).items()},
        columns={str(header): _item_column(found) for header, found in data["columns"].items()},
    )


def _folded(labels: Iterable[object]) -> frozenset[str]:
    return frozenset(fold(str(label)) for label in labels)


def _choice(data: Any) -> Choice:
    if isinstance(data, str):
        return Choice(data, None, {})
    return Choice(None, data["column"], {fold(str(label)): str(code) for label, code in data["labels"].items()})


def _school(data: Mapping[str, Any]) -> SchoolColumn:
    return SchoolColumn(data.get("column"), data.get("by", "name"), data.get("code"))


def _item_column(data: Any) -> ItemColumn:
    if isinstance(data, str):
        return ItemColumn(data, {})
    return ItemColumn(data["item"], _labels(data.get("labels", {})))


def _labels(data: Mapping[object, int | str]) -> Labels:
    return {fold(str(label)): BLANK if code == BLANK_WORD else int(code) for label, code in data.items()}
