"""Texts of LimeSurvey are HTML with {expressions}; ours are plain, with a line for each paragraph."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

BROKEN_LINE = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
AFTER_BREAK = re.compile(r"(<br\s*/?>)[ \t]*[\r\n][ \t\r\n]*", re.IGNORECASE)
BLOCKS = "p|div|li|ul|ol|h[1-6]|table|tbody|tr|td|th|blockquote"
AROUND_BLOCKS = re.compile(rf"[ \t]*(</?(?:{BLOCKS})\b[^>]*>)[ \t]*", re.IGNORECASE)
TAG = re.compile(r"<[A-Za-z/!]")
EXPRESSION = re.compile(r"\{[^\s{}][^{}]*\}")
ENDS_A_LINE = frozenset(("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))
PLAIN = ENDS_A_LINE | {"br", "ul", "ol", "table", "tbody", "td", "th", "span"}
SILENT = frozenset(("script", "style"))


def to_html(text: str) -> str:
    """Plain text as HTML in which LimeSurvey finds no expression."""
    escaped = html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
    return escaped.replace("\n", "<br />")


def from_html(markup: str) -> tuple[str, bool]:
    """The plain text, and whether there was more than paragraphs: emphasis, pictures, links."""
    if not TAG.search(markup):
        return html.unescape(markup).replace("\r\n", "\n").strip(), False
    reader = _Reader()
    whole = BROKEN_LINE.sub(" ", AFTER_BREAK.sub(r"\1", markup))
    reader.feed(AROUND_BLOCKS.sub(r"\1", whole))
    reader.close()
    return "".join(reader.parts).strip(), reader.more


def expressions(markup: str) -> list[str]:
    """The {expressions} that LimeSurvey would fill in."""
    return EXPRESSION.findall(markup)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.more = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        self.more |= tag not in PLAIN
        self._silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in ENDS_A_LINE:
            self.parts.append("\n")
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if self._silent <= 0:
            self.parts.append(data)
