"""Publication rules: versioned documents. A published version never changes (a trigger refuses)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class PublicationRule(Base):
    __tablename__ = "publication_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class PublicationRuleVersion(Base):
    """`document` is the rule as published; `digest` is the SHA-256 of its canonical JSON."""

    __tablename__ = "publication_rule_versions"
    __table_args__ = (UniqueConstraint("publication_rule_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_rule_id: Mapped[int] = mapped_column(ForeignKey("publication_rules.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
