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

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0  # seconds to wait for the first answer


class Server:
    """A running server; `peak` is the largest resident memory of all its processes together, in MiB."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = psutil.Process(process.pid)
        self.port = port
        self.peak = 0.0

    def measure(self) -> float:
        family = [self.process, *self.process.children(recursive=True)]
        self.peak = max(self.peak, sum(each.memory_info().rss for each in family) / 2**20)
        return self.peak


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
