"""What every template has to keep to."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT

SCROLLS = re.compile(r'<div class="scroll\b[^>]*>')


def test_every_box_that_scrolls_can_be_moved_by_keys() -> None:
    templates = sorted((ROOT / "app" / "templates").rglob("*.html"))
    boxes = [(path.name, box) for path in templates for box in SCROLLS.findall(path.read_text("utf-8"))]
    assert len(boxes) > 30
    assert [each for each in boxes if 'tabindex="0"' not in each[1]] == []
