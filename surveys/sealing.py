"""Taking away what PostgreSQL itself remembers of the order of arrival: where rows lie, and who wrote them.

See docs/decisions/0001-two-ledgers.md. SQLite needs none of it: its ledgers are kept in the order of their random
ids, and its rows remember no transaction.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, literal_column, select, text, update
from sqlalchemy.orm import Session

from surveys.models import Code, Comment, Response

CODES = cast(Table, Code.__table__)
# Codes before answers, as `submit` takes them, so that the two never wait for each other.
LEDGERS = (CODES, cast(Table, Response.__table__), cast(Table, Comment.__table__))

# Whoever is being written by somebody else is left to them: to wait here could be to wait for each other.
_USED_ON_PAGE = (
    select(CODES.c.campaign_id, CODES.c.id)
    .where(CODES.c.used_on.is_not(None))
    .where(text("ctid >= CAST(:here AS tid)"), text("ctid < CAST(:beyond AS tid)"))
    .with_for_update(skip_locked=True)
)
_WRITE_ANEW = (
    update(CODES)
    .where(CODES.c.campaign_id == bindparam("campaign"), CODES.c.id == bindparam("code"))
    .values(position=literal_column("position"))
)


def stir(session: Session, *, place: str) -> None:
    """Write all used codes of a page of PostgreSQL anew, in the order of their ids; `place` is a ctid, `(3,12)`.

    A row that changes goes behind the others of its page: left alone, a page of twenty slips would list them in the
    order of use, and each would name the transaction that stored its answers.
    """
    page = int(place.strip("()").split(",")[0])
    found = session.execute(_USED_ON_PAGE, {"here": f"({page},0)", "beyond": f"({page + 1},0)"})
    ordered = sorted((code_id, campaign_id) for campaign_id, code_id in found)
    if len(ordered) > 1:
        session.execute(_WRITE_ANEW, [{"campaign": campaign, "code": code} for code, campaign in ordered])


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
