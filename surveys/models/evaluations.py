"""A score as it stood, with all that is needed to derive it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Evaluation(Base):
    """`recipe` says how (weights, design, level, exclusions); `data_digest` is of the responses it was made from."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    scorecard_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"))
    frame_id: Mapped[int] = mapped_column(ForeignKey("frames.id"))
    made_at: Mapped[datetime]
    provisional: Mapped[bool]
    responses: Mapped[int]
    data_digest: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(32))
    recipe: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]


class Study(Base):
    """What was worked out of the same answers beside an evaluation: see `surveys.studies`."""

    __tablename__ = "studies"

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    made_at: Mapped[datetime]
    code_version: Mapped[str] = mapped_column(String(32))
    result: Mapped[dict[str, Any]]
