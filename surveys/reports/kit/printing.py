"""Making the print kit: what stands on which page is settled here, how it looks in the template beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from surveys import qr
from surveys.errors import SurveyError
from surveys.reports.kit.bundles import Bundle, gather_bundles
from surveys.reports.kit.model import KitCode, KitHeader, Text
from surveys.reports.typesetting import printable, typeset

TEMPLATE = Path(__file__).with_name("kit.typ")
PAGES_PER_PART = 50
LONGEST_ADDRESS = 30  # characters that fit on one line of a slip
LONGEST_NAME = 100  # characters, as in the database; the smallest lettering of a slip has room for them


def make_kit(header: KitHeader, posters: Sequence[KitCode], slips: Sequence[KitCode]) -> bytes:
    """The kit as a PDF: a cover sheet, then one page per poster, then the slips ten to a page.

    The same codes give the same bytes.
    """
    if not posters and not slips:
        raise SurveyError("kit.empty", "invalid")
    bundles = gather_bundles(posters, slips)
    return typeset(TEMPLATE, _parts(header, bundles))


def _parts(header: KitHeader, bundles: Sequence[Bundle]) -> Iterator[dict[str, Any]]:
    """The cover sheet with the first pages, then the other pages a part at a time."""
    shown = _header(header)
    rows = [_row(bundle) for bundle in bundles]
    pages = chain.from_iterable(chain(map(_posters, bundles), map(_sheets, bundles)))
    while part := list(islice(pages, PAGES_PER_PART)):
        yield {"header": shown, "rows": rows, "pages": part}
        rows = []


def _header(header: KitHeader) -> dict[str, Any]:
    return {
        "title": _words(header.title),
        "organiser": _words(header.organiser),
        "county": printable(header.county),
        "opens": printable(header.opens),
        "closes": printable(header.closes),
        "contact": printable(header.contact or ""),
        "approval": printable(header.approval or ""),
        "address": _address(header.base_url),
        "simulated": header.simulated,
        "english": "en" in header.languages,
    }


def _address(base_url: str) -> str:
    """What to type into a browser, which adds the scheme; a long one may break after its dots."""
    address = base_url.split("://", 1)[-1].rstrip("/")
    return address if len(address) <= LONGEST_ADDRESS else address.replace(".", ".\u200b")


def _row(bundle: Bundle) -> dict[str, Any]:
    return {
        **_recipient(bundle),
        "posters": len(bundle.posters),
        "poster_pages": _pages(bundle.first_poster, len(bundle.posters)),
        "slips": len(bundle.slips),
        "slip_pages": _pages(bundle.first_sheet, len(bundle.sheets)),
    }


def _posters(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for page, code in enumerate(bundle.posters, bundle.first_poster):
        yield {**_recipient(bundle), "page": page, "code": _code(code, "Q")}


def _sheets(bundle: Bundle) -> Iterator[dict[str, Any]]:
    of, start = len(bundle.slips), 1
    for page, slips in enumerate(bundle.sheets, bundle.first_sheet):
        span = {"first": start, "last": start + len(slips) - 1, "of": of}
        yield {**_recipient(bundle), **span, "page": page, "codes": [_code(code, "M") for code in slips]}
        start += len(slips)


def _recipient(bundle: Bundle) -> dict[str, Any]:
    return {
        "school": printable(bundle.school or "", LONGEST_NAME),
        "school_code": printable(bundle.school_code or ""),
        "group": _words(bundle.group),
    }


def _code(code: KitCode, level: qr.Level) -> dict[str, str]:
    return {"typed": printable(code.typed), "svg": qr.qr_svg(code.url, level=level, mask=qr.FIXED_MASK)}


def _words(text: Text) -> dict[str, str]:
    """The Chinese and the English of `text`; what has no Chinese is shown in the language it has."""
    chinese = text.get("zh-CN") or next(iter(text.values()), "")
    return {"zh": printable(chinese), "en": printable(text.get("en", ""))}


def _pages(first: int, count: int) -> str:
    if count < 2:
        return str(first) if count else ""
    return f"{first}–{first + count - 1}"
