"""A process that has read all the code the server runs on, and turns copies of itself into servers.

    python -m tests.durability.warm

Reading the code takes most of the seconds in which a server starts; a hundred servers are to start in a minute. So it
is read once, and each line of the input (JSON: `command`, `environment`, `log`) becomes a process of its own in a
process group of its own, which runs the very command of production. Its id is printed. Nothing of an installation is
opened here: settings, database and application are the worker's own, as ever. When the input ends, so do the servers.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("app", "granian.cli", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite")


class Warm:
    """The process, seen from the tests."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RENKE_")}
        environment["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads should not be copied
        command = [sys.executable, "-m", "tests.durability.warm"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def start(self, command: list[str], environment: dict[str, str], log: Path) -> int:
        """The id of a new process that runs `command`, the leader of its group."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"command": command, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=30)


def main() -> None:
    for name in CODE:
        importlib.import_module(name)
    started = []
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order["command"], order["environment"], order["log"])
        started.append(pid)
        print(pid, flush=True)
        _bury_the_dead()
    for pid in started:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _become(command: list[str], environment: dict[str, str], log: str) -> None:
    """What the shell and Python would do with the command, without reading the code again."""
    os.setsid()
    os.environ.update(environment)
    out = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, place in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(given, place)
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")
    sys.exit()


def _bury_the_dead() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
