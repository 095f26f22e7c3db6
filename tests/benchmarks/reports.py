"""Feedback sheets of schools: a page with a chart, a table and a code for each, in one ZIP, against bare typst."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import typst
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from surveys.crockford import ALPHABET
from surveys.qr import FIXED_MASK
from surveys.reports.archive import File, zip_files
from surveys.reports.pack.document import Cell, Chart, Column, Document, Dot, Heading, Paragraph, Points, Seal, Table
from surveys.reports.pack.pdf import make_pdf
from surveys.reports.typesetting import FONTS
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import FULL, Size
from tests.benchmarks.workplace import Workplace
from tests.factories import NOW

SCHOOLS = 100  # sheets that are asked for within a minute
BASE = "https://renke.example.cn"
GROUPS = ("全县综合", "本校", "学生", "家长", "教师")
LINES = 20
PAGE = """#set page(paper: "a4")
#set text(font: "Noto Sans SC")
#for line in range({lines}) [{address} #line \\ ]
"""


def run(size: Size, _place: Workplace) -> Iterator[Finding]:
    count = SCHOOLS if size is FULL else SCHOOLS // 10
    with Child(do_plain) as bare, Child(do_sheets) as ours:
        for child in (bare, ours):
            child.run(2)
        found = alternate(lambda: bare.run(count), lambda: ours.run(count), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    yield Finding(
        name="reports",
        did=f"{count} feedback sheets, each with a chart, a table and a QR code, to one ZIP",
        yardstick=f"bare qrcode making {count} matrices with one mask, and typst {count} files of {LINES} plain lines",
        unit=" s",
        comparison=found,
        peak=peak,
        checked="there is a PDF for each school",
    )


# In children


def do_sheets(count: int) -> Measure:
    addresses = _addresses(count)
    return timed(lambda: _check_files(list(zip_files(map(_file, addresses))), count))


def do_plain(count: int) -> Measure:
    addresses = _addresses(count)
    return timed(lambda: _check([_plain(address) for address in addresses]))


def _plain(address: str) -> bytes:
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=FIXED_MASK)
    code.add_data(address)
    code.make()
    source = PAGE.format(lines=LINES, address=address)
    return typst.compile(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _check(pdfs: Sequence[bytes]) -> None:
    assert all(pdf.startswith(b"%PDF") for pdf in pdfs)


def _check_files(parts: Sequence[bytes], count: int) -> None:
    assert len(parts) == count + 1  # and the list at the end
    assert all(part.startswith(b"PK") for part in parts)


def _addresses(count: int) -> list[str]:
    rng = random.Random()  # new ones each time: nothing is to be found in a cache
    return [f"{BASE}/v/{''.join(rng.choices(ALPHABET, k=26))}" for _ in range(count)]


def _file(address: str) -> File:
    return File(f"{address[-6:]}.pdf", lambda: make_pdf(_sheet(address)))


def _sheet(address: str) -> Document:
    rng = random.Random(address)
    values = [rng.uniform(70, 95) for _ in GROUPS]
    dots = tuple(
        Dot(name, value, value - 3, value + 3, f"{value:.1f}") for name, value in zip(GROUPS, values, strict=True)
    )
    rows = tuple((Cell(name), Cell(f"{value:.1f}", value)) for name, value in zip(GROUPS, values, strict=True))
    return Document(
        language="zh-CN",
        title="第一小学（模拟）：社会认可度反馈单",
        subtitle="青禾县义务教育社会认可度调查（模拟数据）",
        marks=("模拟数据", "草案（未签字）"),
        facts=(("组织单位", "青禾县人民政府教育督导委员会（虚构）"),),
        made_at=NOW,
        foot=address[-6:],
        blocks=(
            Paragraph("本校与全县。", "lead"),
            Chart("得分", "得分", dots, 85, "门槛 85", 65),
            Table("本校", "本校与全县", (Column("调查对象"), Column("得分", "points", 1)), rows),
            Heading("怎样看这张单子", 2),
            Points(("区间重叠的两个数，不能说谁高谁低。", "这张单子不排名。")),
            Seal(address, address[-26:], ("扫码可以核对这份报告是不是真的。",)),
        ),
        table_word="表",
        chart_word="图",
        brief=True,
    )
