"""Sealing the two ledgers: taking away what the storage itself remembers of the order of arrival.

See docs/decisions/0001-two-ledgers.md for what an unsealed PostgreSQL still tells, and to whom.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from surveys.models import Code, Comment, Response

# Codes before answers, as `submit` takes them, so that the two never wait for each other.
LEDGERS = [cast(Table, model.__table__) for model in (Code, Response, Comment)]


def seal(session: Session, *, campaign_id: int) -> None:
    """Write the campaign's codes, responses and comments anew, in the order of their random ids, as of one moment.

    On PostgreSQL rows lie as they were written, and each remembers its transaction; both are made to say nothing.
    On SQLite the tables are kept in the order of ids and rows remember no transaction: nothing is to be done.
    Safe while answers come in: what arrives meanwhile waits, or stays for the next time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in LEDGERS:
        moved = delete(table).where(table.c.campaign_id == campaign_id).returning(*table.c).cte("moved")
        names = [column.name for column in table.c]
        session.execute(insert(table).from_select(names, select(moved).order_by(moved.c.id)))
