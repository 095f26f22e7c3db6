"""The mapping in docs/imports.md is one that can be read."""

from __future__ import annotations

import re
from pathlib import Path

from surveys.campaigns import Paper
from surveys.imports import read_mapping
from surveys.instruments.library import library_document
from surveys.instruments.parsing import parse_instrument

ROOT = Path(__file__).parent.parent.parent
HEADER = (
    "序号", "您的身份", "学校", "1、您对学校总的来说满意吗？", "2、老师上课", "3、您还有什么想说的？",
    "提交答卷时间", "所用时间", "来自IP",
)  # fmt: skip


def test_the_documented_mapping_can_be_read() -> None:
    example = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "imports.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    papers = tuple(
        Paper(group=group, version_id=place, number=1, instrument=parse_instrument(library_document(group)))
        for place, group in enumerate(("parent", "teacher"), 1)
    )
    mapping = read_mapping(example[1], header=HEADER, papers=papers)
    assert (mapping.comment, mapping.submitted) == ("3、您还有什么想说的？", "提交答卷时间")
