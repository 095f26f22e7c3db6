"""What python-docx has no call for: fields, captions that count, rows that repeat, pictures as vectors."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
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
INK, HAIR = "000000", "C8C8C8"


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
    """A table whose heads stand again on every page, and whose rows are never torn apart.

    Written as XML: cell by cell, the library takes seconds for a long one.
    """
    style = word.styles["Table Text"].style_id
    sides = [_Cells(style, number, Mm(width).twips) for number, width in zip(numbers, widths, strict=True)]
    lines = "".join(_row(sides, texts, head=place == 0) for place, texts in enumerate([heads, *rows]))
    grid = "".join(f'<w:gridCol w:w="{each.width}"/>' for each in sides)
    table = parse_xml(f"<w:tbl {nsdecls('w')}>{_properties(alt)}<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>")
    word.element.body.insert_element_before(table, "w:sectPr")


@dataclass(frozen=True)
class _Cells:
    """How the cells of a column are written."""

    style: str
    number: bool
    width: int

    def write(self, text: str, *, head: bool) -> str:
        side = "right" if self.number else "left"
        border = f"<w:tcBorders>{_line('bottom', THICK, INK)}</w:tcBorders>" if head else ""
        bold = "<w:rPr><w:b/></w:rPr>" if head else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self.width}" w:type="dxa"/>{border}</w:tcPr><w:p><w:pPr>'
            f'<w:pStyle w:val="{self.style}"/><w:jc w:val="{side}"/></w:pPr>'
            f'<w:r>{bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        )


def _row(columns: Sequence[_Cells], texts: Sequence[str], *, head: bool) -> str:
    cells = "".join(column.write(text, head=head) for column, text in zip(columns, texts, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def _properties(alt: str) -> str:
    """Lines above, below and between rows, none between columns."""
    lines = _line("top", THICK, INK) + _line("bottom", THICK, INK) + _line("insideH", THIN, HAIR)
    return (
        f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCaption w:val={quoteattr(clean(alt))}/></w:tblPr>'
    )


def _line(side: str, size: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


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
