"""The database goes away, is full, cannot be written, has no time: people are asked for patience, nothing is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from surveys.db import Database
from surveys.models import Response
from tests import factories
from tests.conftest import sqlite_database
from tests.durability import disks, faults
from tests.durability.books import broken_promises, half_done, read_books
from tests.durability.clusters import Cluster, own_cluster
from tests.durability.counties import County, open_county
from tests.durability.forms import Form, Pages
from tests.durability.nodes import Cold, Node, node
from tests.durability.phones import Street, phones
from tests.durability.trials import trial_of
from tests.durability.warm import Warm

SLIPS = 400
PHONES = 8
RESTARTS = 5
SMALL = 8  # MiB
HOURS = timedelta(hours=9)

on_sqlite = pytest.mark.xdist_group("durability")
on_postgres = pytest.mark.xdist_group("faults of postgres")


# SQLite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "database" / "renke.db"


@pytest.fixture
def file_county(file: Path, tmp_path: Path, sqlite_template: Path) -> Iterator[County]:
    file.parent.mkdir()
    with sqlite_database(file.parent, sqlite_template) as database:
        yield open_county(database, tmp_path, slips=SLIPS)


@on_sqlite
def test_another_program_writes_for_longer_than_anybody_waits(file_county: County, file: Path, warm: Warm) -> None:
    with trial_of(file_county, warm) as trial:
        trial.endure(faults.locked(file), tries=1)


@on_sqlite
def test_every_write_to_the_disk_fails(file_county: County, warm: Warm) -> None:
    with trial_of(file_county, warm) as trial:
        trial.endure(faults.failing_disk(trial.node), ready=(200, 503))


@on_sqlite
def test_a_full_disk(file_county: County, file: Path, tmp_path: Path) -> None:
    pages, disk = Pages(file_county), tmp_path / "disk"
    moved = file_county.moved(disk / file.name)
    around = disks.small_disk(disk, SMALL, holding=[file])

    def seen(server: Node) -> Path:
        return disks.seen_by(server.pid, disk)

    with closing(Cold(around)) as cold, trial_of(moved, cold, pages, where=seen) as trial:
        trial.endure(disks.filled(seen(trial.node)), ready=(200, 503))


@on_sqlite
def test_a_disk_that_can_only_be_read(file_county: County, file: Path, warm: Warm) -> None:
    """From the start: no system lets a disk become read-only while files on it are written."""
    with trial_of(file_county, warm) as before:
        late = before.open(4)
    file_county.tidy()
    with closing(Cold(disks.read_only_disk(file.parent))) as cold, trial_of(file_county, cold, before.pages) as trial:
        trial.endure(disks.read_only_until_now(trial.node.pid, file.parent), late=late)


@on_sqlite
def test_a_disk_that_can_only_be_read_after_a_crash(file_county: County, file: Path, warm: Warm) -> None:
    """SQLite's log is there still: pages can be shown. A process that has opened it so has to be started anew."""
    with trial_of(file_county, warm) as before:
        late = before.open(4)
    with closing(Cold(disks.read_only_disk(file.parent))) as cold, trial_of(file_county, cold, before.pages) as broken:
        broken.meet([], late, ready=(200, 503))
    with trial_of(file_county, warm, before.pages) as mended:
        mended.settle(late, [])


# PostgreSQL


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster_county(cluster: Cluster, tmp_path: Path) -> Iterator[County]:
    with cluster.database() as database:
        yield open_county(database, tmp_path, slips=SLIPS)


@on_postgres
@pytest.mark.postgres
def test_a_database_that_is_restarted_under_load(
    cluster_county: County, cluster: Cluster, warm: Warm, rng: random.Random, tmp_path: Path
) -> None:
    """As a power cut would: what was committed only in memory is gone."""
    pages = Pages(cluster_county)
    with node(warm, cluster_county.environment, tmp_path / "server.txt") as server:
        with phones(Street(server.port), pages, count=PHONES, seed=rng.randrange(10**9)) as journal:
            for _ in range(RESTARTS):
                time.sleep(rng.uniform(0.2, 0.8))
                cluster.restart()
            time.sleep(0.5)
        assert (journal.troubles, journal.cut) == ([], set())
    assert journal.put_off > 0
    books = read_books(cluster_county)
    assert broken_promises(journal.words, books) == []
    assert half_done((word.form for word in journal.words), books) == []


@on_postgres
@pytest.mark.postgres
def test_a_database_that_is_away(cluster_county: County, cluster: Cluster, warm: Warm) -> None:
    with trial_of(cluster_county, warm) as trial:
        trial.endure(faults.away(cluster))


@on_postgres
@pytest.mark.postgres
def test_a_database_that_can_only_be_read(cluster_county: County, cluster: Cluster, warm: Warm) -> None:
    with trial_of(cluster_county, warm) as trial:
        trial.endure(faults.standby(cluster), ready=(200, 503))


@on_postgres
@pytest.mark.postgres
def test_a_database_that_is_told_to_be_read_only(cluster_county: County, cluster: Cluster, warm: Warm) -> None:
    """A wish that a transaction may overrule: a receipt is a receipt all the same."""
    with trial_of(cluster_county, warm) as trial:
        trial.endure(faults.read_only(cluster), told=(303, 503), ready=(200, 503))


@on_postgres
@pytest.mark.postgres
def test_no_connection_is_left(cluster_county: County, cluster: Cluster, warm: Warm) -> None:
    with trial_of(cluster_county, warm) as trial:
        trial.endure(faults.no_connection_left(cluster))


@on_postgres
@pytest.mark.postgres
def test_a_full_disk_under_the_responses(warm: Warm, tmp_path: Path) -> None:
    with own_cluster() as cluster, disks.reachable_by_all() as disk:
        cluster.stop()
        cluster.start(disks.small_disk(disk, SMALL, owner=cluster.owner))
        with cluster.database() as database:
            county = open_county(database, tmp_path, slips=SLIPS)
            cluster.move_to(disk, database, ["responses", "comments"])
            with trial_of(county, warm) as trial:
                trial.endure(disks.filled(disks.seen_by(cluster.pid, disk)), late=trial.open(4), ready=(200, 503))


# Both


@pytest.fixture
def county(database: Database, tmp_path: Path) -> County:
    return open_county(database, tmp_path, slips=SLIPS)


class WrongClock:
    """Says the time, or what somebody has set it to."""

    def __init__(self) -> None:
        self.wrong_by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.wrong_by


@on_sqlite
def test_a_clock_set_back(county: County) -> None:
    clock, pages = WrongClock(), Pages(county)
    client = create_app(county.settings, database=county.database, clock=clock).test_client()
    forms = [pages.fill_in(code, client.get(code.path).text) for code in (pages.slips[0], pages.posters[0])]
    for form in forms:
        clock.wrong_by = -HOURS  # the page was opened nine hours later than it is handed in
        first = send(client, form)
        assert first.status_code == 303
        for clock.wrong_by in (-2 * HOURS, timedelta(), HOURS):
            assert send(client, form).location == first.location
    with county.database.read() as session:
        assert session.scalars(select(Response.pace)).all() == [0, 0]
    assert half_done(forms, read_books(county)) == []


@on_sqlite
def test_a_clock_set_back_before_the_opening(county: County) -> None:
    """The form is refused, and taken once the clock is right."""
    clock, pages = WrongClock(), Pages(county)
    client = create_app(county.settings, database=county.database, clock=clock).test_client()
    form = pages.fill_in(pages.slips[0], client.get(pages.slips[0].path).text)
    clock.wrong_by = factories.NOW - timedelta(days=2) - datetime.now(UTC)
    assert send(client, form).status_code == 403
    assert read_books(county).used.total() == 0
    clock.wrong_by = timedelta()
    assert send(client, form).status_code == 303
    assert half_done([form], books := read_books(county)) == []
    assert books.responses.total() == 1


def send(client: FlaskClient, form: Form) -> TestResponse:
    return client.post(form.code.path, data=form.body, content_type="application/x-www-form-urlencoded")
