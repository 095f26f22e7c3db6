"""From blocks to a Word document, the same bytes every time."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Pt

from surveys.reports.pack.columns import shares
from surveys.reports.pack.document import (
    Block,
    Chart,
    Document,
    Heading,
    Paragraph,
    Points,
    Seal,
    Table,
    Verbatim,
)
from surveys.reports.pack.pictures import draw_chart, draw_code
from surveys.reports.pack.word.parts import (
    add_caption,
    add_contents,
    add_field,
    add_picture,
    add_table,
    clean,
    lay_grid,
)
from surveys.reports.pack.word.sealing import settle
from surveys.reports.pack.word.styles import WIDTH, Sizes, set_up, sizes_of

CODE = 30.0  # mm
ROOM = WIDTH / 25.4 * 72 / 9  # of a table, in heights of its letters
STYLES = {"plain": "Body Text", "note": "Note"}


def make_docx(document: Document) -> bytes:
    """The same document gives the same bytes."""
    word = docx.Document()
    sizes = sizes_of(document.language, brief=document.brief)
    set_up(word, document.language, sizes)
    _say_who(word, document)
    _head_and_foot(word, document)
    _title(word, document, sizes)
    for block, label in document.numbered():
        _put(word, document, block, label)
    file = io.BytesIO()
    word.save(file)
    return settle(file.getvalue(), document.made_at)


def _say_who(word: Docx, document: Document) -> None:
    about = word.core_properties
    about.title, about.author, about.last_modified_by = document.title, document.author, document.author
    about.comments, about.language, about.keywords = document.foot, document.language, "; ".join(document.marks)
    about.created = about.modified = document.made_at.replace(tzinfo=None)
    about.revision = 1


def _head_and_foot(word: Docx, document: Document) -> None:
    """Marks on every page; the number outside, one character from the edge, as the standard asks."""
    section = word.sections[0]
    sides = (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    heads, feet = (section.header, section.even_page_header), (section.footer, section.even_page_footer)
    for head, foot, side in zip(heads, feet, sides, strict=True):
        head.is_linked_to_previous = foot.is_linked_to_previous = False
        marks = head.paragraphs[0]
        marks.style, marks.alignment = "Mark", WD_ALIGN_PARAGRAPH.RIGHT
        marks.add_run("　".join(map(clean, document.marks)))
        number = foot.paragraphs[0]
        number.style, number.alignment = "Page Foot", side
        number.add_run("　— " if side == sides[1] else "— ")
        add_field(number, "PAGE", "1")
        number.add_run(" —　" if side == sides[0] else " —")
        serial = foot.add_paragraph(document.foot, style="Note")
        serial.alignment = side


def _title(word: Docx, document: Document, sizes: Sizes) -> None:
    if not document.brief:
        word.add_paragraph().paragraph_format.space_before = Pt(sizes.line * 3)
    word.add_paragraph(clean(document.title), style="Title")
    if document.subtitle:
        word.add_paragraph(clean(document.subtitle), style="Subtitle")
    if not document.brief:
        word.add_paragraph().paragraph_format.space_before = Pt(sizes.line * 3)
    if document.facts:
        lay_grid(word, [(clean(name), clean(words)) for name, words in document.facts], widths=(40.0, WIDTH - 40.0))
    if document.brief:
        return
    _break_page(word)
    word.add_paragraph(clean(document.contents), style="Contents Title")
    add_contents(word, [(each.text, each.level) for each in document.headings() if each.level < 3])
    _break_page(word)


def _break_page(word: Docx) -> None:
    word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _put(word: Docx, document: Document, block: Block, label: str) -> None:
    match block:
        case Heading():
            word.add_paragraph(clean(block.text), style=f"Heading {block.level}")
        case Paragraph():
            _put_paragraph(word, block)
        case Points():
            for text in block.texts:
                word.add_paragraph(clean(text), style="List Bullet")
        case Table():
            _put_table(word, block, label)
        case Chart():
            _put_chart(word, document, block, label)
        case Verbatim():
            for line in block.text.splitlines():
                word.add_paragraph(clean(line, keep=True), style="Verbatim")
        case Seal():
            _put_seal(word, block)


def _put_paragraph(word: Docx, block: Paragraph) -> None:
    paragraph: Any = word.add_paragraph(style=STYLES.get(block.tone, "Body Text"))
    paragraph.add_run(clean(block.text)).bold = True if block.tone == "lead" else None


def _put_table(word: Docx, table: Table, label: str) -> None:
    add_caption(word, label, table.caption)
    heads = [clean(column.head).replace("\u00a0", " ") for column in table.columns]
    rows = [[clean(cell.text) for cell in row] for row in table.rows]
    numbers = [column.form != "text" for column in table.columns]
    add_table(word, heads, rows, numbers, widths=[WIDTH * share for share in shares(table, ROOM)], alt=table.caption)
    word.add_paragraph(clean(table.note), style="Note")


def _put_chart(word: Docx, document: Document, chart: Chart, label: str) -> None:
    picture = draw_chart(chart, language=document.language, width=WIDTH)
    place = word.add_paragraph(style="Picture")
    place.paragraph_format.keep_with_next = True
    add_picture(word, place, picture, name=label, alt=clean(chart.alt))
    add_caption(word, label, chart.caption, below=True)


def _put_seal(word: Docx, seal: Seal) -> None:
    picture = draw_code(seal.address, width=CODE)
    words = [seal.serial, *seal.words, seal.address]
    (place, beside) = lay_grid(word, [("", "")], widths=(CODE + 6, WIDTH - CODE - 6))[0]
    place.paragraphs[0].style = "Picture"
    add_picture(word, place.paragraphs[0], picture, name=seal.serial, alt=seal.address)
    beside.paragraphs[0].style = "Table Text"
    beside.paragraphs[0].add_run(seal.serial).bold = True
    for text in words[1:]:
        beside.add_paragraph(clean(text), style="Table Text")
    for paragraph in beside.paragraphs:
        paragraph.paragraph_format.space_after = Pt(4)
