"""Ours and its yardstick in turn, so that a machine that is busy for a while slows both."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measure:
    """One measurement: a rate or seconds, and the processor's seconds (of each request, where there are requests)."""

    value: float
    cpu: float


@dataclass(frozen=True)
class Spread:
    """The median of some rounds, and the least and the most."""

    middle: float
    least: float
    most: float


@dataclass(frozen=True)
class Comparison:
    """Ratios are ours / yardstick of each round, not of the two medians.

    That of the processor's time hardly moves when other programs take turns on the machine.
    """

    ours: Spread
    yardstick: Spread
    ratio: Spread
    cpu_ours: Spread
    cpu_yardstick: Spread
    cpu_ratio: Spread
    rounds: int


def alternate(yardstick: Callable[[], Measure], ours: Callable[[], Measure], rounds: int) -> Comparison:
    """Measure the two in turn."""
    pairs = [(yardstick(), ours()) for _ in range(rounds)]
    return Comparison(
        ours=_spread([own.value for _, own in pairs]),
        yardstick=_spread([bare.value for bare, _ in pairs]),
        ratio=_spread([own.value / bare.value for bare, own in pairs]),
        cpu_ours=_spread([own.cpu for _, own in pairs]),
        cpu_yardstick=_spread([bare.cpu for bare, _ in pairs]),
        cpu_ratio=_spread([own.cpu / bare.cpu for bare, own in pairs]),
        rounds=rounds,
    )


def timed(work: Callable[[], object]) -> Measure:
    """How long `work` takes, on the clock and on the processors, its threads included."""
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return Measure(time.perf_counter() - begun, time.process_time() - worked)


def _spread(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))
