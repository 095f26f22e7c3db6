"""The production server on a free port, as `flask serve` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.cli.serve import server_command
from tests.benchmarks.children import peak_of
from tests.benchmarks.load import Load, Volley
from tests.benchmarks.rounds import Measure
from tests.benchmarks.sender import Sender

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120.0  # seconds to wait for the first answer, on a machine that is busy with other things too
MIB = 2**20


class Server:
    """A running server. `database` is the process of the database behind it, where that is one of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, sender: Sender, database: int | None) -> None:
        self.process = psutil.Process(process.pid)
        self.port = port
        self.sender = sender
        self._database = None if database is None else psutil.Process(database)

    @property
    def peak(self) -> str:
        """The largest memory of each of its processes, added up; what they share is counted for each."""
        return f"{sum(peak_of(each.pid) for each in _family(self.process)):,.0f} MiB"

    @property
    def memory(self) -> float:
        """MiB that its processes hold now, added up in the same way."""
        return sum(each.memory_info().rss for each in _family(self.process)) / MIB

    @property
    def counted(self) -> str:
        """Words for a finding: what the processor's time holds beside that of the server."""
        return "" if self._database is None else ", all processes of PostgreSQL included"

    def measure(self, volley: Volley) -> tuple[Load, Measure]:
        """Send it a volley. The measure: requests a second, and the processor's seconds for each, database included."""
        before = self._cpu()
        load = self.sender.start(self.port, volley).result()
        return load, Measure(load.per_second, (self._cpu() - before) / load.count)

    def _cpu(self) -> float:
        return _cpu(self.process) + (0.0 if self._database is None else _cpu(self._database))


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    """Of the process and all that it started, those that have ended since included."""
    return sum(sum(each.cpu_times()[:4]) for each in _family(process))


@contextmanager
def serving(
    target: str,
    sender: Sender,
    *,
    environment: Mapping[str, str] | None = None,
    database: int | None = None,
    **options: str,
) -> Iterator[Server]:
    """Serve `target` until the block ends, with other `options` of the server where there are any."""
    port = _free_port()
    command = server_command(target, host="127.0.0.1", port=port, **options)
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    try:
        _wait(port, process)
        yield Server(process, port, sender, database)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"the server stopped with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")
