"""What an evaluation says of the whole county beside its figures, without what would be about a few."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from analysis.scoring import round_half_up
from surveys.disclosure.rule import PublicationRule
from surveys.hiding import hide
from surveys.publication.model import Figure

Plain = Mapping[str, Any]
TABLES = ("groups", "dimensions", "items", "schools")  # they are figures
OF_SCORE = ("term", "rounded", "verdict", "verdict_pooled", "reached", "band")
NUMBERS = ("value", "se", "low", "high")


def tell_facts(
    result: Plain,
    whole: Mapping[str, Figure | None],
    *,
    groups: Sequence[Figure],
    hidden: Collection[str],
    rule: PublicationRule,
) -> dict[str, Any]:
    """What `result` says of the whole county.

    `whole` are the figures of everybody together as they are shown, by their kind; `groups` those of the groups as
    they are shown, `hidden` the names of those that are not.
    """
    facts = {name: value for name, value in result.items() if name not in TABLES}
    facts |= {kind: _as_shown(facts.get(kind), whole[kind]) for kind in ("composite", "pooled", "term")}
    if facts["composite"] is None:
        facts |= dict.fromkeys(OF_SCORE)
    elif facts["pooled"] is None:
        facts |= {"verdict_pooled": None, "rounded": {**facts["rounded"], "pooled": None}}
    if facts.get("beside") is not None:
        facts["beside"] = _beside(facts["beside"], whole["beside"])
    if facts.get("silence") is not None:
        told = facts["composite"] is not None and not hidden  # its limits are sums of all groups, not rounded
        of_all = facts["silence"]["composite"] if told else None
        facts["silence"] = {"composite": of_all, "groups": list(_silence(facts["silence"]["groups"], groups))}
    if facts.get("weights") is not None:  # its cells are schools by group
        kept = {name: value for name, value in facts["weights"].items() if name != "cells"}
        facts["weights"] = kept | {"groups": _without(kept["groups"], hidden)}
    if facts.get("excluded") is not None:
        facts["excluded"] = _excluded(facts["excluded"], rule)
    return facts


def _as_shown(entry: Plain | None, figure: Figure | None) -> Plain | None:
    if entry is None or figure is None or figure.hidden:
        return None
    return {**entry, **{name: getattr(figure, name) for name in NUMBERS}}


def _beside(beside: Plain, figure: Figure | None) -> dict[str, Any]:
    """The other score; hidden, only whose answers it is of, and that they differ by a few."""
    if beside["composite"] is not None and figure is not None and not figure.hidden:
        return {**beside, "composite": _as_shown(beside["composite"], figure), "pooled": None}
    return dict.fromkeys(beside) | {"answers": beside["answers"]}


def _without(rows: Iterable[Plain], hidden: Collection[str]) -> list[Plain]:
    return [row for row in rows if row["group"] not in hidden]


def _silence(rows: Iterable[Plain], groups: Sequence[Figure]) -> Iterator[Plain]:
    """What the silent of a group could change, no finer than its figure is told; nothing where that is a bound.

    A limit less what the silent add is what those who answered say: exact limits would be the exact figure.
    """
    told = {each.group: each for each in groups if not each.hidden and not each.bound}
    for row in rows:
        figure = told.get(row["group"])
        if figure is not None:
            numbers = {name: _coarse(row[name], figure.decimals) for name in ("low", "high", "tipping_gap")}
            yield {"group": row["group"], **numbers, "response_rate": _coarse(row["response_rate"], 2)}


def _coarse(number: float | None, decimals: int) -> float | None:
    return None if number is None else float(round_half_up(number, decimals))


def _excluded(excluded: Plain, rule: PublicationRule) -> dict[str, Any]:
    """How many answers each rule took out; None where that are few, and for more where the sum would tell."""
    rules = [{**each, "answers": _cover(each["answers"], rule)} for each in excluded["rules"]]
    few = 0 < excluded["answers"] < rule.smallest
    return {**excluded, "rules": rules, "answers": None if few else excluded["answers"]}


def _cover(answers: Mapping[str, int], rule: PublicationRule) -> dict[str, int | None]:
    hidden = hide(answers, smallest=rule.smallest)
    return {group: None if group in hidden else count for group, count in answers.items()}
