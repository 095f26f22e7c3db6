"""The example that people copy from the documentation works, and sources that are named are listed."""

from __future__ import annotations

import re
from pathlib import Path

from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import DIMENSIONS, STANDARD_SCALES
from surveys.instruments.parsing import parse_instrument

DOCS = Path(__file__).parents[2] / "docs"


def test_the_example_in_the_documentation_is_a_questionnaire() -> None:
    page = (DOCS / "instruments.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    paper = parse_instrument(example)
    assert [item.id for item in paper.items] == ["child_teaching", "overall"]


def test_the_documentation_names_every_dimension_and_standard_scale() -> None:
    page = (DOCS / "instruments.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in (*DIMENSIONS, *STANDARD_SCALES))


def test_every_source_at_the_head_of_a_questionnaire_is_listed() -> None:
    listed = set(re.findall(r"^\| ([A-Z]+\d*) \|", (DOCS / "instrument-sources.md").read_text("utf-8"), re.MULTILINE))
    for name in library_names():
        head = re.match(r"(#.*\n)+", library_document(name))
        assert head is not None
        assert head[0].startswith("# SPDX-License-Identifier: Apache-2.0\n")
        named = set(re.findall(r"\b[A-Z][A-Z0-9]+\b", head[0])) - {"SPDX", "AGPL", "CPPCC"}
        assert named <= listed, named - listed
        assert len(named) >= 4
