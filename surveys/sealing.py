"""Taking away what a database remembers besides its columns, and in the end who used a code at all.

See docs/decisions/0001-two-ledgers.md. SQLite keeps its ledgers in the order of their random ids, and its rows
remember no transaction; PostgreSQL remembers where rows lie, and which transaction wrote them.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import LargeBinary, Table, case, delete, func, insert, literal_column, select, update

from surveys.codes.tallies import USED, with_marks
from surveys.db import Access, dialect_of
from surveys.fieldwork.called import fold_calls
from surveys.holding import hold_campaign
from surveys.models import (
    ArrivalCount,
    Code,
    CodeCount,
    CodeTally,
    Comment,
    MisuseReport,
    PaperEntry,
    Response,
)

CODES, TALLIES, ANSWERS, COMMENTS, REPORTS, ARRIVALS = (
    cast(Table, model.__table__) for model in (Code, CodeTally, Response, Comment, MisuseReport, ArrivalCount)
)
BY_IDS = (ANSWERS, COMMENTS, REPORTS)
LEDGERS = (CODES, TALLIES, *BY_IDS, ARRIVALS)
_FRESH_ID = {
    "sqlite": literal_column("randomblob(16)", LargeBinary),
    "postgresql": literal_column("uuid_send(gen_random_uuid())", LargeBinary),
}


def rewrite(session: Access, *, campaign_id: int) -> None:
    """Write a campaign's tallies anew, and its answers in the order of their random ids, by one transaction.

    Safe while answers come in: what arrives meanwhile waits, or stays for the next time. Tallies come first, and in
    their order, as `store` takes them, so that the two never wait for each other. Counts of arrivals are written anew
    in the order of their slots: where one lies would tell when it was last added to.
    """
    if dialect_of(session) != "postgresql":
        return
    hold_campaign(session, campaign_id=campaign_id)
    of_campaign = TALLIES.c.campaign_id == campaign_id
    session.execute(select(TALLIES.c.number).where(of_campaign).order_by(TALLIES.c.number).with_for_update())
    session.execute(update(TALLIES).where(of_campaign).values(days=TALLIES.c.days))
    for table in (*BY_IDS, ARRIVALS):
        moved = delete(table).where(table.c.campaign_id == campaign_id).returning(*table.c).cte("moved")
        order = (moved.c[column.name] for column in table.primary_key)
        names = [column.name for column in table.c]
        session.execute(insert(table).from_select(names, select(moved).order_by(*order)))


def seal(session: Access, *, campaign_id: int) -> None:
    """For ever: keep of the codes only how many were used, and give the answers ids that derive from nothing.

    Codes are still found, so that whoever scans one hears that the survey is over. A sheet that was stored is no longer
    recognised when it is sent again.
    """
    _count_codes(session, campaign_id)
    fold_calls(session, campaign_id=campaign_id)
    session.execute(delete(TALLIES).where(TALLIES.c.campaign_id == campaign_id))
    session.execute(delete(PaperEntry).where(PaperEntry.campaign_id == campaign_id))  # of forms that never got in
    fresh = _FRESH_ID[dialect_of(session)]
    for table in BY_IDS:
        session.execute(update(table).where(table.c.campaign_id == campaign_id).values(id=fresh))
    rewrite(session, campaign_id=campaign_id)


def _count_codes(session: Access, campaign_id: int) -> None:
    live = case((CODES.c.voided_on.is_(None), 1))
    used = case((CODES.c.voided_on.is_(None), USED))
    query = (
        select(
            CODES.c.kind,
            CODES.c.group,
            CODES.c.school_id,
            func.count(live).label("issued"),
            func.count(used).label("used"),
            func.count(CODES.c.voided_on).label("voided"),
        )
        .select_from(with_marks(CODES))
        .where(CODES.c.campaign_id == campaign_id)
        .group_by(CODES.c.kind, CODES.c.group, CODES.c.school_id)
        .order_by(CODES.c.school_id, CODES.c.group, CODES.c.kind)
    )
    rows = enumerate(session.execute(query).mappings().all(), start=1)
    counts = [{"campaign_id": campaign_id, "number": number, **row} for number, row in rows]
    if counts:
        session.execute(insert(CodeCount), counts)
