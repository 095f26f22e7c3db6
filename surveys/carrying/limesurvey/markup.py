"""Texts of LimeSurvey are HTML with {expressions}; ours are plain, with a line for each paragraph."""

from __future__ import annotations

import html
import re

# Each begins where spaces begin and ends before the next tag, so that no text takes long, however broken it is.
BROKEN_LINE = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")
AFTER_BREAK = re.compile(r"(<br\s*/?>)[ \t]*[\r\n][ \t\r\n]*", re.IGNORECASE)
BLOCKS = "p|div|li|ul|ol|h[1-6]|table|tbody|tr|td|th|blockquote"
BEFORE_BLOCK = re.compile(rf"(?<![ \t])[ \t]+(?=</?(?:{BLOCKS})\b)", re.IGNORECASE)
AFTER_BLOCK = re.compile(rf"(</?(?:{BLOCKS})\b[^<>]*>)[ \t]+", re.IGNORECASE)
TAG = re.compile(r"<!--[^<>]*-->|<(?P<closes>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)[^<>]*>")
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
    whole = BROKEN_LINE.sub(" ", AFTER_BREAK.sub(r"\1", markup))
    parts, more, hidden, end = [], False, "", 0
    whole = AFTER_BLOCK.sub(r"\1", BEFORE_BLOCK.sub("", whole))
    for tag in TAG.finditer(whole):
        closes, name = bool(tag["closes"]), (tag["name"] or "").lower()
        parts += [] if hidden else [html.unescape(whole[end : tag.start()])]
        parts += ["\n"] if name == "br" or (closes and name in ENDS_A_LINE) else []
        more |= bool(name) and name not in PLAIN
        if name in SILENT and not (hidden and name != hidden):
            hidden = "" if closes else name
        end = tag.end()
    parts += [] if hidden else [html.unescape(whole[end:])]
    return "".join(parts).strip(), more


def expressions(markup: str) -> list[str]:
    """The {expressions} that LimeSurvey would fill in."""
    return EXPRESSION.findall(markup)
