"""Reading a few rows by a key, thousands of times a second: statements compiled once, and run by the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Select

LOST = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)  # the connection is of no more use


class Looker:
    """A kept connection that reads. Each statement is compiled, and its columns' types are asked, once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "postgresql":
            # A plan is kept from when there were few rows, and reading all of them was quickest.
            connection.detach()
            driver.execute("SET enable_seqscan = off")
        self._driver = driver
        self._known: dict[Select[Any], _Statement] = {}
        self.dialect = connection.dialect.name

    def all(self, query: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of `query`, with values as its columns have them."""
        statement = self._known.get(query)
        if statement is None:
            statement = self._known[query] = _Statement(query, self._connection)
        return statement.run(self._driver, values)

    def close(self, *, broken: bool = False) -> None:
        """Back to the pool, if it came from there; a broken connection is not used again."""
        if broken:
            self._connection.invalidate()
        self._connection.close()


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
