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


METHOD = re.compile(r"[{%].*\w\.(?:clear|copy|fromkeys|get|keys|pop|popitem|setdefault|update|values)\b(?!\()")


def test_no_method_of_a_dict_is_read_for_what_it_holds() -> None:
    """`row.clear` is a method where a row is a dict, and so always true."""
    templates = sorted((ROOT / "app" / "templates").rglob("*.html"))
    lines = [(path.name, line) for path in templates for line in path.read_text("utf-8").splitlines()]
    assert METHOD.search("{% if pair.clear %}")
    assert not METHOD.search("{{ form.get('x') }}")
    assert [each for each in lines if METHOD.search(each[1])] == []
