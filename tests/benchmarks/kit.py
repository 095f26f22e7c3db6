"""Printing: slips to one PDF, against the two libraries doing the least that such a PDF needs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import typst
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from surveys.crockford import ALPHABET
from surveys.qr import FIXED_MASK
from surveys.reports.kit import KitCode, KitHeader, make_kit
from surveys.reports.kit.bundles import SLIPS_PER_SHEET
from surveys.reports.typesetting import FONTS
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace

BASE = "https://renke.example.cn"
HEADER = KitHeader(
    title={"zh-CN": "青禾县义务教育社会认可度调查（模拟数据）", "en": "Survey (simulated data)"},
    organiser={"zh-CN": "青禾县人民政府教育督导委员会（虚构）", "en": "Committee (fictional)"},
    county="青禾县（模拟）",
    opens="2026-05-11 08:00",
    closes="2026-06-10 18:00",
    contact="0000-0000000（虚构）",
    base_url=f"{BASE}/r",
    simulated=True,
)
PAGES = """#set page(paper: "a4")
#set text(font: "Noto Sans SC")
#for page in range({pages}) {{
  for line in range({lines}) [答题码 #page #line \\ ]
  pagebreak(weak: true)
}}
"""


def run(size: Size, _place: Workplace) -> Iterator[Finding]:
    with Child(do_plain) as bare, Child(do_kit) as ours:
        for child in (bare, ours):
            child.run(SLIPS_PER_SHEET)
        found = alternate(lambda: bare.run(size.slips), lambda: ours.run(size.slips), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    pages = size.slips // SLIPS_PER_SHEET
    yield Finding(
        name="kit",
        did=f"{size.slips:,} slips for 10 schools, {SLIPS_PER_SHEET} to a page, with a QR code each, to one PDF",
        yardstick=f"bare qrcode making {size.slips:,} matrices with one mask, and typst {pages} pages of plain lines",
        unit=" s",
        comparison=found,
        peak=peak,
        checked="each is a PDF",
    )


# In children


def do_kit(slips: int) -> Measure:
    codes = [_code(place, address) for place, address in enumerate(_addresses(slips))]
    return timed(lambda: _check(make_kit(HEADER, [], codes)))


def do_plain(slips: int) -> Measure:
    addresses = _addresses(slips)
    return timed(lambda: _check(_plain(addresses)))


def _plain(addresses: Sequence[str]) -> bytes:
    for address in addresses:
        code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=FIXED_MASK)
        code.add_data(address)
        code.make()
    source = PAGES.format(pages=len(addresses) // SLIPS_PER_SHEET, lines=SLIPS_PER_SHEET)
    return typst.compile(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _check(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF")


def _addresses(count: int) -> list[str]:
    rng = random.Random()  # new ones each time: nothing is to be found in a cache
    return [f"{BASE}/r/{''.join(rng.choices(ALPHABET, k=24))}" for _ in range(count)]


def _code(place: int, address: str) -> KitCode:
    group = {"zh-CN": "家长", "en": "Parents"}
    return KitCode(address, "7KQ2M-9XR4T", "personal", group, f"第{place % 10}学校（模拟）", place)
