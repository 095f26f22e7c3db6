"""Why? What the overall judgement goes with, group by group, and how satisfied people are with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.access import allow
from app.console.door import READERS, blueprint
from app.console.noting import SEEN, noted
from app.console.studies import load_studied, study_missing
from app.drivers import absent_sentence, group_sentence, halo_sentence
from app.i18n import in_language
from app.numbers import fixed, percent
from app.rates import RATES
from app.words import DIMENSIONS, GROUPS, word
from surveys.publication import Figure, Publication

Entry = Mapping[str, Any]
FULL, STEP, TEN = 100, 5, 10
ROOM = 0.12  # of the span of an axis, beyond the outermost point


@blueprint.get("/campaigns/<name>/score/drivers")
@allow(*READERS)
@noted(SEEN)
def drivers_page(name: str) -> str:
    """Key drivers of the overall question beside the newest score."""
    campaign, studied = load_studied(name, "drivers")
    if studied is None or studied.study is None:
        return study_missing(campaign, studied, "drivers")
    page = lay_out(studied.publication, studied.study)
    return render_template("console/drivers.html", campaign=campaign, simulated=campaign.simulated, **page)


def lay_out(publication: Publication, study: Entry) -> dict[str, Any]:
    """The groups that the publication shows and that have a result; a sentence for each other group."""
    shown = {str(each.group): each for each in publication.groups if not each.hidden and not each.bound}
    found = [each for each in study["groups"] if each["group"] in shown and each["why"] is None]
    absent = [
        absent_sentence(each, hidden=each["group"] not in shown)
        for each in study["groups"]
        if each["group"] not in shown or each["why"] is not None
    ]
    return {
        "made": publication.evaluation,
        "level": f"{study['level'] * 100:g}%",
        "replicates": study["replicates"],
        "groups": [lay_out_group(each, shown[each["group"]]) for each in found],
        "absent": absent,
    }


def lay_out_group(group: Entry, figure: Figure) -> dict[str, Any]:
    """One group: its sentence, the two charts, and the tables."""
    rows = [{**each, "label": word(DIMENSIONS, each["dimension"])} for each in group["dimensions"]]
    by_share = sorted(rows, key=lambda each: -each["share"])
    items = [{**each, "label": in_language(each["text"])} for each in group["items"]]
    return {
        **group,
        "label": word(GROUPS, group["group"]),
        "rate": f"{word(RATES, figure.rate_kind)} {percent(figure.rate)}",
        "dimensions": by_share,
        "items": sorted(items, key=lambda each: -(each["share"] or 0.0)),
        "strongest": word(DIMENSIONS, group["strongest"]),
        "partly": [word(DIMENSIONS, each) for each in group["partly"]],
        "plain": group_sentence(by_share),
        "halo": halo_sentence(group),
        "quadrant": _quadrant(by_share),
        "bars": _bars(by_share),
    }


def _quadrant(rows: Sequence[Entry]) -> dict[str, Any] | None:
    """Importance against performance, with lines at the means; None where a satisfaction may not be shown exactly."""
    if any(each["satisfaction"] is None for each in rows):
        return None
    across, up = [each["satisfaction"] for each in rows], [FULL * each["share"] for each in rows]
    middle = [sum(across) / len(across), sum(up) / len(up)]
    left, right = _span(across, FULL, STEP if max(across) - min(across) > STEP else 1)
    bottom, top = _span(up, FULL, STEP)
    return {
        "kind": "quadrant",
        "across": _("满意程度（得分）"),
        "up": _("与总体评价的关系（相对权重）"),
        "left": left,
        "right": right,
        "bottom": bottom,
        "top": top,
        "middle": middle,
        "corners": {
            "first": _("关系大，满意低：先看这里"),
            "keep": _("关系大，满意高：保持"),
            "later": _("关系小，满意低"),
            "fine": _("关系小，满意高"),
        },
        "rows": [
            {
                "label": each["label"],
                "x": round(each["satisfaction"], 2),
                "y": round(FULL * each["share"], 2),
                "first": each["satisfaction"] < middle[0] and FULL * each["share"] > middle[1],
                "tip": _tip(each),
            }
            for each in rows
        ],
    }


def _span(values: Sequence[float], most: float, step: int) -> tuple[float, float]:
    """Multiples of `step` around all values, with some room for words."""
    low, high = min(values), max(values)
    room = max((high - low) * ROOM, 1.0)
    return float(max(0, (low - room) // step * step)), float(min(most, -((-high - room) // step) * step))


def _bars(rows: Sequence[Entry]) -> dict[str, Any]:
    ends = [FULL * (each["high"] if each["high"] is not None else each["share"]) for each in rows]
    return {
        "kind": "ranges",
        "least": 0,
        "most": min(FULL, -(-max(ends) // TEN) * TEN),
        "head": _("权重"),
        "unit": "%",
        "rows": [
            {
                "label": each["label"],
                "strong": place == 0,
                "value": FULL * each["share"],
                "low": None if each["low"] is None else FULL * each["low"],
                "high": None if each["high"] is None else FULL * each["high"],
                "mark": FULL / len(rows),
                "side": "above",
                "shown": percent(each["share"], 0),
                "tip": _tip(each),
            }
            for place, each in enumerate(rows)
        ],
    }


def _tip(row: Entry) -> list[str]:
    lines = [_("相对权重 %(share)s", share=percent(row["share"]))]
    if row["low"] is not None:
        lines.append(_("区间 %(low)s – %(high)s", low=percent(row["low"]), high=percent(row["high"])))
    if row["satisfaction"] is not None:
        lines.append(_("满意程度 %(value)s", value=fixed(row["satisfaction"])))
    return lines
