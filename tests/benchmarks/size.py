"""How much is done. Ratios hold at either size; the full one spreads less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` of yardstick and ours in turn; each sends for some `seconds`, prints `slips`, reads `rows`.

    An evaluation finds `stored` responses in the database. The steady run lasts `minutes`.
    """

    rounds: int
    seconds: float
    slips: int
    rows: int
    stored: int
    minutes: float = 0.0
    warming: int = 256  # requests before the clock runs: every thread of every worker opens its connection
    connections: int = 64
    databases: tuple[str, ...] = ("sqlite", "postgresql")


FULL = Size(rounds=5, seconds=4, slips=1_000, rows=100_000, stored=1_000_000, minutes=10)
QUICK = Size(rounds=3, seconds=1, slips=100, rows=2_000, stored=100_000, minutes=1)
