"""Typesetting: a typst template and plain data to a PDF, the same bytes on every machine."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from pypdf import PdfWriter

FONTS = Path(__file__).with_name("fonts")
CACHE_AGES = 11  # typst keeps what it laid out for ten compilations more; empty ones make it let go

# Without a space these letters have no place to break a line; those of Arabic, Tibetan or Mongolian join or stack, and
# must not be parted.
_RUN = re.compile("[!-\u05ff\u1e00-\u2e7f]{25,}")
_STEP = re.compile(".{1,12}")
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would reorder the text around a name


def typeset(template: Path, parts: Iterable[Mapping[str, Any]], *, tagged: bool = False, brief: bool = False) -> bytes:
    """One PDF of `template` set with each of `parts` in turn, which it reads as JSON from `sys.inputs.data`.

    Data never becomes typst source, no font of the machine is used, and no time is written into the file. Hand a
    long document over in parts: typst keeps about 1 MB a page while it works. What is read on screens is `tagged`,
    so that it can be read out; of what is `brief` so little is kept that the next ones may make typst let go of it.
    """
    pdfs = [_compiled(template, part, forget=not brief, pdf_tags=tagged) for part in parts]
    return pdfs[0] if len(pdfs) == 1 else _joined(pdfs)


def printable(text: str, limit: int = 200) -> str:
    """`text` on one line, without control characters, cut to `limit`, and breakable wherever it is long."""
    kept = "".join(_printable_character(character) for character in text if character not in _TURNING)
    line = " ".join(kept.split())
    return _breakable(line if len(line) <= limit else line[: limit - 1] + "…")


def draw(template: Path, data: Mapping[str, Any], *, density: float) -> tuple[bytes, bytes]:
    """The one page of `template` as SVG, its letters as outlines, and as PNG of so many dots an inch."""
    return _compiled(template, data, format="svg"), _compiled(template, data, format="png", ppi=density)


def _compiled(template: Path, data: Mapping[str, Any], *, forget: bool = True, **wanted: Any) -> bytes:
    settings = {"font_paths": _fonts(), "ignore_system_fonts": True}
    values = {"data": json.dumps(data, ensure_ascii=False)}
    made: bytes = typst.compile(str(template), root=str(template.parent), sys_inputs=values, **wanted, **settings)
    for _ in range(CACHE_AGES if forget else 0):
        typst.compile(b"", **settings)
    return made


def _joined(pdfs: Iterable[bytes]) -> bytes:
    first, *others = pdfs
    writer = PdfWriter(clone_from=io.BytesIO(first))
    for pdf in others:
        writer.append(io.BytesIO(pdf), import_outline=False)
    joined = io.BytesIO()
    writer.write(joined)
    return joined.getvalue()


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _printable_character(character: str) -> str:
    return " " if unicodedata.category(character) in _UNPRINTABLE else character


def _breakable(line: str) -> str:
    """`line` with zero-width spaces in runs of letters and signs too long for any line."""
    return _RUN.sub(lambda run: "\u200b".join(_STEP.findall(run[0])), line)
