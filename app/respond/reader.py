"""The reader: language, size of type, whose device it is, and a page put into these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from babel import Locale, UnknownLocaleError
from flask import Response, g, make_response, render_template, request
from flask_babel import force_locale, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_cookie

from app.edge import here
from app.i18n import COOKIE, LANGUAGES, choose_language
from app.respond.tokens import ReportSlip, seal_report
from app.words import LANGUAGES as NAMES
from surveys.instruments.model import Instrument

SIZES = {"standard": lazy_gettext("标准"), "large": lazy_gettext("大字"), "huge": lazy_gettext("特大")}
SIZE_COOKIE, SHARED_COOKIE = "size", "shared"
A_YEAR = 365 * 24 * 3600
A_LESSON = 12 * 3600  # a computer room is forgotten over night
LONGEST_ASKED = 64  # characters of a language or the name of a paper
KEPT = ("lang", "size", "paper", "preview")  # what a switch leaves as it was


@dataclass(frozen=True)
class Reader:
    """What a page depends on besides its content.

    `asked` is what the address said and the switches of the page keep; only words we know, so that there are few.
    """

    language: str
    size: str
    shared: bool  # a device of a computer room: nothing may be left behind
    asked: tuple[tuple[str, str], ...]

    @property
    def asked_language(self) -> str | None:
        return dict(self.asked).get("lang")


@dataclass(frozen=True)
class Switch:
    """One position of a switch: where it leads, and whether it is on."""

    label: str
    address: str
    on: bool
    language: str | None = None


def read_reader() -> Reader:
    """The reader of this request."""
    given = request.environ
    return reader_of(given.get("QUERY_STRING", ""), given.get("HTTP_COOKIE", ""), given.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=1024)  # most browsers of a county say the same three things
def reader_of(query: str, cookie: str, accepted: str) -> Reader:
    """The reader who comes with these words of the address, cookies and preferred languages."""
    given = MultiDict(parse_qsl(query, keep_blank_values=True))
    cookies = parse_cookie(cookie)
    size = next((name for name in (given.get("size"), cookies.get(SIZE_COOKIE)) if name in SIZES), "standard")
    shared = given.get(SHARED_COOKIE) if given.get(SHARED_COOKIE) in ("0", "1") else cookies.get(SHARED_COOKIE)
    asked = ((name, given[name]) for name in KEPT if name in given)
    kept = tuple((name, value) for name, value in asked if value.isascii() and len(value) <= LONGEST_ASKED)
    return Reader(choose_language(given.get("lang"), cookies.get(COOKIE), accepted), str(size), shared == "1", kept)


def page(
    template: str,
    *,
    heading: object,
    status: int = 200,
    language: str | None = None,
    languages: Sequence[str] = tuple(LANGUAGES),
    school_id: int | None = None,
    **shown: Any,
) -> Response:
    """`template` in the reader's language, or in `language`, under `heading`, which is also the title.

    Where the questionnaire's language is none of the interface's, the interface keeps the reader's own. `school_id`
    is the school that a report of misuse would be about.
    """
    wanted = language or read_reader().language
    spoken = spoken_for(wanted)
    with speaking(wanted):
        body = render_template(
            template,
            heading=heading,
            size=read_reader().size,
            shared=read_reader().shared,
            direction=direction_of(spoken),
            sizes=tuple(_sizes()),
            languages=tuple(_languages(languages, wanted)),
            campaign=g.get("campaign"),
            links={"report": _report(school_id), **shown.pop("links", {})},
            **shown,
        )
    response = make_response(body, status)
    response.headers["Content-Language"] = content_language(wanted)
    return response


def content_language(wanted: str) -> str:
    return ", ".join(dict.fromkeys((wanted, spoken_for(wanted))))


def speaking(language: str) -> AbstractContextManager[None]:
    """The interface's texts in `language`, or in the reader's own where the interface does not know it."""
    return cast(AbstractContextManager[None], force_locale(LANGUAGES[spoken_for(language)]))


def spoken_for(language: str) -> str:
    return language if language in LANGUAGES else read_reader().language


def language_for(instrument: Instrument, reader: Reader, fallback: str | None = None) -> str:
    """The language asked for in the address, else `fallback`, else the reader's, as far as the paper has it."""
    for language in (reader.asked_language, fallback, reader.language):
        if language in instrument.languages:
            return str(language)
    return instrument.languages[0]


def remember(response: Response) -> Response:
    """Cookies for what the address asked: the size of type, and that many use this device."""
    if not request.query_string:
        return response
    options: dict[str, Any] = {"path": "/r", "httponly": True, "samesite": "Lax", "secure": here().is_secure}
    if request.args.get("size") in SIZES:
        response.set_cookie(SIZE_COOKIE, request.args["size"], max_age=A_YEAR, **options)
    if request.args.get(SHARED_COOKIE) in ("0", "1"):
        response.set_cookie(SHARED_COOKIE, request.args[SHARED_COOKIE], max_age=A_LESSON, **options)
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
        yield Switch(str(label), address(size=size), on=size == read_reader().size)


def _languages(tags: Sequence[str], wanted: str) -> Iterator[Switch]:
    for tag in tags:
        yield Switch(_name(tag), address(lang=tag), on=tag == wanted, language=tag)


def _name(tag: str) -> str:
    """A language in its own words."""
    try:
        return NAMES.get(tag) or Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _report(school_id: int | None) -> str | None:
    """Where misuse in this campaign is reported; the address holds no code."""
    campaign = g.get("campaign")
    if campaign is None:
        return None
    return f"/r/report/{seal_report(ReportSlip(campaign.id, school_id), secret=here().settings.secret)}"


def address(**changed: str) -> str:
    """This page's query with some of it changed. Relative, so that the code is not written out."""
    arguments = {**kept_arguments(), **changed}
    return "?" + urlencode(arguments) if arguments else ""


def kept_arguments() -> dict[str, str]:
    """What the address asked for and the links of the page keep."""
    return dict(read_reader().asked)
