"""A county with a score to report on: two groups at three schools, some of them too small to show, and deputies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from app import create_app
from app.config import Settings
from app.edge import Renke
from surveys import campaigns, evaluations
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import add_people, answer
from tests.app.served import served
from tests.conftest import sqlite_database

COUNTS = {
    ("student", "P01"): (31, 5), ("student", "P02"): (24, 6), ("student", "J01"): (47, 12),
    ("parent", "P01"): (33, 7), ("parent", "P02"): (21, 3), ("parent", "J01"): (52, 9),
    ("teacher", "J01"): (11, 1), ("teacher", "P01"): (3, 0), ("npc_deputy", None): (13, 2),
}  # fmt: skip
SMALL = {
    ("student", "P02"): (2, 1),
    ("student", "P01"): (31, 5),
    ("parent", "P01"): (33, 7),
    ("parent", "J01"): (40, 9),
}
Counts = dict[tuple[str, str | None], tuple[int, int]]


@contextmanager
def packed(home: Path, counts: Counts = COUNTS) -> Iterator[Renke]:
    """The application over a closed campaign `tiny` that was scored once."""
    settings = Settings(
        home=home, database_url="", secret=factories.SECRET, timezone=factories.ZONE, testing=True,
        base_url="https://renke.example",
    )  # fmt: skip
    with sqlite_database(home) as database:
        app = create_app(settings, database=database, clock=Clock(), draw=factories.drawer(9))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        add_people(app)
        answer(app, counts)
        with database.begin() as session:
            campaigns.close_campaign(session, name="tiny", now=factories.NOW)
            evaluations.evaluate(session, name="tiny", now=factories.NOW)
        with served(app):
            yield app


def score_again(app: Renke) -> None:
    """Another way of weighting is another evaluation."""
    later(app)
    with app.database.begin() as session:
        evaluations.evaluate(session, name="tiny", now=app.clock(), weighting="none")


def later(app: Renke) -> None:
    clock = app.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(hours=1)
