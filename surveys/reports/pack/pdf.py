"""A report as PDF."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from surveys import qr
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
from surveys.reports.typesetting import printable, typeset

TEMPLATE = Path(__file__).with_name("report.typ")
LONGEST = 4000  # characters of a paragraph
RUNNING = 70  # characters of the line at the head of a page; half as many hanzi
ROOM = 156 / 25.4 * 72 / 8.8  # of a table between the margins, in heights of its letters
SCHEME = "://"


def make_pdf(document: Document) -> bytes:
    """The same document gives the same bytes."""
    return typeset(TEMPLATE, [_plain(document)], tagged=True, brief=document.brief)


def plain_chart(chart: Chart) -> dict[str, Any]:
    """A chart for the template, with round ticks on its axis."""
    step = 5 if chart.most - chart.least <= 30 else 10
    first = ceil(chart.least / step) * step
    return {
        "dots": [
            {
                "label": printable(dot.label),
                "value": dot.value,
                "low": dot.low,
                "high": dot.high,
                "shown": dot.shown,
                "strong": dot.strong,
                "below": dot.below,
                "bound": dot.bound,
            }
            for dot in chart.dots
        ],
        "threshold": chart.threshold,
        "line": chart.line,
        "least": chart.least,
        "most": chart.most,
        "crowd": printable(chart.crowd),
        "ticks": list(range(first, int(chart.most) + 1, step)),
    }


def _plain(document: Document) -> dict[str, Any]:
    day = document.made_at
    return {
        "lang": document.language.partition("-")[0],
        "title": printable(document.title),
        "running": printable(document.title, RUNNING if document.language == "en" else RUNNING // 2),
        "subtitle": printable(document.subtitle),
        "author": printable(document.author),
        "organiser": printable(document.author, 60),
        "marks": [printable(mark) for mark in document.marks],
        "facts": [[printable(name), printable(words)] for name, words in document.facts],
        "date": [day.year, day.month, day.day],
        "foot": document.foot,
        "contents": document.contents,
        "brief": document.brief,
        "blocks": [_block(each, label) for each, label in document.numbered()],
    }


def _block(block: Block, label: str) -> dict[str, Any]:
    match block:
        case Heading():
            return {"type": "heading", "text": printable(block.text), "level": block.level}
        case Paragraph():
            return {"type": "paragraph", "text": printable(block.text, LONGEST), "tone": block.tone}
        case Points():
            return {"type": "points", "texts": [printable(each, LONGEST) for each in block.texts]}
        case Table():
            return _table(block, label)
        case Chart():
            words = {
                "caption": printable(f"{label}\u3000{block.caption}", LONGEST),
                "alt": printable(block.alt, LONGEST),
            }
            return {"type": "chart", **words, "chart": plain_chart(block)}
        case Verbatim():
            return {"type": "verbatim", "lines": [_line(each) for each in block.text.splitlines()]}
        case Seal():
            return _seal(block)


def _table(table: Table, label: str) -> dict[str, Any]:
    return {
        "type": "table",
        "caption": printable(f"{label}\u3000{table.caption}"),
        "columns": [
            {"head": _breaking(printable(each.head)), "number": each.form != "text", "width": width}
            for each, width in zip(table.columns, shares(table, ROOM), strict=True)
        ],
        "rows": [[printable(cell.text, LONGEST) for cell in row] for row in table.rows],
        "note": printable(table.note, LONGEST),
    }


def _breaking(head: str) -> str:
    """Words that stay together in a sentence may stand below one another at the head of a column."""
    return head.replace("\u00a0", " ")


def _seal(seal: Seal) -> dict[str, Any]:
    return {
        "type": "seal",
        "svg": qr.qr_svg(seal.address, mask=qr.FIXED_MASK),
        "address": seal.address,
        "shown": printable(seal.address.split(SCHEME, 1)[-1]),
        "serial": seal.serial,
        "words": [printable(each, LONGEST) for each in seal.words],
    }


def _line(text: str) -> str:
    """With its indent, which is what it means."""
    body = text.lstrip(" ")
    return "\u00a0" * (len(text) - len(body)) + printable(body, LONGEST)
