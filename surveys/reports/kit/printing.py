"""Making the print kit: what stands on which page is settled here, how it looks in the template beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from surveys import qr
from surveys.errors import SurveyError, shorten
from surveys.reports.kit.bundles import ENVELOPES_PER_PAGE, Bundle, Envelope, gather_bundles
from surveys.reports.kit.model import CHINESE, KitCode, KitEnvelope, KitHeader, Text
from surveys.reports.typesetting import printable, typeset

TEMPLATE = Path(__file__).with_name("kit.typ")
PAGES_PER_PART = 50
LONGEST_ADDRESS = 30  # characters that fit on one line of a slip
LONGEST_NAME = 100  # characters, as in the database; the smallest lettering of a slip has room for them
SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "CJK"}  # that our fonts have letters for


def make_kit(
    header: KitHeader, posters: Sequence[KitCode], slips: Sequence[KitCode], envelopes: Sequence[KitEnvelope] = ()
) -> bytes:
    """The kit as a PDF: a cover sheet, labels for the envelopes, a page per poster, the slips ten to a page.

    The same codes give the same bytes. Raises SurveyError(`kit.empty`), SurveyError(`kit.language`).
    """
    check_kit(header, [*posters, *slips])
    return typeset(TEMPLATE, _parts(header, gather_bundles(posters, slips, envelopes)))


def check_kit(header: KitHeader, codes: Sequence[KitCode]) -> None:
    """Whether there is anything to print, in languages that the survey has and our fonts can write.

    Raises SurveyError(`kit.empty`), SurveyError(`kit.language`).
    """
    if all(code.spent for code in codes):
        raise SurveyError("kit.empty", "invalid")
    second = header.second
    texts = [text.get(second, "") for text in (header.title, header.organiser)] if second else []
    if header.languages[:1] != (CHINESE,) or len(header.languages) > 2:
        raise SurveyError("kit.language", "invalid", languages=shorten(",".join(header.languages)))
    if second not in (None, "en") and not all(texts):
        raise SurveyError("kit.language_missing", "invalid", language=shorten(second))
    if not all(map(_has_letters, texts)):
        raise SurveyError("kit.language_unprintable", "invalid", language=shorten(second))


def _has_letters(text: str) -> bool:
    letters = (sign for sign in text if sign.isalpha())
    return all(unicodedata.name(sign, "").split(" ", 1)[0] in SCRIPTS for sign in letters)


def _parts(header: KitHeader, bundles: Sequence[Bundle]) -> Iterator[dict[str, Any]]:
    """The cover sheet with the first pages, then the other pages a part at a time."""
    shown = _header(header)
    rows = [_row(bundle) for bundle in bundles]
    pages = chain(_labels(bundles), chain.from_iterable(chain(map(_posters, bundles), map(_sheets, bundles))))
    while part := list(islice(pages, PAGES_PER_PART)):
        yield {"header": shown, "rows": rows, "pages": part}
        rows = []


def _header(header: KitHeader) -> dict[str, Any]:
    return {
        "title": _words(header.title, header.second),
        "organiser": _words(header.organiser, header.second),
        "county": printable(header.county),
        "opens": printable(header.opens),
        "closes": printable(header.closes),
        "contact": printable(header.contact or ""),
        "approval": printable(header.approval or ""),
        "address": _address(header.base_url),
        "simulated": header.simulated,
        "english": header.second == "en",
    }


def _address(base_url: str) -> str:
    """What to type into a browser, which adds the scheme; a long one may break after its dots."""
    address = base_url.split("://", 1)[-1].rstrip("/")
    return address if len(address) <= LONGEST_ADDRESS else address.replace(".", ".\u200b")


def _row(bundle: Bundle) -> dict[str, Any]:
    first_sheet = bundle.envelopes[0].first_sheet if bundle.envelopes else 0
    return {
        **_recipient(bundle),
        "envelopes": len(bundle.envelopes),
        "envelope_pages": _range(bundle.first_envelope, bundle.last_envelope) if bundle.envelopes else "",
        "posters": len(bundle.posters),
        "poster_pages": _pages(bundle.first_poster, len(bundle.posters)),
        "slips": len(bundle.printed),
        "slip_pages": _pages(first_sheet, len(bundle.sheets)),
        "classes": [_class_row(each) for each in bundle.envelopes] if len(bundle.envelopes) > 1 else [],
    }


def _class_row(envelope: Envelope) -> dict[str, Any]:
    return {
        **_named(envelope),
        "slips": len(envelope.slips),
        "slip_pages": _pages(envelope.first_sheet, len(envelope.sheets)),
    }


def _labels(bundles: Sequence[Bundle]) -> Iterator[dict[str, Any]]:
    """The labels of all envelopes, two to a page."""
    labels = [_label(bundle, envelope) for bundle in bundles for envelope in bundle.envelopes]
    for page, first in enumerate(range(0, len(labels), ENVELOPES_PER_PAGE), 1):
        yield {"page": page, "labels": labels[first : first + ENVELOPES_PER_PAGE]}


def _label(bundle: Bundle, envelope: Envelope) -> dict[str, Any]:
    missing = len(envelope.positions) - len(envelope.slips)
    return {
        **_recipient(bundle),
        **_named(envelope),
        "slips": len(envelope.slips),
        "span": _span(envelope.slips),
        "size": envelope.size,
        "positions": list(envelope.positions),
        "missing": max(missing, 0),
    }


def _posters(bundle: Bundle) -> Iterator[dict[str, Any]]:
    for page, code in enumerate(bundle.posters, bundle.first_poster):
        yield {**_recipient(bundle), "page": page, "code": _code(code, "Q")}


def _sheets(bundle: Bundle) -> Iterator[dict[str, Any]]:
    of = len(bundle.printed)
    for envelope in bundle.envelopes:
        for page, slips in enumerate(envelope.sheets, envelope.first_sheet):
            sheet = {**_recipient(bundle), **_named(envelope), "span": _span(slips), "of": of, "page": page}
            yield {**sheet, "codes": [_code(code, "M") for code in slips]}


def _recipient(bundle: Bundle) -> dict[str, Any]:
    return {
        "school": printable(bundle.school or "", LONGEST_NAME),
        "school_code": printable(bundle.school_code or ""),
        "group": _words(bundle.group, "en"),
    }


def _named(envelope: Envelope) -> dict[str, Any]:
    return {"form": _words(envelope.form, "en"), "spare": envelope.spare}


def _code(code: KitCode, level: qr.Level) -> dict[str, str]:
    return {"typed": printable(code.typed), "svg": qr.qr_svg(code.url, level=level, mask=qr.FIXED_MASK)}


def _words(text: Text, second: str | None) -> dict[str, str]:
    """The Chinese of `text` and that in the second language; what has no Chinese is shown in the one it has."""
    chinese = text.get(CHINESE) or next(iter(text.values()), "")
    return {"zh": printable(chinese), "other": printable(text.get(second or "", ""))}


def _span(slips: Sequence[KitCode]) -> str:
    """From the first to the last, by their places among all slips of the group, by which lost sheets are named."""
    return _range(slips[0].position, slips[-1].position) if slips else ""


def _pages(first: int, count: int) -> str:
    return _range(first, first + count - 1) if count else ""


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
