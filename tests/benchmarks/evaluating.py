"""From stored responses to the finished score, against reading the same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import delete, make_url

from surveys.db import Database
from surveys.evaluations import evaluate
from surveys.models import Evaluation
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.stocked import ITEMS, SCHOOLS, stock
from tests.benchmarks.workplace import Workplace, address_of

READ = 'SELECT "group", school_id, version_id, answers FROM responses'
CAMPAIGN = "tiny"


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for kind in size.databases:
        with place.database(kind) as database:
            stock(database, size.stored)
            yield _compare(size, kind, address_of(database))


def _compare(size: Size, kind: str, url: str) -> Finding:
    with Child(do_read) as bare, Child(do_evaluate) as ours:
        bare.run(url)
        ours.run(url)
        found = alternate(lambda: bare.run(url), lambda: ours.run(url), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    return Finding(
        name=f"evaluation {kind}",
        did=f"{size.stored:,} responses, {SCHOOLS} schools, {ITEMS} items: read, digest, weighted, scored, kept",
        yardstick="the driver reading the same rows into one matrix",
        unit=" s",
        comparison=found,
        peak=peak,
        checked="kept in the database each time, as a new evaluation",
    )


# In children


def do_evaluate(url: str) -> Measure:
    database = _database(url)
    found = timed(lambda: _evaluate(database))
    with database.begin() as session:  # else the next one would be this one
        session.execute(delete(Evaluation))
    return found


def _evaluate(database: Database) -> None:
    with database.begin() as session:
        evaluate(session, name=CAMPAIGN, now=datetime.now(UTC))


def do_read(url: str) -> Measure:
    return timed(lambda: _read(url))


def _read(url: str) -> NDArray[np.uint8]:
    with _connect(url) as connection:
        rows = connection.execute(READ).fetchall()
    return np.frombuffer(b"".join([row[3] for row in rows]), np.uint8).reshape(len(rows), ITEMS)


def _connect(url: str) -> Any:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return sqlite3.connect(str(address.database))
    return psycopg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False))


@cache
def _database(url: str) -> Database:
    return Database(url)
