"""Who did what to a campaign, and when. Never about a respondent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class TrailEntry(Base):
    __tablename__ = "trail"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))  # the account, or `command` for whoever has a shell on the machine
    action: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
