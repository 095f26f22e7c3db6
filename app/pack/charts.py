"""The charts of the reports: every number of them stands in a table as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from app.pack.wording import label, level_of, listed, points, threshold_of
from surveys.reports.pack.document import Chart, Dot
from surveys.reports.pack.facts import Facts, Line

STEP = 5
HALF = 13  # dots of one chart, so that two fill a page
MOST = 16  # where labels take two lines, and one chart a page
SHORT = 25  # characters of a label that takes one line
FEWEST = 5  # schools that make a chart of schools


def dots_charts(facts: Facts, lines: Sequence[Line], caption: str, *, plain: bool = False) -> Iterator[Chart]:
    """Each line as a dot with its interval, under the county; several charts on one scale where there are many."""
    shown = [line for line in lines if line.get("value") is not None]
    if not shown or facts.composite.get("value") is None:
        return
    least = _least([facts.composite, *shown], facts.whole.data["threshold"])
    parts = -(-len(shown) // _most(shown))
    size = -(-len(shown) // parts)
    for part in range(parts):
        name = (
            caption
            if parts == 1
            else _("%(caption)s（%(part)s/%(parts)s）", caption=caption, part=part + 1, parts=parts)
        )
        yield _chart(facts, shown[part * size : (part + 1) * size], name, least, plain=plain)


def schools_chart(facts: Facts) -> Iterator[Chart]:
    """All schools from the lowest to the highest, without their names: how far they lie apart, and no ranking."""
    shown = sorted((line for line in facts.schools if line.get("value") is not None), key=_place)
    if len(shown) < FEWEST or facts.composite.get("value") is None:
        return
    rows = [facts.composite, *shown]
    threshold = facts.whole.data["threshold"]
    words = {"level": level_of(facts), "threshold": threshold_of(facts), "schools": len(shown)}
    caption = _("各校得分相差多远")
    explained = _(
        "公布的 %(schools)s 所学校从低到高各一行，不标名称；圆点是得分，横线是 %(level)s 置信区间，"
        "竖虚线是 %(threshold)s 分的门槛；整条横线都在门槛左边的用橙色方块；只公布界限的只有虚线。学校越小，横线越长。",
        **words,
    )
    ends = _("公布的 %(schools)s 所学校从 %(low)s 到 %(high)s", schools=len(shown), low=points(shown[0], facts).text,
             high=points(shown[-1], facts).text)  # fmt: skip
    yield Chart(
        caption=f"{caption}{_('：')}{explained}",
        alt=f"{caption}{_('：')}{ends}",
        dots=tuple(_dot(line, facts) for line in rows),
        threshold=threshold,
        line=_("门槛 %(threshold)s", **words),
        least=_least(rows, threshold),
        crowd=str(_("%(schools)s 所学校", schools=len(shown))),
    )


def _place(line: Line) -> tuple[bool, float, str]:
    """By value; one of which a limit is told stands where that is, those above a limit after all others."""
    return line.bound == "above", line.get("value") or 0.0, line.school or ""


def _most(lines: Sequence[Line]) -> int:
    return HALF if sum(len(_name(line)) for line in lines) <= SHORT * len(lines) else MOST


def _chart(facts: Facts, lines: Sequence[Line], caption: str, least: float, *, plain: bool) -> Chart:
    rows = [facts.composite, *lines]
    words = {"level": level_of(facts), "threshold": threshold_of(facts)}
    explained = (
        _("圆点是得分，横线是误差的范围，竖虚线是 %(threshold)s 分的要求；整条横线都不够要求的用橙色方块。", **words)
        if plain
        else _(
            "圆点是得分，横线是 %(level)s 置信区间，竖虚线是 %(threshold)s 分的门槛；"
            "整条横线都在门槛左边的用橙色方块；只公布界限的没有圆点，虚线指着它所在的一边。",
            **words,
        )
    )
    said = listed([f"{_name(line)} {points(line, facts).text}" for line in rows])
    return Chart(
        caption=f"{caption}{_('：')}{explained}",
        alt=f"{caption}{_('：')}{said}",
        dots=tuple(_dot(line, facts) for line in rows),
        threshold=facts.whole.data["threshold"],
        line=_("要求 %(threshold)s", **words) if plain else _("门槛 %(threshold)s", **words),
        least=least,
    )


def _dot(line: Line, facts: Facts) -> Dot:
    high = line.get("high")
    return Dot(
        label=_name(line),
        value=float(line.get("value") or 0),
        low=line.get("low"),
        high=high,
        shown=points(line, facts).text,
        strong=line.kind == "composite",
        below=not line.bound and high is not None and high < facts.whole.data["threshold"],
        bound=line.bound,
    )


def _name(line: Line) -> str:
    names = {"composite": _("全县综合"), "school": _("本校")}  # of schools there is only the one that a sheet is for
    return str(names[line.kind]) if line.kind in names else label(line)


def _least(rows: Sequence[Line], threshold: float) -> float:
    """Where the scale begins: a step below everything that is shown; it ends at 100."""
    lows = (line.get("value") if line.get("low") is None else line.get("low") for line in rows)
    lowest = min([low for low in lows if low is not None], default=threshold)
    return float(max(0, (min(lowest, threshold) - STEP / 2) // STEP * STEP))
