"""Columns of the reports: as wide as was asked for, and no word of them breaks."""

from __future__ import annotations

from surveys.reports.pack.columns import shares
from surveys.reports.pack.document import Cell, Column, Table

ROOM = 50.0


def table(*columns: Column) -> Table:
    return Table("name", "caption", columns, (tuple(Cell("1") for _ in columns),))


def test_widths_are_kept_where_everything_fits() -> None:
    assert shares(table(Column("题目", width=3), Column("得分", "points", 1, 1)), ROOM) == [0.75, 0.25]


def test_a_word_at_the_head_of_a_column_widens_it() -> None:
    wide, narrow = shares(table(Column("Question", width=9), Column("Unanswered", "rate", 1, 1)), ROOM)
    assert abs(wide + narrow - 1) < 1e-9
    assert 6 < narrow * ROOM < 8


def test_an_interval_stays_on_one_line() -> None:
    rows = ((Cell("x"), Cell("82.2 – 90.7")),)
    columns = (Column("A", width=20), Column("B", "points", 1, 1))
    assert shares(Table("name", "caption", columns, rows), ROOM)[1] * ROOM > 6


def test_too_many_words_share_what_there_is() -> None:
    found = shares(table(*(Column("Unanswered", "count") for _ in range(12))), ROOM)
    assert len(set(found)) == 1
    assert abs(sum(found) - 1) < 1e-9
