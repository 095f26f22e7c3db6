"""Taking names and numbers out of comments before anybody reads them.

A segmenter that marks parts of speech finds names; patterns find what stands beside a title or a word such as 叫.
Rather too much is taken out than too little: a comment without a name still says what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.comments.labels import NAME
from surveys.comments.numbers import HAN, Span, find_numbers
from surveys.comments.searching import narrow
from surveys.comments.segmenting import PERSONS, segmenter
from surveys.comments.surnames import (
    COMPOUND,
    DOUBTFUL,
    KIN,
    NEVER,
    ORDINARY,
    PARTS,
    PINYIN,
    SUBJECTS,
    SURNAMES,
    TITLES,
)
from surveys.documents import NO_TEXT

BROKEN = "\ufffd"  # in the place of what is no text
_S = f"[{SURNAMES}]"
_C, _T, _K, _P, _PART, _SUBJECT = ("|".join(each) for each in (COMPOUND, TITLES, KIN, PINYIN, PARTS, SUBJECTS))
_FAMILY = f"(?:{_C}|{_S})"
_GIVEN = f"(?![的了是和在很也都不]|老师)[{HAN}]"  # a sign of a given name
_GOES_ON = "的|是|在|和|说|这|他|她|很|也|不|了|已|上|读|喜|爱|讲|打|骂|收|要|让|常|总|特|管|教|天天|有|被|把"
_END = f"(?=[^{HAN}]|$|{_GOES_ON}|从|没|对|真|太|来|去|跟|与|同学|老师)"
_LEADS = "感谢|谢谢|请|找|表扬|举报|希望|因为|我叫|名叫|我是|和|跟|给|是|叫"  # before a name with a dot in it

_TITLED = re.compile(rf"(?=({_FAMILY}(?:某{{1,2}}|(?:{_GIVEN}){{0,2}}?)) ?(?:{_T}))")  # wherever one may begin
_SOMEBODY = re.compile(rf"{_FAMILY}某{{1,2}}|{_FAMILY}[xX×*]{{1,2}}(?![a-zA-Z])(?:[{HAN}](?=[^{HAN}]|$|{_T}))?")
_CALLED = re.compile(rf"(?:名叫|名字叫|名字是|姓名[:是]?|叫做|叫)\s{{0,3}}({_FAMILY}(?:{_GIVEN}){{1,2}}?){_END}")
_OF_KIN = re.compile(rf"(?:我是|是|我家|我们家|和|跟|给)({_FAMILY}(?:{_GIVEN}){{1,2}}?)的?(?:{_K})")
_AFTER = re.compile(rf"(?:儿子|女儿|孩子|同桌|同学|{_T})({_FAMILY}(?:{_GIVEN}){{1,2}}?){_END}")
_SMALL = re.compile(rf"[小老阿]{_S}(?={_T}|[，。！？,!?\s]|$)")
_AT_WORK = re.compile(rf"(?:门卫|保安|司机|小卖部|食堂|宿管|传达室|保洁|厨师|校医)(?:的)?([小老阿]{_S})")
_BY_FAMILY = re.compile(rf"姓(?!名|氏)({_FAMILY})")
_BY_GIVEN = re.compile(rf"姓{_FAMILY}[,，、 ]?(?:单?名)(?:字|叫|是)?({_GIVEN}(?:{_GIVEN})?)")
_NICK = re.compile(rf"(?:小名|乳名|外号|绰号|昵称)(?:叫|是|为)?[“\"「]?([{HAN}]{{2,3}})")
_DOTTED = re.compile(rf"((?:(?!{_LEADS})[{HAN}]){{1,8}}[·•・‧](?:(?!{_T}|{_GOES_ON})[{HAN}]){{1,8}})")
_PARTED = re.compile(rf"(?:阿)?(?:{_PART})+(?:[江汗别甫娜吉加措](?={_T}|{_END}))?")
_BARE = re.compile(f"(?:{_T})$")
_BEGINS = re.compile(f"(?:^|[^{HAN}]|[给找请被是谢扬和])$")  # where a name may begin, more than another word
_STYLES = "Mr|Mrs|Ms|Miss|Dr|Prof|Teacher|Principal|Headmaster|Headteacher|Coach|Director"
_KNOWN_BY = "named|called|name is|name's|son|daughter|classmate|my (?:child|boy|girl|kid)"
_LETTERS = re.compile("[a-zA-Z]")
_ENGLISH = (
    re.compile(rf"\b(?:{_STYLES})\b\.? ?((?:[A-Z][a-z]{{1,19}}[ -]?){{1,3}})"),
    re.compile(rf"\b(?:{_KNOWN_BY}),? ((?:[A-Z][a-z]{{1,19}} ?){{1,3}})"),
    re.compile(rf"\b((?:{_P}) [A-Z][a-z]{{1,19}}(?: [A-Z]?[a-z]{{1,19}}|[A-Z][a-z]{{1,19}})?)\b"),
    re.compile(rf"\b(?:teacher|principal|mr|mrs|ms|miss)\.? ({_P})\b", re.IGNORECASE),
    re.compile(rf"\b({_P}) (?:teacher|laoshi|xiaozhang)\b", re.IGNORECASE),
    re.compile(rf"(?<![a-zA-Z])((?:{_P})[A-Z][a-z]{{1,11}})(?![a-zA-Z])"),
    re.compile(rf"(?<![a-zA-Z])((?!{_SUBJECT})(?:[A-Z][a-z]{{1,14}}|[A-Z])) ?(?={_T})"),
)


def without_names(text: str) -> str:
    """The text with a label in the place of every name, number of a phone or paper, address, account and class.

    What is no text (NUL, half of a pair) is replaced, so that the result can be shown and written anywhere.
    """
    text = NO_TEXT.sub(BROKEN, text)
    plain = narrow(text)
    spans = sorted([*find_numbers(plain), *_titled(plain), *_tagged(plain)], key=lambda each: (each[0], -each[1]))
    parts, end = [], 0
    for start, stop, label in spans:
        if start >= end:
            parts += [text[end:start], label]
            end = stop
        elif stop > end:  # two overlap: what is left of the second belongs to the first
            end = stop
    return "".join([*parts, text[end:]])


def _titled(plain: str) -> Iterator[Span]:
    """Names beside a title or a word that announces one, those of other peoples by their parts, and English ones."""
    for found in _TITLED.finditer(plain):
        start, stop = found.span(1)
        if _is_name(plain, start, stop):
            yield start, stop, NAME
    english = _ENGLISH if _LETTERS.search(plain) else ()
    chinese = (_SOMEBODY, _CALLED, _OF_KIN, _AFTER, _SMALL, _AT_WORK, _BY_FAMILY, _BY_GIVEN, _NICK, _DOTTED, _PARTED)
    for pattern in (*chinese, *english):
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
    for word, tag in segmenter().tag(plain):
        start = plain.find(word, max(place, 0))
        place = start + len(word)
        if tag in PERSONS and word not in ORDINARY:
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
