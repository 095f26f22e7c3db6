"""One survey of one county. Its state is computed from its timestamps, never stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Campaign(Base):
    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # the ID that people type
    county_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    frame_id: Mapped[int] = mapped_column(ForeignKey("frames.id"))
    scorecard_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"))
    publication_version_id: Mapped[int | None] = mapped_column(  # None: the library's rule
        ForeignKey("publication_rule_versions.id")
    )
    title: Mapped[dict[str, Any]]  # by language
    organiser: Mapped[dict[str, Any]]  # by language: who asks
    approval: Mapped[str | None] = mapped_column(String(100))  # number of the document that allows the survey
    contact: Mapped[str | None] = mapped_column(String(100))  # where to report that somebody told people how to answer
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sealed_on: Mapped[date | None]  # the day on which its ledgers were reduced: see surveys.sealing


class CampaignPaper(Base):
    """Which questionnaire a group answers; a group has several where the paper depends on the pupil's grade."""

    __tablename__ = "campaign_papers"
    __table_args__ = (Index(None, "campaign_id", "group"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    group: Mapped[str] = mapped_column(String(32), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
