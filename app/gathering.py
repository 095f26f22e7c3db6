"""Many threads ask at the same moment, one asks for all: a commit costs as much for one, and so does a question.

Whoever comes while nobody is asking asks at once; whoever comes meanwhile is taken along by the next. Only where the
last question was asked for several does the next wait a moment for company, as in a crowd there is always some.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from time import sleep
from typing import Generic, TypeVar

from surveys.db import LostError, UnavailableError

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class _Slip(Generic[Asked, Answered]):
    """One question on its way: its lock is open when there is an answer, or when it is this thread's turn to ask."""

    __slots__ = ("answer", "asked", "error", "leads", "left", "ready")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: Answered | None = None
        self.error: BaseException | None = None
        self.leads = self.left = False
        self.ready = Lock()
        self.ready.acquire()


class Gathering(Generic[Asked, Answered]):
    """Calls `ask` with all that was asked since the last time, at most `most`, and hands each its answer.

    Where there is a `turn` to wait for, who comes while it is waited for is taken along too.

    `ask` gives an answer for each question, in their order; an answer that is an exception is raised. What `ask`
    raises for several is asked again one by one, so that nobody suffers for another; but not UnavailableError, which
    all of them get, and whoever came meanwhile; so does, after `patience` seconds, whoever still waits.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Asked]], Sequence[Answered]],
        *,
        most: int,
        patience: float,
        moment: float = 0.0,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._ask, self._most, self._patience, self._moment = ask, most, patience, moment
        self._turn = turn or nullcontext()
        self._crowded = False
        self._waiting: deque[_Slip[Asked, Answered]] = deque()
        self._door = Lock()  # held while looking at who waits and who leads
        self._busy = False

    def __call__(self, asked: Asked) -> Answered:
        slip: _Slip[Asked, Answered] = _Slip(asked)
        with self._door:
            self._waiting.append(slip)
            slip.leads, self._busy = not self._busy, True
        if not slip.leads:
            self._wait(slip)
        if slip.leads:
            self._lead(slip)
        if slip.error is not None:
            raise slip.error
        return slip.answer  # type: ignore[return-value]

    def _wait(self, slip: _Slip[Asked, Answered]) -> None:
        if slip.ready.acquire(timeout=self._patience):
            return
        with self._door:
            slip.left = not slip.ready.acquire(blocking=False)  # unless it was answered just now
        if slip.left:
            raise UnavailableError("Queue")

    def _lead(self, own: _Slip[Asked, Answered]) -> None:
        """Ask for all who wait, then hand the lead to the first who came meanwhile."""
        if self._crowded and self._moment:
            sleep(self._moment)
        taken: list[_Slip[Asked, Answered]] = []
        try:
            with self._turn:
                taken += self._take()
                self._answer(taken)
        finally:
            own.left = not taken  # the turn never came
            self._hand_on()
            for slip in taken:
                slip.leads = False
                slip.ready.release()

    def _take(self) -> list[_Slip[Asked, Answered]]:
        with self._door:
            taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        self._crowded = len(taken) > 1
        return [slip for slip in taken if not slip.left]

    def _hand_on(self) -> None:
        with self._door:
            while self._waiting and self._waiting[0].left:
                self._waiting.popleft()
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].ready.release()
            else:
                self._busy = False

    def _answer(self, slips: Sequence[_Slip[Asked, Answered]]) -> None:
        try:
            answers = self._ask([slip.asked for slip in slips])
        except UnavailableError as error:
            self._fail(slips, error)
            self._turn_away(error)
        except Exception as error:
            if len(slips) == 1:
                self._fail(slips, error)
            for slip in slips if len(slips) > 1 else ():
                self._answer([slip])
        except BaseException as error:  # the process is ending: nobody may take it for an answer
            self._fail(slips, error)
            raise
        else:
            for slip, answer in zip(slips, answers, strict=True):
                slip.answer, slip.error = answer, answer if isinstance(answer, Exception) else None

    def _turn_away(self, error: UnavailableError) -> None:
        """Those who came meanwhile hear it too: to try for them would keep them as long, for the same answer."""
        with self._door:
            while self._waiting:
                slip = self._waiting.popleft()
                if not slip.left:
                    self._fail([slip], error)
                    slip.ready.release()

    @staticmethod
    def _fail(slips: Sequence[_Slip[Asked, Answered]], error: BaseException) -> None:
        for slip in slips:
            slip.error = type(error)(*error.args) if isinstance(error, UnavailableError) else error


def twice(ask: Callable[[], Answered]) -> Answered:
    """`ask`, and once more where the connection was lost: the database may be there again, and the next is fresh."""
    try:
        return ask()
    except LostError:
        return ask()
