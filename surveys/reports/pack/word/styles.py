"""Styles and page as official documents have them (GB/T 9704): type area, fonts, sizes, fixed lines, page numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SONG, TITLE_SONG, FANG, KAI, HEI = "宋体", "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"
ROMAN, MONO = "Times New Roman", "Consolas"
# what stands in where a machine lacks a font; Word reads it from the table of fonts
ALTERNATIVES = {
    TITLE_SONG: ("宋体", "Noto Serif CJK SC"),
    FANG: ("仿宋", "FangSong", "Noto Serif CJK SC"),
    KAI: ("楷体", "KaiTi", "Noto Serif CJK SC"),
    HEI: ("SimHei", "Noto Sans CJK SC"),
    SONG: ("SimSun", "Noto Serif CJK SC"),
}
INK, SOFT, ORANGE = RGBColor(0, 0, 0), RGBColor(0x55, 0x55, 0x55), RGBColor(0xB3, 0x4A, 0x00)
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}  # mm
WIDTH = 210 - MARGINS["left"] - MARGINS["right"]
CHARACTERS = 2  # by which paragraphs are indented


@dataclass(frozen=True)
class Sizes:
    """In points. Chinese is set in 三号 on fixed lines, as the standard asks; Latin letters are read at less."""

    body: float
    line: float
    title: float
    small: float = 10.5
    table: float = 9


CHINESE, LATIN, BRIEF = Sizes(16, 28.5, 22), Sizes(12, 20, 22), Sizes(14, 25, 22)


def sizes_of(language: str, *, brief: bool) -> Sizes:
    if not language.startswith("zh"):
        return LATIN
    return BRIEF if brief else CHINESE


def set_up(docx: Docx, language: str, sizes: Sizes) -> None:
    """Page and styles of an empty document."""
    _set_page(docx)
    _set_language(docx, language)
    chinese = language.startswith("zh")
    body = _style(docx, "Normal", FANG, sizes.body)
    _fix_lines(body, sizes.line)
    body.paragraph_format.space_after = Pt(0)
    for name, font, bold in (("Heading 1", HEI, False), ("Heading 2", KAI, not chinese), ("Heading 3", FANG, True)):
        heading = _style(docx, name, font, sizes.body, bold=bold or not chinese)
        _fix_lines(heading, sizes.line)
        heading.paragraph_format.space_before = Pt(sizes.body * 0.6)
        heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.keep_with_next = True
        if chinese:
            _indent(heading)
    title = _style(docx, "Title", TITLE_SONG, sizes.title, bold=not chinese)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _fix_lines(title, sizes.title * 1.5)
    _drop_border(title)
    _own_styles(docx, sizes, chinese)


def _own_styles(docx: Docx, sizes: Sizes, chinese: bool) -> None:
    text = _style(docx, "Body Text", FANG, sizes.body)
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.space_after = Pt(0 if chinese else 6)
    if chinese:
        _indent(text)
    for name, font, size in (
        ("Subtitle", KAI, sizes.body), ("Caption", HEI, sizes.small), ("List Bullet", FANG, sizes.body),
    ):  # fmt: skip
        style = _style(docx, name, font, size, bold=name == "Caption" and not chinese)
        style.font.italic = False
    docx.styles["Subtitle"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption = docx.styles["Caption"].paragraph_format
    caption.space_before, caption.space_after, caption.keep_with_next = Pt(10), Pt(4), True
    caption.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for name, font, size, colour in (
        ("Note", FANG, sizes.small, SOFT), ("Table Text", SONG, sizes.table, INK), ("Mark", HEI, sizes.small, ORANGE),
        ("Verbatim", SONG, 8.5, INK), ("Picture", SONG, sizes.small, INK), ("Page Foot", SONG, 14, INK),
        ("Contents Title", HEI, sizes.body, INK),
    ):  # fmt: skip
        docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style = _style(docx, name, font, size)
        style.font.color.rgb = colour
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _set_fonts(docx.styles["Verbatim"], SONG, MONO)
    docx.styles["Note"].paragraph_format.space_after = Pt(8)
    docx.styles["Contents Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _set_page(docx: Docx) -> None:
    section = docx.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    docx.settings.odd_and_even_pages_header_footer = True
    for grid in section._sectPr.findall(qn("w:docGrid")):  # lines are fixed; small print would snap to it
        section._sectPr.remove(grid)


def _set_language(docx: Docx, language: str) -> None:
    defaults = docx.styles.element.find(qn("w:docDefaults"))
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:val"), "en-GB")
        lang.set(qn("w:eastAsia"), language if language.startswith("zh") else "zh-CN")


def _style(docx: Docx, name: str, font: str, size: float, *, bold: bool = False) -> Any:
    style: Any = docx.styles[name]
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = INK
    _set_fonts(style, font, ROMAN)
    return style


def _set_fonts(style: Any, east: str, latin: str) -> None:
    """By name, and not by the theme's, whose fonts would win."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), font)


def _fix_lines(style: Any, points: float) -> None:
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(points)


def _indent(style: Any) -> None:
    """By characters, whatever their size."""
    properties = style.element.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = OxmlElement("w:ind")
        properties.insert_element_before(indent, "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl")
    indent.set(qn("w:firstLineChars"), str(100 * CHARACTERS))
    indent.set(qn("w:firstLine"), str(round(CHARACTERS * style.font.size.pt * 20)))  # for what cannot count characters


def _drop_border(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
