"""From stored responses to the finished score and to counts, and from counts to the numbers of a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import func, make_url, select

from surveys.campaigns import get_campaign
from surveys.counts import keep_counts, recount, take_counts
from surveys.datasets import load_dataset
from surveys.db import Database
from surveys.evaluations import evaluate, preview
from surveys.evaluations.model import LEVEL
from surveys.models import Evaluation
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.stocked import ITEMS, SCHOOLS, stock
from tests.benchmarks.workplace import ZONE, Workplace, address_of

READ = 'SELECT "group", school_id, version_id, answers FROM responses'
READ_COUNTS = 'SELECT "group", school_id, version_id, given FROM answer_counts ORDER BY number'
COUNT = "SELECT count(*) FROM responses"
CAMPAIGN = "tiny"
CLOSE = 1e-12
NEXT = 1e-9  # by which the level of one evaluation differs from that of the one before


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    for kind in size.databases:
        with place.database(kind) as database:
            stock(database, size.stored)
            checked = _check(database)
            for task in TASKS:
                yield _compare(size, f"{task.name} {kind}", task, address_of(database), checked)


@dataclass(frozen=True)
class Task:
    """Something that is done with the stored responses."""

    name: str
    did: str
    work: Callable[[str], Measure]
    yardstick: str
    bare: Callable[[str], Measure]


def _compare(size: Size, name: str, task: Task, url: str, checked: str) -> Finding:
    with Child(task.bare) as bare, Child(task.work) as ours:
        bare.run(url)
        ours.run(url)
        found = alternate(lambda: bare.run(url), lambda: ours.run(url), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    did = f"{size.stored:,} responses, {SCHOOLS} schools, 7 groups, {ITEMS} items: {task.did}"
    return Finding(name, did, task.yardstick, " s", found, peak, checked)


def _check(database: Database) -> str:
    """That the rows that ours reads are those of the yardstick, and that counts and responses give one score."""
    now = datetime.now(UTC)
    with database.begin() as session:
        campaign = get_campaign(session, name=CAMPAIGN, now=now).id
        answers = load_dataset(session, campaign_id=campaign).sample.answers
        recount(session, campaign_id=campaign, now=now, today=now.astimezone(ZONE).date())
        whole = evaluate(session, name=CAMPAIGN, now=now).result
        seen = preview(session, name=CAMPAIGN, now=now).result
    bare = _read(address_of(database))
    if not np.array_equal(np.sort(answers, axis=0), np.sort(bare, axis=0)):
        raise SystemExit("the evaluation and the yardstick read other answers")
    far = [name for name in ("value", "se") if abs(whole["composite"][name] - seen["composite"][name]) > CLOSE * 100]
    if far:
        raise SystemExit(f"counts and responses give another {' and another '.join(far)}")
    return f"{len(answers):,} rows, those of the yardstick; the composite from counts is that from responses to {CLOSE}"


# In children


def do_evaluate(url: str) -> Measure:
    database = _database(url)
    with database.read() as session:
        kept = session.scalar(select(func.count()).select_from(Evaluation)) or 0
    return timed(lambda: _evaluate(database, LEVEL + kept * NEXT))


def _evaluate(database: Database, level: float) -> None:
    """At a level of its own: the same again would be the evaluation that is kept, and nothing takes that away."""
    with database.begin() as session:
        evaluate(session, name=CAMPAIGN, now=datetime.now(UTC), level=level)


def do_recount(url: str) -> Measure:
    return timed(lambda: _recount(_database(url)))


def _recount(database: Database) -> None:
    now = datetime.now(UTC)
    with database.read() as session:
        campaign = get_campaign(session, name=CAMPAIGN, now=now)
        fresh = take_counts(session, campaign_id=campaign.id, now=now, today=now.astimezone(ZONE).date())
    with database.begin() as session:
        keep_counts(session, fresh)


def do_preview(url: str) -> Measure:
    return timed(lambda: _preview(_database(url)))


def _preview(database: Database) -> None:
    with database.begin() as session:  # the trail says that somebody saw it
        preview(session, name=CAMPAIGN, now=datetime.now(UTC))


def do_read(url: str) -> Measure:
    return timed(lambda: _read(url))


def _read(url: str) -> NDArray[np.uint8]:
    with _connect(url) as connection:
        rows = connection.execute(READ).fetchall()
    return np.frombuffer(b"".join([row[3] for row in rows]), np.uint8).reshape(len(rows), ITEMS)


def do_read_counts(url: str) -> Measure:
    return timed(lambda: _read_counts(url))


def _read_counts(url: str) -> NDArray[np.uint32]:
    with _connect(url) as connection:
        rows = connection.execute(READ_COUNTS).fetchall()
        connection.execute(COUNT).fetchall()  # to say how old they are
    return np.frombuffer(b"".join([row[3] for row in rows]), "<u4").reshape(len(rows), -1)


def _connect(url: str) -> Any:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return sqlite3.connect(str(address.database))
    return psycopg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False))


@cache
def _database(url: str) -> Database:
    return Database(url)


ROWS = "the driver reading the same rows into one matrix"
TASKS = (
    Task("evaluation", "read, digest, weighted, scored, kept", do_evaluate, ROWS, do_read),
    Task("recount", "read, counted, counts kept", do_recount, ROWS, do_read),
    Task(
        "preview",
        "every number of the score from the stored counts",
        do_preview,
        "the driver reading the same counts into one matrix, and counting the responses",
        do_read_counts,
    ),
)
