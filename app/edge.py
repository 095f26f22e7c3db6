"""The application, typed: what every door may reach, and nothing that is global."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, current_app, request

from app.config import Settings
from surveys.db import Database

FRONT = frozenset({"/", "/r", "/v", "/healthz", "/readyz"})  # and all that is below
BELOW = ("/r/", "/v/")
PROGRAMS = "/api"  # and all that is below


class Renke(Flask):
    """Flask with the settings, the database, the clock and the source of randomness of one installation."""

    front: Renke  # of the desk: the application for respondents beside it
    api: Renke  # of the desk: that for programs

    def __init__(
        self,
        name: str,
        *,
        settings: Settings,
        database: Database,
        clock: Callable[[], datetime],
        draw: Callable[[int], bytes],
        **options: Any,
    ) -> None:
        super().__init__(name, **options)
        self.settings = settings
        self.database = database
        self.clock = clock
        self.draw = draw
        self.testing = settings.testing

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by https, so that cookies need not travel otherwise."""
        return self.settings.base_url.startswith("https:")

    def today(self) -> date:
        """The day where the survey is."""
        return self.clock().astimezone(self.settings.timezone).date()

    def log_exception(self, exc_info: Any) -> None:
        """Without the path: a respondent's address holds the code."""
        self.logger.error("unexpected error in %s", request.endpoint, exc_info=exc_info)


def is_for_everybody(path: str) -> bool:
    """Whether an address belongs to the front, and not to the desk."""
    return path.startswith(BELOW) or path in FRONT


def is_for_programs(path: str) -> bool:
    """Whether an address belongs to the API."""
    return path == PROGRAMS or path.startswith(f"{PROGRAMS}/")


def here() -> Renke:
    """The running application."""
    return cast(Renke, current_app._get_current_object())  # type: ignore[attr-defined]
