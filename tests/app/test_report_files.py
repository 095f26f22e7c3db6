"""The files of the report pack, opened again by other programs: their numbers, marks, structure and codes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
import zxingcpp
from lxml import etree
from openpyxl import load_workbook
from PIL import Image

from app.edge import Renke
from app.numbers import count, fixed
from app.pack.charts import schools_chart
from app.pack.making import Report, address_of, make_report, make_sheets
from surveys.errors import SurveyError
from surveys.reports.pack.document import Cell, Column, Document, Table
from surveys.reports.pack.facts import Facts, Line, Number
from surveys.reports.pack.pdf import make_pdf
from surveys.reports.pack.workbook import make_xlsx
from tests.app.packed import SMALL, later, packed
from tests.factories import NOW

NUMBER = re.compile(r"(?<![A-Za-z\d.,])\d+(?:,\d{3})*(?:\.\d+)?")
NO_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|SHA-256|^\d{1,2}\.\d (?=[A-Z一-鿿])", re.MULTILINE)  # 4.1 is a heading's
FORMATS = ("pdf", "docx", "xlsx")
MADE = [*(("county", format) for format in FORMATS), ("public", "pdf"), ("public", "docx"), ("school", "pdf")]
MOST = 30  # pages, tables, charts
PAGE = re.compile(r"— \d+ —")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    with packed(tmp_path_factory.mktemp("packed")) as made:
        yield made


@pytest.fixture(scope="module")
def files(app: Renke) -> dict[tuple[str, str, str], tuple[Report, bytes]]:
    """Every report once, in both languages."""
    made = {}
    with app.app_context():
        for language in ("zh-CN", "en"):
            for kind, format in MADE:
                report = make(app, kind, format, language)
                made[kind, format, language] = (report, report.content())
    return made


def make(app: Renke, kind: str, format: str, language: str = "zh-CN", **more: Any) -> Report:
    school = "J01" if kind == "school" else None
    given = {"kind": kind, "format": format, "language": language, "by": "officer", "school": school, **more}
    with app.app_context():
        return make_report(name="tiny", **given)


# Reading the files again


def text_of(format: str, content: bytes) -> str:
    return {"pdf": pdf_text, "docx": docx_text, "xlsx": xlsx_text}[format](content)


def pdf_text(content: bytes) -> str:
    """What runs along every page stands once, and its foot not at all: a sentence may go on over the page."""
    pages = [page.get_textpage().get_text_bounded().splitlines() for page in pdfium.PdfDocument(content)]
    often = Counter(line for lines in pages for line in set(lines))
    running = {line for line, count in often.items() if len(pages) > 2 and count >= len(pages) - 1}
    body = (line for lines in pages for line in lines if line not in running and not PAGE.search(line))
    return "\n".join([*body, *sorted(running)]).replace("\u200b", "")


def docx_text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    parts = [document.element.body, *(each._element for each in heads(document))]
    return "\n".join(
        "".join(node.text or "" for node in each.iter(f"{W}t")) for part in parts for each in part.iter(f"{W}p")
    )


def heads(document: Any) -> list[Any]:
    section = document.sections[0]
    return [section.header, section.even_page_header, section.footer, section.even_page_footer]


def xlsx_text(content: bytes) -> str:
    """Numbers as Excel shows them."""
    book = load_workbook(io.BytesIO(content))
    return "\n".join(
        shown(cell) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    )


def shown(cell: Any) -> str:
    if isinstance(cell.value, str):
        return str(cell.value)
    code = cell.number_format
    decimals = len(code.partition(".")[2].rstrip("%"))
    if code.endswith("%"):
        return fixed(cell.value * 100, decimals) + "%"
    return count(cell.value) if "," in code else fixed(cell.value, decimals)


def spoken(facts: Facts) -> set[str]:
    """Every number of the facts, in each way in which a report may write it."""
    found: set[str] = set()
    for each in facts.trace():
        value = each.value
        if value is None:
            continue
        value = abs(value)
        found |= {fixed(value, places) for places in (0, 1, 2)} | {count(value), f"{value:g}"}
        found |= {fixed(value * 100, 1), f"{value * 100:g}"} if value <= 1 else set()
    return found


def texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for each in data.values() if isinstance(data, dict) else data:
            yield from texts_in(each)


def strange(text: str, report: Report) -> set[str]:
    """Numbers in `text` that are not of the facts, nor count tables, charts and pages."""
    facts = report.facts
    with_digits = {
        report.issued.serial,
        report.issued.serial[:10],
        facts.digest,
        facts.digest[:12],
        *texts_in(facts.campaign),
    }
    with_digits |= set(texts_in(facts.about.data)) | set(texts_in(facts.rule.data))
    with_digits |= set() if facts.card is None else set(texts_in(facts.card.data))
    with_digits |= {each for line in facts.schools for each in (line.school, line.name) if each}
    for each in sorted((each for each in with_digits if any(map(str.isdigit, each))), key=len, reverse=True):
        text = re.sub(r"[\s-]*".join(map(re.escape, each)), " ", text)
    kept = NO_NUMBER.sub(" ", text)
    ticks = {str(tick) for tick in range(0, 101, 5)}
    return set(NUMBER.findall(kept)) - spoken(facts) - ticks - {str(each) for each in range(1, MOST + 1)}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("kind", "format"), MADE)
def test_every_number_is_one_of_the_stored_evaluation(files: Any, kind: str, format: str, language: str) -> None:
    report, content = files[kind, format, language]
    text = text_of(format, content)
    assert len(NUMBER.findall(text)) > 15
    assert strange(text, report) == set()
    score = fixed(report.facts.composite.get("value"), 2)
    assert score in text
    wrong = text.replace(score, f"{float(score) + 0.13:.2f}")
    assert strange(wrong, report), "a number that nobody computed is found"


def test_no_number_differs_between_formats(files: Any) -> None:
    """Each table cell by cell, from Word and from Excel; the PDF has every number of them."""
    _report, content = files["county", "docx", "zh-CN"]
    word = docx.Document(io.BytesIO(content))
    tables = [table for table in word.tables if table._tbl.tblPr.find(f"{W}tblCaption") is not None]
    book = load_workbook(io.BytesIO(files["county", "xlsx", "zh-CN"][1]))
    sheets = book.worksheets[1:]
    assert len(tables) == len(sheets) > 8
    pdf = set(NUMBER.findall(pdf_text(files["county", "pdf", "zh-CN"][1])))
    for table, sheet in zip(tables, sheets, strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        width = len(rows[0])
        listed = [[shown(cell) for cell in row[:width]] for row in sheet.iter_rows(2, len(rows) + 1)]
        assert rows == listed, sheet.title
        assert {each for row in rows for cell in row for each in NUMBER.findall(cell) if len(each) < 12} <= pdf


def test_the_same_report_is_the_same_file_and_has_the_same_serial(app: Renke, files: Any) -> None:
    serials = {files["county", format, "zh-CN"][0].issued.serial for format in FORMATS}
    assert len(serials) == 1
    later(app)
    for format in FORMATS:
        again = make(app, "county", format)
        assert again.issued.serial in serials
        with app.app_context():
            assert again.content() == files["county", format, "zh-CN"][1], format
    others = {report.issued.serial for report, _content in files.values()}
    assert len(others) == 6, "kinds and languages have their own"


@pytest.mark.parametrize("format", ["pdf", "docx"])
@pytest.mark.parametrize("kind", ["county", "public"])
def test_the_code_leads_to_the_verification(app: Renke, files: Any, kind: str, format: str) -> None:
    report, content = files[kind, format, "zh-CN"]
    with app.app_context():
        address = address_of(report.issued.serial)
    assert address == f"https://renke.example/v/{report.issued.serial}"
    images = pdf_pages(content) if format == "pdf" else word_pictures(content)
    assert address in {each.text for image in images for each in zxingcpp.read_barcodes(image)}


def pdf_pages(content: bytes) -> list[Image.Image]:
    return [page.render(scale=2).to_pil() for page in pdfium.PdfDocument(content)]


def word_pictures(content: bytes) -> list[Image.Image]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist() if name.endswith(".png")]


def test_drafts_and_simulated_counties_are_marked_on_every_page(files: Any) -> None:
    for (_kind, format, language), (_report, content) in files.items():
        marks = ("模拟数据", "草案") if language == "zh-CN" else ()
        if format == "pdf":
            texts = [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(content)]
        elif format == "docx":
            texts = [each.paragraphs[0].text for each in heads(docx.Document(io.BytesIO(content)))[:2]]
        else:
            texts = [sheet.oddHeader.right.text for sheet in load_workbook(io.BytesIO(content))]
        assert all(mark in text for text in texts for mark in marks)


def test_word_is_made_to_be_edited(files: Any) -> None:
    """Real headings, a contents field, captions that count, heads that repeat, pictures that say what they show."""
    document = docx.Document(io.BytesIO(files["county", "docx", "zh-CN"][1]))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[0].startswith("一、")
    assert len(headings) > 12
    fields = [node.text for node in document.element.body.iter(f"{W}instrText")]
    assert any("TOC" in each for each in fields)
    assert sum("SEQ 表" in each for each in fields) > 8
    tables = [table for table in document.tables if table._tbl.tblPr.find(f"{W}tblCaption") is not None]
    assert all(table.rows[0]._tr.find(f"{W}trPr").find(f"{W}tblHeader") is not None for table in tables)
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    body = document.styles["Normal"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28.5)


def test_pictures_of_word_are_vectors_with_dots_to_fall_back_on(files: Any) -> None:
    content = files["county", "docx", "zh-CN"][1]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        relations = archive.read("word/_rels/document.xml.rels").decode()
        body = etree.fromstring(archive.read("word/document.xml"))
        for name in names:
            if name.endswith((".xml", ".rels", ".svg")):
                etree.fromstring(archive.read(name))
        vectors = [name for name in names if name.endswith(".svg")]
        svg = archive.read(vectors[0]).decode()
    blips = list(body.iter(f"{A}blip"))
    assert len(blips) == len(vectors) > 3
    for blip in blips:
        (extension,) = [each for each in blip.iter() if etree.QName(each).localname == "svgBlip"]
        keys = [value for each in (blip, extension) for name, value in each.attrib.items() if name.endswith("embed")]
        targets = [re.search(rf'Id="{key}"[^>]*|[^<]*Id="{key}"', relations) for key in keys]
        assert len(keys) == 2
        assert all(targets)
    assert "<text" not in svg, "letters are outlines"
    assert "<symbol" not in svg


def test_small_schools_are_in_no_file(tmp_path: Path) -> None:
    """One school is too small, and of the other two neither may tell it: whatever the file, no number of it."""
    with packed(tmp_path, SMALL) as app, app.app_context():
        report = make(app, "county", "xlsx")
        hidden = [line for line in report.facts.schools if line.hidden]
        assert hidden
        assert all(not line.numbers for line in hidden)
        assert not [line for line in report.facts.cells if line.hidden and line.numbers]
        book = load_workbook(io.BytesIO(report.content()))
        row = next(each for each in book["学校"].iter_rows(values_only=True) if each[0] == hidden[0].school)
        assert row[2] == "不公布"
        assert not [each for each in row if isinstance(each, int | float)]
        sheet = make(app, "school", "pdf", school=hidden[0].school)
        assert "这所学校没有可以公布的数字" in pdf_text(sheet.content())
        assert not sheet.facts.cells
        files = make_sheets(name="tiny", language="zh-CN", by="officer")
        assert len(files) == len(report.facts.schools)


def test_texts_of_answers_stay_texts() -> None:
    rows = tuple((Cell(text),) for text in ("=1+1", "+A1", "-2", "@x", "https://example.org", "{=1}"))
    table = Table("甲", "乙", (Column("丙"),), rows)
    about: dict[str, Any] = {"marks": (), "facts": (), "foot": "", "table_word": "表", "chart_word": "图"}
    document = Document("zh-CN", "题", "", made_at=NOW, blocks=(table,), **about)
    book = load_workbook(io.BytesIO(make_xlsx(document, [("a", "=1")], notes_name="说明")))
    assert [row[0].data_type for row in book["甲"].iter_rows(3, 8)] == ["s"] * 6
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_is_not_offered_is_refused(app: Renke) -> None:
    for kind, format, school, code in (
        ("public", "xlsx", None, "report.offered"), ("x", "pdf", None, "report.offered"),
        ("school", "pdf", "nowhere", "report.no_school"),
    ):  # fmt: skip
        with pytest.raises(SurveyError, match=code):
            make(app, kind, format, school=school)


def schools_of(facts: Facts, values: list[float]) -> Facts:
    """The facts with so many schools; of one that has 100 only a limit is told."""
    lines = []
    for place, value in enumerate(values):
        low, high = (None, None) if value == 100 else (value - 3, min(value + 3, 100))
        told = {"value": 95.0 if value == 100 else value, "low": low, "high": high}
        numbers = {name: Number(each, f"schools/{place}/{name}") for name, each in told.items()}
        bound = "above" if value == 100 else ""
        lines.append(Line("school", numbers, school=f"S{place:03}", name=f"第{place}小学", bound=bound, decimals=1))
    return replace(facts, schools=tuple(lines))


def test_schools_stand_in_one_chart_in_order_and_without_names(app: Renke, files: Any) -> None:
    facts = files["county", "pdf", "zh-CN"][0].facts
    with app.test_request_context():
        (chart,) = schools_chart(schools_of(facts, [90.0, 70.0, 100.0, 80.0, 97.0]))
        assert list(schools_chart(schools_of(facts, [90.0, 70.0, 80.0, 97.0]))) == [], "four are no distribution"
    county, *rest = chart.dots
    assert county.strong
    assert [(dot.value, dot.bound, dot.below) for dot in rest] == [
        (70.0, "", True), (80.0, "", True), (90.0, "", False), (97.0, "", False), (95.0, "above", False),
    ]  # fmt: skip
    assert chart.crowd == "5 所学校"
    assert "小学" not in chart.caption + chart.alt


def test_three_hundred_schools_take_no_more_than_half_a_page(app: Renke, files: Any) -> None:
    report, _content = files["county", "pdf", "zh-CN"]
    with app.test_request_context():
        charts = tuple(schools_chart(schools_of(report.facts, [60 + place / 8 for place in range(300)])))
    about: dict[str, Any] = {
        "marks": (),
        "facts": (),
        "foot": "",
        "table_word": "表",
        "chart_word": "图",
        "brief": True,
    }
    document = Document("zh-CN", "题", "", made_at=NOW, blocks=charts * 2, **about)
    pdf = pdfium.PdfDocument(make_pdf(document))
    assert len(pdf) == 1
    assert "第7小学" not in pdf[0].get_textpage().get_text_bounded()
