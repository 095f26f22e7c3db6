"""The doors: respondents, console, programs, commands. `create_app` puts one installation together.

It is three Flask applications over one domain. The front is for everybody: it knows no accounts, no sessions and no
sign-in, so that nothing of these can come near an answer, or cost whoever answers anything. The desk is for accounts,
and has the commands. The API is for programs, which come with a token. See docs/decisions/0007-front-and-desk.md and
0012-the-api-is-a-third-application.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask.sessions import NullSession, SessionInterface
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app import access, accounts, api, cli, console, errors, headers, health, i18n, inlined, respond, verify
from app.bridge import WSGI
from app.config import Settings, read_settings
from app.edge import Renke, is_for_everybody, is_for_programs
from surveys.db import Database


def now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    clock: Callable[[], datetime] = now,
    draw: Callable[[int], bytes] = secrets.token_bytes,
) -> Renke:
    """The application for `settings`; tests hand in their own database, clock and randomness."""
    settings = settings or read_settings()
    database = database or Database(settings.database_url)
    desk = _create_desk(Renke("app", settings=settings, database=database, clock=clock, draw=draw))
    bare, programs = (
        Renke("app", settings=settings, database=database, clock=clock, draw=draw, static_folder=None) for _ in range(2)
    )
    desk.front, desk.api = _create_front(bare), _create_api(programs)
    whole = _choose(desk.front.wsgi_app, desk.api.wsgi_app, desk.wsgi_app)
    behind = ProxyFix(whole, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)
    desk.wsgi_app = behind if settings.proxies else whole  # type: ignore[method-assign, assignment]
    return desk


def _create_front(app: Renke) -> Renke:
    app.session_interface = _NoSessions()
    inlined.init_inlined(app)
    i18n.init_languages(app)
    headers.init_front_headers(app)
    errors.init_errors(app)
    access.init_access(app)
    respond.init_respond(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(verify.blueprint)
    return app


def _create_api(app: Renke) -> Renke:
    app.session_interface = _NoSessions()
    i18n.init_languages_of_programs(app)
    headers.init_api_headers(app)
    api.init_api(app)
    return app


def _create_desk(app: Renke) -> Renke:
    app.url_map.converters["int"] = _Number
    app.secret_key = app.settings.secret.decode()
    app.config["SECURITY_PASSWORD_SALT"] = app.secret_key
    app.config["SESSION_COOKIE_SECURE"] = app.is_secure
    inlined.init_inlined(app)
    i18n.init_languages(app)
    headers.init_desk_headers(app)
    errors.init_errors(app)
    accounts.init_accounts(app)
    access.init_access(app)
    CSRFProtect(app)
    app.register_blueprint(console.blueprint)
    cli.add_commands(app)
    return app


def _choose(front: WSGI, programs: WSGI, desk: WSGI) -> WSGI:
    """Each request to the one application that it is for."""

    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        chosen = front if is_for_everybody(path) else programs if is_for_programs(path) else desk
        return chosen(environ, start_response)

    return choose


class _Number(IntegerConverter):
    """A number in an address: one that no database can hold names nothing, so there is no such page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **options})


class _NoSessions(SessionInterface):
    """There is none, and whoever reaches for one fails."""

    def open_session(self, app: Any, request: Any) -> NullSession:
        return NullSession()

    def is_null_session(self, obj: object) -> bool:
        return True
