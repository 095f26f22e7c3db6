"""Reading the trail."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import TrailEntry
from surveys.trail.model import Deed


def list_deeds(session: Session, *, campaign_id: int, action: str | None = None) -> tuple[Deed, ...]:
    """The entries of a campaign, the newest first; all, or those of one action."""
    query = select(TrailEntry).where(TrailEntry.chain == campaign_id).order_by(TrailEntry.number.desc())
    if action is not None:
        query = query.where(TrailEntry.action == action)
    return tuple(Deed(each.number, each.at, each.by, each.action, each.facts) for each in session.scalars(query))
