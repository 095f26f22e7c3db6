"""What python-docx has no call for: fields, captions that count, rows that repeat, pictures as vectors."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from surveys.reports.pack.pictures import Picture

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SVG = "image/svg+xml"
EXTENSION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{key}"/>'
    "</a:ext></a:extLst>"
)
THICK, THIN = 8, 4  # eighths of a point


def clean(text: str, *, keep: bool = False) -> str:
    """`text` as XML can hold it, on one line; with `keep`, its spaces as they are."""
    kept = NO_XML.sub("", text)
    return kept if keep else " ".join(kept.split(" ")).replace("\n", " ")


def add_field(paragraph: Any, instruction: str, shown: str, *, stale: bool = False) -> None:
    """A field with what it shows until Word works it out."""
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run()
        if kind is None:
            words = OxmlElement("w:instrText")
            words.set(qn("xml:space"), "preserve")
            words.text = f" {instruction} "
            run._r.append(words)
        elif kind == "text":
            run.text = shown
        else:
            run._r.append(_field_mark(kind, stale and kind == "begin"))


def _field_mark(kind: str, stale: bool) -> Any:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    if stale:
        mark.set(qn("w:dirty"), "true")
    return mark


def add_caption(word: Docx, label: str, text: str, *, below: bool = False) -> None:
    """`表 1　…`, with a number that follows when captions are added or taken out."""
    name, number = label.rsplit(" ", 1)
    paragraph: Any = word.add_paragraph(f"{name} ", style="Caption")
    add_field(paragraph, f"SEQ {name} \\* ARABIC", number)
    paragraph.add_run(f"　{clean(text)}")
    paragraph.paragraph_format.keep_with_next = not below


def add_contents(word: Docx, entries: Sequence[tuple[str, int]]) -> None:
    """The table of contents: its entries stand there already, Word adds the pages."""
    first: Any = word.add_paragraph(style="Normal")
    run = first.add_run()
    run._r.append(_field_mark("begin", stale=True))
    words = OxmlElement("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = ' TOC \\o "1-2" \\h \\z \\u '
    first.add_run()._r.append(words)
    first.add_run()._r.append(_field_mark("separate", stale=False))
    paragraph = first
    for place, (text, level) in enumerate(entries):
        paragraph = first if place == 0 else word.add_paragraph(style="Normal")
        paragraph.add_run(clean(text))
        paragraph.paragraph_format.left_indent = Mm(8 * (level - 1))
    paragraph.add_run()._r.append(_field_mark("end", stale=False))


def add_table(
    word: Docx,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    *,
    widths: Sequence[float],
    alt: str,
) -> None:
    """A table whose heads stand again on every page, and whose rows are never torn apart."""
    table: Any = word.add_table(rows=0, cols=len(heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _describe(table, alt)
    _rule(table)
    for place, texts in enumerate([heads, *rows]):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, number, width in zip(row.cells, texts, numbers, widths, strict=True):
            cell.width = Mm(width)
            _write(cell.paragraphs[0], text, number=number, head=place == 0)
            if place == 0:
                _underline(cell)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def lay_grid(word: Docx, rows: Sequence[tuple[str, str]], *, widths: tuple[float, float]) -> list[tuple[Any, Any]]:
    """Two columns without lines; gives the cells."""
    table: Any = word.add_table(rows=0, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    found = []
    for texts in rows:
        cells = table.add_row().cells
        for cell, text, width in zip(cells, texts, widths, strict=True):
            cell.width = Mm(width)
            cell.paragraphs[0].style = "Table Text"
            cell.paragraphs[0].add_run(text)
        found.append((cells[0], cells[1]))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return found


def add_picture(word: Docx, paragraph: Any, picture: Picture, *, name: str, alt: str) -> None:
    """The PNG that every program shows, and in it the vectors for those that can."""
    inline = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Mm(picture.width))._inline
    inline.docPr.set("name", name)
    inline.docPr.set("descr", alt)
    blip = inline.graphic.graphicData.pic.blipFill.blip
    package = word.part.package
    taken = sum(str(part.partname).endswith(".svg") for part in package.iter_parts())
    part = Part(PackURI(f"/word/media/vector{taken + 1}.svg"), SVG, picture.svg, package)
    blip.append(parse_xml(EXTENSION.format(key=word.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))))


def _write(paragraph: Any, text: str, *, number: bool, head: bool) -> None:
    paragraph.style = "Table Text"
    paragraph.add_run(text).bold = True if head else None
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if number else WD_ALIGN_PARAGRAPH.LEFT


def _describe(table: Any, alt: str) -> None:
    properties = table._tbl.tblPr
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), clean(alt))
    properties.append(caption)


def _rule(table: Any) -> None:
    """Lines above, below and between rows, none between columns."""
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (("top", THICK, "000000"), ("bottom", THICK, "000000"), ("insideH", THIN, "C8C8C8")):
        borders.append(_line(side, size, colour))
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")


def _underline(cell: Any) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_line("bottom", THICK, "000000"))
    cell._tc.get_or_add_tcPr().append(borders)


def _line(side: str, size: int, colour: str) -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line
