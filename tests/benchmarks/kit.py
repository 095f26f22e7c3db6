"""Printing: slips by school into one ZIP, against the two libraries doing the least that such PDFs need."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import typst
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from surveys.crockford import ALPHABET
from surveys.qr import FIXED_MASK
from surveys.reports.kit import KitCode, KitHeader, split_kits, zip_kits
from surveys.reports.kit.bundles import SLIPS_PER_SHEET
from surveys.reports.typesetting import FONTS
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import FULL, Size
from tests.benchmarks.workplace import Workplace

BASE = "https://renke.example.cn"
SCHOOLS = 10  # in one go
COUNTY = 20_000  # slips
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
        county = [ours.run(size.slips) for _ in range(COUNTY // size.slips)] if size is FULL else []
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    pages = size.slips // SLIPS_PER_SHEET
    yield Finding(
        name="kit",
        did=f"{size.slips:,} slips, {SLIPS_PER_SHEET} to a page, and {SCHOOLS} posters, by school to one ZIP",
        yardstick=f"bare qrcode making {size.slips:,} matrices with one mask, and typst {pages} pages of plain lines",
        unit=" s",
        comparison=found,
        peak=peak,
        more={"a county": _county(county)} if county else {},
        checked="each has as many files as there are schools",
    )


def _county(goes: Sequence[Measure]) -> str:
    """What the county takes in which all these schools are, one after another."""
    seconds, cpu = sum(each.value for each in goes), sum(each.cpu for each in goes)
    return f"{COUNTY:,} slips for {SCHOOLS * len(goes)} schools: {seconds:,.0f} s, {cpu:,.0f} s of processor"


# In children


def do_kit(slips: int) -> Measure:
    codes = [_code(place, address) for place, address in enumerate(_addresses(slips))]
    posters = [replace(code, kind="open") for code in codes[:SCHOOLS]]
    return timed(lambda: _check_files(list(zip_kits(split_kits(HEADER, posters, codes)))))


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


def _check_files(parts: Sequence[bytes]) -> None:
    assert len(parts) == SCHOOLS + 1  # and the list at the end
    assert all(part.startswith(b"PK") for part in parts)


def _check(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF")


def _addresses(count: int) -> list[str]:
    rng = random.Random()  # new ones each time: nothing is to be found in a cache
    return [f"{BASE}/r/{''.join(rng.choices(ALPHABET, k=24))}" for _ in range(count)]


def _code(place: int, address: str) -> KitCode:
    group = {"zh-CN": "家长", "en": "Parents"}
    return KitCode(address, "7KQ2M-9XR4T", "personal", group, f"第{place % SCHOOLS}学校（模拟）", place)
