"""Documents that no reader of YAML takes well: refused in words, whatever fails inside."""

from __future__ import annotations

import pytest

from surveys.campaigns.creating import SCHEMA
from surveys.documents import read_document
from surveys.errors import SurveyError


@pytest.mark.parametrize(
    "text",
    [
        "!!omap [a: 1]",
        "!!set {a: 1}",
        "a: !!bool x",
        "a: !!int x",
        "a: !!float x",
        "a: !!timestamp x",
        "a: !!binary x",
        'a: "\\UFFFFFFFF"',
        "a: 2026-13-45",
        f"a: {'9' * 5000}",
        f"a: 0x{'f' * 5000}",
        "[" * 20_000,
        "<<: 3",
        "? {a: b}\n: c",
        "!!python/object:os.system x",
        "a: 1\na: 2",
        "\x00",
    ],
)
def test_a_strange_document_is_refused(text: str) -> None:
    with pytest.raises(SurveyError) as refused:
        read_document(text, SCHEMA, kind="campaign")
    assert refused.value.code in ("campaign.malformed", "campaign.shape")
    assert refused.value.problems
