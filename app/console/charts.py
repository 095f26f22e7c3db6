"""Dot-and-interval charts: what the script draws. Everything that is to be read is in the table below as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.console.scoreboard import Row, Scoreboard
from app.numbers import count, fixed
from app.verdicts import level_words

STEP = 5


def draw(board: Scoreboard, rows: Sequence[Row]) -> Mapping[str, Any]:
    """The chart of `rows` under the composite, on a scale that all of them fit on."""
    result = board.evaluation.result
    decimals = result["decimals"]
    shown = [row for row in (board.composite, *rows) if row.value is not None]
    return {
        "threshold": result["threshold"],
        "line": _("门槛 %(threshold)s", threshold=f"{result['threshold']:g}"),
        "least": _least(shown, result["threshold"]),
        "rows": [{**_point(row, decimals), "tip": _tip(row, result)} for row in shown],
    }


def _point(row: Row, decimals: int) -> dict[str, Any]:
    label = _("全县综合") if row.kind == "composite" else row.label
    shown = fixed(row.value, decimals)
    return {"label": label, "value": row.value, "low": row.low, "high": row.high, "shown": shown, "kind": row.kind}


def _tip(row: Row, result: Mapping[str, Any]) -> list[str]:
    decimals = result["decimals"]
    lines = [_("得分 %(value)s", value=fixed(row.value, decimals))]
    if row.low is not None:
        limits = f"{fixed(row.low, decimals)} – {fixed(row.high, decimals)}"
        lines.append(_("%(level)s 置信区间 %(limits)s", level=level_words(result), limits=limits))
    lines.append(_("n = %(n)s，有效 n = %(effective)s", n=count(row.n), effective=count(row.n_eff)))
    return lines


def _least(rows: Iterable[Row], threshold: float) -> float:
    """Where the scale begins: a step below everything that is shown; it ends at 100."""
    lowest = min((low for row in rows if (low := row.value if row.low is None else row.low) is not None), default=100)
    return max(0, (min(lowest, threshold) - STEP / 2) // STEP * STEP)
