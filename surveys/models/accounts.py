"""Who may sign in, how they prove it, and where they are signed in. An account sees the subtree of its region.

Nothing that opens a door stands here as it is: passwords under Argon2, tokens and recovery codes as keyed digests, the
secret of a second factor encrypted.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
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
    role: Mapped[str] = mapped_column(String(16))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))  # of a liaison, who sees no other
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class AccountLink(Base):
    """A link that was handed to somebody: to become an account, or to choose a new password. It works once."""

    __tablename__ = "account_links"
    __table_args__ = (one_of("role", ROLES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # whose password; none who is invited
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or taken back


class AccountSession(Base):
    """One sign-in that has not ended. Of the browser only what a person knows it by; no address."""

    __tablename__ = "account_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to the ten minutes
    browser: Mapped[str] = mapped_column(String(64))


class ApiToken(Base):
    """A key by which programs read what its account may read. Of its use only the day is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))  # by which its owner knows it
    scopes: Mapped[str] = mapped_column(String(255))  # parted by spaces
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class SecondFactor(Base):
    """The secret that an account shares with somebody's phone, and the last code that was taken."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)  # encrypted
    counter: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime]


class RecoveryCode(Base):
    """A code for the day on which the phone is lost; it is gone once it was used."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class SignInCount(Base):
    """How often one source failed lately. `key` is a keyed digest of the name typed and of the device or address."""

    __tablename__ = "sign_in_counts"
    __table_args__ = (Index(None, "last_at"), {"sqlite_with_rowid": False})

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    told: Mapped[bool] = mapped_column(default=False)  # whether the trail knows
