"""Dot-and-interval charts: what the script draws. Everything that is to be read is in a table beside it as well."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.console.scoreboard import Line, Scoreboard, Table
from app.numbers import count, fixed, percent
from app.rates import RATES, rate_head, tell_rate
from app.verdicts import level_words
from app.words import word
from surveys.publication import Figure

STEP = 5
FULL = 100


def draw(board: Scoreboard, table: Table) -> Mapping[str, Any]:
    """The chart of `table` under the composite, on a scale that all of them fit on."""
    facts = board.publication.facts
    lines = [line for line in (board.composite, *table.lines) if line.figure.value is not None]
    kinds = board.ways.kinds | table.kinds
    return {
        "threshold": facts["threshold"],
        "line": _("门槛 %(threshold)s", threshold=f"{facts['threshold']:g}"),
        "least": least([line.figure for line in lines], facts["threshold"]),
        "heads": {"value": _("得分"), "side": rate_head(kinds)},
        "rows": [_row(line, kinds, facts) for line in lines],
    }


def draw_zones(board: Scoreboard) -> Mapping[str, Any] | None:
    """The composite with its interval on a scale of three zones; None where it has no interval.

    The zone in the middle is as wide as the interval: a score inside it would leave the verdict open, as its interval
    would reach across the threshold.
    """
    whole, facts = board.composite.figure, board.publication.facts
    if whole.value is None or whole.low is None or whole.high is None:
        return None
    threshold, decimals = facts["threshold"], facts["decimals"]
    begins, ends = threshold - (whole.high - whole.value), threshold + (whole.value - whole.low)
    low = least([whole], begins)
    return {
        "kind": "zones",
        "least": low,
        "most": FULL,
        "threshold": threshold,
        "line": _("门槛 %(threshold)s", threshold=f"{threshold:g}"),
        "zones": [
            {"name": _("未达标"), "from": low, "to": max(begins, low), "zone": "below"},
            {"name": _("证据不足"), "from": max(begins, low), "to": min(ends, FULL), "zone": "between"},
            {"name": _("达标"), "from": min(ends, FULL), "to": FULL, "zone": "above"},
        ],
        "value": whole.value,
        "low": whole.low,
        "high": whole.high,
        "shown": [fixed(whole.low, decimals), board.composite.shown, fixed(whole.high, decimals)],
    }


def sum_up(board: Scoreboard, lines: Sequence[Line]) -> str:
    """A line above a chart: how many intervals lie on which side of the threshold, and whose are wholly below it."""
    threshold = board.publication.facts["threshold"]
    judged = [line for line in lines if line.figure.low is not None]
    above = [line for line in judged if side_of(line.figure, threshold) == "above"]
    below = [line for line in judged if side_of(line.figure, threshold) == "below"]
    words = {
        "count": len(judged),
        "above": len(above),
        "below": len(below),
        "threshold": f"{threshold:g}",
        "names": _("、").join(line.label for line in below),
    }
    if not judged:
        return str(_("没有可以比较的区间"))
    if below:
        return str(
            _("%(count)s 项中，%(above)s 项整条区间达到 %(threshold)s，%(below)s 项整条低于它：%(names)s", **words)
        )
    return str(_("%(count)s 项中，%(above)s 项整条区间达到 %(threshold)s，没有一项整条低于它", **words))


def side_of(figure: Figure, threshold: float) -> str:
    """Where the interval lies: above the threshold, below it, across it; across too where there is none."""
    if figure.low is not None and figure.low >= threshold:
        return "above"
    return "below" if figure.high is not None and figure.high < threshold else "across"


def least(figures: Iterable[Figure], threshold: float) -> float:
    """Where the scale begins: a step below everything that is shown; it ends at 100."""
    lows = (figure.value if figure.low is None else figure.low for figure in figures)
    lowest = min((low for low in lows if low is not None), default=FULL)
    return max(0, (min(lowest, threshold) - STEP / 2) // STEP * STEP)


def _row(line: Line, kinds: Collection[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    figure = line.figure
    return {
        "label": _("全县综合") if figure.kind == "composite" else line.label,
        "kind": figure.kind,
        "side": side_of(figure, facts["threshold"]),
        "bound": figure.bound,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "shown": line.shown + (f" {line.marks}" if line.marks else ""),
        "rate": tell_rate(*line.answered, kinds),
        "tip": _tip(line, facts),
    }


def _tip(line: Line, facts: Mapping[str, Any]) -> list[str]:
    figure = line.figure
    lines = [_("得分 %(value)s", value=line.shown)]
    if figure.low is not None:
        limits = f"{fixed(figure.low, line.decimals)} – {fixed(figure.high, line.decimals)}"
        lines.append(_("%(level)s 置信区间 %(limits)s", level=level_words(facts), limits=limits))
    lines.append(_("n = %(n)s，有效 n = %(effective)s", n=count(figure.n), effective=count(figure.n_eff)))
    rate, kind = line.answered
    lines.append(f"{word(RATES, kind)} {percent(rate)}")
    return lines
