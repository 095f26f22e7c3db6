"""Taking away what a database remembers besides its columns, and in the end who used a code at all.

See docs/decisions/0001-two-ledgers.md. SQLite keeps its ledgers in the order of their random ids, and its rows
remember no transaction; PostgreSQL remembers where rows lie, and who wrote them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select, text
from sqlalchemy.orm import Session

from surveys.models import Code, Comment, Response

# Codes before answers, as `store` takes them, so that the two never wait for each other.
LEDGERS = tuple(cast(Table, model.__table__) for model in (Code, Response, Comment))
_STIR = text("SELECT stir_codes(:pages)").bindparams(bindparam("pages"))


def stir(session: Session, *, places: Sequence[str]) -> None:
    """Write all used codes of some pages of PostgreSQL anew, in the order of their ids; a place is a ctid, `(3,12)`.

    A row that changes goes behind the others of its page: left alone, a page of twenty slips would list them in the
    order of use, and each would name the transaction that stored its answers.
    """
    pages = sorted({int(place.strip("()").split(",")[0]) for place in places})
    if pages:
        session.execute(_STIR, {"pages": pages})


def rewrite(session: Session, *, campaign_id: int) -> None:
    """Write the campaign's codes, responses and comments anew, in the order of their random ids, as of one moment.

    Safe while answers come in: what arrives meanwhile waits, or stays for the next time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in LEDGERS:
        moved = delete(table).where(table.c.campaign_id == campaign_id).returning(*table.c).cte("moved")
        names = [column.name for column in table.c]
        session.execute(insert(table).from_select(names, select(moved).order_by(moved.c.id)))
