"""Languages of the interface. The texts in the code are Chinese; English is a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.edge import here

LANGUAGES = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
DEFAULT = "zh-CN"
COOKIE = "lang"
A_YEAR = 365 * 24 * 3600


def init_languages(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", LANGUAGES[DEFAULT])
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=lambda: LANGUAGES[wanted_language()])
    app.after_request(_remember)
    app.add_template_filter(in_language)
    app.add_template_filter(local_time)
    app.jinja_env.globals["language"] = current_language
    app.jinja_env.globals["languages"] = tuple(LANGUAGES)


def init_languages_of_programs(app: Flask) -> None:
    """A program says with each request which language it takes; nothing is remembered."""
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=lambda: LANGUAGES[_language_of_program()])


def _language_of_program() -> str:
    accepted = request.environ.get("HTTP_ACCEPT_LANGUAGE", "") if has_request_context() else ""
    return choose_language(None, None, accepted)


def current_language() -> str:
    """`zh-CN` or `en`."""
    spoken = str(get_locale())
    return next((tag for tag, locale in LANGUAGES.items() if locale == spoken), DEFAULT)


def in_language(text: Mapping[str, str], language: str | None = None) -> str:
    """`text` in the reader's language, else in the first it has."""
    return text.get(language or current_language()) or next(iter(text.values()), "")


def local_time(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment in the installation's time zone."""
    return "" if moment is None else moment.astimezone(here().settings.timezone).strftime(form)


def wanted_language() -> str:
    """The reader's language: as asked in the address, as asked before, as the browser says. Outside a request, ours."""
    if not has_request_context():
        return here().settings.language if here().settings.language in LANGUAGES else DEFAULT
    asked = request.args.get("lang") if request.query_string else None
    return choose_language(asked, request.cookies.get(COOKIE), request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def choose_language(asked: str | None, before: str | None, accepted: str) -> str:
    """The first of these that the interface knows."""
    for tag in (asked, before):
        if tag in LANGUAGES:
            return str(tag)
    return _best(accepted)


@lru_cache(maxsize=256)  # whole schools send the same header
def _best(accepted: str) -> str:
    """`zh-CN` or `en`, from what a browser says it takes."""
    best = parse_accept_header(accepted, LanguageAccept).best_match(["zh-CN", "zh", "en"], DEFAULT)
    return "en" if best == "en" else DEFAULT


def _remember(response: Response) -> Response:
    asked = request.args.get("lang") if request.query_string else None
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, str(asked), max_age=A_YEAR, httponly=True, samesite="Lax")
    return response
