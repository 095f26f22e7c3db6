"""This campaign against the county's earlier ones: the same questions only, each change with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.access import allow
from app.changes import cautions, change_headline, change_sentence, is_clear, side_of, signed
from app.console.door import READERS, blueprint, find_campaign
from app.console.noting import SEEN, noted
from app.console.studies import note_studied, study_missing
from app.edge import here
from app.i18n import in_language
from app.messages import text_of
from app.numbers import count, fixed
from app.words import DIMENSIONS, GROUPS, word
from surveys import studies
from surveys.publication import Publication

Entry = Mapping[str, Any]
STEP, LEAST_SPAN = 5, 5


@dataclass(frozen=True)
class Row:
    """One change."""

    label: str
    about: str
    entry: Entry
    change: str
    found: bool

    @property
    def interval(self) -> str:
        low, high = self.entry["low"], self.entry["high"]
        return "—" if low is None else str(_("%(low)s 到 %(high)s", low=signed(low), high=signed(high)))


@dataclass(frozen=True)
class Compared:
    """One earlier campaign beside this one."""

    place: int
    before: Entry
    title: str
    sentence: str
    cautions: tuple[str, ...]
    whole: Entry | None
    groups: tuple[Row, ...]
    dimensions: tuple[Row, ...]
    items: tuple[Row, ...]
    within: tuple[Row, ...]
    apart: tuple[tuple[str, str, str], ...]  # id, words, why
    charts: Mapping[str, Any]


@blueprint.get("/campaigns/<name>/score/changes")
@allow(*READERS)
@noted(SEEN)
def changes(name: str) -> str:
    """The newest score against the county's earlier ones."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        studied = studies.find_changes(session, name=name, now=here().clock())
    note_studied(studied)
    if studied is None or studied.study is None:
        return study_missing(campaign, studied, "changes")
    publication, study = studied.publication, studied.study
    names = _item_names(publication)
    return render_template(
        "console/changes.html",
        campaign=campaign,
        simulated=campaign.simulated,
        made=publication.evaluation,
        result=publication.facts,
        studied=studied,
        compared=[_compare(each, place, names, publication) for place, each in enumerate(study["rounds"])],
        headline=change_headline(study["rounds"][0], publication.facts["decimals"]) if study["rounds"] else "",
        line=_line(study["line"], publication) if study["line"] else None,
        points=_points(study["line"]) if study["line"] else (),
        unread=[(in_language(each["title"]), text_of(each["reason"], {"number": ""})) for each in study["unread"]],
    )


def _compare(each: Entry, place: int, names: Mapping[str, str], publication: Publication) -> Compared:
    decimals = publication.facts["decimals"]
    groups = _rows(each["groups"], lambda row: (word(GROUPS, row["group"]), ""))
    dimensions = _rows(each["dimensions"], lambda row: (word(DIMENSIONS, row["dimension"]), ""))
    items = _rows(each["items"], lambda row: (names.get(row["item"], row["item"]), row["item"]))
    within = _rows(
        [row for row in each["within"] if row["item"] is None],
        lambda row: (word(DIMENSIONS, row["dimension"]), word(GROUPS, row["group"])),
    )
    charts = {"groups": _shift(groups), "dimensions": _shift(_ordered(dimensions))}
    return Compared(
        place=place,
        before=each["before"],
        title=in_language(each["before"]["title"]),
        sentence=change_sentence(each, decimals),
        cautions=tuple(cautions(each)),
        whole=each["composite"],
        groups=groups,
        dimensions=_ordered(dimensions),
        items=items,
        within=within,
        apart=tuple(
            (one["item"], in_language(one["text"]), text_of(f"changes.apart.{one['reason']}", {}))
            for one in each["apart"]
        ),
        charts={key: chart for key, chart in charts.items() if chart is not None},
    )


def _item_names(publication: Publication) -> dict[str, str]:
    return {str(each.item): in_language(each.text) for each in publication.items if each.text is not None}


def _rows(entries: Iterable[Entry], name: Callable[[Entry], tuple[str, str]]) -> tuple[Row, ...]:
    named = ((*name(entry), entry) for entry in entries)
    return tuple(Row(label, about, entry, signed(entry["value"]), is_clear(entry)) for label, about, entry in named)


def _ordered(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Dimensions in the order of the official frame."""
    known = tuple(DIMENSIONS)
    return tuple(
        sorted(rows, key=lambda row: known.index(row.entry["dimension"]) if row.entry["dimension"] in known else 99)
    )


# Charts


def _shift(rows: Sequence[Row]) -> dict[str, Any] | None:
    told = [row for row in rows if row.entry["value"] is not None]
    if not told:
        return None
    ends = [
        abs(end) for row in told for end in (row.entry["value"], row.entry["low"], row.entry["high"]) if end is not None
    ]
    return {
        "kind": "shift",
        "most": max(LEAST_SPAN, -(-max(ends) // STEP) * STEP),
        "line": _("没有变化"),
        "rows": [
            {
                "label": row.label,
                **{key: _round(row.entry[key]) for key in ("value", "low", "high")},
                "shown": row.change,
                "side": side_of(row.entry),
                "tip": _tip(row.entry),
            }
            for row in told
        ],
    }


def _tip(entry: Entry) -> list[str]:
    moved = _("从 %(before)s 到 %(after)s", before=fixed(entry["before"]), after=fixed(entry["after"]))
    lines = [str(moved)]
    if entry["low"] is not None:
        lines.append(_("变化的 95%% 区间 %(low)s 到 %(high)s", low=signed(entry["low"]), high=signed(entry["high"])))
    return [*lines, f"n = {count(entry['n_before'])}, {count(entry['n_after'])}"]


def _line(line: Entry, publication: Publication) -> dict[str, Any] | None:
    """The composite, and the groups that every round tells of."""
    rounds = line["points"]
    found = [{figure["group"]: figure for figure in point["figures"]} for point in rounds]
    shared = [group for group in (None, *GROUPS) if all(group in each for each in found)]
    values = [each[group]["value"] for each in found for group in shared]
    values += [
        each[None][end] for each in found if None in each for end in ("low", "high") if each[None][end] is not None
    ]
    threshold = publication.facts["threshold"]
    if not shared:
        return None
    return {
        "kind": "slope",
        "rounds": [point["closed"] for point in rounds],
        "threshold": threshold,
        "line": _("门槛 %(threshold)s", threshold=f"{threshold:g}"),
        "least": max(0, (min(*values, threshold) - STEP / 2) // STEP * STEP),
        "most": min(100, (max(values) + STEP) // STEP * STEP),
        "lines": [
            {
                "label": word(GROUPS, group) if group else _("全县综合"),
                "whole": group is None,
                "points": [_point(each[group], point) for each, point in zip(found, rounds, strict=True)],
            }
            for group in shared
        ],
    }


def _point(figure: Entry, point: Entry) -> dict[str, Any]:
    tip = [in_language(point["title"]), _("得分 %(value)s", value=fixed(figure["value"]))]
    if figure["low"] is not None:
        tip.append(_("95%% 区间 %(low)s – %(high)s", low=fixed(figure["low"]), high=fixed(figure["high"])))
    return {**{key: _round(figure[key]) for key in ("value", "low", "high")}, "tip": tip}


def _points(line: Entry) -> list[tuple[Entry, str, Entry | None]]:
    """Each round with its title and its composite."""
    return [
        (point, in_language(point["title"]), next((one for one in point["figures"] if one["group"] is None), None))
        for point in line["points"]
    ]


def _round(value: float | None) -> float | None:
    """No more digits in a page's data than are shown."""
    return None if value is None else float(fixed(value))
