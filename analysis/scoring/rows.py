"""The lines under a score, and what the reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.frame import Population
from analysis.results import Estimate, Notice
from analysis.scoring.county import County
from analysis.scoring.result import ScoreRow

Floats = NDArray[np.float64]
Shares = tuple[Floats, Floats, Floats]  # weighted numbers: asked, "don't know", blank


def missing_groups(county: County, population: Population | None) -> tuple[str, ...]:
    """Groups that have a weight, or people in the frame, and no valid answer."""
    rule, groups = county.plan.rule, county.names.groups
    there = {group for group, n in zip(groups, county.groups.n[:, -1], strict=True) if n > 0}
    if rule.grouping in ("fixed", "quota"):
        wanted = [group for group, weight in rule.group_weight.items() if weight > 0]
    elif population is None:
        wanted = list(groups)
    else:
        wanted = [name for group, name in enumerate(groups) if population.size[population.group == group].sum()]
    return tuple(group for group in wanted if group not in there)


def county_rows(county: County, whole: Sequence[Estimate], shares: Shares) -> Iterator[ScoreRow]:
    """Dimensions and items over all groups."""
    items = county.plan.items
    for place, dimension in enumerate(county.plan.dimensions):
        yield ScoreRow(None, None, dimension, None, whole[items + place], None, None)
    asked, dont_know, missing = (each.sum(axis=0) for each in shares)
    yield from _item_rows(county, None, whole, (asked, dont_know, missing))


def group_rows(county: County, found: Sequence[Sequence[Estimate]], shares: Shares) -> Iterator[ScoreRow]:
    """Each group: its index, its dimensions, its items."""
    plan = county.plan
    for group, (name, own) in enumerate(zip(county.names.groups, found, strict=True)):
        asked, dont_know, missing = (table[group] for table in shares)
        total = asked.sum()
        parts = (float(dont_know.sum() / total), float(missing.sum() / total)) if total > 0 else (None, None)
        yield ScoreRow(name, None, None, None, own[-1], *parts)
        for place, dimension in enumerate(plan.dimensions):
            if (asked[plan.share[place] > 0] > 0).any():
                yield ScoreRow(name, None, dimension, None, own[plan.items + place], None, None)
        yield from _item_rows(county, name, own, (asked, dont_know, missing))


def _item_rows(county: County, group: str | None, found: Sequence[Estimate], shares: Shares) -> Iterator[ScoreRow]:
    asked, dont_know, missing = shares
    for place, item in enumerate(county.plan.rule.items):
        if asked[place] > 0:
            parts = float(dont_know[place] / asked[place]), float(missing[place] / asked[place])
            yield ScoreRow(group, None, None, item.item, found[place], *parts)


def notices(county: County, missing: Sequence[str], composite: Estimate, shares: Shares) -> Iterator[Notice]:
    """What the reader must know about groups, items, intervals and returns."""
    rule, groups = county.plan.rule, county.names.groups
    answered = dict(zip(groups, county.groups.n[:, -1].astype(int).tolist(), strict=True))
    yield from (Notice("missing_group", {"group": group}) for group in missing)
    for group, n in answered.items():
        if rule.grouping in ("fixed", "quota") and n > 0 and not rule.group_weight.get(group, 0):
            yield Notice("group_without_weight", {"group": group})
    yield from _silent_items(county, shares[0])
    if composite.value is not None and composite.low is None:
        yield Notice("no_interval", {"df": composite.df})
    yield from county.heads.notices
    yield from county.heads.check_return(answered, rule.least_return)


def _silent_items(county: County, asked: Floats) -> Iterator[Notice]:
    """Items that a group was asked, that count, and that nobody of it answered with a value."""
    plan = county.plan
    silent = (asked > 0) & (county.groups.n[:, : plan.items] == 0) & (plan.share[-1] > 0)
    for group, item in np.argwhere(silent).tolist():
        yield Notice(
            "item_without_valid_answers", {"group": county.names.groups[group], "item": plan.rule.items[item].item}
        )
