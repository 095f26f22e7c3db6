"""How often each answer was given: sums of the second ledger, kept so that pages need not read it all."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class AnswerCount(Base):
    """The answers of one group at one school (or of the county) to one version of a paper, J items.

    Why this reveals no more than `responses` does: it is a function of that table, and only of columns that stand there
    in plain. A cell of one person is that person's row without its day, language, channel and pace, and no id leads
    back to it. What could reveal more is *when* it was made: sums of ten o'clock beside the rows of noon would tell
    which answers came in between. So while answers come in only whole days are counted that are over
    (`CountStamp.before`), and a row tells its day anyway. Still, a tiny cell is a person's answers: never export these
    tables, and show nothing of them that the publication rule would not let through.
    """

    __tablename__ = "answer_counts"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the cell, within the campaign
    group: Mapped[str] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_versions.id"))
    people: Mapped[int]
    codes: Mapped[bytes]  # the B codes that occur, ascending, one byte each; 0 is a blank
    given: Mapped[bytes]  # (J, B) people, little-endian, four bytes each; items in the order of the code frame
    pairs: Mapped[bytes | None]  # (J B, J B) people by two answers; only where people belong to no school


class CountStamp(Base):
    """What a campaign's counts are of: `responses` answers, all that were received before the day `before`."""

    __tablename__ = "count_stamps"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    counted_at: Mapped[datetime]
    before: Mapped[date | None]  # None: all there are, of a campaign that is closed
    responses: Mapped[int]
