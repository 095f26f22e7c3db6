"""The second ledger: *what* was answered. Nothing here leads to a code, a person, a device or a moment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Response(Base):
    """One respondent's answers, one byte a question in the order of the version's code frame; 0 is no answer.

    `id` is a keyed digest of the submission key: the primary key is what makes a repeat one response, and rows
    lie in the order of random ids, not of arrival (on PostgreSQL once the campaign is sealed, see surveys.sealing).
    """

    __tablename__ = "responses"
    __table_args__ = (
        Index(None, "campaign_id", "group", "school_id"),
        {"sqlite_with_rowid": False},
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_versions.id"))
    answers: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))  # open, personal, sms, paper, phone, import
    received_on: Mapped[date]
    pace: Mapped[int | None]  # whole seconds per question, capped
    repeat_device: Mapped[bool] = mapped_column(default=False)  # this phone has answered this poster before


class Comment(Base):
    """An open comment, kept apart from the answers it came with."""

    __tablename__ = "comments"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
