"""The trail of a campaign: who did what, and when. What is done is told in the transaction that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.holding import hold_campaign
from surveys.models import TrailEntry

AT_THE_SHELL = "command"  # who gives commands on the machine itself has no account
SCORE_PREVIEWED = "score.previewed"


@dataclass(frozen=True)
class Deed:
    """One entry. `facts` are plain data, and never a code or an answer."""

    number: int
    at: datetime
    by: str
    action: str
    facts: Mapping[str, Any]


def record(session: Session, *, campaign_id: int, now: datetime, by: str, action: str, **facts: Any) -> None:
    """Add an entry. Whoever adds one to the same campaign waits; who answers meanwhile does not."""
    hold_campaign(session, campaign_id=campaign_id)
    last = session.scalar(select(func.max(TrailEntry.number)).where(TrailEntry.campaign_id == campaign_id)) or 0
    session.add(TrailEntry(campaign_id=campaign_id, number=last + 1, at=now, by=by, action=action, facts=facts))
    session.flush()


def list_deeds(session: Session, *, campaign_id: int, action: str | None = None) -> tuple[Deed, ...]:
    """The entries of a campaign, the newest first; all, or those of one action."""
    query = select(TrailEntry).where(TrailEntry.campaign_id == campaign_id).order_by(TrailEntry.number.desc())
    if action is not None:
        query = query.where(TrailEntry.action == action)
    return tuple(Deed(each.number, each.at, each.by, each.action, each.facts) for each in session.scalars(query))
