"""What goes wrong with databases. Each fault lasts for a block, and is mended at its end."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg

from tests.durability.clusters import Cluster
from tests.durability.nodes import Node

MOST_CONNECTIONS = 200
UNTIL_HEARD = 0.5  # seconds until every connection knows of new settings


@contextmanager
def away(cluster: Cluster) -> Iterator[None]:
    """The server is down."""
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


@contextmanager
def read_only(cluster: Cluster) -> Iterator[None]:
    """Its operators have said that nothing is to be written."""
    cluster.run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    time.sleep(UNTIL_HEARD)
    try:
        yield
    finally:
        with psycopg.connect(cluster.address, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def standby(cluster: Cluster) -> Iterator[None]:
    """It follows another server now, and only shows what it has."""
    signal = cluster.folder / "standby.signal"
    signal.touch()
    cluster.restart()
    try:
        yield
    finally:
        signal.unlink()
        cluster.restart()


@contextmanager
def no_connection_left(cluster: Cluster) -> Iterator[None]:
    """Others have taken every connection, those of ours too."""
    with ExitStack() as taken:
        first = taken.enter_context(psycopg.connect(cluster.address, autocommit=True))
        for _ in range(MOST_CONNECTIONS):
            first.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> current_database()")
            try:
                taken.enter_context(psycopg.connect(cluster.address))
            except psycopg.OperationalError:  # too many clients
                break
        else:
            raise AssertionError("there is always one more connection")
        yield


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another program writes, and takes its time."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def failing_disk(node: Node) -> Iterator[None]:
    """Nothing the server writes reaches a file: each write is an error, its log's too."""
    family = [process.pid for process in node.family()]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in family}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
