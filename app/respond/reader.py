"""The reader: language, size of type, and a page put into both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from flask import Response, g, make_response, render_template, request
from flask_babel import force_locale, lazy_gettext

from app.i18n import LANGUAGES, current_language
from app.words import LANGUAGES as NAMES
from surveys.instruments.model import Instrument

SIZES = {"standard": lazy_gettext("标准"), "large": lazy_gettext("大字"), "huge": lazy_gettext("特大")}
SIZE_COOKIE = "size"
A_YEAR = 365 * 24 * 3600
KEPT = ("lang", "size", "paper")  # what a switch leaves as it was


@dataclass(frozen=True)
class Switch:
    """One position of a switch: where it leads, and whether it is on."""

    label: str
    address: str
    on: bool
    language: str | None = None


def page(
    template: str,
    *,
    heading: object,
    status: int = 200,
    language: str | None = None,
    languages: Sequence[str] = tuple(LANGUAGES),
    **shown: Any,
) -> Response:
    """`template` in the reader's language, or in `language`, under `heading`, which is also the title.

    Where the questionnaire's language is none of the interface's, the interface keeps the reader's own.
    """
    wanted = language or current_language()
    spoken = _spoken(wanted)
    with speaking(wanted):
        body = render_template(
            template,
            heading=heading,
            size=current_size(),
            direction=direction_of(spoken),
            sizes=tuple(_sizes()),
            languages=tuple(_languages(languages, wanted)),
            campaign=g.get("campaign"),
            **shown,
        )
    response = make_response(body, status)
    response.headers["Content-Language"] = ", ".join(dict.fromkeys((wanted, spoken)))
    return response


def speaking(language: str) -> AbstractContextManager[None]:
    """The interface's texts in `language`, or in the reader's own where the interface does not know it."""
    return cast(AbstractContextManager[None], force_locale(LANGUAGES[_spoken(language)]))


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else current_language()


def language_for(instrument: Instrument, fallback: str | None = None) -> str:
    """The language asked for in the address, else `fallback`, else the reader's, as far as the paper has it."""
    for asked in (request.args.get("lang"), fallback, current_language()):
        if asked in instrument.languages:
            return str(asked)
    return instrument.languages[0]


def current_size() -> str:
    for asked in (request.args.get("size"), request.cookies.get(SIZE_COOKIE)):
        if asked in SIZES:
            return str(asked)
    return "standard"


def remember_size(response: Response) -> Response:
    asked = request.args.get("size")
    if asked in SIZES:
        options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": request.is_secure}
        response.set_cookie(SIZE_COOKIE, str(asked), max_age=A_YEAR, path="/r", **options)
    return response


@lru_cache(maxsize=256)  # reading a locale costs more than reading the code's row
def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _sizes() -> Iterator[Switch]:
    for size, label in SIZES.items():
        yield Switch(str(label), address(size=size), on=size == current_size())


def _languages(tags: Sequence[str], wanted: str) -> Iterator[Switch]:
    for tag in tags:
        yield Switch(_name(tag), address(lang=tag), on=tag == wanted, language=tag)


def _name(tag: str) -> str:
    """A language in its own words."""
    try:
        return NAMES.get(tag) or Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def address(**changed: str) -> str:
    """This page's query with some of it changed. Relative, so that the code is not written out."""
    arguments = {**kept_arguments(), **changed}
    return "?" + urlencode(arguments) if arguments else ""


def kept_arguments() -> dict[str, str]:
    return {name: request.args[name] for name in KEPT if name in request.args}
