"""The production server on a free port, as `flask serve` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from app.cli.serve import server_command
from tests.benchmarks.children import peak_of
from tests.benchmarks.load import Load, send
from tests.benchmarks.rounds import Measure

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds to wait for the first answer


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = psutil.Process(process.pid)
        self.port = port

    @property
    def peak(self) -> str:
        """The largest memory of each of its processes, added up; what they share is counted for each."""
        return f"{sum(peak_of(each.pid) for each in self._family()):,.0f} MiB"

    def measure(self, requests: Iterable[bytes], connections: int) -> tuple[Load, Measure]:
        """Send it the requests; the measure is requests a second, and the processor's seconds for each."""
        before = self._cpu()
        load = send(self.port, requests, connections=connections)
        return load, Measure(load.per_second, (self._cpu() - before) / sum(load.statuses.values()))

    def _cpu(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._family())

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def serving(target: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve `target` until the block ends."""
    port = _free_port()
    command = server_command(target, host="127.0.0.1", port=port)
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    try:
        _wait(port, process)
        yield Server(process, port)
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
