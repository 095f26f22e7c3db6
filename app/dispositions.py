"""Dispositions as the console and the commands show them: with a list of who was asked, and without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext

from app.words import Words
from surveys.fieldwork.dispositions import DispositionRow, DispositionTable

CASES: Words = {
    "complete": lazy_gettext("完成"),
    "partial": lazy_gettext("部分完成"),
    "refused": lazy_gettext("拒访"),
    "not_reached": lazy_gettext("未接触"),
    "other": lazy_gettext("其他原因"),
    "not_eligible": lazy_gettext("不符合条件"),
    "unknown": lazy_gettext("情况不明"),
}
RATES: Words = {
    "rr1": lazy_gettext("应答率 RR1"),
    "rr2": lazy_gettext("应答率 RR2"),
    "rr3": lazy_gettext("应答率 RR3"),
    "ref1": lazy_gettext("拒访率 REF1"),
    "con1": lazy_gettext("接触率 CON1"),
}
PARTICIPATION: Words = {"participation": lazy_gettext("参与率")}


@dataclass(frozen=True)
class Part:
    """The rows with a list, or those without one; `rates` are the words of what can be said of them."""

    listed: bool
    places: tuple[DispositionRow, ...]
    groups: tuple[DispositionRow, ...]
    total: DispositionRow
    rates: Words


def lay_out_dispositions(table: DispositionTable) -> tuple[Part, ...]:
    """Each part that has any rows."""
    return tuple(
        Part(
            total.listed,
            _of(total, table.places),
            _of(total, table.groups),
            total,
            RATES if total.listed else PARTICIPATION,
        )
        for total in table.totals
    )


def _of(total: DispositionRow, rows: Sequence[DispositionRow]) -> tuple[DispositionRow, ...]:
    return tuple(row for row in rows if row.listed == total.listed)
