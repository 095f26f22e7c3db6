"""The gate: shut while sheets are written, and never for long."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.respond.gate import LONGEST, Gate


def test_who_comes_while_it_is_shut_waits_until_it_opens() -> None:
    gate = Gate()
    gate.pass_through()
    with ThreadPoolExecutor(4) as pool, gate:
        waiting = [pool.submit(gate.pass_through) for _ in range(4)]
        time.sleep(LONGEST / 10)
        assert not any(each.done() for each in waiting)
    assert [each.result(1) for each in waiting] == [None] * 4


def test_it_opens_when_writing_fails() -> None:
    gate = Gate()
    with pytest.raises(ZeroDivisionError), gate:
        raise ZeroDivisionError
    begun = time.monotonic()
    gate.pass_through()
    assert time.monotonic() - begun < LONGEST


def test_a_disk_that_hangs_keeps_nobody_for_long() -> None:
    gate = Gate()
    with gate:
        begun = time.monotonic()
        gate.pass_through()
        assert LONGEST * 0.9 < time.monotonic() - begun < 1
