"""The charts of the reports: every number of them stands in a table as well."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.numbers import NOTHING
from app.pack.wording import label, level_of, listed, points, threshold_of
from surveys.reports.pack.document import Chart, Dot
from surveys.reports.pack.facts import Facts, Line

STEP = 5


def dots_chart(facts: Facts, lines: Sequence[Line], caption: str) -> Chart | None:
    """Each line as a dot with its interval, under the county; None where nothing may be shown."""
    shown = [line for line in lines if line.get("value") is not None]
    if not shown or facts.composite.get("value") is None:
        return None
    rows = [facts.composite, *(line for line in shown if line is not facts.composite)]
    said = listed([f"{_name(line)} {points(line, facts).text}" for line in rows])
    threshold = facts.whole.data["threshold"]
    explained = _(
        "圆点是得分，横线是 %(level)s 置信区间，竖虚线是 %(threshold)s 分的门槛；整条横线都在门槛左边的用橙色方块",
        level=level_of(facts),
        threshold=threshold_of(facts),
    )
    return Chart(
        caption=f"{caption}{_('：')}{explained}",
        alt=f"{caption}{_('：')}{said}",
        dots=tuple(_dot(line, facts) for line in rows),
        threshold=threshold,
        line=_("门槛 %(threshold)s", threshold=threshold_of(facts)),
        least=_least(rows, threshold),
    )


def _dot(line: Line, facts: Facts) -> Dot:
    low, high, value = line.get("low"), line.get("high"), line.get("value")
    return Dot(
        label=_name(line),
        value=float(value or 0),
        low=low,
        high=high,
        shown=points(line, facts).text if value is not None else NOTHING,
        strong=line.kind == "composite",
        below=high is not None and high < facts.whole.data["threshold"],
    )


def _name(line: Line) -> str:
    return str(_("全县综合")) if line.kind == "composite" else label(line)


def _least(rows: Sequence[Line], threshold: float) -> float:
    """Where the scale begins: a step below everything that is shown; it ends at 100."""
    lows = (line.get("value") if line.get("low") is None else line.get("low") for line in rows)
    lowest = min([low for low in lows if low is not None], default=threshold)
    return float(max(0, (min(lowest, threshold) - STEP / 2) // STEP * STEP))
