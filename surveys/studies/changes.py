"""The study over time: this campaign against each earlier one of the county, by the same questions only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from analysis.comparison import Change, adjust, change
from analysis.estimation import Statistic, estimate
from analysis.scoring import Linearised
from surveys.campaigns import CampaignView
from surveys.publication import Figure, Publication
from surveys.studies.basis import Basis
from surveys.studies.rounds import Asked, list_apart, make_round, shared_questions

Plain = dict[str, Any]
About = tuple[str | None, str | None, str | None]
LEVEL = 0.95
MOST = 5  # earlier campaigns
CORRECTIONS: Mapping[str, Literal["holm", "benjamini-hochberg"]] = {
    "groups": "holm",
    "dimensions": "holm",
    "items": "benjamini-hochberg",
    "within": "benjamini-hochberg",
}
WHOLE: About = (None, None, None)


def study_changes(basis: Basis) -> Plain:
    """The change from every earlier campaign, and the line over all of them by what all of them asked."""
    rounds = basis.earlier[:MOST]
    return {
        "rule": basis.publication.rule,
        "level": LEVEL,
        "rounds": [_compare(each, basis) for each in rounds],
        "line": _line((*reversed(rounds), basis)) if rounds else None,
        "unread": [{**_told(each.campaign), "reason": each.reason} for each in basis.unread],
    }


def _told(campaign: CampaignView) -> Plain:
    closes = campaign.closes_at
    return {
        "campaign": campaign.name,
        "title": dict(campaign.title),
        "closed": None if closes is None else closes.date().isoformat(),
    }


def _about(basis: Basis) -> Plain:
    """Which score a round's figures stand beside, and how that was made."""
    made = basis.evaluation
    return {
        **_told(basis.campaign),
        "evaluation": made.number,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "weighting": made.recipe["weighting"],
        "published": basis.publication.composite.value,
        "decimals": made.result["decimals"],
    }


def _compare(before: Basis, after: Basis) -> Plain:
    shared = shared_questions((before, after), after.rule)
    about = {
        "before": _about(before),
        "differs": _differences(before, after),
        "apart": [asdict(each) for each in list_apart(before, after, shared)],
        "shared": len({item for _, item in shared}),
        "groups_apart": _groups_apart(before, after),
        "schools": None,
        "composite": None,
        **{family: [] for family in CORRECTIONS},
    }
    if not _has_index(after, shared):
        return about
    one, other = (make_round(each, after.rule, shared) for each in (before, after))
    found = change(one[0], other[0], level=LEVEL, lone="certainty")
    both, only_before, only_after = _schools(one[1], other[1], before, after)
    rows = _rows(found, one[1], other[1], (before.publication, after.publication))
    families = {family: _family(rows, family) for family in CORRECTIONS}
    schools = {"both": both, "before": only_before, "after": only_after}
    whole = next((row for about_, row in rows if about_ == WHOLE), None)
    return {**about, "schools": schools, "composite": whole, **families}


def _has_index(basis: Basis, shared: Asked) -> bool:
    """Whether the shared questions make a score under the rule."""
    kept = [item for item in basis.rule.items if any(item.item == each for _, each in shared)]
    if basis.rule.unit == "overall":
        return any(item.overall for item in kept)
    return any(item.dimension is not None or not item.overall for item in kept)


def _differences(before: Basis, after: Basis) -> list[str]:
    """What was done otherwise in the earlier round, as codes."""
    one, other = before.evaluation, after.evaluation
    pairs = {
        "scorecard": ((one.scorecard, one.scorecard_number), (other.scorecard, other.scorecard_number)),
        "weighting": (one.recipe["weighting"], other.recipe["weighting"]),
        "excluded": (_rules(before), _rules(after)),
    }
    return [name for name, (first, second) in pairs.items() if first != second]


def _rules(basis: Basis) -> list[str]:
    return sorted(str(each) for each in basis.evaluation.recipe["excluded"])


def _groups_apart(before: Basis, after: Basis) -> Plain:
    """Groups that answered in one round only: they are in neither composite."""
    one, other = (_answered(each) for each in (before, after))
    return {"only_before": [each for each in one if each not in other],
            "only_after": [each for each in other if each not in one]}  # fmt: skip


def _answered(basis: Basis) -> list[str]:
    people = np.bincount(basis.sample.group, minlength=len(basis.sample.groups)).tolist()
    return [group for group, n in zip(basis.sample.groups, people, strict=True) if n]


def _schools(one: Linearised, other: Linearised, before: Basis, after: Basis) -> tuple[int, int, int]:
    first, second = (
        {basis.sample.schools[place] for place in found.school.tolist() if place >= 0}
        for found, basis in ((one, before), (other, after))
    )
    return len(first & second), len(first - second), len(second - first)


def _rows(
    found: Change, one: Linearised, other: Linearised, publications: tuple[Publication, Publication]
) -> list[tuple[About, Plain]]:
    told = [told_figures(each) for each in publications]
    people = [dict(zip(each.about, each.n.tolist(), strict=True)) for each in (one, other)]
    moved = found.difference
    columns = (found.before.value, found.after.value, moved.value, moved.se, moved.low, moved.high, found.p)
    names = ("before", "after", "value", "se", "low", "high", "p")
    rows = []
    for place, name in enumerate(found.names):
        about = _parse(name)
        n = [each[about] for each in people]
        numbers = {key: _plain(float(column[place])) for key, column in zip(names, columns, strict=True)}
        if min(n) < publications[1].smallest or not all(about in each for each in told):
            numbers, n = dict.fromkeys(names), [None, None]
        group, dimension, item = about
        counts = {"n_before": n[0], "n_after": n[1], "df": int(moved.df[place])}
        rows.append((about, {"group": group, "dimension": dimension, "item": item, **counts, **numbers}))
    return rows


def _parse(name: str) -> About:
    group, dimension, item = (part or None for part in name.split("/"))
    return group, dimension, item


def told_figures(publication: Publication) -> set[About]:
    """What the publication tells of the county: a figure that it hides or only bounds is not told as a change."""
    county = (*publication.groups, *publication.dimensions, *publication.items, *publication.by_group)
    return {_about_figure(each) for each in (publication.composite, *county) if _is_told(each)}


def _about_figure(figure: Figure) -> About:
    return figure.group, figure.dimension if figure.item is None else None, figure.item


def _is_told(figure: Figure) -> bool:
    return not figure.hidden and not figure.bound and figure.value is not None


def _family(rows: Sequence[tuple[About, Plain]], family: str) -> list[Plain]:
    """The rows of one table with their probabilities corrected for how many there are."""
    chosen = [row for about, row in rows if _family_of(about) == family]
    given = np.array([np.nan if row["p"] is None else row["p"] for row in chosen], float)
    corrected = adjust(given, CORRECTIONS[family]) if chosen else given
    return [{**row, "p_adjusted": _plain(float(p))} for row, p in zip(chosen, corrected, strict=True)]


def _family_of(about: About) -> str:
    group, dimension, item = about
    if group is not None:
        return "groups" if dimension is None and item is None else "within"
    return "items" if item is not None else "dimensions" if dimension is not None else ""


def _line(rounds: Sequence[Basis]) -> Plain | None:
    """The composite and the groups in every round, by what all rounds asked; the earliest first."""
    rule = rounds[-1].rule
    shared = shared_questions(rounds, rule)
    if not _has_index(rounds[-1], shared):
        return None
    points = []
    for each in rounds:
        _, found = make_round(each, rule, shared)
        points.append({**_about(each), "figures": _figures(each, found)})
    return {"shared": len({item for _, item in shared}), "points": points}


def _figures(basis: Basis, found: Linearised) -> list[Plain]:
    told = told_figures(basis.publication)
    places = [
        place
        for place, about in enumerate(found.about)
        if about[1:] == (None, None) and about in told and found.n[place] >= basis.publication.smallest
    ]
    if not places:
        return []
    whole = found.statistic
    few = Statistic(whole.value[places], whole.influence[:, places], whole.inside[:, places], whole.method)
    made = estimate(found.design, few, level=LEVEL, lone="certainty")
    return [
        {"group": found.about[place][0], "n": int(found.n[place]), **_limits(value, low, high)}
        for place, value, low, high in zip(places, made.value, made.low, made.high, strict=True)
    ]


def _limits(value: float, low: float, high: float) -> Mapping[str, float | None]:
    known = np.isfinite(low) and np.isfinite(high)
    return {
        "value": _plain(float(value)),
        "low": max(0.0, float(low)) if known else None,
        "high": min(100.0, float(high)) if known else None,
    }


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
