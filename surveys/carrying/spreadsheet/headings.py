"""The words of the sheet, in Chinese and in English: its headings, and what a row can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.carrying.languages import guess_language, read_language

Language = Literal["zh-CN", "en"]
Names = Mapping[str, Mapping[Language, tuple[str, ...]]]  # the first is written, all are understood

HEADINGS: Names = {
    "row": {"zh-CN": ("作用", "类别", "行"), "en": ("role", "kind", "row")},
    "id": {"zh-CN": ("编号", "题号", "代码"), "en": ("id", "code", "name")},
    "section": {"zh-CN": ("部分", "章节"), "en": ("section",)},
    "text": {"zh-CN": ("文字", "题目", "问题", "题干"), "en": ("text", "question", "label")},
    "note": {"zh-CN": ("提示", "说明"), "en": ("note", "hint", "help")},
    "scale": {"zh-CN": ("量表", "选项组"), "en": ("scale",)},
    "options": {"zh-CN": ("选项",), "en": ("options", "answers")},
    "dimension": {"zh-CN": ("维度",), "en": ("dimension",)},
    "direction": {"zh-CN": ("方向",), "en": ("direction",)},
    "required": {"zh-CN": ("必答", "是否必答"), "en": ("required",)},
    "value": {"zh-CN": ("值",), "en": ("value",)},
}
TRANSLATED = ("text", "note", "options")
ITEM_ROWS = ("item", "overall", "conduct", "background")
ROWS: Names = {
    "name": {"zh-CN": ("名称",), "en": ("name",)},
    "title": {"zh-CN": ("标题",), "en": ("title",)},
    "introduction": {"zh-CN": ("卷首语", "说明"), "en": ("introduction",)},
    "minutes": {"zh-CN": ("分钟",), "en": ("minutes",)},
    "groups": {"zh-CN": ("调查对象", "对象"), "en": ("groups",)},
    "stages": {"zh-CN": ("学校类型",), "en": ("stages",)},
    "grades": {"zh-CN": ("年级",), "en": ("grades",)},
    "option": {"zh-CN": ("选项",), "en": ("option",)},
    "section": {"zh-CN": ("部分",), "en": ("section",)},
    "item": {"zh-CN": ("题目", "计分题"), "en": ("item", "question")},
    "overall": {"zh-CN": ("总体评价",), "en": ("overall",)},
    "conduct": {"zh-CN": ("答题情况",), "en": ("conduct",)},
    "background": {"zh-CN": ("背景",), "en": ("background",)},
    "comment": {"zh-CN": ("意见栏",), "en": ("comment",)},
}
DONT_KNOW = {"zh-CN": "不了解", "en": "don't know"}
LONGEST = 100  # letters of a heading
WITH_LANGUAGE = re.compile(r"(.+?)\s*(?:::|[(（])\s*(.+?)\s*[)）]?\s*")


@dataclass(frozen=True)
class Heading:
    """What a column holds, and in which language; `tag` is None where that does not matter."""

    base: str
    tag: str | None


def read_heading(heading: str) -> Heading | None:
    """`文字（English en）`, `text (en)`, `note::bo`; None where it is no heading of ours."""
    if len(heading) > LONGEST:
        return None
    base = _known(HEADINGS, heading)
    if base is not None:
        return Heading(base, guess_language([heading]) if base in TRANSLATED else None)
    parts = WITH_LANGUAGE.fullmatch(heading.strip())
    base = _known(HEADINGS, parts[1]) if parts else None
    tag = read_language(parts[2]) if parts else None
    return Heading(base, tag) if base in TRANSLATED and tag is not None else None


def read_row(cell: str) -> str | None:
    """What a row is; None for a word that is none of ours."""
    return _known(ROWS, cell)


def write_heading(base: str, language: Language, tag: str | None = None) -> str:
    name = HEADINGS[base][language][0]
    return name if tag is None else f"{name} ({tag})"


def write_row(row: str, language: Language) -> str:
    return ROWS[row][language][0]


def expected_rows() -> str:
    """What a row can be, for a refusal."""
    return ", ".join(f"{words['zh-CN'][0]} / {words['en'][0]}" for words in ROWS.values())


def _known(names: Names, word: str) -> str | None:
    wanted = word.strip().casefold()
    return next((name for name, by in names.items() for words in by.values() if wanted in words), None)
