"""Who may sign in. An account is bound to a region and sees its subtree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base
from surveys.models.regions import one_of

ROLES = ("administrator", "officer", "evaluator", "analyst", "interviewer", "liaison", "auditor")


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = (one_of("role", ROLES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # what is typed to sign in
    password: Mapped[str] = mapped_column(String(255))  # Argon2
    session_token: Mapped[str] = mapped_column(String(64), unique=True)  # renewed to end every session
    role: Mapped[str] = mapped_column(String(16))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))  # of a liaison, who sees no other
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
