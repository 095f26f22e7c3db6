"""How much is done. Ratios hold at either size; the full one spreads less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` of yardstick and ours in turn; each sends `requests`, scores `people`, prints `slips`, reads `rows`.

    An evaluation finds `stored` responses in the database.
    """

    rounds: int
    requests: int
    people: int
    slips: int
    rows: int
    stored: int
    connections: int = 32
    databases: tuple[str, ...] = ("sqlite", "postgresql")


FULL = Size(rounds=5, requests=600, people=100_000, slips=1_000, rows=100_000, stored=1_000_000)
QUICK = Size(rounds=3, requests=100, people=10_000, slips=100, rows=2_000, stored=100_000)
