"""Numbers and addresses that lead to a person, found by their form and by the word before them.

Whatever may be long begins where it cannot have begun before, and has a limit: a comment of any length takes as long as
it is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.comments.labels import ACCOUNT, ADDRESS, CLASS, MAIL, PAPERS, PHONE, PLATE

Span = tuple[int, int, str]
HAN = "\u4e00-\u9fff"
_NUMERALS = str.maketrans("〇零一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "0011122233445566778899")
_ANY = re.compile("[0-9a-zA-Z十]")  # without any, in a text whose numerals are digits, there is nothing to find
_YEAR = r"[小初高][一二三四五六]|[一二三四五六七八九]年级|\d{1,2}年级|[七八九]"
_NTH = r"[一二三四五六七八九十\d]{1,2}"
_N = rf"(?:\d{{1,4}}|{_NTH})"
_WECHAT = r"微信|薇信|威信|v信|wechat|weixin|\bwx|\bvx|加v|[我加]薇|钉钉|抖音|快手|小红书|微博"
_PAPERS = "学号|学籍号?|学生编号|考号|准考证|工号|银行卡|护照|通行证|社保|医保|户口本?|身份证|证件"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+", re.ASCII), MAIL),
    (re.compile(r"(?<!\d)[1-9](?:[ -]?\d){5}[ -]?(?:19|20)(?:[ -]?\d){9}[ -]?[\dXx](?!\d)"), PAPERS),
    (re.compile(rf"(?:{_PAPERS})[\W是为号码]{{0,6}}([a-zA-Z]{{0,3}}\d[\da-zA-Z-]{{3,29}})"), PAPERS),
    (re.compile(r"(?<!\d)(\d{1,2}号)(?=同学|学生|女生|男生)"), PAPERS),
    (re.compile(rf"[{_PROVINCES}][a-zA-Z][ ·.-]{{0,2}}[a-zA-Z\d]{{5,6}}(?![a-zA-Z\d])"), PLATE),
    (re.compile(r"(?:q ?q|扣扣|企鹅)\D{0,5}?(\d(?: ?\d){4,11})(?!\d)", re.IGNORECASE), ACCOUNT),
    (re.compile(rf"(?:{_WECHAT})(?:号|id)?[\W是为号_]{{0,6}}([a-z][a-z0-9_-]{{4,19}})", re.IGNORECASE), ACCOUNT),
    (re.compile(r"\b(wxid_\w{1,40})", re.ASCII), ACCOUNT),
    (
        re.compile(rf"(?:{_YEAR})[( ]?{_NTH}[) ]?班|[一二三四五六七八九\d]\({_NTH}\)班|20\d\d级[( ]?{_NTH}[) ]?班"),
        CLASS,
    ),
    (re.compile(rf"\b[1-9][.·-]\d{{1,2}}班|(?<![\d{HAN}])\d{{3,4}}班|(?<!\d)[1-9][0-2]\d班(?![次车])"), CLASS),
    (re.compile(r"\bgrade \d{1,2},? class \d{1,2}\b|\bclass \d{1,2}(?:[.(]\d{1,2}\)?)?\b", re.IGNORECASE), CLASS),
    (re.compile(rf"{_N}(?:幢|栋|号楼|座)[ -]?(?:{_N}单元[ -]?(?:{_N}[室号房]?)?|\d{{2,4}}[室号房]?)"), ADDRESS),
    (re.compile(rf"{_N}单元[ -]?\d{{2,4}}[室号房]?|(?<!\d)\d{{3,4}}(?:寝室|宿舍)"), ADDRESS),
    (re.compile(rf"(?<=[路街巷道弄村庄组]) ?{_N}号(?!线|楼)"), ADDRESS),
    (re.compile(r"(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])"), ADDRESS),
    (re.compile(rf"(?:家?住|家在)[{HAN}]{{0,8}}?({_N}(?:幢|栋|号楼|号)(?:\d{{2,4}}[室号房]?)?)"), ADDRESS),
)
_PHONES = (
    re.compile(r"(?<!\d)(?:\+?\s?86[\s-]{0,3})?1[\s,.·_—–-]{0,3}[3-9](?:[\s,.·_—–-]{0,3}\d){9}(?!\d)"),
    re.compile(r"(?<!\d)[(]?0\d{2,3}[)]?[\s—–-]{0,3}\d{3,4}[\s-]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)[48]00[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"),
    re.compile(r"(?<!\d)\d{7,}(?!\d)"),
    re.compile(r"(?<!\d)\d{3,4}[\s—–-]\d{4}(?!\d)(?!年)"),
)


def find_numbers(plain: str) -> Iterator[Span]:
    """Where numbers, accounts, addresses and classes stand, with their labels. `plain` has signs of usual width."""
    counted = plain.translate(_NUMERALS)
    if not _ANY.search(counted):
        return
    for pattern, label in _PATTERNS:
        for found in pattern.finditer(plain):
            group = found.re.groups and 1
            yield found.start(group), found.end(group), label
    for phone in _PHONES:
        for found in phone.finditer(counted):
            yield found.start(), found.end(), PHONE
