"""Work in a process of its own, whose largest memory is then its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

import psutil

from tests.benchmarks.rounds import Measure

PATIENCE = 120.0  # seconds for one piece of work


class Child:
    """A fresh Python that does one kind of work; it keeps what it has loaded from one time to the next."""

    def __init__(self, work: Callable[..., Measure]) -> None:
        self._work = work
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._empty = self._peak()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown()

    def run(self, *arguments: object) -> Measure:
        return self._pool.submit(self._work, *arguments).result(timeout=PATIENCE)

    @property
    def peak(self) -> str:
        """Its largest memory, and how much of that came with the work; the rest is Python and its modules."""
        most = self._peak()
        return f"{most:,.0f} MiB, {most - self._empty:,.0f} of them for the work"

    def _peak(self) -> float:
        return self._pool.submit(_own_peak, self._work).result(timeout=PATIENCE)


def _own_peak(_work: Callable[..., Measure]) -> float:
    """Of this process, which had to import the work's module to be told of it."""
    return peak_of(os.getpid())


def peak_of(process: int) -> float:
    """The largest resident memory of a process so far, in MiB; where the system does not keep it, what it has now.

    Not `ru_maxrss`: a child that was forked begins with its parent's.
    """
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else psutil.Process(process).memory_info().rss / 2**20
