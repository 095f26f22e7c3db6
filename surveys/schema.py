"""The shape of the database: numbered migrations, up and down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from surveys.db import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to `revision`, in one transaction."""
    with _changing(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the tables back to `revision` (`base` removes them all)."""
    with _changing(database) as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether every migration has run."""
    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory.from_config(_config(None)).get_current_head()


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    """One transaction in which SQLite lets a table that others point to be made anew; they are looked at at its end.

    SQLite can change a constraint in no other way, and would count every row that pointed to the old table as astray.
    """
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if not database.is_remote:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                astray = [] if database.is_remote else connection.execute(text("PRAGMA foreign_key_check")).all()
                if astray:
                    raise LookupError(f"rows that point to nothing, in {sorted({row[0] for row in astray})}")
        finally:
            if not database.is_remote:
                driver.execute("PRAGMA foreign_keys = ON")


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
