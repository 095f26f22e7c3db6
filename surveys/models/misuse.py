"""Reports that somebody told people how to answer, or answered for them. Nothing here leads to a code or an answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base
from surveys.models.regions import one_of

MISUSE_KINDS = ("told", "answered_for", "watched", "collected", "other")


class MisuseReport(Base):
    """What somebody saw, at which school. `id` is a keyed digest of the page's random key: a repeat is one report."""

    __tablename__ = "misuse_reports"
    __table_args__ = (one_of("kind", MISUSE_KINDS), {"sqlite_with_rowid": False})

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    received_on: Mapped[date]
