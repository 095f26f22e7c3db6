"""The database: the one module that knows its address, and where every transaction begins and ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

SQLITE_PATIENCE = 30_000  # ms a writer waits for another writer


class Database:
    """One database. The doors take a `Database` and open one `begin()` for each request, command or job."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._reader = self.engine.execution_options(reads_only=True, postgresql_readonly=True)
        self._turn = _turn(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that commits when the block ends well, and undoes everything when it does not."""
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, so that it never waits for a writer."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL, with what each needs so that a committed row survives a power cut.

    Parameters are hidden from error messages, because answers are among them.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_size=16, hide_parameters=True)
    engine = create_engine(address, connect_args={"timeout": SQLITE_PATIENCE / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _turn(engine: Engine) -> AbstractContextManager[object]:
    """What a writer of this process holds while it writes.

    SQLite lets one write at a time, and whoever waits for another looks again after a sleep that grows. Threads that
    queue here instead are woken at once: about a third more submissions a second.
    """
    return RLock() if engine.dialect.name == "sqlite" else nullcontext()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own: see _begin_immediate
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_PATIENCE}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """Writers take the lock at the start: a reader that turns writer half-way would fail instead of waiting."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
