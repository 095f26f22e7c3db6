"""Schools beside each other: stabilised values, who stands out, kinds of school, and how much schools differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from app.access import allow
from app.console.door import READERS, blueprint
from app.console.noting import SEEN, noted
from app.console.studies import load_studied, study_missing
from app.marks import shown
from app.numbers import count, fixed
from app.schools import (
    FOUND,
    KINDS,
    beside_sentence,
    coefficient_sentence,
    kinds_sentence,
    outliers_sentence,
    spread_sentence,
)
from app.words import GROUPS, word
from surveys.publication import Figure, Publication
from surveys.studies import Studied

Entry = Mapping[str, Any]
STEP = 5
WIDEST = 15  # below the lowest value, where an interval of few schools goes far out


@dataclass(frozen=True)
class School:
    """A school that may be shown: its published figure, and what the study says of it."""

    figure: Figure
    study: Entry
    name: str
    side: str  # of the threshold: above, across, below

    @property
    def code(self) -> str:
        return str(self.figure.school)

    @property
    def ranks(self) -> str:
        low, high = self.study["rank_low"], self.study["rank_high"]
        return "—" if low is None else str(low) if low == high else f"{low} – {high}"


@blueprint.get("/campaigns/<name>/score/schools")
@allow(*READERS)
@noted(SEEN)
def schools_page(name: str) -> str:
    """Schools of the newest score, of all groups or of one."""
    campaign, studied = load_studied(name, "schools")
    if studied is None or studied.study is None:
        return study_missing(campaign, studied, "schools")
    page = lay_out(studied, studied.study, request.args.get("group"))
    return render_template("console/schools.html", campaign=campaign, simulated=campaign.simulated, **page)


def lay_out(studied: Studied, study: Entry, wanted: str | None) -> dict[str, Any]:
    """Everything on the page, of one view: all groups, or `wanted` where that has one."""
    publication = studied.publication
    views = {view["group"]: view for view in study["views"] if view["schools"]}
    group = wanted if wanted in views else None
    view = views.get(group)
    figures = [each for each in (publication.cells if group else publication.schools) if each.group == group]
    schools = [] if view is None else _schools(publication, figures, view["schools"])
    funnel = None if view is None else view["funnel"]
    outliers = [school.name for school in schools if school.study["found"]]
    return {
        "made": publication.evaluation,
        "result": publication.facts,
        "smallest": publication.smallest,
        "study": study,
        "studied": studied,
        "group": group,
        "about": word(GROUPS, group) if group else _("全部对象"),
        "choices": [(each, word(GROUPS, each) if each else _("全部对象")) for each in views],
        "view": view,
        "schools": schools,
        "closed": len(figures) - len(schools),
        "outliers": outliers_sentence(outliers, len(schools)) if funnel else "",
        "beside": beside_sentence(_limits(schools), _common(view)) if schools else "",
        "spread": spread_sentence(view["spread"]) if view else "",
        "coefficient": coefficient_sentence(view["spread"]) if view else "",
        "kinds": [_kind(publication, each, group) for each in study["kinds"]],
        "charts": _charts(publication, schools, view) if schools else {},
    }


def _schools(publication: Publication, figures: Sequence[Figure], studied: Sequence[Entry]) -> list[School]:
    """Only what the publication shows, in the order of codes; the study has nothing else to begin with."""
    known = {entry["school"]: entry for entry in studied}
    threshold = publication.facts["threshold"]
    open_ = [each for each in figures if not each.hidden and not each.bound and each.school in known]
    return [
        School(each, known[each.school], each.name or str(each.school), _side(known[str(each.school)], threshold))
        for each in sorted(open_, key=lambda each: str(each.school))
    ]


def _side(entry: Entry, threshold: float) -> str:
    if entry["low"] is None:
        return "across"
    return "above" if entry["low"] >= threshold else "below" if entry["high"] < threshold else "across"


def _limits(schools: Sequence[School]) -> list[tuple[float, float]]:
    known = [(each.study["low"], each.study["high"]) for each in schools]
    return [(low, high) for low, high in known if low is not None]


# Charts


def _charts(publication: Publication, schools: Sequence[School], view: Entry | None) -> dict[str, Any]:
    charts = {"caterpillar": _caterpillar(publication, schools, _common(view))}
    if view is not None and view["funnel"] is not None:
        charts["funnel"] = _funnel(schools, view["funnel"])
    return charts


def _caterpillar(publication: Publication, schools: Sequence[School], common: float | None) -> dict[str, Any]:
    threshold = publication.facts["threshold"]
    ends = [
        end for each in schools for end in (each.study["low"], each.study["high"], each.figure.value) if end is not None
    ]
    rows = [_row(each) for each in sorted(schools, key=lambda each: -each.study["value"])]
    return {
        "kind": "caterpillar",
        "rows": rows,
        "threshold": threshold,
        "line": _("门槛 %(threshold)s", threshold=f"{threshold:g}"),
        "common": _round(common),
        "level": _("共同水平 %(value)s", value=fixed(common)),
        **_scale([*ends, threshold]),
    }


def _common(view: Entry | None) -> float | None:
    """What schools are held against: their own common level. The county's composite weighs groups otherwise."""
    return None if view is None or view["funnel"] is None else view["funnel"]["target"]


def _scale(values: Sequence[float]) -> dict[str, float]:
    """A step of five beyond everything that is shown, within 0 to 100."""
    lowest, highest = (min(values) - STEP / 2) // STEP * STEP, -(-(max(values) + STEP / 2) // STEP) * STEP
    return {"least": max(0, lowest), "most": min(100, highest)}


def _row(school: School) -> dict[str, Any]:
    study = school.study
    low, high = (study["value"] if study[end] is None else study[end] for end in ("low", "high"))
    return {
        "label": school.name,
        "value": _round(study["value"]),
        "low": _round(low),
        "high": _round(high),
        "raw": _round(school.figure.value),
        "side": school.side,
        "tip": [
            _("稳定后 %(value)s（%(low)s – %(high)s）", value=fixed(study["value"]), low=fixed(low), high=fixed(high)),
            _("原始 %(value)s，n = %(n)s", value=shown(school.figure), n=count(school.figure.n)),
            _("名次可能在 %(ranks)s", ranks=school.ranks),
            school.code,
        ],
    }


def _funnel(schools: Sequence[School], funnel: Entry) -> dict[str, Any]:
    names = [f"{level * 100:g}%" for level in funnel["levels"]]
    lines = zip(names, funnel["low"], funnel["high"], strict=True)
    values = [each.figure.value or 0 for each in schools] + [line[-1] for line in (*funnel["low"], *funnel["high"])]
    return {
        "kind": "funnel",
        "rows": [_dot(each) for each in schools],
        "n": [_round(n) for n in funnel["n"]],
        "limits": [
            {"name": name, "low": [_round(each, 2) for each in low], "high": [_round(each, 2) for each in high]}
            for name, low, high in lines
        ],
        "target": _round(funnel["target"]),
        "line": _("共同水平 %(value)s", value=fixed(funnel["target"])),
        "across": _("有效 n（作答人数折算）"),
        "largest": -(-int(funnel["n"][-1]) // 10) * 10,
        **_scale(values),
    }


def _dot(school: School) -> dict[str, Any]:
    """Who stands out has a name; the rest are dots with a code."""
    found = school.study["found"]
    tip = [
        _("得分 %(value)s，有效 n = %(n)s", value=shown(school.figure), n=count(school.figure.n_eff)),
        _("离共同水平 %(z)s 个标准差", z=fixed(school.study["z"])),
    ]
    label = school.name if found else school.code
    return {
        "label": label,
        "n": _round(school.figure.n_eff),
        "value": _round(school.figure.value),
        "found": found,
        "tip": tip,
    }


def _round(value: float | None, decimals: int = 1) -> float | None:
    """No more digits in a page's data than are shown."""
    return None if value is None else float(fixed(value, decimals))


# Kinds of school


@dataclass(frozen=True)
class Kind:
    """Urban, town and rural schools, or the stages, of one view."""

    by: str
    headline: str
    groups: str
    rows: tuple[Entry, ...]
    pairs: tuple[Entry, ...]
    chart: Mapping[str, Any] | None


def _kind(publication: Publication, kind: Entry, group: str | None) -> Kind:
    by = kind["by"]
    family: Entry = next((each for each in kind["families"] if each["group"] == group), {"rows": [], "pairs": []})
    rows = tuple({**row, "label": word(KINDS[by], row["kind"])} for row in family["rows"])
    groups = [word(GROUPS, each) for each in kind["groups"]] if group is None else [word(GROUPS, group)]
    pairs = tuple({**pair, "label": _between(by, pair), "found": _is_clear(pair)} for pair in family["pairs"])
    return Kind(by, kinds_sentence(by, pairs), _("、").join(groups), rows, pairs, _dots(publication, rows))


def _between(by: str, pair: Entry) -> str:
    first, second = (word(KINDS[by], pair[side]) for side in ("first", "second"))
    return str(_("%(first)s − %(second)s", first=first, second=second))


def _is_clear(pair: Entry) -> bool:
    return pair["p_holm"] is not None and pair["p_holm"] <= FOUND


def _dots(publication: Publication, rows: Sequence[Entry]) -> dict[str, Any] | None:
    threshold = publication.facts["threshold"]
    told = [row for row in rows if not row["hidden"]]
    if not told:
        return None
    values = [row["value"] for row in told]
    lows = [row["value"] if row["low"] is None else row["low"] for row in told]
    return {
        "threshold": threshold,
        "line": _("门槛 %(threshold)s", threshold=f"{threshold:g}"),
        "least": max(0, (max(min(*lows, threshold), min(values) - WIDEST) - STEP / 2) // STEP * STEP),
        "heads": {"value": _("得分"), "side": "n"},
        "rows": [
            {
                "label": row["label"],
                "kind": "kind",
                "value": _round(row["value"]),
                "low": _round(row["low"]),
                "high": _round(row["high"]),
                "shown": fixed(row["value"]),
                "rate": count(row["n"]),
                "side": _side(row, threshold),
                "tip": [_("得分 %(value)s", value=fixed(row["value"])), f"n = {count(row['n'])}"],
            }
            for row in told
        ],
    }
