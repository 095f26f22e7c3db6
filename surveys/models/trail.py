"""Who did what, and when: about a campaign, or about the installation. Never about a respondent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class TrailEntry(Base):
    """An entry of a chain. `digest` covers the digest before it, so that none can change without those after it."""

    __tablename__ = "trail"
    __table_args__ = (
        CheckConstraint("chain = coalesce(campaign_id, 0)", name="chain"),
        Index("ix_trail_chain_action_number", "chain", "action", "number"),
    )

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the campaign's id, 0: the installation
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))  # the account, or `command` for whoever has a shell on the machine
    action: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class TrailHead(Base):
    """Where a chain ends: number and digest of its last entry, so that one whose end was cut off is found."""

    __tablename__ = "trail_heads"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
