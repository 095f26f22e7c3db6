"""The tree province, city, county, township, and the schools in it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base

LEVELS = ("nation", "province", "city", "county", "township")
STAGES = ("primary", "junior", "nine_year", "complete_secondary", "special", "teaching_point")
LOCALITIES = ("urban", "town", "rural")


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    quoted = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f'"{column}" IN ({quoted})', name=column)


class Region(Base):
    """A node of the tree. `path` is the codes from the root, `/cn-37/3701/demo/`: a subtree is a prefix."""

    __tablename__ = "regions"
    __table_args__ = (one_of("level", LEVELS), Index(None, "path", postgresql_ops={"path": "text_pattern_ops"}))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("regions.id"))
    path: Mapped[str] = mapped_column(String(200))
    residents: Mapped[int | None]
    simulated: Mapped[bool] = mapped_column(default=False)


class School(Base):
    """A school as the latest frame describes it; `region_id` is its township, or the county where none is named."""

    __tablename__ = "schools"
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        one_of("stage", STAGES),
        one_of("locality", LOCALITIES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    stage: Mapped[str] = mapped_column(String(24))
    locality: Mapped[str] = mapped_column(String(16))
    pupils: Mapped[int]
    teachers: Mapped[int]
