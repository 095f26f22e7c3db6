"""Who opens a page and who hands one in is counted beside the answers, and no answer waits for it or fails by it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import active_count
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from app.edge import Renke
from app.respond import turnstile as module
from app.respond.reception import reception_of
from app.respond.turnstile import Turnstile
from surveys.campaigns import get_campaign
from surveys.codes import Place
from surveys.db import Database, RejectedError, UnavailableError
from surveys.fieldwork.arrivals import SLOT, ArrivalRow, list_arrivals
from tests.app.conftest import Clock
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit, filled
from tests.factories import NOW, ZONE

MIDNIGHT = datetime(2026, 5, 12, tzinfo=ZONE)


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


def slot_at(moment: datetime) -> int:
    return int(moment.timestamp()) // SLOT


def counted(database: Database) -> tuple[ArrivalRow, ...]:
    with database.read() as session:
        return list_arrivals(session, campaign_id=get_campaign(session, name="tiny", now=NOW).id)


def sums(database: Database) -> dict[tuple[int, str], tuple[int, int]]:
    return {(row.slot, row.group): (row.opened, row.completed) for row in counted(database)}


# What is counted


def test_pages_and_answers_are_counted_on_either_way(
    app: Renke, client: FlaskClient, database: Database, fieldwork: Fieldwork, clock: Clock
) -> None:
    long_way, address = Client(app.front, use_cookies=False), f"/r/{fieldwork.poster}"
    visit = Visit(client)
    page = visit.get(address)  # printed by Flask
    again = visit.get(address)  # and stamped without it
    visit.post(address, filled(page))
    clock.now += timedelta(minutes=10)
    long_way.post(address, data=filled(again))
    reception_of(app.front).turnstile.flush()
    first = slot_at(NOW)
    assert sums(database) == {(first, "parent"): (2, 1), (first + 1, "parent"): (0, 1)}


def test_what_is_no_arrival_is_not_counted(
    app: Renke, client: FlaskClient, database: Database, fieldwork: Fieldwork
) -> None:
    long_way, address = Client(app.front, use_cookies=False), f"/r/{fieldwork.poster}"
    visit = Visit(client)
    sent = filled(visit.get(address))
    visit.post(address, {**sent, "teaching": ""})  # a page with a question missing
    visit.post(address, {**sent, "_redraw": "1"})
    visit.post(address, sent)
    visit.post(address, sent)  # a repeat, on the short way and on the long one
    long_way.post(address, data=sent)
    visit.get(f"{address}?preview=1")
    client.head(address)
    visit.get("/r/" + "0" * 24)
    reception_of(app.front).turnstile.flush()
    assert [(row.opened, row.completed) for row in counted(database)] == [(1, 1)]


def test_at_a_place_of_few_people_only_the_day_is_told(
    app: Renke, client: FlaskClient, database: Database, fieldwork: Fieldwork
) -> None:
    for group in ("principal", "teacher", "parent"):  # one, eight and sixty people
        Visit(client).answer(fieldwork.poster_of(group, "P01"))
    reception_of(app.front).turnstile.flush()
    day = slot_at(MIDNIGHT)
    assert sums(database) == {(day, "principal"): (1, 1), (day, "teacher"): (1, 1), (slot_at(NOW), "parent"): (1, 1)}


def test_the_end_of_the_process_writes_what_is_left(app: Renke, client: FlaskClient, database: Database) -> None:
    fieldwork = prepare(database)
    Visit(client).answer(fieldwork.poster)
    assert counted(database) == ()
    reception_of(app.front).turnstile.close()
    assert [(row.opened, row.completed) for row in counted(database)] == [(1, 1)]


# The turnstile


@pytest.fixture
def turnstile(database: Database) -> Iterator[Turnstile]:
    made = Turnstile(database, timezone=ZONE, logger=logging.getLogger("tests"))
    yield made
    made.close()


@pytest.fixture
def place(database: Database, fieldwork: Fieldwork) -> Place:
    with database.read() as session:
        campaign = get_campaign(session, name="tiny", now=NOW)
    return Place(campaign, "parent", 7, "P01", None, None, (), few=False)


def test_threads_lose_nothing(turnstile: Turnstile, place: Place, database: Database) -> None:
    def come(_: int) -> None:
        for number in range(2000):
            turnstile.count_opened(place, NOW)
            if number % 4 == 0:
                turnstile.count_completed(place, NOW)
            if number % 500 == 0:
                turnstile.flush()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(come, range(4)))
    turnstile.flush()
    assert counted(database) == (ArrivalRow(slot_at(NOW), "parent", 7, 8000, 2000),)


class Away:
    """A database that cannot be reached, or refuses."""

    def __init__(self, error: Exception) -> None:
        self.error, self.asked = error, 0

    def begin(self) -> AbstractContextManager[Any]:
        self.asked += 1
        raise self.error


def test_nothing_is_asked_of_the_database_where_nothing_was_counted() -> None:
    away: Any = Away(UnavailableError())
    threads = active_count()
    quiet = Turnstile(away, timezone=ZONE, logger=logging.getLogger("tests"))
    quiet.flush()
    assert active_count() == threads
    quiet.close()
    assert away.asked == 0


def test_counts_wait_for_a_database_that_is_away(turnstile: Turnstile, place: Place, database: Database) -> None:
    there, turnstile._database = turnstile._database, Away(UnavailableError())  # type: ignore[assignment]
    turnstile.count_opened(place, NOW)
    turnstile.flush()
    turnstile.count_completed(place, NOW)
    turnstile.flush()
    turnstile._database = there
    turnstile.flush()
    assert counted(database) == (ArrivalRow(slot_at(NOW), "parent", 7, 1, 1),)


def test_what_waits_is_bounded(turnstile: Turnstile, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for school in (1, 2, 3, 1):
        turnstile.count_opened(replace(place, school_id=school), NOW)
    assert [counts for _, counts in sorted(turnstile._counts.items())] == [(2, 0), (1, 0)]
    turnstile._counts.clear()


def test_what_is_rejected_is_told_and_forgotten(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    away: Any = Away(RejectedError("IntegrityError"))
    broken = Turnstile(away, timezone=ZONE, logger=logging.getLogger("tests"))
    broken.count_opened(place, NOW)
    broken.flush()
    broken.flush()
    broken.close()
    assert away.asked == 1
    assert caplog.messages == ["arrivals were not counted: IntegrityError"]


def test_it_is_written_after_a_while_without_being_asked(
    turnstile: Turnstile, place: Place, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SOONEST", 0.0)
    monkeypatch.setattr(module, "LATEST", 0.01)
    turnstile.count_opened(place, NOW)
    assert turnstile._thread is not None
    for _ in range(500):
        if counted(database):
            break
        turnstile._thread.join(0.01)
    assert counted(database) == (ArrivalRow(slot_at(NOW), "parent", 7, 1, 0),)
