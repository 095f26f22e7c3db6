"""How a score is reviewed: signatures, schools drawn for a visit, findings and what was done about them.

A row of these tables is never changed or removed, which the database itself sees to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base
from surveys.models.regions import one_of

REVIEW_STAGES = ("county", "city", "province", "submitted")
REVIEW_ACTS = ("signed", "returned")
SEVERITIES = ("must", "note")
MENDING_ACTS = ("submitted", "accepted", "refused", "overruled", "withdrawn")


class ReviewAct(Base):
    """A stage that signed an evaluation, or gave it back to the one below. `digest` is of what was signed.

    `rule` is the publication rule that was in force; `text` is what the signer stated, or why it was given back.
    """

    __tablename__ = "review_acts"
    __table_args__ = (one_of("stage", REVIEW_STAGES), one_of("kind", REVIEW_ACTS))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stage: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    evaluation: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    rule: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    unvisited: Mapped[str | None] = mapped_column(Text)  # why it was signed before all drawn schools were visited
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReviewDraw(Base):
    """Schools drawn for a visit. `source` is what they were drawn from: a frame, and its schools with their strata."""

    __tablename__ = "review_draws"
    __table_args__ = (CheckConstraint("share BETWEEN 40 AND 100", name="share"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seed: Mapped[int] = mapped_column(BigInteger)
    share: Mapped[int]  # percent
    source: Mapped[dict[str, Any]]
    drawn: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)  # of a draw that takes the place of another
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReviewVisit(Base):
    """What was seen at a school; of several about one school the newest counts. `points` are answers by point."""

    __tablename__ = "review_visits"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    visited_on: Mapped[date]
    visitors: Mapped[str] = mapped_column(String(200))
    points: Mapped[dict[str, Any]]
    remark: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReviewFinding(Base):
    """What a reviewer found wrong with the county or a school; a task where it has an owner.

    `region_id` is that of the reviewer, whose side alone closes it.
    """

    __tablename__ = "review_findings"
    __table_args__ = (one_of("severity", SEVERITIES),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    category: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    due: Mapped[date | None]
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReviewMending(Base):
    """What was done about a finding: evidence submitted, accepted, refused with reasons; overruled, or withdrawn."""

    __tablename__ = "review_mendings"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "finding"], ["review_findings.campaign_id", "review_findings.number"]),
        one_of("kind", MENDING_ACTS),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    finding: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ReviewFile(Base):
    """A file that was handed in as evidence. `kind` is what its content says it is."""

    __tablename__ = "review_files"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "finding", "mending"],
            ["review_mendings.campaign_id", "review_mendings.finding", "review_mendings.number"],
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    finding: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mending: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]
