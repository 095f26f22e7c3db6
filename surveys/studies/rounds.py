"""Campaigns made comparable: the same questions, asked of the same groups, under the newest scorecard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.comparison import Round
from analysis.frame import NOT_ASKED, Sample
from analysis.rule import ScoringRule
from analysis.scoring import Linearised, linearise
from surveys.instruments.model import Item
from surveys.studies.basis import Basis

Bools = NDArray[np.bool_]
Reason = Literal["only_before", "only_after", "wording", "options", "groups"]
Asked = frozenset[tuple[str, str]]  # group, item
Words = Mapping[str, str]


@dataclass(frozen=True)
class Apart:
    """A question that is not compared, and why."""

    item: str
    text: Words
    reason: Reason


def shared_questions(rounds: Sequence[Basis], rule: ScoringRule) -> Asked:
    """The group and item of every question that counts under `rule` and was the same one in all rounds."""
    known = [_by_id(each) for each in rounds]
    same = {item.item for item in rule.items if all(_is_same(known[-1], other, item.item) for other in known)}
    asked = frozenset.intersection(*(_asked(each) for each in rounds))
    return frozenset((group, item) for group, item in asked if item in same)


def list_apart(before: Basis, after: Basis, shared: Asked) -> Iterator[Apart]:
    """The questions of either round that are not compared, in the order of the papers."""
    one, other = _by_id(before), _by_id(after)
    kept = {item for _, item in shared}
    for item in dict.fromkeys((*other, *one)):
        if item not in kept:
            yield Apart(item, dict((other.get(item) or one[item])[0].text), _reason(one.get(item), other.get(item)))


def _reason(before: list[Item] | None, after: list[Item] | None) -> Reason:
    if before is None or after is None:
        return "only_after" if before is None else "only_before"
    if [_scale(each) for each in before] != [_scale(each) for each in after]:
        return "options"
    return "wording" if [each.text for each in before] != [each.text for each in after] else "groups"


def _by_id(basis: Basis) -> dict[str, list[Item]]:
    """The scored questions; where papers word one differently, each wording once, in an order of their own."""
    found: dict[str, list[Item]] = {}
    for paper in basis.dataset.instruments:
        for item in paper.items:
            if item.scored:
                known = found.setdefault(item.id, [])
                known.extend([item] if not any(_sense(each) == _sense(item) for each in known) else [])
    return {item: sorted(known, key=lambda each: repr(sorted(each.text.items()))) for item, known in found.items()}


def _is_same(one: Mapping[str, list[Item]], other: Mapping[str, list[Item]], item: str) -> bool:
    known = item in one and item in other
    return known and [_sense(each) for each in one[item]] == [_sense(each) for each in other[item]]


def _sense(item: Item) -> tuple[Any, ...]:
    """What makes it this question: its words, its options, and how it counts."""
    return (dict(item.text), *_scale(item), item.role, item.dimension)


def _scale(item: Item) -> tuple[Any, ...]:
    scale = item.scale
    return scale.name, [(each.code, dict(each.text)) for each in scale.options], scale.dont_know, item.direction


def _asked(basis: Basis) -> Asked:
    sample = basis.sample
    found = set()
    for place, group in enumerate(sample.groups):
        answers = sample.answers[sample.group == place]
        there = (answers != NOT_ASKED).any(axis=0)
        found |= {(group, item) for item, given in zip(sample.items, there.tolist(), strict=True) if given}
    return frozenset(found)


def make_round(basis: Basis, rule: ScoringRule, shared: Asked) -> tuple[Round, Linearised]:
    """A campaign's figures over the shared questions alone; everybody keeps the weight that the score gave.

    Whoever was not asked any of them stays in the design, without influence.
    """
    kept = {item for _, item in shared}
    found = linearise(
        _only(basis.sample, shared),
        replace(rule, items=tuple(each for each in rule.items if each.item in kept)),
        population=basis.dataset.roster.population,
        issued=basis.issued or None,
    )
    codes = np.array([*basis.sample.schools, ""])
    strata = np.array(basis.sample.strata)
    names = tuple(map(name_of, found.about))
    return Round(found.design, found.statistic, names, codes[found.school], strata[found.stratum]), found


def name_of(about: tuple[str | None, str | None, str | None]) -> str:
    """One word for a figure's group, dimension and item: the same in every round."""
    return "/".join(part or "" for part in about)


def _only(sample: Sample, shared: Asked) -> Sample:
    """Only shared questions; what a group was not asked in every round counts as not asked."""
    items = tuple(item for item in sample.items if any(item == other for _, other in shared))
    answers = np.full((len(items), sample.group.size), NOT_ASKED, np.uint8)
    for row, item in enumerate(items):
        groups = [place for place, group in enumerate(sample.groups) if (group, item) in shared]
        asked = np.isin(sample.group, groups)
        answers[row, asked] = sample.answers[asked, sample.items.index(item)]
    return replace(sample, items=items, answers=answers.T)
