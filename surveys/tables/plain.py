"""CSV to rows of text. Its encoding and delimiter are told by fixed rules, never guessed from letter counts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from surveys.tables.findings import EACH, Findings
from surveys.tables.limits import Budget
from surveys.tables.model import Grid, Pool, Row

DELIMITERS = (",", ";", "\t")
INVISIBLE = "\ufeff\u200b\u200e\u200f"  # byte order marks inside the text, and marks that web pages leave
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_plain(content: bytes, findings: Findings) -> Grid | None:
    """The rows of a CSV file; None, with what is wrong in `findings`, when it is not one."""
    text = _decode(content, findings)
    if text is None:
        return None
    for found in islice(CONTROL.finditer(text), EACH):
        code = "table.nul" if found[0] == "\x00" else "table.control_character"
        findings.add(code, line=text.count("\n", 0, found.start()) + 1, value=f"U+{ord(found[0]):04X}")
    if findings:
        return None
    for mark in INVISIBLE:
        text = text.replace(mark, "")
    return _read_rows(text, findings)


def _decode(content: bytes, findings: Findings) -> str | None:
    """Strict UTF-8, else strict GB18030; a byte order mark is a promise of UTF-8."""
    marked = content.startswith(b"\xef\xbb\xbf")
    reached = 0
    for encoding in ("utf-8-sig",) if marked else ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            reached = max(reached, error.start)
    findings.add("table.encoding", line=content.count(b"\n", 0, reached) + 1)
    return None


def _read_rows(text: str, findings: Findings) -> Grid | None:
    budget = Budget(findings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text), strict=True)
    try:
        return Grid(None, list(_rows(reader, budget)))
    except csv.Error:
        findings.add("table.quoting", line=reader.line_num)
        return None


def _rows(reader: Iterator[list[str]], budget: Budget) -> Iterator[Row]:
    one = Pool().one
    for number, found in enumerate(reader, start=1):
        cells = [one(cell.strip()) for cell in found]
        if not budget.covers(len(cells)):
            return
        if any(cells):
            yield Row(number, cells)


def sniff_delimiter(text: str) -> str:
    """The delimiter that stands most often in the header line, outside quotes; the comma where none does."""
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for letter in text.lstrip():
        if letter == '"':
            quoted = not quoted
        elif letter in "\r\n" and not quoted:
            break
        elif letter in counts and not quoted:
            counts[letter] += 1
    return max(DELIMITERS, key=lambda each: counts[each])
