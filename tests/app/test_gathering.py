"""Asking together: everybody gets their own answer, nobody suffers for another, and nobody waits for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from app.gathering import Gathering, twice
from surveys.db import LostError, UnavailableError

CROWD = 24


def together(crowd: int, ask: Gathering[int, object], numbers: Sequence[int]) -> list[object]:
    """What each of `crowd` threads got, or the exception it saw."""
    start = Barrier(crowd)

    def one(share: Sequence[int]) -> list[object]:
        start.wait()
        return [tried(ask, number) for number in share]

    with ThreadPoolExecutor(crowd) as pool:
        shares = [numbers[place::crowd] for place in range(crowd)]
        got = list(pool.map(one, shares))
    return [each for share in zip(*got, strict=True) for each in share]


def tried(ask: Gathering[int, object], number: int) -> object:
    try:
        return ask(number)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("moment", [0.0, 0.0005])
def test_each_gets_the_answer_to_its_own_question(moment: float) -> None:
    rng, sizes = random.Random(3), []

    def ask(numbers: Sequence[int]) -> list[object]:
        sizes.append(len(numbers))
        time.sleep(rng.random() / 1000)
        return [KeyError(number) if number % 10 == 7 else number * 2 for number in numbers]

    numbers = list(range(CROWD * 100))
    got = together(CROWD, Gathering(ask, most=8, patience=30, moment=moment), numbers)
    assert got == [KeyError if number % 10 == 7 else number * 2 for number in numbers]
    assert max(sizes) == 8, "as many as may be"
    assert len(sizes) < len(numbers) / 2, "and several at a time"


def test_who_comes_alone_asks_at_once() -> None:
    asked: list[Sequence[int]] = []

    def ask(numbers: Sequence[int]) -> Sequence[int]:
        asked.append(list(numbers))
        return numbers

    gathering: Gathering[int, int] = Gathering(ask, most=8, patience=1, moment=60)
    assert [gathering(number) for number in range(3)] == [0, 1, 2]
    assert asked == [[0], [1], [2]]


def test_one_that_fails_does_not_take_the_others_along() -> None:
    def ask(numbers: Sequence[int]) -> list[object]:
        time.sleep(0.001)
        if 13 in numbers:
            raise ZeroDivisionError
        return list(numbers)

    got = together(CROWD, Gathering(ask, most=64, patience=30), list(range(CROWD)))
    assert got == [ZeroDivisionError if number == 13 else number for number in range(CROWD)]


def test_what_is_not_available_is_not_available_for_all_who_asked_together() -> None:
    calls = []

    def ask(numbers: Sequence[int]) -> Sequence[object]:
        calls.append(len(numbers))
        time.sleep(0.01)
        raise UnavailableError("away")

    got = together(CROWD, Gathering(ask, most=64, patience=30), list(range(CROWD)))
    assert got == [UnavailableError] * CROWD
    assert len(calls) < CROWD / 2, "it is not asked for each again"


def test_who_came_meanwhile_hears_it_at_once() -> None:
    entered, stuck, asked = Event(), Event(), []

    def ask(numbers: Sequence[int]) -> Sequence[object]:
        asked.extend(numbers)
        entered.set()
        stuck.wait()
        raise UnavailableError("locked")

    gathering: Gathering[int, object] = Gathering(ask, most=1, patience=30)
    with ThreadPoolExecutor(CROWD) as pool:
        leader = pool.submit(tried, gathering, 0)
        entered.wait()
        others = [pool.submit(tried, gathering, number) for number in range(1, CROWD)]
        while len(gathering._waiting) < CROWD - 1:
            time.sleep(0.001)
        stuck.set()
        assert [each.result(5) for each in (leader, *others)] == [UnavailableError] * CROWD
    assert asked == [0]


def test_nobody_waits_longer_than_they_have_patience() -> None:
    stuck, entered, asked = Event(), Event(), []

    def ask(numbers: Sequence[int]) -> Sequence[int]:
        asked.extend(numbers)
        entered.set()
        stuck.wait()
        return numbers

    gathering: Gathering[int, int] = Gathering(ask, most=8, patience=0.1)
    leader = Thread(target=gathering, args=(1,))
    leader.start()
    entered.wait()
    begun = time.monotonic()
    with pytest.raises(UnavailableError):
        gathering(2)
    assert time.monotonic() - begun < 5
    stuck.set()
    leader.join()
    assert gathering(3) == 3
    assert 2 not in asked, "who has left is not asked for"


def test_what_ends_the_process_is_no_answer() -> None:
    def ask(numbers: Sequence[int]) -> Sequence[int]:
        raise KeyboardInterrupt

    gathering: Gathering[int, int] = Gathering(ask, most=8, patience=1)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            gathering(1)


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
