"""From an evaluation to what may be shown of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from surveys.evaluations import EvaluationView
from surveys.publication.county import Key, hide_in_county, key_of
from surveys.publication.facts import tell_facts
from surveys.publication.figures import (
    beside_of,
    dimension_of,
    figure_of,
    group_of,
    item_of,
    rates_of,
    school_of,
)
from surveys.publication.model import Figure, Publication
from surveys.publication.remarks import block, remark
from surveys.publication.rounding import Range, rounded_range, soften
from surveys.publication.rule import PublicationRule
from surveys.publication.schools import Place, hide_at_schools

Plain = Mapping[str, Any]
BARE: Plain = dict.fromkeys(
    ("n", "n_eff", "df", "value", "se", "low", "high", "population", "responses", "rate", "dont_know", "missing")
)


def publish(evaluation: EvaluationView, rule: PublicationRule) -> Publication:
    """What may be shown of `evaluation` by `rule`. Pure: the same evaluation and rule give the same publication."""
    result = evaluation.result
    whole = [figure_of(kind, result[kind]) for kind in ("composite", "pooled", "term") if result.get(kind)]
    county = [
        *(group_of(entry, result["group_weights"]) for entry in result["groups"]),
        *(dimension_of(entry) for entry in result["dimensions"]),
        *(item_of(entry) for entry in result["items"]),
    ]
    hidden = hide_in_county([whole[0], *county], weights=result["group_weights"], totals=_totals(result), rule=rule)
    return _assemble(evaluation, rule, whole, county, hidden, _places(result, county, hidden, rule))


def _totals(result: Plain) -> list[tuple[Mapping[str, float], Range]]:
    """Of the composite and of everybody pooled: the groups' weights, and between what the printed figure lies."""
    decimals, weights = result["decimals"], result.get("weights")
    heads = {each["group"]: float(each["n"]) for each in result["groups"]}
    pooled = heads if weights is None else {each["group"]: each["sum"] for each in weights["groups"]}
    found = ((result["group_weights"], result["composite"]), (pooled, result["pooled"]))
    return [
        (of_groups, rounded_range(figure["value"], decimals))
        for of_groups, figure in found
        if figure["value"] is not None
    ]


def _places(
    result: Plain, county: Sequence[Figure], hidden: set[Key], rule: PublicationRule
) -> tuple[list[Figure], list[Figure], set[Place]]:
    """Schools, groups at schools, and which of them to hide."""
    if rule.detail == "none":
        return [], [], set()
    places = [school_of(entry) for entry in result["schools"]]
    schools, cells = ([each for each in places if (each.group is None) == whole] for whole in (True, False))
    out = hide_at_schools(
        schools,
        cells,
        weights=result.get("weights"),
        people={str(each.group): each.n or 0 for each in county if each.kind == "group"},
        hidden_groups={str(key[0]) for key in hidden if key[0] and key[1:] == (None, None)},
        rule=rule,
    )
    return schools, cells if rule.detail == "groups" else [], out


def _assemble(
    evaluation: EvaluationView,
    rule: PublicationRule,
    whole: Sequence[Figure],
    county: Sequence[Figure],
    hidden: set[Key],
    places: tuple[list[Figure], list[Figure], set[Place]],
) -> Publication:
    result, (schools, cells, out) = evaluation.result, places
    rates, few = rates_of(result), 0 < (whole[0].n or 0) < rule.smallest
    fuzzy = {key[1:] for key in hidden if key[0]}  # of these the county's shares of "don't know" would tell

    def finish(figures: Iterable[Figure]) -> tuple[Figure, ...]:
        covered = (_cover(rates.fill(each), few or _is_out(each, hidden, out)) for each in figures)
        clear = (_without_shares(each) if not each.group and key_of(each)[1:] in fuzzy else each for each in covered)
        return tuple(block(remark(each, rule), rule) for each in clear)

    def soft(figures: Iterable[Figure], kind: str, crossed: bool | None = None) -> tuple[Figure, ...]:
        chosen = (each for each in figures if each.kind == kind and crossed in (None, each.group is not None))
        return finish(each if _is_out(each, hidden, out) else soften(each, rule) for each in chosen)

    top = {each.kind: each for each in finish(whole)}
    if all(key in hidden for key in map(key_of, county) if key[0] and key[1:] == (None, None)):
        top["pooled"] = _cover(top["pooled"], bool(hidden))
    beside = _beside(result, rule, few)
    told = not top["composite"].hidden
    groups_out = {str(key[0]) for key in hidden if key[0] and key[1:] == (None, None)}
    return Publication(
        evaluation=evaluation,
        rule=rule.reference,
        smallest=rule.smallest,
        least_rate=rule.least_rate,
        composite=top["composite"],
        pooled=top["pooled"],
        term=top.get("term"),
        beside=beside,
        groups=soft(county, "group"),
        dimensions=soft(county, "dimension", crossed=False),
        items=soft(county, "item", crossed=False),
        by_group=tuple(chain(soft(county, "dimension", crossed=True), soft(county, "item", crossed=True))),
        schools=soft(schools, "school"),
        cells=soft(cells, "cell"),
        facts=tell_facts(
            result,
            told=told,
            pooled=not top["pooled"].hidden,
            beside=beside is not None and not beside.hidden,
            hidden=groups_out,
            rule=rule,
        ),
    )


def _beside(result: Plain, rule: PublicationRule, few: bool) -> Figure | None:
    """The score with, or without, a few answers more tells what these few said: then it is hidden."""
    figure = beside_of(result)
    if figure is None:
        return None
    hidden = few or 0 < abs(result["beside"]["difference"]) < rule.smallest or 0 < (figure.n or 0) < rule.smallest
    return remark(_cover(figure, hidden), rule)


def _is_out(figure: Figure, hidden: set[Key], places: set[Place]) -> bool:
    if figure.school is not None:
        return (figure.school, figure.group) in places
    return figure.kind not in ("pooled", "term") and key_of(figure) in hidden


def _cover(figure: Figure, hidden: bool) -> Figure:
    return replace(figure, **BARE, interval="none", bound="", hidden="few") if hidden else figure


def _without_shares(figure: Figure) -> Figure:
    return replace(figure, dont_know=None, missing=None)
