"""Taking away what PostgreSQL itself remembers of the order of arrival: where rows lie, and who wrote them.

See docs/decisions/0001-two-ledgers.md. SQLite needs none of it: its ledgers are kept in the order of their random
ids, and its rows remember no transaction.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from surveys.models import Code, Comment, Response

# Codes before answers, as `submit` takes them, so that the two never wait for each other.
LEDGERS = tuple(cast(Table, model.__table__) for model in (Code, Response, Comment))

# A loop, because a single UPDATE writes in whatever order its plan finds the rows. Whoever is being written by
# somebody else is left to them: to wait here could be to wait for each other.
_STIR = """
DO $$ DECLARE slip record; BEGIN
    FOR slip IN
        SELECT ctid AS place FROM codes
        WHERE ctid >= '({page},0)' AND ctid < '({beyond},0)' AND used_on IS NOT NULL
        ORDER BY id FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE codes SET position = position WHERE ctid = slip.place;
    END LOOP;
END $$
"""


def stir(session: Session, *, place: str) -> None:
    """Write all used codes of a page of PostgreSQL anew, in the order of their ids; `place` is a ctid, `(3,12)`.

    A row that changes goes behind the others of its page: left alone, a page of twenty slips would list them in the
    order of use, and each would name the transaction that stored its answers.
    """
    page = int(place.strip("()").split(",")[0])
    session.connection().exec_driver_sql(_STIR.format(page=page, beyond=page + 1))


def seal(session: Session, *, campaign_id: int) -> None:
    """Write the campaign's codes, responses and comments anew, in the order of their random ids, as of one moment.

    Safe while answers come in: what arrives meanwhile waits, or stays for the next time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in LEDGERS:
        moved = delete(table).where(table.c.campaign_id == campaign_id).returning(*table.c).cte("moved")
        names = [column.name for column in table.c]
        session.execute(insert(table).from_select(names, select(moved).order_by(moved.c.id)))
