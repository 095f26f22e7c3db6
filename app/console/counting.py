"""How many answers there are, for pages: counted once for all who look, because counting a million takes too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.edge import Renke, here
from app.snapshots import Snapshots
from surveys import campaigns
from surveys.campaigns import ProgressRow

KEEP = 8.0  # seconds that what was counted is shown to others who look
PATIENCE = 0.1  # seconds that a page waits for the first count


@dataclass(frozen=True)
class Counted:
    """The progress of a campaign at a moment."""

    rows: tuple[ProgressRow, ...]
    taken_at: datetime

    @property
    def responses(self) -> int:
        return sum(row.responses for row in self.rows)


def count_returns(campaign_id: int, *, patience: float | None = PATIENCE) -> Counted | None:
    """How far a campaign has come: exact at the moment it bears, which is never a minute ago.

    None where it takes longer than `patience`; whoever comes back then finds it.
    """
    app = here()
    return _snapshots(app).get(campaign_id, lambda: _count(app, campaign_id), patience=patience)


def count_listed(path: str, campaign_ids: Sequence[int]) -> Mapping[int, Counted]:
    """The same of all campaigns under a path, one after another; none while they are counted for the first time."""
    app = here()

    def count() -> dict[int, Counted]:
        return {campaign_id: _count(app, campaign_id) for campaign_id in campaign_ids}

    return _snapshots(app).get((path, *campaign_ids), count, patience=PATIENCE) or {}


def count_now(campaign_id: int) -> Counted:
    """How far a campaign has come at this moment, however long that takes."""
    return _count(here(), campaign_id)


def _count(app: Renke, campaign_id: int) -> Counted:
    """Counts in a thread of its own, in which there is no request and no current application."""
    with app.database.read() as session:
        taken_at = app.clock()
        return Counted(campaigns.progress(session, campaign_id=campaign_id), taken_at)


def _snapshots(app: Renke) -> Snapshots[Any]:
    found: Snapshots[Any] = app.extensions.setdefault("counted", Snapshots(keep=KEEP if app.settings.stale else 0.0))
    return found
