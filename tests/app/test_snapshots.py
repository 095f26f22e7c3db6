"""What takes long is found out once for all who look, and nobody waits for what is only a little old."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Barrier, Event, Thread

import pytest

from app import snapshots
from app.snapshots import Snapshots

PATIENCE = 10.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the seconds that have gone by."""
    now = [1000.0]
    monkeypatch.setattr(snapshots, "monotonic", lambda: now[0])

    def let_pass(seconds: float) -> None:
        now[0] += seconds

    return let_pass


def test_all_who_look_at_once_get_one_count() -> None:
    made, kept, gate = count(1), Snapshots[int](keep=60), Event()
    ready, found = Barrier(9), []

    def make() -> int:
        gate.wait(PATIENCE)
        return next(made)

    def look() -> None:
        ready.wait(PATIENCE)
        found.append(kept.get("a", make))

    threads = [Thread(target=look) for _ in range(8)]
    for each in threads:
        each.start()
    ready.wait(PATIENCE)
    gate.set()
    for each in threads:
        each.join(PATIENCE)
    assert found == [1] * 8
    assert (kept.get("a", make), kept.get("b", make)) == (1, 2)


def test_what_is_a_little_old_is_shown_and_made_anew_behind(clock: Callable[[float], None]) -> None:
    made, kept, gate, done = count(1), Snapshots[int](keep=5), Event(), Event()
    assert kept.get("a", lambda: next(made)) == 1

    def make() -> int:
        gate.wait(PATIENCE)
        done.set()
        return next(made)

    clock(6)
    assert [kept.get("a", make) for _ in range(3)] == [1, 1, 1]
    gate.set()
    assert done.wait(PATIENCE)
    while kept.get("a", make) == 1:
        pass
    assert kept.get("a", make) == 2


def test_what_is_too_old_is_waited_for(clock: Callable[[float], None]) -> None:
    made, kept = count(1), Snapshots[int](keep=5)
    assert kept.get("a", lambda: next(made)) == 1
    clock(snapshots.LONGEST)
    assert kept.get("a", lambda: next(made)) == 2


def test_patience_ends_and_the_next_one_finds_it() -> None:
    kept, gate = Snapshots[int](keep=60), Event()

    def make() -> int:
        gate.wait(PATIENCE)
        return 7

    assert kept.get("a", make, patience=0.01) is None
    gate.set()
    assert kept.get("a", make) == 7


def test_what_goes_wrong_is_told_to_who_waits_and_tried_again() -> None:
    kept = Snapshots[int](keep=60)

    def fail() -> int:
        raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        kept.get("a", fail)
    assert kept.get("a", lambda: 3) == 3


def test_where_nothing_may_be_old_nothing_is_kept() -> None:
    made, kept = count(1), Snapshots[int](keep=0)
    assert [kept.get("a", lambda: next(made)) for _ in range(2)] == [1, 2]
