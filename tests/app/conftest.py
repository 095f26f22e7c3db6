"""The application over a database of the test's own, on SQLite and on PostgreSQL, with a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.edge import Renke
from surveys.db import Database
from tests import factories
from tests.app.served import served


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A module may name the DATABASES of its tests: where pages only show what `tests/surveys` tries on each."""
    left_out = {each for each in items if not _is_wanted(each)}
    items[:] = [each for each in items if each not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _is_wanted(item: pytest.Item) -> bool:
    named = getattr(getattr(item, "module", None), "DATABASES", None)
    given = getattr(getattr(item, "callspec", None), "params", {})
    return named is None or given.get("database", named[0]) in named


@dataclass
class Clock:
    """Stands still until a test sets it."""

    now: datetime = factories.NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        database_url="",
        secret=factories.SECRET,
        timezone=factories.ZONE,
        language="zh-CN",
        stale=0,
        testing=True,
    )


@pytest.fixture
def app(database: Database, settings: Settings, clock: Clock) -> Iterator[Renke]:
    app = create_app(settings, database=database, clock=clock)
    for each in (app, app.front):
        each.config["PROPAGATE_EXCEPTIONS"] = False  # a 500 is a page here too, as it is for people
    with served(app):
        yield app


@pytest.fixture
def client(app: Renke) -> FlaskClient:
    return app.test_client()
