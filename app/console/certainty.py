"""How sure a score is: what the silent would have to think, every scorecard, errors computed another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flask import render_template, request
from flask_babel import gettext as _

from app import certainty as sentences
from app.access import allow
from app.console.door import READERS, blueprint
from app.console.noting import SEEN, noted
from app.console.studies import load_studied, study_missing
from app.i18n import in_language
from app.numbers import fixed, tell_apart
from app.words import GROUPS, word
from surveys.publication import Figure, Publication
from surveys.studies.supposing import Supposed, as_shown, suppose

Entry = Mapping[str, Any]
Order = Literal["name", "value"]
FULL, STEP = 100, 5
BACK, FORTH = -20, 30  # points that the chart and the slider reach at least
USUAL = 10  # what is supposed before anybody says something else


@blueprint.get("/campaigns/<name>/score/certainty")
@allow(*READERS)
@noted(SEEN)
def certainty(name: str) -> str:
    """The newest score; `less` is how much less satisfied the silent are supposed to be, `order` that of schemes."""
    campaign, studied = load_studied(name, "certainty")
    if studied is None or studied.study is None:
        return study_missing(campaign, studied, "certainty")
    publication, study = studied.publication, studied.study
    order: Order = "value" if request.args.get("order") == "value" else "name"
    less = request.args.get("less", type=float)
    page = lay_out(publication, study, less, order)
    return render_template("console/certainty.html", campaign=campaign, simulated=campaign.simulated, **page)


def lay_out(publication: Publication, study: Entry, less: float | None, order: Order) -> dict[str, Any]:
    """Everything on the page; of groups only those that the publication shows."""
    shown = {
        str(each.group): each
        for each in publication.groups
        if not each.hidden and not each.bound and each.value is not None
    }
    silence, whole = study["silence"], publication.composite
    secret = bool(whole.hidden)
    shares = next((each["measure"] for each in study["schemes"] if each["own"]), "share") == "share"
    page: dict[str, Any] = {
        "made": publication.evaluation,
        "needed": sentences.needed_words,
        "secret": secret,
        "covered": [word(GROUPS, each.group) for each in publication.groups if each.hidden or each.bound],
        "open": [word(GROUPS, each) for each in study["open"]],
        "silence": None if silence["why"] or secret else lay_out_silence(silence, whole, shown, less, shares),
        "why": silence["why"],
    }
    if not secret:
        exact = not any(each.hidden for each in publication.groups)
        page |= {"schemes": lay_out_schemes(study["schemes"], order, exact=exact)}
        page |= {"errors": lay_out_errors(study["errors"], whole, shown, study["open"])}
    return page


# The silent


def lay_out_silence(
    study: Entry, whole: Figure, shown: Mapping[str, Figure], less: float | None, shares: bool
) -> dict[str, Any]:
    """The supposition, the curve, and every group, from the figures as they are published."""
    values = {group: figure.value for group, figure in shown.items() if figure.value is not None}
    silence = as_shown(study, whole=study["value"] if whole.value is None else whole.value, groups=values)
    points = _points(silence, less)
    supposed = suppose(silence, less=[points, *_reach(silence)], shown=shown)
    groups = [each for each in silence["groups"] if each["group"] in shown]
    return {
        **silence,
        "decimals": whole.decimals,
        "shares": shares,
        "plain": sentences.silent_sentence(silence, shares=shares),
        "exact": sentences.gap_sentence(silence, whole.decimals),
        "crossing": sentences.crossing_sentence(silence),
        "less": f"{points:g}",
        "said": sentences.supposed_sentence(points, supposed.whole[0], silence["line"]),
        "groups": [
            {
                **each,
                "label": word(GROUPS, each["group"]),
                "shown": fixed(each["value"], min(shown[each["group"]].decimals, 1)),
                "must": sentences.needed_words(each["needed"]),
                "supposed": fixed(supposed.own[each["group"]][0]),
            }
            for each in groups
        ],
        "fixed": [word(GROUPS, each) for each in silence["fixed"]],
        "mute": [word(GROUPS, each) for each in silence["mute"]],
        "evenness": [
            {**each, "label": word(GROUPS, each["group"]) if each["group"] else _("全部对象")}
            for each in silence["evenness"]
            if each["group"] is None or each["group"] in shown
        ],
        "table": _table(supposed),
        "curve": _curve(silence, supposed),
        "slide": _slide(silence, supposed),
    }


def _points(silence: Entry, less: float | None) -> float:
    """What is supposed: what was asked for; else the whole points that just cross the line, if there are such."""
    if less is not None and abs(less) <= FULL:
        return less
    gap = silence["gap"]
    return USUAL if gap is None or gap == 0 else float(round(gap))


def _reach(silence: Entry) -> list[float]:
    """Whole points on both sides of 0, as far as the crossing and a little beyond."""
    gap = silence["gap"] or 0.0
    first = max(-FULL, min(BACK, STEP * (gap // STEP) - STEP))
    last = min(FULL, max(FORTH, STEP * (gap // STEP) + 3 * STEP))
    return [float(each) for each in range(int(first), int(last) + 1)]


def _table(supposed: Supposed) -> list[dict[str, Any]]:
    """Every fifth point: the composite, and each group's part in it alone."""
    rows = zip(supposed.less[1:], supposed.whole[1:], range(1, len(supposed.less)), strict=True)
    return [
        {
            "less": f"{less:g}",
            "whole": fixed(whole),
            "groups": [fixed(values[place]) for values in supposed.groups.values()],
        }
        for less, whole, place in rows
        if less % STEP == 0
    ]


def _curve(silence: Entry, supposed: Supposed) -> dict[str, Any]:
    lowest = min(*supposed.whole, silence["line"])
    names = {group: word(GROUPS, group) for group in supposed.groups}
    lines = [
        {"name": names[group], "main": False, "points": _pairs(supposed.less[1:], values[1:])}
        for group, values in supposed.groups.items()
    ]
    whole = {"name": _("所有对象一起"), "main": True, "points": _pairs(supposed.less[1:], supposed.whole[1:])}
    gap = silence["gap"]
    return {
        "kind": "curve",
        "control": "less",
        "threshold": silence["line"],
        "line": _("门槛 %(threshold)s", threshold=f"{silence['line']:g}"),
        "least": max(0, (lowest - STEP / 2) // STEP * STEP),
        "most": min(FULL, -(-max(supposed.whole) // STEP) * STEP),
        "across": _("没作答的人比作答的人低多少分"),
        "up": _("全县得分"),
        "lines": [*lines, whole],
        "crossing": None if gap is None else {"less": gap, "text": _("差 %(gap)s 分时到线", gap=fixed(gap))},
    }


def _pairs(across: Sequence[float], up: Sequence[float]) -> list[list[float]]:
    return [[x, round(y, 3)] for x, y in zip(across, up, strict=True)]


def _slide(silence: Entry, supposed: Supposed) -> dict[str, Any]:
    """What the slider says at each of its points."""
    rows = list(zip(supposed.less[1:], supposed.whole[1:], strict=True))
    return {
        "first": rows[0][0],
        "said": [sentences.supposed_sentence(less, whole, silence["line"]) for less, whole in rows],
        "own": {group: [fixed(value) for value in values[1:]] for group, values in supposed.own.items()},
    }


# Every scorecard


def lay_out_schemes(rows: Sequence[Entry], order: Order, *, exact: bool) -> dict[str, Any]:
    """Scorecards that measure satisfaction, those that count one option, those that cannot be used.

    Without `exact` only verdicts are shown: two composites with other weights would let a hidden group be computed.
    """
    used = [_scheme(each, exact=exact) for each in rows if not each["refused"]]
    if order == "value" and exact:
        used.sort(key=lambda each: -each["value"])
    main = [each for each in used if each["counts"]]
    return {
        "order": order,
        "exact": exact,
        "headline": sentences.schemes_sentence(rows),
        "span": sentences.span_sentence(main) if exact and main else "",
        "main": main,
        "others": [each for each in used if not each["counts"]],
        "refused": [
            {
                "label": in_language(each["title"]),
                "name": each["name"],
                "why": sentences.refusal_sentence(each["refused"]),
            }
            for each in rows
            if each["refused"]
        ],
        "chart": _ranges(main) if exact and main else None,
        "all": len(rows),
    }


def _scheme(row: Entry, *, exact: bool) -> dict[str, Any]:
    shown = tell_apart(row["value"], row["threshold"], row["decimals"])
    hidden = {} if exact else dict.fromkeys(("value", "low", "high"))
    return {
        **row,
        **hidden,
        "label": in_language(row["title"]),
        "shown": shown if exact else _("不公布"),
        "line": f"{'>' if row['comparison'] == '>' else '≥'} {row['threshold']:g}",
        "side": {"met": "above", "not_met": "below"}.get(row["verdict"], "across"),
    }


def _ranges(rows: Sequence[Entry]) -> dict[str, Any]:
    lows = [low for each in rows for low in (each["low"], each["value"], each["threshold"]) if low is not None]
    return {
        "kind": "ranges",
        "least": max(0, (min(lows) - STEP / 2) // STEP * STEP),
        "most": FULL,
        "head": _("得分"),
        "unit": "",
        "mark": _("门槛"),
        "rows": [
            {
                "label": each["label"],
                "strong": each["own"],
                "value": each["value"],
                "low": each["low"],
                "high": each["high"],
                "mark": each["threshold"],
                "side": each["side"],
                "shown": each["shown"],
                "tip": [_("得分 %(value)s", value=each["shown"]), _("门槛 %(threshold)s", threshold=each["line"])],
            }
            for each in rows
        ],
    }


# Errors


def lay_out_errors(
    errors: Entry | None, whole: Figure, shown: Mapping[str, Figure], open_groups: Sequence[str]
) -> dict[str, Any] | None:
    """Errors side by side; groups that answered unasked have none that a design could give."""
    if errors is None:
        return None
    figures: dict[str | None, Figure] = {None: whole}
    figures |= {group: each for group, each in shown.items() if group not in open_groups}
    rows = {each["group"]: each for each in errors["rows"] if each["value"] is not None and each["group"] in figures}
    if None not in rows:
        return None
    ordered = [rows[None], *(row for group, row in rows.items() if group is not None)]
    return {
        **errors,
        "headline": sentences.errors_sentence(rows[None]),
        "anew": rows[None]["anew"] is not None,
        "rows": [_error_row(each, figures[each["group"]].decimals) for each in ordered],
    }


def _error_row(row: Entry, decimals: int) -> dict[str, Any]:
    """With as many decimals as the error itself is published with."""
    columns = {name: fixed(row[name], max(decimals, 1)) for name in ("linearised", "jackknife", "bootstrap", "anew")}
    other = {f"{name}_off": _off(row, name) for name in ("jackknife", "bootstrap", "anew")}
    label = _("全县综合") if row["group"] is None else word(GROUPS, row["group"])
    return {"label": label, "whole": row["group"] is None, **columns, **other}


def _off(row: Entry, name: str) -> str:
    part = sentences.difference(row["linearised"], row[name])
    if part is None:
        return "—"
    shown = fixed(part * 100)
    return f"{'+' if part > 0 and float(shown) else ''}{shown}%"
