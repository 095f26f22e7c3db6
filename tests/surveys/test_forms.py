"""Paper forms are read back from their pages: every code, every question, and nothing that leads to a person."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from importlib.resources import files

import pypdfium2 as pdfium
import pytest
import zxingcpp
from pypdf import PdfReader

from surveys.instruments.model import Instrument
from surveys.instruments.parsing import parse_instrument
from surveys.reports.forms import FormCode, FormHeader, make_forms, make_specimens

HEADER = FormHeader(
    title={"zh-CN": "清河县义务教育社会认可度调查", "en": "Survey"},
    organiser={"zh-CN": "清河县教育督导委员会", "en": "Committee"},
    approval="清教督〔2026〕3号",
    contact="0319-555 0123",
    closes="2026-05-17 20:00",
    place="清河县第一实验小学",
    group={"zh-CN": "家长"},
    base_url="https://renke.example.gov.cn/r",
    simulated=True,
)
CODES = [FormCode(f"https://renke.example.gov.cn/r/{number:024}", f"{number:05}-ABCDE", number) for number in (7, 8, 9)]
PAPERS = ("parent", "student-g3-6", "principal", "social")


@cache
def paper(name: str) -> Instrument:
    return parse_instrument((files("surveys.instruments") / "library" / f"{name}.yaml").read_bytes())


def words(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def squares(content: bytes, page: int) -> list[str]:
    image = pdfium.PdfDocument(content)[page].render(scale=200 / 72).to_pil()
    return [each.text for each in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("name", PAPERS)
def test_every_form_has_its_own_code_on_each_page_and_sheets_of_its_own(name: str) -> None:
    content = make_forms(HEADER, paper(name), CODES)
    pages = words(content)
    each = len(pages) // len(CODES)
    assert each % 2 == 0
    for place, code in enumerate(CODES):
        own = pages[place * each : (place + 1) * each]
        assert squares(content, place * each) == [code.url]
        assert all(code.typed in text for text in own if text)
        assert all(f"第{code.serial}号" in text and "模拟数据" in text for text in own if text)
        assert not any(other.typed in text for other in CODES if other is not code for text in own)


def test_every_question_stands_on_the_form_with_the_numbers_to_key() -> None:
    instrument = paper("parent")
    text = "".join(words(make_specimens(HEADER, [instrument])))
    for number, item in enumerate(instrument.items, start=1):
        assert f"{number}.{''.join(item.text['zh-CN'].split())}" in text
        for option in item.scale.options:
            assert option.text["zh-CN"] in text
    assert text.count("4" + "3" + "2" + "1" + "9") >= 8  # the boxes of a grid, in the order of the options
    for said in ("匿名", "任何人不得规定或暗示", "密封的收卷箱", "0319-5550123", "2026-05-1720:00", "不了解"):
        assert said in text


def test_a_specimen_says_so_and_has_no_code() -> None:
    content = make_specimens(HEADER, [paper(name) for name in PAPERS])
    pages = words(content)
    assert all("样张" in text for text in pages)
    assert sum("XXXXX-XXXXX" in text for text in pages) == len(PAPERS)
    assert squares(content, 0) == []


def test_large_type_takes_more_room_and_the_same_codes_give_the_same_bytes() -> None:
    plain, large = (make_forms(replace(HEADER, large=big), paper("social"), CODES[:1]) for big in (False, True))
    assert len(words(large)) >= len(words(plain))
    assert large == make_forms(replace(HEADER, large=True), paper("social"), CODES[:1]) != plain


def test_no_name_breaks_a_page() -> None:
    hostile = replace(
        HEADER,
        title={"zh-CN": "#set page(width: 1pt) $x$ " + "囍" * 90},
        place="W" * 100,
        organiser={"zh-CN": "县" * 80},
        contact="甲\n乙\x00\u202e丁",
    )
    content = make_forms(hostile, paper("parent"), CODES)
    assert squares(content, 0) == [CODES[0].url]
    assert len(words(content)) == len(words(make_forms(HEADER, paper("parent"), CODES)))
