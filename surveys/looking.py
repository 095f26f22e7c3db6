"""Reading a few rows by a key, thousands of times a second: statements compiled once, and run by the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Select

DRIVER_ERRORS = (sqlite3.Error, psycopg.Error)
OURS = ("DataError", "IntegrityError", "ProgrammingError")  # as both drivers call what will not be better later


class Looker:
    """A kept connection that reads. Each statement is compiled, and its columns' types are asked, once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "postgresql":
            # A plan is kept from when there were few rows, and reading all of them was quickest.
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.detach()
        else:  # there is one for each thread, and the system keeps the file's pages for all; KiB
            driver.execute("PRAGMA cache_size=-400")
        self._driver = driver
        self._known: dict[Select[Any], _Statement] = {}
        self.dialect = connection.dialect.name

    def all(self, query: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of `query`, with values as its columns have them."""
        statement = self._known.get(query)
        if statement is None:
            statement = self._known[query] = _Statement(query, self._connection)
        return statement.run(self._driver, values)

    def close(self) -> None:
        """Back to the pool, if it came from there."""
        self._connection.close()

    def drop(self) -> None:
        """Away with it: nobody knows what state it is in."""
        with suppress(Exception):  # it may be broken in any way
            self._connection.invalidate()
        with suppress(Exception):
            self._connection.close()


def is_ours(error: Exception) -> bool:
    """Whether a driver's error is a mistake of ours, and not the database's state."""
    return any(kind.__name__ in OURS for kind in type(error).__mro__)


class _Statement:
    """What SQLAlchemy makes of a query, without what it does at each run."""

    def __init__(self, query: Select[Any], connection: Connection) -> None:
        compiled = query.compile(dialect=connection.dialect)
        self._text, self._order = str(compiled), compiled.positiontup
        kinds = (column.type.dialect_impl(connection.dialect) for column in query.selected_columns)
        makers = [kind.result_processor(connection.dialect, None) for kind in kinds]
        self._makers = [(place, make) for place, make in enumerate(makers) if make is not None]

    def run(self, driver: Any, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        given = values if self._order is None else [values[name] for name in self._order]
        rows: list[tuple[Any, ...]] = driver.execute(self._text, given).fetchall()
        return [self._made(row) for row in rows] if self._makers else rows

    def _made(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """The driver's values as the columns' types have them: SQLite knows no dates."""
        made = list(row)
        for place, make in self._makers:
            made[place] = make(made[place])
        return tuple(made)
