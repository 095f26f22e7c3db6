"""A node: the production server as processes of its own on a port of its own, which tests may kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psutil

from app.cli.serve import WORKERS, server_command
from tests.benchmarks.load import get
from tests.durability.phones import ask
from tests.journeys.county import ROOT, free_port

LONGEST_START = 30.0  # seconds


class Starter(Protocol):
    """Runs a command as the leader of a process group of its own, and gives its id."""

    def start(self, command: list[str], environment: dict[str, str], log: Path) -> int: ...


class Cold:
    """Starts the command as it stands, in surroundings of its own: a command that runs a command."""

    def __init__(self, surroundings: Sequence[str]) -> None:
        self._surroundings = surroundings
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], environment: dict[str, str], log: Path) -> int:
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*self._surroundings, *command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._started.append(process)
        return process.pid

    def close(self) -> None:
        for process in self._started:
            process.wait(timeout=LONGEST_START)


class Node:
    """The server of one installation. All its processes are one process group."""

    def __init__(self, starter: Starter, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.log = log
        command = server_command("wsgi:service", host="127.0.0.1", port=self.port)
        self.pid = starter.start(command, dict(environment), log)
        self._alive = True

    def wait(self) -> None:
        """Until it answers. The database is not asked: it is opened by the first who needs it."""
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until:
            answer = ask(self.port, get("/healthz"))
            if answer is not None and answer.status == 200:
                return
            time.sleep(0.02)
        raise TimeoutError(f"the server did not start: {self.log.read_text()}")

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.pid).children()
            return [each for each in children if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
        return []

    def wait_for_workers(self, count: int) -> None:
        """Until there are so many."""
        until = time.monotonic() + LONGEST_START
        while len(self.workers()) < count:
            assert time.monotonic() < until, "a worker that died is not replaced"
            time.sleep(0.02)

    def family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return [psutil.Process(self.pid), *self.workers()]
        return []

    def kill(self) -> None:
        """All of it, at once, and only once: the number may be another's afterwards."""
        if self._alive:
            self._alive = False
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def kill_worker(self, rng: random.Random) -> None:
        """One of the processes that answer."""
        workers = self.workers()
        assert len(workers) >= WORKERS
        rng.choice(workers).kill()


@contextmanager
def node(starter: Starter, environment: Mapping[str, str], log: Path) -> Iterator[Node]:
    """A node that answers, until the block ends."""
    started = Node(starter, environment, log)
    try:
        started.wait()
        yield started
    finally:
        started.kill()
