"""The cockpit of a county with a million answers, which came in five days: the first view after a start, and others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app import create_app
from app.config import Settings
from surveys import accounts
from surveys.campaigns import CampaignView
from surveys.db import Database
from surveys.fieldwork.arrivals import SLOT
from surveys.models import NOWHERE, ArrivalCount, Campaign, FrameCell
from tests import factories
from tests.app.desk import Desk, hashed
from tests.benchmarks.findings import Facts, met, number
from tests.benchmarks.size import Size
from tests.benchmarks.stocked import MORE, stock
from tests.benchmarks.workplace import SEED, ZONE, Workplace, address_of

ASKED = 200.0  # ms
STARTS, VIEWS = 5, 50
DAYS, HOURS = 5, (7, 22)
NAME = "tiny"
PAGES = {
    "page": f"/console/campaigns/{NAME}/watch",
    "a group": f"/console/campaigns/{NAME}/watch?group=parent",
    "wall": f"/console/campaigns/{NAME}/watch?view=wall",
    "renewal": f"/console/campaigns/{NAME}/watch/now",
    "reminders": f"/console/campaigns/{NAME}/reminders",
}


def run(size: Size, place: Workplace) -> Iterator[Facts]:
    for kind in size.databases:
        with place.database(kind) as database:
            campaign = stock(database, size.stored)
            slots = add_arrivals(database, campaign)
            settings = Settings(
                home=place.folder_for("home"), database_url=address_of(database), secret=factories.SECRET, timezone=ZONE
            )
            did = f"{size.stored:,} responses, {slots:,} counts of arrivals, {DAYS} days, 803 places"
            yield Facts(f"cockpit {kind}", {"did": did, **measure(settings, database, size.stored)})


def measure(settings: Settings, database: Database, stored: int) -> Mapping[str, str]:
    """Milliseconds of the first view after a start, until everything is counted then, and of the views that follow."""
    first = [taken(lambda client=client: view(client, PAGES["page"])) for client in starts(settings, database)]
    client = next(starts(settings, database))
    counted = taken(lambda: view(client, PAGES["reminders"]))
    if f"{stored:,}" not in client.get(PAGES["page"]).get_data(as_text=True):
        raise SystemExit("the cockpit counts other answers than there are")
    lines = {"first": words(first), "counted": f"{number(counted)} ms after a start, for whoever waits"}
    for name, path in PAGES.items():
        lines[name] = words([taken(lambda path=path: view(client, path)) for _ in range(VIEWS)])
    return {**lines, "checked": "every answer was 200 with all answers counted"}


def starts(settings: Settings, database: Database) -> Iterator[FlaskClient]:
    """Fresh processes, but for the process: an application that has counted nothing yet, and an officer signed in."""
    for _ in range(STARTS):
        app = create_app(replace(settings, testing=True), database=database)
        with app.app_context(), database.begin() as session:
            if accounts.find_account(session, name="officer") is None:
                values = {"password": hashed(), "role": "officer", "region": "demo", "now": datetime.now(UTC)}
                accounts.add_account(session, name="officer", **values)
        desk = Desk(app.test_client())
        desk.sign_in("officer")
        yield desk.client


def view(client: FlaskClient, path: str) -> None:
    if client.get(path).status_code != 200:
        raise SystemExit(f"{path} was not answered")


def taken(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def words(milliseconds: list[float]) -> str:
    middle, most = median(milliseconds), max(milliseconds)
    return f"{number(middle)} ms, at most {number(most)}; asked for under {ASKED:g}: {met(middle < ASKED)}"


def add_arrivals(database: Database, campaign: CampaignView) -> int:
    """Arrivals of five days, most hours and places among them, and a campaign that is open for two more."""
    now = datetime.now(UTC)
    with database.begin() as session:
        row = session.scalars(select(Campaign).where(Campaign.id == campaign.id)).one()
        row.opens_at, row.closes_at = now - timedelta(days=DAYS), now + timedelta(days=2)
        cells = session.execute(select(FrameCell.group, FrameCell.school_id, FrameCell.population)).all()
    rows = list(_rows(campaign.id, now, [(group, school or NOWHERE, people) for group, school, people in cells]))
    with database.begin() as session:
        session.execute(insert(ArrivalCount), rows)
    return len(rows)


def _rows(campaign_id: int, now: datetime, places: list[tuple[str, int, int]]) -> Iterator[dict[str, object]]:
    rng = np.random.default_rng(SEED)
    last = int(now.timestamp()) // SLOT
    slots = [slot for slot in range(last - DAYS * 144, last) if HOURS[0] <= _hour(slot) < HOURS[1]]
    expected = [people / MORE / len(slots) for *_, people in places]
    for slot in slots:
        for (group, key, _), came in zip(places, rng.poisson(expected).tolist(), strict=True):
            if came:
                counts = {"opened": round(came * 1.3), "completed": came}
                yield {"campaign_id": campaign_id, "slot": slot, "group": group, "school_key": key, **counts}


def _hour(slot: int) -> int:
    return datetime.fromtimestamp(slot * SLOT, ZONE).hour
