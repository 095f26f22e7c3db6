"""The log of SQLite goes into the file beside the writers: it stays small, and nobody's commit waits for all of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from surveys import checkpoints
from surveys.db import Database

ROWS, BATCHES, SIZE = 100, 150, 1000
PAUSE = 0.005  # seconds: between two batches the turn is free
WRITTEN = ROWS * BATCHES * SIZE  # bytes, at least


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(checkpoints, "EVERY", 5 * ROWS)
    opened = Database(f"sqlite:///{tmp_path / 'log.db'}")
    with opened.write() as connection:
        connection.exec_driver_sql("CREATE TABLE rows (id BLOB PRIMARY KEY) WITHOUT ROWID")
    yield opened
    opened.close()


def write(database: Database, batches: int = BATCHES) -> None:
    for _ in range(batches):
        with database.write() as connection:
            rows = [(secrets.token_bytes(SIZE),) for _ in range(ROWS)]
            connection.exec_driver_sql("INSERT INTO rows VALUES (?)", rows)
        time.sleep(PAUSE)


def count(database: Database) -> int:
    with database.read() as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM rows").scalar() or 0)


def log_of(tmp_path: Path) -> int:
    return (tmp_path / "log.db-wal").stat().st_size


def test_the_log_does_not_grow_with_what_is_written(database: Database, tmp_path: Path) -> None:
    write(database)
    assert log_of(tmp_path) < 2 * WRITTEN
    assert count(database) == ROWS * BATCHES


def test_without_it_the_log_would_hold_all_of_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test before this one can fail. What cannot be copied stays in the log, and nobody's commit fails."""
    monkeypatch.setattr(checkpoints, "COPY", "SELECT 1 FROM nowhere")
    write(database)
    assert log_of(tmp_path) > 3 * WRITTEN
    assert count(database) == ROWS * BATCHES


def test_several_who_write_and_copy_at_once(database: Database) -> None:
    writers = [Thread(target=write, args=(database, 15)) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert count(database) == ROWS * 60
