"""The database: the one module that knows its address, and where every transaction begins and ends."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from surveys.checkpoints import Checkpoints
from surveys.looking import DRIVER_ERRORS, Looker, is_ours
from surveys.remembering import PLACE, Memory
from surveys.turns import Turn

SQLITE_PATIENCE = 5_000  # ms a writer waits for one of another program
SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={SQLITE_PATIENCE}",
    "wal_autocheckpoint=8000",  # pages
)
OF_WRITER = (
    "cache_size=-16000",  # KiB: ids are random, so that a campaign's pages are all in use at once
    "wal_autocheckpoint=64000",  # only where surveys.checkpoints does not keep up
)
POOL = 16  # connections of PostgreSQL that a process keeps
POOL_PATIENCE = 5  # seconds to wait for one of them, and for a new one to be made
NETWORK = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}


class UnavailableError(Exception):
    """The database cannot do this now: it is away, full, read-only or too busy. Trying again later is right."""


class LostError(UnavailableError):
    """The connection broke. Another one may work at once."""


class RejectedError(Exception):
    """The database refused a statement of ours. Says which kind of error it was, and of which constraint."""


Access = Session | Connection  # what takes statements of plain columns


class Database:
    """One database. The doors take a `Database` and open one `begin()` for each request, command or job."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._reader = self.engine.execution_options(reads_only=True, postgresql_readonly=True)
        self._looks = self.engine.execution_options(looks=True, isolation_level="AUTOCOMMIT")
        self.turn = _turn(self.engine)  # what a writer takes; it may be taken beforehand
        self._checkpoints = None if self.is_remote else Checkpoints(self._looks, self.turn)
        self._lookers: deque[Looker] = deque()  # those that nobody uses just now
        self._info = {PLACE: Memory()}  # what its sessions know
        self._writing = Lock()
        self._writer: Connection | None = None

    @property
    def is_remote(self) -> bool:
        """Whether a question crosses to another process, so that one for many is worth more than many at once."""
        return self.engine.dialect.name != "sqlite"

    @property
    def address(self) -> str:
        """Its URL with everything in it, for a process of ours that opens it as well."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that commits when the block ends well, and undoes everything when it does not.

        Raises UnavailableError. If the connection broke while it committed, nobody knows whether it did.
        """
        with _telling(), self.turn, self._open(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, so that it never waits for a writer. Raises UnavailableError."""
        with _telling(), self._open(self._reader) as session, session.begin():
            yield session

    def _open(self, engine: Engine) -> Session:
        return Session(engine, expire_on_commit=False, info=self._info)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As `begin`, on the one connection that is kept for what is written all the time. Raises UnavailableError."""
        with self.turn, self._writing, _telling():  # the turn first, as whoever takes it beforehand does
            kept, self._writer = self._writer or self._connect_writer(), None
            try:
                with kept.begin():
                    yield kept
            except BaseException:
                kept.close()
                raise
            self._writer = kept
            if self._checkpoints is not None:
                self._checkpoints.consider(_driver(kept).total_changes)

    def _connect_writer(self) -> Connection:
        connection = self.engine.connect()
        for pragma in () if self.is_remote else OF_WRITER:
            _driver(connection).execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def look(self) -> Iterator[Looker]:
        """A connection that is kept for single reads outside any transaction. Raises UnavailableError.

        To open a session and a transaction for each of them costs ten times what the reading does.
        """
        with _telling():
            looker = self._idle_looker() or Looker(self._looks.connect())
            try:
                yield looker
            except DRIVER_ERRORS as error:
                looker.drop()
                kind = RejectedError if is_ours(error) else LostError
                raise kind(type(error).__name__) from None
            except BaseException:
                looker.drop()
                raise
            self._lookers.append(looker)

    def _idle_looker(self) -> Looker | None:
        with suppress(IndexError):  # another thread may take the last one at any moment
            return self._lookers.pop()
        return None

    def ping(self) -> None:
        """Raise UnavailableError when the database does not answer."""
        with _telling(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def compact(self, *tables: str) -> None:
        """Write files anew, without what was deleted from them; what reads or writes meanwhile waits."""
        of_file = ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]
        orders = [f"VACUUM FULL {name}" for name in tables] if self.is_remote else of_file
        with _telling(), self.turn, self._looks.connect() as connection:
            for order in orders:
                connection.exec_driver_sql(order)

    def close(self) -> None:
        with self._writing:
            while looker := self._idle_looker():
                looker.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        if self._checkpoints is not None:
            self._checkpoints.close()
        if isinstance(self.turn, Turn):
            self.turn.close()
        self.engine.dispose()


def connection_of(access: Access) -> Connection:
    """For statements in the driver's own words."""
    return access.connection() if isinstance(access, Session) else access


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def dialect_of(access: Access) -> str:
    """`sqlite` or `postgresql`."""
    bind = access.get_bind() if isinstance(access, Session) else access
    return bind.dialect.name


@contextmanager
def _telling() -> Iterator[None]:
    """Whatever is the database's fault, and not ours, is UnavailableError; of the rest no values are told."""
    try:
        yield
    except PoolTimeout as error:
        raise UnavailableError(type(error).__name__) from error
    except DBAPIError as error:
        kind = type(error.orig or error).__name__
        if _is_ours(error):
            raise RejectedError(kind, *_constraint(error)).with_traceback(error.__traceback__) from None
        raise (LostError if error.connection_invalidated else UnavailableError)(kind) from None


def _is_ours(error: DBAPIError) -> bool:
    """A value that no column takes, or a table that is not there, will not be better later."""
    ours = isinstance(error, DataError | IntegrityError | ProgrammingError)
    return ours or "no such" in str(error.orig)


def _constraint(error: DBAPIError) -> Iterator[str]:
    """Which one was broken; what PostgreSQL says besides can be a whole row."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name is not None:
        yield str(name)


def open_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL, with what each needs so that a committed row survives a power cut.

    Parameters are hidden from error messages, because answers are among them.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_size=POOL,
            pool_timeout=POOL_PATIENCE,
            connect_args={"connect_timeout": POOL_PATIENCE, **NETWORK},
            hide_parameters=True,
        )
    room = {"max_overflow": -1} if address.database else {}  # a thread each; the file has no limit of its own
    patience = {"timeout": SQLITE_PATIENCE / 1000}
    engine = create_engine(address, connect_args=patience, hide_parameters=True, **room)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _turn(engine: Engine) -> AbstractContextManager[object]:
    """What a writer holds while it writes.

    SQLite lets one write at a time, and whoever waits for another looks again after a sleep that grows. Writers that
    queue here instead are woken at once: the threads of this process by a lock, other processes by one on a file.
    """
    if engine.dialect.name != "sqlite":
        return nullcontext()
    file = engine.url.database
    return Turn(Path(f"{file}-turn")) if file and file != ":memory:" else RLock()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own: see _begin_immediate
    cursor = connection.cursor()
    for pragma in SQLITE:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """Writers take the lock at the start: a reader that turns writer half-way would fail instead of waiting."""
    options = connection.get_execution_options()
    if not options.get("looks", False):
        connection.exec_driver_sql("BEGIN" if options.get("reads_only", False) else "BEGIN IMMEDIATE")
