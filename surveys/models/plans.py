"""Sampling rules, and what a campaign's plan makes of one: quotas, the schools and people drawn, their chances."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class SamplingRule(Base):
    __tablename__ = "sampling_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class SamplingRuleVersion(Base):
    """`document` is the rule as published; `digest` is the SHA-256 of its canonical JSON."""

    __tablename__ = "sampling_rule_versions"
    __table_args__ = (UniqueConstraint("sampling_rule_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sampling_rule_id: Mapped[int] = mapped_column(ForeignKey("sampling_rules.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


class FrameClass(Base):
    """One class of a school in a frame: `pupils` list positions, which is all that a draw needs to know of people."""

    __tablename__ = "frame_classes"
    __table_args__ = (CheckConstraint("pupils > 0", name="pupils"),)

    frame_id: Mapped[int] = mapped_column(ForeignKey("frames.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    grade: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pupils: Mapped[int]


class Plan(Base):
    """How a campaign asks whom. The newest one counts; `seed` and `drawn_at` are empty until the draw.

    `inputs` are what the rule was given beside the frame (residents by locality, design effect, …), so that the same
    plan can be made again, how many schools a draw takes of each stratum, and under `said` the numbers as they stood.
    """

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    frame_id: Mapped[int] = mapped_column(ForeignKey("frames.id"))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("sampling_rule_versions.id"))
    inputs: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    seed: Mapped[int | None] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))  # of everything that was drawn


class PlanCell(Base):
    """One group at one school, or in the county: how many of `population` to reach, and who was drawn.

    `quota` is of answers. The draw sets the rest: the chance of the school and that of a person in it, how many list
    positions are invited (0 at a school that was not drawn), and where the systematic selection starts, from which the
    positions follow (see analysis.drawing). `band` is the grade band, where the rule has bands.
    """

    __tablename__ = "plan_cells"
    __table_args__ = (UniqueConstraint("plan_id", "school_id", "group", "band"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group: Mapped[str] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    stratum: Mapped[str] = mapped_column(String(48))
    band: Mapped[str] = mapped_column(String(16), default="")
    population: Mapped[int]
    quota: Mapped[int]
    school_chance: Mapped[float | None]
    person_chance: Mapped[float | None]
    invited: Mapped[int | None]
    start: Mapped[float | None]
