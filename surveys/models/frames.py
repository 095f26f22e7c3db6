"""How many people of each group each school, or the county, has: the totals that weights add up to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class Frame(Base):
    """One import. `digest` is of its content, so that the same file twice is one frame."""

    __tablename__ = "frames"
    __table_args__ = (UniqueConstraint("county_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]


class FrameCell(Base):
    """`population` people of `group` at a school, or in the county where `school_id` is empty.

    `stratum` is the school's locality and stage on the day of the import (`urban.primary`): a frame stays as it
    was when a school moves. County-level cells have the stratum `county`.
    """

    __tablename__ = "frame_cells"
    __table_args__ = (
        UniqueConstraint("frame_id", "school_id", "group"),
        CheckConstraint("population >= 0", name="population"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frames.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    group: Mapped[str] = mapped_column(String(32))
    stratum: Mapped[str] = mapped_column(String(48))
    population: Mapped[int]
