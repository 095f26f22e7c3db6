"""A program with a token: a county that was asked twice, a campaign elsewhere, and whoever may have tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.edge import Renke
from surveys import accounts
from surveys.accounts import tokens
from surveys.accounts.tokens import WantedToken, scopes_of
from surveys.db import Database
from surveys.regions import add_region
from tests import factories
from tests.app.conftest import Clock
from tests.app.served import served
from tests.conftest import sqlite_database
from tests.surveys.studied import ANSWERED, ask

HOME = "/api/v1"
PAPERS = {group: ["tiny"] for group in ANSWERED}
# account -> role, region
PEOPLE = {
    "admin": ("administrator", "demo"),
    "officer": ("officer", "demo"),
    "evaluator": ("evaluator", "demo-province"),
    "analyst": ("analyst", "demo"),
    "auditor": ("auditor", "demo"),
    "neighbour": ("officer", "other"),
}


@dataclass(frozen=True)
class Program:
    """Asks the API of an application, with a token or without."""

    app: Renke
    token: str | None = None
    language: str = "zh-CN"

    def get(self, address: str, *, method: str = "GET", **headers: str) -> TestResponse:
        """The answer; `headers` are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent = {"Authorization": f"Bearer {self.token}", **sent}
        path = address if address.startswith("/") else f"{HOME}/{address}"
        answer = self.app.test_client().open(path, method=method, headers={"Accept-Language": self.language, **sent})
        assert "Set-Cookie" not in answer.headers
        return answer

    def read(self, address: str, **headers: str) -> Any:
        """What a right request gives."""
        answer = self.get(address, **headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.mimetype == "application/json"
        return answer.json

    def refused(self, address: str, **headers: str) -> dict[str, Any]:
        """Why a wrong one is refused."""
        return problem_of(self.get(address, **headers))

    def read_all(self, address: str, limit: int) -> list[Any]:
        """The rows of all parts of a list, by the addresses that the headers name."""
        rows: list[Any] = []
        following = f"{HOME}/{address}{'&' if '?' in address else '?'}limit={limit}"
        while following:
            answer = self.get(following)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            assert len(answer.json["items"]) <= limit
            rows += answer.json["items"]
            link = answer.headers.get("Link", "")
            assert bool(link) == (answer.json["next"] is not None)
            assert not link or link.endswith('; rel="next"')
            following = link.partition("<")[2].partition(">")[0]
        return rows


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """The problem that an answer is, checked for what all of them have."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json(force=True)
    assert set(found) == {"type", "title", "status", "detail", "code", "errors"}
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:renke:problem:{found['code']}"
    for each in found["errors"]:
        assert set(each) == {"code", "detail", "in", "name"}
    return found


def make_token(
    app: Renke, account: str, *, scopes: Sequence[str] | None = None, region: str | None = None, days: int = 90
) -> str:
    """A token for everything that the account's role may have one for, unless said otherwise."""
    with app.database.begin() as session:
        found = accounts.get_account(session, name=account)
        wanted = WantedToken("测试", scopes_of(found.role) if scopes is None else scopes, days, region)
        return tokens.make_token(
            session, account=found, wanted=wanted, now=app.clock(), secret=app.settings.secret, draw=app.draw
        )


def settings_for(home: Path, stale: float = 0) -> Settings:
    return Settings(
        home=home, database_url="", secret=factories.SECRET, timezone=factories.ZONE, language="zh-CN", stale=stale,
        testing=True,
    )  # fmt: skip


def furnish(database: Database) -> None:
    """Two rounds of the county with scores, an open campaign, one of another county, a township, and the accounts."""
    with database.begin() as session:
        ask(session, name="older", days_ago=365, seed=2)
        ask(session, name="newer", answered={"UP1": {"student": 3, "parent": 3, "teacher": 0}})
        factories.add_campaign(session, campaign="running", papers=PAPERS)
        factories.add_campaign(session, campaign="elsewhere", county="other")
        add_region(session, code="demo-town", name="乡", level="township", parent="demo", simulated=True)
        for name, (role, region) in PEOPLE.items():
            accounts.add_account(session, name=name, password="x", role=role, region=region, now=factories.NOW)


@contextmanager
def api_over(home: Path, template: Path, stale: float = 0) -> Iterator[Renke]:
    """An application over a copy of `template`, as production runs it."""
    with sqlite_database(home, template) as database:
        app = create_app(settings_for(home, stale), database=database, clock=Clock(factories.NOW + timedelta(hours=1)))
        for each in (app, app.front, app.api):
            each.config["PROPAGATE_EXCEPTIONS"] = False
        with served(app):
            yield app
