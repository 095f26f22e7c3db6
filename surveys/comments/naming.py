"""Taking names and numbers out of comments before anybody reads them.

A segmenter that marks parts of speech finds names; patterns find what stands beside a title or a word such as 电话.
Rather too much is taken out than too little: a comment without a name still says what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from surveys.comments.surnames import COMPOUND, DOUBTFUL, KIN, NEVER, ORDINARY, PINYIN, SURNAMES, TITLES

NAME, PHONE, PAPERS, MAIL, ACCOUNT, CLASS = "〔姓名〕", "〔电话〕", "〔证件号〕", "〔邮箱〕", "〔账号〕", "〔班级〕"
LABELS = re.compile("〔(?:姓名|电话|证件号|邮箱|账号|班级)〕")
TAGS = ("nr", "nrt", "nrfg")  # what the segmenter calls a person
HAN = "\u4e00-\u9fff"
_S = f"[{SURNAMES}]"
_C, _T, _K, _P = ("|".join(each) for each in (COMPOUND, TITLES, KIN, PINYIN))
_FAMILY = f"(?:{_C}|{_S})"
_GIVEN = f"(?![的了是和在很也都不]|老师)[{HAN}]"  # a sign of a given name
_GOES_ON = "的|是|在|和|说|这|他|她|很|也|不|了|已|上|读|喜|爱|讲|打|骂|收|要|让|常|总|特|管|教|天天|有|被|把"
_END = f"(?=[^{HAN}]|$|{_GOES_ON}|从|没|对|真|太|来|去|跟|与|同学|老师)"
_YEAR = r"[小初高][一二三四五六]|[一二三四五六七八九]年级|\d{1,2}年级|[七八九]"
_NTH = r"[一二三四五六七八九十\d]{1,2}"
_NUMERALS = str.maketrans("〇零一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "0011122233445566778899")
_WECHAT = r"微信|薇信|威信|v信|wechat|weixin|\bwx|\bvx"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+", re.ASCII), MAIL),
    (re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?!\d)"), PAPERS),
    (re.compile(r"(?:qq|扣扣|企鹅)\D{0,5}?(\d{5,12})(?!\d)", re.IGNORECASE), ACCOUNT),
    (re.compile(rf"(?:{_WECHAT})(?:号|id)?[\s:是为,]*([a-z][a-z0-9_-]{{4,19}})", re.IGNORECASE), ACCOUNT),
    (re.compile(r"\b(wxid_\w+)", re.ASCII), ACCOUNT),
    (re.compile(rf"(?:{_YEAR})[( ]?{_NTH}[) ]?班|[一二三四五六七八九\d]\({_NTH}\)班"), CLASS),
    (re.compile(rf"\b[1-9][.·-]\d{{1,2}}班|(?<![\d{HAN}])\d{{3,4}}班"), CLASS),
    (re.compile(r"\bgrade \d{1,2},? class \d{1,2}\b|\bclass \d{1,2}(?:[.(]\d{1,2}\)?)?\b", re.IGNORECASE), CLASS),
)
_PHONES = (
    re.compile(r"(?<!\d)(?:\+?\s?86[\s-]*)?1[\s,.·_—–-]*[3-9](?:[\s,.·_—–-]*\d){9}(?!\d)"),
    re.compile(r"(?<!\d)[(]?0\d{2,3}[)]?[\s—–-]*\d{3,4}[\s-]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)[48]00[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"),
    re.compile(r"(?<!\d)\d{7,}(?!\d)"),
    re.compile(r"(?<!\d)\d{3,4}[\s—–-]\d{4}(?!\d)(?!年)"),
)
_TITLED = re.compile(rf"(?=({_FAMILY}(?:某{{1,2}}|(?:{_GIVEN}){{0,2}}?))(?:{_T}))")  # wherever one may begin
_SOMEBODY = re.compile(rf"{_FAMILY}某{{1,2}}|{_FAMILY}[xX×*]{{1,2}}(?![a-zA-Z])")
_CALLED = re.compile(rf"(?:名叫|名字叫|名字是|姓名[:是]?|叫做|叫)\s*({_FAMILY}(?:{_GIVEN}){{1,2}}?){_END}")
_OF_KIN = re.compile(rf"(?:我是|是|我家|我们家|和|跟|给)({_FAMILY}(?:{_GIVEN}){{1,2}}?)的?(?:{_K})")
_AFTER = re.compile(rf"(?:儿子|女儿|孩子|同桌|同学|{_T})({_FAMILY}(?:{_GIVEN}){{1,2}}?){_END}")
_SMALL = re.compile(rf"[小老阿]{_S}(?={_T}|[，。！？,!?\s]|$)")
_BARE = re.compile(f"(?:{_T})$")
_BEGINS = re.compile(f"(?:^|[^{HAN}]|[给找请被是谢扬和])$")  # where a name may begin, more than another word
_STYLES = "Mr|Mrs|Ms|Miss|Dr|Prof|Teacher|Principal|Headmaster|Headteacher|Coach|Director"
_KNOWN_BY = "named|called|name is|name's|son|daughter|classmate|my (?:child|boy|girl|kid)"
_ENGLISH = (
    re.compile(rf"\b(?:{_STYLES})\b\.? ?((?:[A-Z][a-z]+[ -]?){{1,3}})"),
    re.compile(rf"\b(?:{_KNOWN_BY}),? ((?:[A-Z][a-z]+ ?){{1,3}})"),
    re.compile(rf"\b((?:{_P}) [A-Z][a-z]+(?: ?[A-Z]?[a-z]+)?)\b"),
    re.compile(rf"\b(?:teacher|principal|mr|mrs|ms|miss)\.? ({_P})\b", re.IGNORECASE),
    re.compile(rf"\b({_P}) (?:teacher|laoshi|xiaozhang)\b", re.IGNORECASE),
)


def without_names(text: str) -> str:
    """The text with a label in the place of every name, number of a phone or paper, address, account and class."""
    plain = _narrow(text)
    spans = sorted([*_numbers(plain), *_titled(plain), *_tagged(plain)], key=lambda each: (each[0], -each[1]))
    parts, end = [], 0
    for start, stop, label in spans:
        if start >= end:
            parts += [text[end:start], label]
            end = stop
        elif stop > end:  # two overlap: what is left of the second belongs to the first
            end = stop
    return "".join([*parts, text[end:]])


Span = tuple[int, int, str]


def _narrow(text: str) -> str:
    """Digits and letters of usual width. Sign by sign, so that places stay what they are."""
    signs = (unicodedata.normalize("NFKC", sign) for sign in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(signs, text, strict=True))


def _numbers(plain: str) -> Iterator[Span]:
    for pattern, label in _PATTERNS:
        for found in pattern.finditer(plain):
            group = found.re.groups and 1
            yield found.start(group), found.end(group), label
    counted = plain.translate(_NUMERALS)
    for phone in _PHONES:
        for found in phone.finditer(counted):
            yield found.start(), found.end(), PHONE


def _titled(plain: str) -> Iterator[Span]:
    """Names beside a title or a word that announces one, and English ones."""
    for found in _TITLED.finditer(plain):
        start, stop = found.span(1)
        if _is_name(plain, start, stop):
            yield start, stop, NAME
    for pattern in (_SOMEBODY, _CALLED, _OF_KIN, _AFTER, _SMALL, *_ENGLISH):
        for found in pattern.finditer(plain):
            group = found.re.groups and 1
            start, stop = found.start(group), found.end(group)
            stop -= len(plain[start:stop]) - len(plain[start:stop].rstrip(" -"))
            if (pattern is not _AFTER and plain[start:stop] not in ORDINARY) or _is_name(plain, start, stop):
                yield start, stop, NAME


def _tagged(plain: str) -> Iterator[Span]:
    """What the segmenter takes for a person, without the title that it may have kept with it.

    A given name that it cut off its surname follows at once, and is taken for a person as well.
    """
    place = last = -1
    for word, tag in _segmenter().tag(plain):
        start = plain.find(word, max(place, 0))
        place = start + len(word)
        if tag in TAGS and word not in ORDINARY:
            bare = _BARE.sub("", word)
            if bare and (start == last or _looks_like_name(bare)):
                last = start + len(bare)
                yield start, last, NAME


def _looks_like_name(word: str) -> bool:
    """A surname with one or two signs, or alone before a title; 老孙 and 小李 too."""
    if not re.fullmatch(f"[{HAN}]{{1,4}}", word):
        return False
    return bool(re.match(rf"{_FAMILY}|[小老阿]{_S}", word))


def _is_name(plain: str, start: int, stop: int) -> bool:
    """Whether what stands beside a title is a name: not a part of another word, nor a word that is no name at all."""
    found, around = plain[start:stop], plain[max(0, start - 1) : start + 1]
    if around in ORDINARY or any(found[:length] in ORDINARY for length in range(1, len(found) + 1)):
        return False
    if found[0] not in DOUBTFUL or found[:2] in COMPOUND:
        return True
    return len(found) == 1 and found not in NEVER and bool(_BEGINS.search(plain[:start]))


@cache
def _segmenter() -> Any:
    from rjieba import Jieba  # its dictionary takes 32 MB, and is read when comments are: see decision 0011

    return Jieba()
