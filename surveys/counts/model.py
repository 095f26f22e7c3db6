"""Counts as they are taken, and as others read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analysis.counting import Counts
from surveys.datasets import Roster
from surveys.instruments.model import Instrument

WHOLE = "<u4"  # how a count is stored


@dataclass(frozen=True)
class Stamp:
    """Which responses were counted: all that were received before the day `before`; None: all there are."""

    counted_at: datetime
    before: date | None
    responses: int


@dataclass(frozen=True)
class FreshCounts:
    """Counts that are not stored yet: a row for each cell and version."""

    campaign_id: int
    stamp: Stamp
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class StoredCounts:
    """The counts of a campaign over the items that can be scored; `stored` are the responses there are by now."""

    counts: Counts
    roster: Roster
    instruments: tuple[Instrument, ...]
    stamp: Stamp
    stored: int

    @property
    def stale(self) -> bool:
        """Whether responses are stored that were not counted."""
        return self.stored != self.stamp.responses
