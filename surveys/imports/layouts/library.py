"""The layouts that come with the product, one YAML file for each tool."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from surveys.documents import read_document
from surveys.errors import SurveyError
from surveys.imports.layouts.model import Layout, Numbers, Writing, fold_own

LIBRARY = Path(__file__).parent / "library"
SCHEMA = Path(__file__).parent.parent / "schema" / "layout.schema.json"
FIRST = ("wjx", "tencent", "limesurvey", "kobotoolbox")  # in the order in which they are offered


def layout_names() -> tuple[str, ...]:
    """The names of the layouts, in the order in which they are offered."""
    return FIRST


def find_layout(name: str | None) -> Layout | None:
    """The layout of this name, if there is one."""
    return _read(name) if name in FIRST else None


def get_layout(name: str) -> Layout:
    """The layout of this name. Raises SurveyError(`layout.unknown`)."""
    found = find_layout(name)
    if found is None:
        raise SurveyError("layout.unknown", "missing", name=name, expected=", ".join(FIRST))
    return found


@cache
def _read(name: str) -> Layout:
    data: Any = read_document((LIBRARY / f"{name}.yaml").read_bytes(), SCHEMA, kind="layout").data
    spelled = {fold_own(each): own for own, others in data["own"].items() for each in (own, *others)}
    return Layout(
        name=data["layout"],
        title=data["title"],
        signs=tuple(map(frozenset, data["signs"])),
        own=spelled,
        own_patterns=tuple(map(re.compile, data.get("own_patterns", ()))),
        headings=tuple(map(re.compile, data["headings"])),
        blank=tuple(data["blank"]),
        not_asked=tuple(data["not_asked"]),
        submitted=data.get("submitted"),
        key=tuple(data["key"]),
        numbers=tuple(Numbers(each["means"], re.compile(each["pattern"])) for each in data["numbers"]),
        writes=Writing(**data["writes"]),
    )
