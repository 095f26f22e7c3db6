"""Many ask at the same moment, one question is asked for all: a commit costs as much for one, and so does a crossing.

Whoever comes while nobody is asking asks at once; whoever comes meanwhile is taken along by the next question. Asking
is done in a thread of its own, so that the event loop goes on while a disk or another process works.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Generic, TypeVar

from surveys.db import LostError, UnavailableError

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class Gathering(Generic[Asked, Answered]):
    """Awaiting a call asks `ask` all that was asked since the last time, at most `most`, and gives each its answer.

    Where there is a `turn` to wait for, who comes while it is waited for is taken along too.

    `ask` gives an answer for each question, in their order; an answer that is an exception is raised. What `ask`
    raises for several is asked again one by one, so that nobody suffers for another; but not UnavailableError, which
    all of them get, and whoever came meanwhile: to try for them would keep them as long, for the same answer. So does
    whoever still waits when `patience` seconds have passed without an answer to anybody.

    All calls come from one event loop.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Asked]], Sequence[Answered | Exception]],
        *,
        most: int,
        patience: float,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._ask, self._most, self._patience = ask, most, patience
        self._turn = turn or nullcontext()
        self._thread = ThreadPoolExecutor(1)
        self._asking: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[Asked, asyncio.Future[Answered]]] = deque()
        self._taken: list[tuple[Asked, asyncio.Future[Answered]]] = []

    async def __call__(self, asked: Asked) -> Answered:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answered] = loop.create_future()
        self._waiting.append((asked, answer))
        if self._asking is None:  # the task begins with the loop's next round: who comes in this one is taken along
            self._asking = loop.create_task(self._ask_all(loop))
        return await answer

    def close(self) -> None:
        self._thread.shutdown(wait=False)

    async def _ask_all(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while self._waiting:
                await self._ask_some(loop)
        finally:
            self._asking = None

    async def _ask_some(self, loop: asyncio.AbstractEventLoop) -> None:
        asking = loop.run_in_executor(self._thread, self._take_and_ask)
        try:
            while not (await asyncio.wait({asking}, timeout=self._patience))[0]:
                self._turn_away(UnavailableError("Queue"))
            self._hand_out(asking.result())
        except Exception as error:
            self._turn_away(error)
        except BaseException:  # the process is ending: nobody may take it for an answer
            self._turn_away(UnavailableError("Ending"))
            raise

    def _take_and_ask(self) -> Sequence[Answered | Exception]:
        """In the thread. The loop may turn away meanwhile whoever is not taken yet."""
        self._taken.clear()
        with self._turn:
            with suppress(IndexError):
                while len(self._taken) < self._most:
                    self._taken.append(self._waiting.popleft())
            return self._answers([asked for asked, _ in self._taken])

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Answered | Exception]:
        try:
            return self._ask(asked) if asked else []
        except UnavailableError:
            raise
        except Exception as error:
            return [error] if len(asked) == 1 else [self._answers([each])[0] for each in asked]

    def _hand_out(self, answers: Sequence[Answered | Exception]) -> None:
        for (_, waiting), answer in zip(self._taken, answers, strict=True):
            if waiting.done():  # who has left
                continue
            if isinstance(answer, Exception):
                waiting.set_exception(answer)
            else:
                waiting.set_result(answer)

    def _turn_away(self, error: Exception) -> None:
        waiting = self._taken[:]
        with suppress(IndexError):
            while True:
                waiting.append(self._waiting.popleft())
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(type(error)(*error.args))


def twice(ask: Callable[[], Answered]) -> Answered:
    """`ask`, and once more where the connection was lost: the database may be there again, and the next is fresh."""
    try:
        return ask()
    except LostError:
        return ask()
