"""What the officer watches and records while a campaign runs. Nothing here leads to an answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base
from surveys.models.regions import one_of

OUTCOMES = ("refused", "not_reached", "not_eligible", "other", "unknown")
NOWHERE = 0  # the school of a place that is the whole county: a key cannot be empty


class IssuedCount(Base):
    """How many codes a place has, kept as they are issued and voided: nobody counts a million."""

    __tablename__ = "issued_counts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    group: Mapped[str] = mapped_column(String(32), primary_key=True)
    school_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(String(16), primary_key=True)
    issued: Mapped[int]  # those that were voided not among them
    voided: Mapped[int]


class ArrivalCount(Base):
    """How many pages were opened and answers received at a place in ten minutes, joined to no answer.

    `slot` counts tens of minutes since 1970. Kept apart from the answers in table, transaction and moment of writing.
    """

    __tablename__ = "arrival_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group: Mapped[str] = mapped_column(String(32), primary_key=True)
    school_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened: Mapped[int]
    completed: Mapped[int]


class PlaceOutcome(Base):
    """People of a place who did not answer, as the officer counted them: slips that came back, refusals at the door."""

    __tablename__ = "place_outcomes"
    __table_args__ = (one_of("outcome", OUTCOMES), CheckConstraint("people >= 0", name="people"))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    group: Mapped[str] = mapped_column(String(32), primary_key=True)
    school_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    people: Mapped[int]


class CodeOutcome(Base):
    """How the last call about a personal code ended, for the interviewer who calls next. Used codes need none."""

    __tablename__ = "code_outcomes"
    __table_args__ = (one_of("outcome", OUTCOMES),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the code, within the campaign
    outcome: Mapped[str] = mapped_column(String(16))
    calls: Mapped[int] = mapped_column(Integer, default=1)
    recorded_on: Mapped[date]


class PaperEntry(Base):
    """A paper form that waits for its second keying, or for a difference to be settled; gone once it is a response.

    While it waits it holds a code beside answers, as the form itself does on the desk. Codes on paper forms lead to
    nobody, and the row goes in the transaction that stores the response.
    """

    __tablename__ = "paper_entries"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the code, within the campaign
    keying: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1 or 2
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_versions.id"))
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    comment: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    keyed_by: Mapped[str] = mapped_column(String(64))
