"""The print kit is read back from its pages: every code, every word, every mark."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from pypdf import PdfReader

from surveys.errors import SurveyError
from surveys.reports import typesetting
from surveys.reports.kit import KitCode, KitHeader, make_kit, printing

ALPHABET = list("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
DPI = 200
MM = 25.4 / DPI
MARK = "模拟数据"
GROUPS = {
    "student": {"zh-CN": "学生", "en": "Pupils"},
    "parent": {"zh-CN": "家长", "en": "Parents"},
    "public": {"zh-CN": "其他群众", "en": "Members of the public"},
}
SCHOOLS = ("清河县第一实验小学", "葛仙庄镇中心小学（西校区）")
HEADER = KitHeader(
    title={"zh-CN": "清河县义务教育社会认可度调查", "en": "Social recognition survey, Qinghe County"},
    organiser={"zh-CN": "清河县教育督导委员会", "en": "Education supervision committee"},
    county="清河县",
    opens="2026-05-11 08:00",
    closes="2026-05-17 20:00",
    contact="0319-555 0123",
    base_url="https://renke.example.gov.cn/",
    simulated=True,
    approval="清教督〔2026〕3号",
)
HOSTILE = (
    "#set page(width: 1pt); $x^2$ @ref <label> \\u{0} *b* _i_ `c` // #[",
    "\"quoted\" 'single' <b>&amp;</b> {{ x }} %s \\",
    "囍" * 100,
    "W" * 100,
    "Schule am Wald – École № 7 🏫😀",
    "𫖯龘靐䨻㐀小学",
    "甲\n乙\t丙\x00\u202e丁\ud800",
)


def codes(kind: str, group: str, school: str | None, count: int, seed: int = 0) -> list[KitCode]:
    rng = np.random.default_rng([seed, count, sum(map(ord, f"{kind}{group}{school}"))])
    made = []
    for position in range(1, count + 1):
        drawn = "".join(rng.choice(ALPHABET, 34))
        url = f"https://renke.example.gov.cn/r/{drawn[:24]}"
        made.append(KitCode(url, f"{drawn[24:29]}-{drawn[29:]}", kind, GROUPS[group], school, position))
    return made


POSTERS = [
    code
    for school, group in [*((s, g) for s in SCHOOLS for g in ("student", "parent")), (None, "public")]
    for code in codes("open", group, school, 1)
]
SLIPS = codes("personal", "parent", SCHOOLS[0], 23) + codes("personal", "public", None, 3)


@dataclass(frozen=True)
class Square:
    """One code as it was found on a page, in millimetres from the top left; without its quiet zone."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    text: str
    squares: tuple[Square, ...]
    letters: tuple[tuple[str, float, float, float, float], ...]  # character, left, top, right, bottom


def pages(pdf: bytes) -> list[Page]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [read(document[number]) for number in range(len(document))]
    finally:
        document.close()


def texts(pdf: bytes) -> list[str]:
    """The words of each page, without looking at its picture."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def read(page: pdfium.PdfPage) -> Page:
    width, height = (side / 72 * 25.4 for side in page.get_size())
    words = page.get_textpage()
    picture = page.render(scale=DPI / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    letters = tuple(letter(words, index, height) for index in range(words.count_chars()))
    return Page(width, height, words.get_text_range(), tuple(map(square, found)), letters)


def square(found: zxingcpp.Barcode) -> Square:
    corners = (found.position.top_left, found.position.bottom_right)
    left, top, right, bottom = (value * MM for corner in corners for value in (corner.x, corner.y))
    return Square(found.text, left, top, right, bottom)


def letter(words: pdfium.PdfTextPage, index: int, height: float) -> tuple[str, float, float, float, float]:
    left, bottom, right, top = (value / 72 * 25.4 for value in words.get_charbox(index))
    return words.get_text_range(index, 1), left, height - top, right, height - bottom


def urls(read_pages: Sequence[Page]) -> Counter[str]:
    return Counter(square.text for page in read_pages for square in page.squares)


def printed_urls(*kinds: Sequence[KitCode]) -> Counter[str]:
    return Counter(code.url for kind in kinds for code in kind)


@pytest.fixture(scope="module")
def kit() -> bytes:
    return make_kit(HEADER, POSTERS, SLIPS)


@pytest.fixture(scope="module")
def kit_pages(kit: bytes) -> list[Page]:
    return pages(kit)


def test_every_page_is_a4(kit_pages: list[Page]) -> None:
    assert {(round(page.width), round(page.height)) for page in kit_pages} == {(210, 297)}


def test_every_code_reads_back_exactly_once(kit_pages: list[Page]) -> None:
    assert urls(kit_pages) == printed_urls(POSTERS, SLIPS)
    assert [len(page.squares) for page in kit_pages] == [0, 0, 1, 1, 1, 1, 1, 10, 10, 3, 3]


def test_codes_are_big_enough_and_stand_clear(kit_pages: list[Page]) -> None:
    for page in kit_pages:
        for square in page.squares:
            assert square.right - square.left >= (28 if len(page.squares) > 1 else 60)
            assert not list(intruders(page, square))


def intruders(page: Page, square: Square) -> Iterator[str]:
    """The characters that stand in the code or its quiet zone: four modules of at most 37, measured to a pixel."""
    quiet = (square.right - square.left) * 4 / 37 - 2 * MM
    for character, left, top, right, bottom in page.letters:
        beside = left > square.right + quiet or right < square.left - quiet
        if character.strip() and not beside and top < square.bottom + quiet and bottom > square.top - quiet:
            yield character


def test_each_typed_code_stands_beside_its_own_square(kit_pages: list[Page]) -> None:
    typed = {code.url: code.typed for code in SLIPS}
    for page in kit_pages[7:]:
        for square in page.squares:
            beside = "".join(
                character
                for character, left, top, _, bottom in page.letters
                if square.right < left < square.right + 60 and square.top - 8 < top and bottom < square.bottom + 8
            )
            assert typed[square.text] in beside


def test_posters_say_who_when_where_and_what_is_not_recorded(kit_pages: list[Page]) -> None:
    for page, code in zip(kit_pages[2:7], POSTERS, strict=True):
        assert page.squares[0].text == code.url
        for words in (
            code.school or HEADER.county,
            code.group["zh-CN"],
            code.group["en"],
            code.typed,
            "renke.example.gov.cn",
            "2026-05-11 08:00",
            "2026-05-17 20:00",
            "扫码",
            "匿名",
            "任何人不得规定您怎样填写",
            "Nobody may tell you how to answer",
            "0319-555 0123",
            HEADER.title["zh-CN"],
            HEADER.organiser["zh-CN"],
            "清教督〔2026〕3号",
        ):
            assert words.replace(" ", "") in page.text.replace(" ", "")


def test_slips_say_who_when_where_and_that_they_are_anonymous(kit_pages: list[Page]) -> None:
    for page in kit_pages[7:]:
        count = len(page.squares)
        for words in ("匿名", "任何人不得规定您怎样填写", "2026-05-17 20:00", "renke.example.gov.cn", "Anonymous"):
            assert page.text.count(words) == count
    assert kit_pages[7].text.count(SCHOOLS[0]) == kit_pages[7].text.count("家长") == 11  # the slips and the heading
    assert "1–10 / 共 23 条" in kit_pages[7].text


def test_slips_bear_no_number_that_a_list_of_names_could_be_kept_by(kit_pages: list[Page]) -> None:
    sheet = pages(make_kit(HEADER, [], [replace(SLIPS[0], position=7319)]))[2]
    assert "7319" in sheet.text, "above the lines along which slips are cut, to name lost sheets by"
    below = "".join(character for character, _, top, _, _ in sheet.letters if top > 21)
    assert "7319" not in below


def test_the_cover_sheet_counts_what_follows(kit_pages: list[Page]) -> None:
    cover = " ".join(kit_pages[0].text.split())
    for words in ("印制与交接清单", "交出人", "领取人签名", "未用交回", "核对人", *SCHOOLS, "全县", "合计"):
        assert words in cover.replace("小学 （", "小学（")
    assert "家长 Parents 1 第 1 页 1 第 3 页 23 第 7–9 页" in cover
    assert "其他群众 Members of the public 1 第 1 页 1 第 6 页 3 第 10 页" in cover
    assert "合计 Total 2 5 26" in cover


def test_pages_are_numbered_as_the_cover_sheet_says(kit_pages: list[Page]) -> None:
    for number, page in enumerate(kit_pages[1:], 1):
        assert f"第 {number} 页" in page.text


def test_simulated_data_is_marked_on_every_page_and_every_slip(kit_pages: list[Page]) -> None:
    for page in kit_pages:
        assert page.text.count(MARK) >= max(1, len(page.squares))
        assert "SIMULATED DATA" in page.text


def test_real_data_is_not_marked() -> None:
    real = pages(make_kit(replace(HEADER, simulated=False), POSTERS, SLIPS))
    assert urls(real) == printed_urls(POSTERS, SLIPS)
    assert not any(MARK in page.text or "SIMULATED" in page.text for page in real)


def test_without_english_there_is_none() -> None:
    text = "".join(texts(make_kit(replace(HEADER, languages=("zh-CN",), simulated=False), POSTERS, SLIPS)))
    assert "家长" in text
    for words in ("Parents", "Anonymous", "Nobody", "Total", "Social recognition", "Cut along"):
        assert words not in text


def test_what_is_unknown_leaves_no_gap() -> None:
    text = texts(make_kit(replace(HEADER, contact=None, approval=None), POSTERS[:1], []))[1]
    assert "反映。" in text
    assert "tell the organiser." in text
    assert "批准文号" not in text


@pytest.mark.parametrize(
    ("opens", "closes", "said", "english"),
    [
        ("", "", "", "Open for answers"),
        ("2026-05-11 08:00", "", "2026-05-11 08:00 起", "Open for answers from"),
        ("", "2026-05-17 20:00", "至 2026-05-17 20:00", "Open for answers until"),
    ],
)
def test_only_the_times_that_are_known_are_printed(opens: str, closes: str, said: str, english: str) -> None:
    pages_ = texts(make_kit(replace(HEADER, opens=opens, closes=closes), POSTERS[:1], SLIPS[:1]))
    cover, poster, sheet = pages_[0], pages_[-2], pages_[-1]
    for page in (cover, poster, sheet):
        assert ("时间" in page) is bool(said)
        assert said.replace(" ", "") in page.replace(" ", "")
    assert (english in " ".join(poster.split())) is bool(said)


def test_a_kit_of_posters_only() -> None:
    read_pages = pages(make_kit(HEADER, POSTERS, []))
    assert urls(read_pages) == printed_urls(POSTERS)
    assert len(read_pages) == 1 + len(POSTERS)


def test_a_kit_of_slips_only() -> None:
    read_pages = pages(make_kit(HEADER, [], SLIPS))
    assert urls(read_pages) == printed_urls(SLIPS)
    assert len(read_pages) == 1 + 1 + 3 + 1


def test_an_empty_kit_is_refused() -> None:
    with pytest.raises(SurveyError) as refused:
        make_kit(HEADER, [], [])
    assert (refused.value.code, refused.value.kind) == ("kit.empty", "invalid")


@pytest.mark.parametrize("school", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_breaks_a_page(school: str) -> None:
    posters, slips = codes("open", "parent", school, 1), codes("personal", "parent", school, 11)
    read_pages = pages(make_kit(HEADER, posters, slips))
    assert urls(read_pages) == printed_urls(posters, slips)
    assert len(read_pages) == 1 + 1 + 1 + 2
    for page in read_pages:
        assert all(left > 4 and right < 206 for character, left, _, right, _ in page.letters if character.strip())
        assert not [intruder for square in page.squares for intruder in intruders(page, square)]


@pytest.mark.parametrize("school", HOSTILE[:2], ids=("markup", "quotes"))
def test_a_name_is_printed_as_it_is(school: str) -> None:
    poster = pages(make_kit(HEADER, codes("open", "parent", school, 1), []))[1]
    assert school.replace(" ", "") in poster.text.replace(" ", "").replace("\r\n", "").replace("\u200b", "")


def test_long_words_everywhere_keep_a_poster_on_its_page() -> None:
    header = replace(
        HEADER,
        title={"zh-CN": "义务教育优质均衡发展" * 12, "en": "A long title of a long survey " * 7},
        organiser={"zh-CN": "教育督导委员会办公室" * 15, "en": ""},
        contact="联系方式 0319-5550123 " * 9,
        approval="批准文号" * 30,
        base_url="https://a-very-long-host-name.survey.education.qinghe.hebei.example.gov.cn:8443/renke",
    )
    group = {"zh-CN": "居住在本县的其他群众" * 4, "en": "Everybody else who lives in the county " * 4}
    posters, slips = (
        [replace(code, group=group) for code in codes(kind, "public", "囍" * 100, count)]
        for kind, count in (("open", 1), ("personal", 10))
    )
    read_pages = pages(make_kit(header, posters, slips))
    assert urls(read_pages) == printed_urls(posters, slips)
    assert len(read_pages) == 4


def test_a_long_cover_sheet_breaks_over_pages_with_its_heading() -> None:
    posters = [code for number in range(30) for code in codes("open", "parent", f"第{number}小学", 1)]
    shown = texts(make_kit(HEADER, posters, []))
    covers = shown[: -len(posters)]
    assert len(covers) == 2
    assert all("领取人签名" in text and MARK in text for text in covers)
    assert "合计" in covers[1]
    assert "合计" not in covers[0]


def test_codes_are_in_order_of_position_and_sheets_never_mix_bundles() -> None:
    mixed = codes("personal", "parent", SCHOOLS[1], 4) + codes("personal", "parent", SCHOOLS[0], 12)
    mixed += codes("personal", "student", SCHOOLS[1], 2)
    read_pages = pages(make_kit(HEADER, [], mixed[::-1]))[3:]
    owners = [{(code.school, code.group["zh-CN"]) for code in mixed if code.url in urls([page])} for page in read_pages]
    assert owners == [{(SCHOOLS[1], "学生")}, {(SCHOOLS[1], "家长")}, {(SCHOOLS[0], "家长")}, {(SCHOOLS[0], "家长")}]
    found = sorted(read_pages[2].squares, key=lambda square: (round(square.top), square.left))
    assert [square.text for square in found] == [code.url for code in mixed[4:14]]


def test_schools_of_the_same_name_are_kept_apart() -> None:
    first, second = (
        [replace(code, school_code=number) for code in codes("personal", "parent", "中心小学", 3, seed)]
        for seed, number in ((1, "130534007"), (2, "130534031"))
    )
    shown = pages(make_kit(HEADER, [], [*first, *second]))
    assert [urls([page]) for page in shown] == [Counter(), Counter(), printed_urls(first), printed_urls(second)]
    for text, numbers in ((shown[0].text, 2), (shown[2].text, 1)):
        assert sum(number in text for number in ("130534007", "130534031")) == numbers


def test_the_same_kit_is_the_same_bytes(kit: bytes) -> None:
    assert make_kit(HEADER, POSTERS, SLIPS) == kit


def test_a_kit_set_in_parts_is_the_same_kit(kit_pages: list[Page], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PAGES_PER_PART", 2)
    in_parts = make_kit(HEADER, POSTERS, SLIPS)
    assert [page.text for page in pages(in_parts)] == [page.text for page in kit_pages]
    assert urls(pages(in_parts)) == urls(kit_pages)
    assert make_kit(HEADER, POSTERS, SLIPS) == in_parts
    assert PdfReader(io.BytesIO(in_parts)).metadata.title == HEADER.title["zh-CN"]


def test_only_our_own_fonts_are_used_and_all_are_embedded(kit: bytes) -> None:
    names, embedded = set(), []
    for page in PdfReader(io.BytesIO(kit)).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(font["/BaseFont"].split("+")[-1].split("-")[0])
            described = font["/DescendantFonts"][0]["/FontDescriptor"]
            embedded.append("/FontFile2" in described or "/FontFile3" in described)
    assert names == {"NotoSansSC", "SourceCodePro"}
    assert all(embedded)


def test_the_fonts_come_with_their_licences() -> None:
    files = {path.name for path in typesetting.FONTS.iterdir()}
    assert {"NOTICE", "OFL-NotoSansSC.txt", "OFL-SourceCodePro.txt"} < files
    notice = (typesetting.FONTS / "NOTICE").read_text("utf-8")
    fonts = {path for path in typesetting.FONTS.iterdir() if path.suffix == ".ttf"}
    assert all(path.name in notice for path in fonts)
    assert sum(path.stat().st_size for path in fonts) < 16_000_000


def test_printable_text() -> None:
    assert typesetting.printable("  甲\n乙\t丙\x00\u202e丁 \ud800 ") == "甲 乙 丙 丁"
    assert typesetting.printable("字" * 300, 100) == "字" * 99 + "…"
    assert typesetting.printable("internationalisation") == "internationalisation"
    assert typesetting.printable("x" * 30).split("\u200b") == ["x" * 12, "x" * 12, "x" * 6]
