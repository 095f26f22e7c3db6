"""Adding to the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveys.db import dialect_of
from surveys.models import TrailEntry, TrailHead
from surveys.trail.model import INSTALLATION, NOTHING, Deed, digest_after, plain

_BEGIN = {
    "sqlite": sqlite.insert(TrailHead).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(TrailHead).on_conflict_do_nothing(),
}


def record(session: Session, *, campaign_id: int | None, now: datetime, by: str, action: str, **facts: Any) -> None:
    """Add an entry to the chain of a campaign, or with None to that of the installation.

    Whoever adds one to the same chain waits until this transaction ends, so record last what takes long. The campaign
    is not held: who has to keep others from changing it does so before (`surveys.holding`), never after.
    """
    chain = campaign_id or INSTALLATION
    head = _hold(session, chain)
    deed = Deed(head.number + 1, now, by, action, plain(facts))
    digest = digest_after(head.digest, chain=chain, deed=deed)
    session.add(
        TrailEntry(
            chain=chain,
            number=deed.number,
            campaign_id=campaign_id,
            at=now,
            by=by,
            action=action,
            facts=deed.facts,
            digest=digest,
        )
    )
    head.number, head.digest = deed.number, digest
    session.flush()


def _hold(session: Session, chain: int) -> TrailHead:
    """Where the chain ends, kept until the end of the transaction; a new chain begins here."""
    head = session.get(TrailHead, chain, with_for_update=True)
    if head is None:
        session.execute(_BEGIN[dialect_of(session)], {"chain": chain, "number": 0, "digest": NOTHING})
        head = session.get_one(TrailHead, chain, with_for_update=True)
    return head
