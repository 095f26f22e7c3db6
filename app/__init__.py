"""The doors: respondents, console, commands. `create_app` puts one installation together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask_wtf import CSRFProtect

from app import access, accounts, cli, console, errors, headers, health, i18n, limits, respond
from app.config import Settings, read_settings
from app.edge import Renke
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
    app = Renke("app")
    app.settings = settings or read_settings()
    app.database = database or Database(app.settings.database_url)
    app.clock = clock
    app.draw = draw
    app.testing = app.settings.testing
    app.secret_key = app.settings.secret.decode()
    app.config["SECURITY_PASSWORD_SALT"] = app.secret_key
    app.config["SESSION_COOKIE_SECURE"] = app.settings.base_url.startswith("https:")
    i18n.init_languages(app)
    headers.init_headers(app)
    errors.init_errors(app)
    accounts.init_accounts(app)
    access.init_access(app)
    limits.init_limits(app)
    CSRFProtect(app).exempt(respond.blueprint)  # it has no session to ride on: see app.respond.views
    for door in (health.blueprint, respond.blueprint, console.blueprint):
        app.register_blueprint(door)
    cli.add_commands(app)
    return app
