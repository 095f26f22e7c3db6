"""Codebooks (编码手册) as files that people and programs read: HTML, PDF, DDI and JSON, from one dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import force_locale

from app.codebook.laying import lay_out
from app.edge import here
from app.i18n import LANGUAGES
from surveys import VERSION
from surveys.exports.codebook import Codebook, as_json
from surveys.exports.ddi import make_ddi
from surveys.reports.codebook.document import Leaf
from surveys.reports.codebook.printing import print_codebook


@dataclass(frozen=True)
class Kind:
    """`suffix` of the file, and what the web calls its content."""

    suffix: str
    content: str


KINDS: Mapping[str, Kind] = {
    "html": Kind("html", "text/html; charset=utf-8"),
    "pdf": Kind("pdf", "application/pdf"),
    "ddi": Kind("xml", "application/xml; charset=utf-8"),
    "json": Kind("json", "application/json; charset=utf-8"),
}


def render_codebook(codebook: Codebook, *, kind: str, language: str) -> bytes:
    """The file: `kind` is one of KINDS; the language is of the words around, for HTML and PDF.

    The same codebook gives the same bytes.
    """
    if kind == "ddi":
        return make_ddi(codebook, code_version=VERSION)
    if kind == "json":
        return as_json(codebook)
    with force_locale(LANGUAGES[language]):
        leaf = lay_out(codebook)
        return _page(leaf) if kind == "html" else print_codebook(leaf)


def _page(leaf: Leaf) -> bytes:
    """By the templates alone: what pages of the console know of their reader does not belong into a file."""
    return here().jinja_env.get_template("codebook/page.html").render(leaf=leaf).encode("utf-8", "replace")
