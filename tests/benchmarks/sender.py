"""A process that does the sending and nothing else, so that what it takes of the processor is known."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType

from tests.benchmarks.load import Load, Volley, send

WORDS = "plain Python on epoll in a process of its own"


class Sender:
    """Sends one volley at a time."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown()

    def start(self, port: int, volley: Volley) -> Future[Load]:
        """Begin to send; what came back follows."""
        return self._pool.submit(send, port, volley)
