"""What an evaluation says of the whole county beside its figures, without what would be about a few."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from surveys.hiding import hide
from surveys.publication.rule import PublicationRule

Plain = Mapping[str, Any]
TABLES = ("groups", "dimensions", "items", "schools")  # they are figures
VERDICTS = ("composite", "pooled", "term", "rounded", "verdict", "verdict_pooled", "reached", "band")


def tell_facts(
    result: Plain, *, told: bool, pooled: bool, beside: bool, hidden: Collection[str], rule: PublicationRule
) -> dict[str, Any]:
    """`told`, `pooled`, `beside`: whether these figures may be shown. `hidden` are groups of which none is."""
    facts = {name: value for name, value in result.items() if name not in TABLES}
    if not told:
        facts |= dict.fromkeys(VERDICTS, None)
    elif not pooled:
        facts |= {"pooled": None, "verdict_pooled": None, "rounded": {**facts["rounded"], "pooled": None}}
    if facts.get("beside") is not None and not beside:
        facts["beside"] = dict.fromkeys(facts["beside"]) | {"answers": facts["beside"]["answers"]}
    if facts.get("silence") is not None:
        facts["silence"] = {
            "composite": facts["silence"]["composite"] if told else None,
            "groups": _without(facts["silence"]["groups"], hidden),
        }
    if facts.get("weights") is not None:  # cells are schools by group
        kept = {name: value for name, value in facts["weights"].items() if name != "cells"}
        facts["weights"] = kept | {"groups": _without(kept["groups"], hidden)}
    if facts.get("excluded") is not None:
        facts["excluded"] = _excluded(facts["excluded"], rule)
    return facts


def _without(rows: Iterable[Plain], hidden: Collection[str]) -> list[Plain]:
    return [row for row in rows if row["group"] not in hidden]


def _excluded(excluded: Plain, rule: PublicationRule) -> dict[str, Any]:
    """How many answers each rule took out; None where that are few, and as many more as keep the sum from telling."""
    rules = [{**each, "answers": _cover(each["answers"], rule)} for each in excluded["rules"]]
    few = 0 < excluded["answers"] < rule.smallest
    return {**excluded, "rules": rules, "answers": None if few else excluded["answers"]}


def _cover(answers: Mapping[str, int], rule: PublicationRule) -> dict[str, int | None]:
    hidden = hide(answers, smallest=rule.smallest)
    return {group: None if group in hidden else count for group, count in answers.items()}
