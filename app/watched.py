"""How a campaign stands, counted once for all who look within some seconds, by whichever door."""

from __future__ import annotations

from app.edge import here
from app.snapshots import Snapshots
from surveys.campaigns import CampaignView
from surveys.fieldwork.standings import Watch
from surveys.fieldwork.watching import watch

KEEP = 8.0  # seconds that what was counted is shown to others who look


def look(campaign: CampaignView, *, patience: float | None) -> Watch | None:
    """The numbers of now, or of some seconds ago; None where counting takes longer than `patience`."""
    app = here()

    def count() -> Watch:
        with app.database.read() as session:
            return watch(session, campaign=campaign, now=app.clock(), timezone=app.settings.timezone)

    keep = KEEP if app.settings.stale else 0.0
    snapshots: Snapshots[Watch] = app.extensions.setdefault("watched", Snapshots(keep=keep))
    return snapshots.get(campaign.id, count, patience=patience)
