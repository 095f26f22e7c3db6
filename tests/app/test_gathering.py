"""Asking together: everybody gets their own answer, nobody suffers for another, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from app.gathering import Gathering, twice
from surveys.db import LostError, UnavailableError

CROWD = 24
LONGEST = 30.0  # seconds for anything


@contextmanager
def gathering(ask: Callable[[Sequence[int]], Sequence[object]], **options: Any) -> Iterator[Gathering[int, object]]:
    made: Gathering[int, object] = Gathering(ask, **{"most": 64, "patience": LONGEST, **options})
    yield made
    made.close()


def live(life: Awaitable[Any]) -> Any:
    """What comes of it, on an event loop of its own."""

    async def limited() -> Any:
        async with asyncio.timeout(LONGEST):
            return await life

    return asyncio.run(limited())


async def tried(ask: Gathering[int, object], number: int) -> object:
    try:
        return await ask(number)
    except Exception as error:
        return type(error)


async def together(crowd: int, ask: Gathering[int, object], numbers: Sequence[int]) -> list[object]:
    """What each of a crowd got, one question after the other, or the exception it saw."""

    async def one(share: Sequence[int]) -> list[object]:
        return [await tried(ask, number) for number in share]

    got = await asyncio.gather(*(one(numbers[place::crowd]) for place in range(crowd)))
    return [each for share in zip(*got, strict=True) for each in share]


async def until(event: Event) -> None:
    while not event.is_set():
        await asyncio.sleep(0.001)


async def one_and_then_all(ask: Gathering[int, object], stuck: Event, go: Event) -> list[object]:
    """What each of a crowd got where all but the first came while the first was stuck."""
    first = asyncio.create_task(tried(ask, 0))
    await until(stuck)
    others = [asyncio.create_task(tried(ask, number)) for number in range(1, CROWD)]
    await asyncio.sleep(0)
    go.set()
    return [await each for each in (first, *others)]


def test_each_gets_the_answer_to_its_own_question() -> None:
    rng, sizes = random.Random(3), []

    def ask(numbers: Sequence[int]) -> list[object]:
        sizes.append(len(numbers))
        time.sleep(rng.random() / 1000)
        return [KeyError(number) if number % 10 == 7 else number * 2 for number in numbers]

    numbers = list(range(CROWD * 100))
    with gathering(ask, most=8) as gather:
        got = live(together(CROWD, gather, numbers))
    assert got == [KeyError if number % 10 == 7 else number * 2 for number in numbers]
    assert max(sizes) == 8, "as many as may be"
    assert len(sizes) < len(numbers) / 2, "and several at a time"


def test_who_comes_alone_asks_at_once() -> None:
    asked: list[Sequence[int]] = []

    def ask(numbers: Sequence[int]) -> Sequence[int]:
        asked.append(list(numbers))
        return numbers

    with gathering(ask) as gather:
        assert live(together(1, gather, range(3))) == [0, 1, 2]
    assert asked == [[0], [1], [2]]


def test_who_comes_while_the_turn_is_waited_for_is_taken_along() -> None:
    asked: list[Sequence[int]] = []
    turn = Turn()

    def ask(numbers: Sequence[int]) -> Sequence[int]:
        assert turn.taken
        asked.append(list(numbers))
        return numbers

    with gathering(ask, turn=turn) as gather:
        assert live(one_and_then_all(gather, turn.waited_for, turn.free)) == list(range(CROWD))
    assert asked == [list(range(CROWD))]
    assert not turn.taken


class Turn:
    """Another process writes until `free` is set."""

    def __init__(self) -> None:
        self.waited_for, self.free, self.taken = Event(), Event(), False

    def __enter__(self) -> None:
        self.waited_for.set()
        assert self.free.wait(LONGEST)
        self.taken = True

    def __exit__(self, *_error: object) -> None:
        self.taken = False


def test_one_that_fails_does_not_take_the_others_along() -> None:
    def ask(numbers: Sequence[int]) -> list[object]:
        if 13 in numbers:
            raise ZeroDivisionError
        return list(numbers)

    with gathering(ask) as gather:
        got = live(together(CROWD, gather, range(CROWD)))
    assert got == [ZeroDivisionError if number == 13 else number for number in range(CROWD)]


def test_what_is_not_available_is_not_available_for_all_who_asked_together() -> None:
    calls = []

    def ask(numbers: Sequence[int]) -> Sequence[object]:
        calls.append(len(numbers))
        raise UnavailableError("away")

    with gathering(ask) as gather:
        assert live(together(CROWD, gather, range(CROWD))) == [UnavailableError] * CROWD
    assert calls == [CROWD], "it is not asked for each again"


class Stuck:
    """Asks when it is let go, and notes what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.entered, self.go, self.asked, self._error = Event(), Event(), [], error

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.asked.extend(numbers)
        self.entered.set()
        assert self.go.wait(LONGEST)
        if self._error is not None:
            raise self._error
        return numbers


def test_who_came_meanwhile_hears_it_at_once() -> None:
    ask = Stuck(UnavailableError("locked"))

    with gathering(ask, most=1) as gather:
        assert live(one_and_then_all(gather, ask.entered, ask.go)) == [UnavailableError] * CROWD
    assert ask.asked == [0]


def test_nobody_waits_longer_than_they_have_patience() -> None:
    ask = Stuck()

    async def life() -> None:
        begun = time.monotonic()
        first = asyncio.create_task(tried(gather, 1))
        await until(ask.entered)
        assert await tried(gather, 2) is UnavailableError
        assert await first is UnavailableError
        assert await tried(gather, 3) is UnavailableError, "nor does who comes later"
        assert time.monotonic() - begun < 5
        ask.go.set()
        while (answer := await tried(gather, 4)) is UnavailableError:
            pass
        assert answer == 4

    with gathering(ask, patience=0.1) as gather:
        live(life())
    assert set(ask.asked) == {1, 4}, "who has left is not asked for"


def test_who_has_left_keeps_no_answer_from_others() -> None:
    ask = Stuck()

    async def life() -> None:
        waiting = [asyncio.create_task(tried(gather, number)) for number in range(3)]
        await until(ask.entered)
        waiting[1].cancel()
        ask.go.set()
        assert await asyncio.gather(waiting[0], waiting[2]) == [0, 2]
        assert await tried(gather, 3) == 3

    with gathering(ask) as gather:
        live(life())


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_is_no_answer(end: type[BaseException]) -> None:
    answers = []

    def ask(numbers: Sequence[int]) -> Sequence[int]:
        raise end

    async def life() -> None:
        answers.append(await gather(1))

    with gathering(ask) as gather:
        for _ in range(2):
            with pytest.raises(end):
                live(life())
    assert answers == []
    gc.collect()  # asyncio prints each end now: printed while Python 3.11 compiles something, it would break that


def test_a_lost_connection_is_tried_once_more() -> None:
    tries = []

    def ask() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise LostError("gone")
        return "there"

    assert twice(ask) == "there"
    with pytest.raises(UnavailableError):
        twice(lambda: (_ for _ in ()).throw(UnavailableError("full")))
