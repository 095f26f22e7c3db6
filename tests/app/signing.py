"""A real county, as opposed to the fictional ones of other tests: who judges there needs a second factor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.edge import Renke
from surveys import accounts, trail
from surveys.models import Region
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, Page, hashed, text
from tests.app.visits import every
from tests.surveys.phones import code_at

NEW = "四时佳兴 与人同静观"
SET_UP = "/console/account/second-factor"
# account -> role, region
PEOPLE = {
    "admin": ("administrator", "demo-province"),
    "officer": ("officer", "demo"),
    "evaluator": ("evaluator", "demo-province"),
    "neighbour": ("officer", "other"),
}


def add_real_people(app: Renke) -> None:
    """Two counties that are not fictional, and who works there."""
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        for code in ("demo", "other"):
            factories.add_county(session, code=code)
        session.execute(update(Region).values(simulated=False))
        for name, (role, region) in PEOPLE.items():
            accounts.add_account(session, name=name, password=password, role=role, region=region, now=factories.NOW)


def number_of(app: Renke, name: str) -> int:
    with app.database.read() as session:
        return accounts.get_account(session, name=name).id


def told(app: Renke) -> list[tuple[str, str]]:
    """What the trail has of accounts: who did what; the oldest first."""
    with app.database.read() as session:
        return [(deed.by, deed.action) for deed in reversed(trail.list_deeds(session, campaign_id=None))]


def key_of(page: Page) -> str:
    return text(page.all("code", id="key")[0])


def set_up(desk: Desk, clock: Clock) -> tuple[str, list[str]]:
    """Whoever is signed in sets up a phone: its key, and the recovery codes."""
    key = key_of(desk.get(SET_UP))
    page = desk.post(SET_UP, {"code": code_at(key, clock.now)}, to=SET_UP)
    assert page.status == 200, page.words
    return key, [text(each) for each in every(page.tree, "code")]


def second_step(desk: Desk, clock: Clock, key: str = "", **other: str) -> Page:
    """Answer the second step; each time with a code that was not there before."""
    clock.now += timedelta(seconds=30)
    data = {"code": code_at(key, clock.now)} if key else other
    return desk.post("/console/second-step", data, to="/console/second-step")


@pytest.fixture
def real(app: Renke) -> Renke:
    add_real_people(app)
    return app
