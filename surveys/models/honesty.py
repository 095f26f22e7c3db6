"""What was found when answers were looked at for signs of carelessness and arrangement, and what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class EvidenceRun(Base):
    """One look, with the seed and the data it was made from, so that it can be made again."""

    __tablename__ = "evidence_runs"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    data_digest: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(32))
    recipe: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]


class Exclusion(Base):
    """A named rule that takes flagged answers out of the score with exclusions; withdrawn, never deleted."""

    __tablename__ = "exclusions"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]]  # the rule as it was when it was decided
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
