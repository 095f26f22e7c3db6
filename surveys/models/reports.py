"""Reports that were handed out, each under a serial by which anybody who holds one can verify it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base

REPORTS = ("county", "school", "public")


class ReportSerial(Base):
    """`digest` is of everything the report says, so that the same report, in whatever format, has one serial."""

    __tablename__ = "issued_reports"
    __table_args__ = (
        UniqueConstraint("campaign_id", "digest"),
        CheckConstraint(f'"kind" IN ({", ".join(repr(kind) for kind in REPORTS)})', name="kind"),
        Index("ix_issued_reports_campaign_id_made_at", "campaign_id", "made_at"),
    )

    serial: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"))
    kind: Mapped[str] = mapped_column(String(16))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))  # of a school's sheet
    language: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))  # the account, or `command`
