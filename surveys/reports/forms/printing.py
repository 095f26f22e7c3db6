"""Setting paper forms: the questionnaire is laid out for the page here, how it looks is in the template beside it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from surveys import qr
from surveys.instruments.model import Instrument, Item, Scale, Text
from surveys.reports.forms.model import FormCode, FormHeader
from surveys.reports.typesetting import printable, typeset

QUESTIONNAIRE, STACK = (Path(__file__).with_name(name) for name in ("form.typ", "stack.typ"))
FORMS_PER_PART = 100
WIDEST_GRID = 6  # options that fit side by side over several questions
LONGEST_OPTION = 6  # characters of an option at the head of a column
LONGEST_TEXT = 600


def make_forms(header: FormHeader, instrument: Instrument, codes: Sequence[FormCode]) -> bytes:
    """A form for each code, in the instrument's first language; each starts on the front of a sheet.

    The questionnaire is set once, and codes are stamped on its pages: to set it for each takes ten times as long.
    """
    questionnaire = _questionnaire(header, instrument, specimen=False)
    sheets = list(typeset(QUESTIONNAIRE, [questionnaire]))
    shared = {"title": _say(header.title), "questionnaire": sheets, "pages": questionnaire["pages"]}
    drawn = [_code(code) for code in codes]
    parts = [drawn[start : start + FORMS_PER_PART] for start in range(0, len(drawn), FORMS_PER_PART)]
    return typeset(STACK, ({**shared, "forms": part} for part in parts))


def make_specimens(header: FormHeader, instruments: Iterable[Instrument]) -> bytes:
    """A form without a code for each instrument, marked as a specimen: to be read, approved and shown."""
    return typeset(QUESTIONNAIRE, [_questionnaire(header, each, specimen=True) for each in instruments])


def _questionnaire(header: FormHeader, instrument: Instrument, *, specimen: bool) -> dict[str, Any]:
    """What a form says. It is set once to see how many pages it has, because each of them says so."""
    data = {"header": _header(header), "paper": _paper(instrument), "specimen": specimen, "pages": 0}
    return {**data, "pages": len(PdfReader(io.BytesIO(typeset(QUESTIONNAIRE, [data]))).pages)}


def _header(header: FormHeader) -> dict[str, Any]:
    return {
        "title": _say(header.title),
        "organiser": _say(header.organiser),
        "approval": printable(header.approval or ""),
        "contact": printable(header.contact or ""),
        "closes": printable(header.closes),
        "place": printable(header.place),
        "group": _say(header.group),
        "address": header.base_url.split("://", 1)[-1],
        "simulated": header.simulated,
        "large": header.large,
    }


def _code(code: FormCode) -> dict[str, str]:
    svg = qr.qr_svg(code.url, level="M", mask=qr.FIXED_MASK)
    return {"typed": printable(code.typed), "svg": svg, "serial": str(code.serial)}


# The questionnaire


def _paper(instrument: Instrument) -> dict[str, Any]:
    language = instrument.languages[0]
    numbers = {item.id: number for number, item in enumerate(instrument.items, start=1)}
    return {
        "title": _say(instrument.title, language),
        "grades": _say(instrument.grades or {}, language),
        "introduction": [
            printable(line, LONGEST_TEXT) for line in instrument.introduction.get(language, "").splitlines()
        ],
        "minutes": instrument.minutes,
        "sections": [
            {"title": _say(section.title, language), "blocks": list(_blocks(section.items, numbers, language))}
            for section in instrument.sections
        ],
        "comment": None
        if instrument.comment is None
        else {"text": _say(instrument.comment.text, language), "note": _say(instrument.comment.note, language)},
    }


def _blocks(items: Iterable[Item], numbers: dict[str, int], language: str) -> Iterator[dict[str, Any]]:
    """Questions in a row with the same short options stand in a grid; others have their options below."""
    for scale, run in groupby(items, key=lambda item: item.scale):
        questions = list(run)
        options = [{"code": each.code, "text": _say(each.text, language)} for each in scale.options]
        asked = [
            {
                "number": numbers[item.id],
                "text": _say(item.text, language),
                "note": _say(item.note or {}, language),
                "optional": not item.required,
            }
            for item in questions
        ]
        yield {"grid": len(questions) > 1 and _is_short(scale, language), "options": options, "items": asked}


def _is_short(scale: Scale, language: str) -> bool:
    longest = max(len(option.text.get(language, "")) for option in scale.options)
    return len(scale.options) <= WIDEST_GRID and longest <= LONGEST_OPTION


def _say(text: Text, language: str = "zh-CN") -> str:
    return printable(text.get(language) or next(iter(text.values()), ""), LONGEST_TEXT)
