"""The first ledger: codes, and *that* a personal one was used. What was answered is elsewhere, see responses.

Nothing here leads to a response: no common key, no common order (rows lie in the order of random ids, and do not change
when a code is used), and no time finer than a day.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base
from surveys.models.regions import one_of

CODE_KINDS = ("open", "personal")
WAYS = ("poster", "slip", "sms", "paper")  # how a code reaches people


class Code(Base):
    """A door to the questionnaire: `open` for a school x group, `personal` for one use.

    The code itself is not stored. It derives from the random `id` and the installation's secret; `digest` and
    `short_digest` are keyed digests of the scanned and the typed form. `position` numbers the slips of a cell; `number`
    is that of a personal code within its campaign, by which it stands in a tally; `way` is how it reaches people.
    """

    __tablename__ = "codes"
    __table_args__ = (
        UniqueConstraint("campaign_id", "digest"),
        UniqueConstraint("campaign_id", "short_digest"),
        Index(None, "digest"),
        Index(None, "short_digest"),
        Index(None, "campaign_id", "group", "school_id"),
        Index(None, "campaign_id", "number", unique=True),
        one_of("kind", CODE_KINDS),
        {"sqlite_with_rowid": False},
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    group: Mapped[str] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    position: Mapped[int]
    digest: Mapped[bytes]
    short_digest: Mapped[bytes]
    number: Mapped[int | None]
    way: Mapped[str] = mapped_column(String(16))
    issued_on: Mapped[date]
    voided_on: Mapped[date | None]


class CodeTally(Base):
    """Which personal codes were used: 256 of them, from `number` * 256 on, two bytes each; see surveys.codes.tallies.

    `number` is that of the tally within its campaign.
    """

    __tablename__ = "code_tallies"
    # Half of each page is room for the next version of its rows, so that no index changes.
    __table_args__ = ({"sqlite_with_rowid": False, "postgresql_with": {"fillfactor": "50"}},)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[bytes]


class CodeCount(Base):
    """What is left of the ledger of a sealed campaign: how many codes of a place were issued, used and voided."""

    __tablename__ = "code_counts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the place, within the campaign
    kind: Mapped[str] = mapped_column(String(16))
    group: Mapped[str] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    issued: Mapped[int]  # those that were voided not among them
    used: Mapped[int]
    voided: Mapped[int]
