"""A page may be as old as `Settings.stale` says; what is handed in is judged by how things are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app import create_app
from app.config import Settings
from app.edge import Renke
from surveys import campaigns, models
from surveys.db import Database
from tests import factories
from tests.app.conftest import Clock
from tests.app.served import served
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Page, Visit, filled


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def slow_to_hear(settings: Settings, database: Database, clock: Clock) -> Iterator[Renke]:
    with served(create_app(replace(settings, stale=3600), database=database, clock=clock)) as app:
        yield app


def opened(visit: Visit, fieldwork: Fieldwork) -> Page:
    visit.get(f"/r/{fieldwork.poster}")
    return visit.get(f"/r/{fieldwork.poster}")


def test_a_campaign_that_has_just_closed(slow_to_hear: Renke, fieldwork: Fieldwork, clock: Clock) -> None:
    visit = Visit(slow_to_hear.test_client())
    page = opened(visit, fieldwork)
    with fieldwork.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=clock.now)
    clock.now += timedelta(milliseconds=1)
    assert visit.get(f"/r/{fieldwork.poster}").status == 200
    assert visit.post(f"/r/{fieldwork.poster}", filled(page)).status == 410
    assert fieldwork.stored() == []


def test_a_poster_that_has_just_been_voided(slow_to_hear: Renke, fieldwork: Fieldwork) -> None:
    visit = Visit(slow_to_hear.test_client())
    page = opened(visit, fieldwork)
    with fieldwork.database.begin() as session:
        factories.void(session, models.Code.kind == "open")
    assert visit.get(f"/r/{fieldwork.poster}").status == 200
    assert visit.post(f"/r/{fieldwork.poster}", filled(page)).status == 410
    assert fieldwork.stored() == []


def test_a_slip_is_never_old(slow_to_hear: Renke, fieldwork: Fieldwork) -> None:
    visit = Visit(slow_to_hear.test_client())
    visit.answer(fieldwork.slip)
    assert visit.get(f"/r/{fieldwork.slip}").status == 410
