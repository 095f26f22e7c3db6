"""Languages as other programs write them: `中文 (zh-CN)`, `English`, `zh-Hans`."""

from __future__ import annotations

import re
from collections.abc import Iterable

CHINESE, ENGLISH = "zh-CN", "en"
NAMES = {CHINESE: "中文", ENGLISH: "English"}  # each in its own words
TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
IN_BRACKETS = re.compile(r"[(（]\s*([^()（）]+?)\s*[)）]\s*$")
LONGEST = 100  # letters of the name of a language
HAN = re.compile(r"[\u3400-\u9fff]")
SAME = {
    **dict.fromkeys(("zh", "cn", "zh-hans", "zh-hans-cn", "zh-sg", "zho", "chi"), CHINESE),
    **dict.fromkeys(("中文", "汉语", "简体中文", "chinese", "simplified chinese", "chinese simplified"), CHINESE),
    **dict.fromkeys(("english", "英文", "英语", "eng"), ENGLISH),
    **dict.fromkeys(("藏文", "藏语", "tibetan"), "bo"),
    **dict.fromkeys(("维吾尔文", "维吾尔语", "uyghur"), "ug"),
    **dict.fromkeys(("蒙古文", "蒙古语", "mongolian"), "mn"),
    **dict.fromkeys(("繁体中文", "traditional chinese"), "zh-Hant"),
}


def name_language(tag: str) -> str:
    """`中文 (zh-CN)`: how XLSForm recommends that languages be named."""
    return f"{NAMES.get(tag, tag)} ({tag})"


def read_language(label: str) -> str | None:
    """The tag that a label stands for; None where it is no language that is known here."""
    if len(label) > LONGEST:
        return None
    bracketed = IN_BRACKETS.search(label)
    for each in (bracketed[1], label) if bracketed else (label,):
        plain = each.strip().replace("_", "-")
        if plain.casefold() in SAME:
            return SAME[plain.casefold()]
        tag = _spell(plain)
        if TAG.fullmatch(tag):
            return tag
    return None


def guess_language(texts: Iterable[str]) -> str:
    """Chinese where there is a Chinese character, else English: for texts whose language nobody names."""
    return CHINESE if any(HAN.search(text) for text in texts) else ENGLISH


def _spell(tag: str) -> str:
    """zh-hant-tw as zh-Hant-TW."""
    first, *rest = tag.split("-")
    return "-".join((first.lower(), *(each.title() if len(each) == 4 else each.upper() for each in rest)))
