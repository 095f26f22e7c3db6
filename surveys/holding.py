"""Holding a campaign: of those who change what belongs to one, each waits for the one before."""

from __future__ import annotations

from sqlalchemy import select

from surveys.db import Access
from surveys.models import Campaign


def hold_campaign(session: Access, *, campaign_id: int) -> None:
    """Keep the campaign until the end of the transaction. Who answers meanwhile does not wait.

    An answer needs only that the campaign's key stays, which the lock leaves alone.
    """
    session.execute(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update(key_share=True))
