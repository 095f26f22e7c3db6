"""The migrations make exactly the tables that the models describe, and take them away again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import schema
from surveys.codes.tallies import SIZE, VOID, Tallies
from surveys.db import Database
from surveys.models import (
    Base,
    Code,
    Instrument,
    InstrumentVersion,
    Region,
    School,
    Scorecard,
    ScorecardVersion,
)
from tests.factories import TODAY, add_campaign, add_slips, open_door

VERSIONS = sorted(path.stem for path in (Path(schema.MIGRATIONS) / "versions").glob("*.py"))


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_run_down_to_nothing_and_up_again(database: Database) -> None:
    assert schema.is_current(database)
    schema.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)


def test_each_migration_runs_down_and_up_by_itself(database: Database) -> None:
    for version in reversed(VERSIONS[1:]):
        number = version[:4]
        schema.downgrade(database, f"{int(number) - 1:04d}")
        schema.upgrade(database, number)
        schema.downgrade(database, f"{int(number) - 1:04d}")
    schema.upgrade(database)
    assert schema.is_current(database)


def test_used_and_void_codes_of_old_stand_in_tallies(database: Database) -> None:
    """Before migration 0010 the day stood in the code's own row."""
    with database.begin() as session:
        slips = add_slips(session, add_campaign(session), count=SIZE + 5)
    schema.downgrade(database, "0009")
    with database.begin() as session:
        session.execute(text("UPDATE codes SET used_on = :day WHERE position <= 3"), {"day": TODAY.isoformat()})
        session.execute(text("UPDATE codes SET voided_on = :day WHERE position = 4"), {"day": TODAY.isoformat()})
    schema.upgrade(database)
    with database.begin() as session:
        doors = [open_door(session, slip) for slip in slips if slip.position != 4]
        assert [door.used_on for door in doors] == [TODAY] * 3 + [None] * (SIZE + 1)
        assert len({door.code.number for door in doors}) == len(doors)
        void = session.scalars(select(Code.number).where(Code.position == 4)).one()
        assert void is not None
        assert Tallies(session, doors[0].campaign.id, [void])[void] == VOID


def test_tables_that_others_point_to_are_made_anew_with_their_rows(database: Database) -> None:
    """The check of levels changes in 0017, that of roles in 0012: SQLite makes both tables anew."""
    with database.begin() as session:
        add_slips(session, add_campaign(session), count=1)
        before = session.scalar(select(func.count()).select_from(School))
    schema.downgrade(database, "0011")
    schema.upgrade(database)
    with database.begin() as session:
        assert before == session.scalar(
            select(func.count()).select_from(School).join(Region, Region.id == School.county_id)
        )
        session.add(
            School(
                county_id=9999,
                region_id=9999,
                code="x",
                name="x",
                stage="primary",
                locality="urban",
                pupils=1,
                teachers=1,
            )
        )
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            session.flush()
        session.rollback()


def test_migrations_are_numbered_without_gaps() -> None:
    assert [version[:4] for version in VERSIONS] == [f"{number:04d}" for number in range(1, len(VERSIONS) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z_]+", version) for version in VERSIONS)


@pytest.mark.parametrize("table", ["instrument_versions", "scorecard_versions"])
@pytest.mark.parametrize("change", ["UPDATE {} SET number = 2", "DELETE FROM {}"])
def test_a_published_version_never_changes(session: Session, table: str, change: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    session.add_all([Instrument(id=1, name="paper"), Scorecard(id=1, name="card")])
    session.flush()
    shared = {"number": 1, "document": {}, "digest": "0" * 64, "published_at": now}
    session.add_all([InstrumentVersion(instrument_id=1, **shared), ScorecardVersion(scorecard_id=1, **shared)])
    session.flush()
    with pytest.raises(DBAPIError, match="never changes"):
        session.execute(text(change.format(table)))
