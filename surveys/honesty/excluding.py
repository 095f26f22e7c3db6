"""Which answers the decided rules take out: found again from the same forms and the same rules, never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from surveys.datasets import Dataset
from surveys.honesty.deciding import standing
from surveys.honesty.judging import (
    CERTAIN_SIGNS,
    Crowd,
    batches_of,
    find_certain_forms,
    judge_batch,
    judge_group,
    load_crowd,
)
from surveys.honesty.rules import ExclusionRule, rule_from

Flags = NDArray[np.bool_]
SEED_DIGITS = 12  # hexadecimal, of the digest of the forms


@dataclass(frozen=True)
class Orders:
    """The rules that stand for a campaign, and the arrivals where a rule needs them."""

    rules: tuple[ExclusionRule, ...] = ()
    crowd: Crowd = field(default_factory=lambda: Crowd((), ""))

    def recipe(self) -> list[dict[str, str]]:
        """The rules as a recipe names them: with them and the same forms the same answers are taken out."""
        arrivals = {"arrivals_digest": self.crowd.digest} if self.crowd.digest else {}
        return [{"rule": rule.name, "digest": rule.digest, **arrivals} for rule in self.rules]


NO_ORDERS = Orders()


@dataclass(frozen=True)
class Cuts:
    """Who is taken out of n people, in the order of the sample.

    by_rule : for each rule that stands, (n,) bool
    certain : (n,) bool, forms with a certain sign, whether a rule stands or not
    """

    by_rule: Mapping[str, Flags]
    certain: Flags

    @property
    def any_rule(self) -> Flags:
        """(n,) taken out by at least one rule."""
        taken = np.zeros(self.certain.size, bool)
        for flags in self.by_rule.values():
            taken |= flags
        return taken


def load_orders(session: Session, *, campaign_id: int) -> Orders:
    """The rules that stand now."""
    rules = tuple(rule_from(each.document) for each in standing(session, campaign_id=campaign_id))
    if any(rule.takes == "schools" for rule in rules):
        return Orders(rules, load_crowd(session, campaign_id=campaign_id))
    return Orders(rules)


def find_cuts(dataset: Dataset, orders: Orders) -> Cuts:
    """Whom the rules take out of these forms. Pure: the same forms and rules give the same people."""
    finders = {"forms": _find_forms, "schools": _find_at_schools}
    by_rule = {rule.name: finders[rule.takes](dataset, rule, orders.crowd) for rule in orders.rules}
    return Cuts(by_rule, find_certain_forms(dataset))


def seed_of(dataset: Dataset) -> int:
    """The seed for drawing: it derives from the forms, so that nobody can choose one."""
    return int(dataset.forms_digest[:SEED_DIGITS], 16)


def count_groups(dataset: Dataset, chosen: Flags) -> dict[str, int]:
    """How many of the chosen are in each group; groups without any are left out."""
    groups = dataset.sample.groups
    counted = np.bincount(dataset.sample.group[chosen], minlength=len(groups)).tolist()
    return {group: count for group, count in zip(groups, counted, strict=True) if count}


def plain_cuts(dataset: Dataset, orders: Orders, cuts: Cuts) -> dict[str, Any]:
    """What was taken out, as an evaluation keeps it: rules with answers by group, and how many in all."""
    return {
        "rules": [
            {
                "rule": rule.name,
                "digest": rule.digest,
                "title": dict(rule.title),
                "answers": count_groups(dataset, cuts.by_rule[rule.name]),
            }
            for rule in orders.rules
        ],
        "answers": int(cuts.any_rule.sum()),
    }


def _find_forms(dataset: Dataset, rule: ExclusionRule, _: Crowd) -> Flags:
    if rule.suspicious is None and set(rule.flags) <= set(CERTAIN_SIGNS):
        return find_certain_forms(dataset, rule.thresholds, rule.flags)  # the same flags, without the slow ones
    found = np.zeros(dataset.sample.group.size, bool)
    for batch in batches_of(dataset):
        judged = judge_batch(batch, dataset.roster, rule.thresholds)
        signs = [judged.flags[name] for name in rule.flags]
        signs += [] if rule.suspicious is None else [judged.suspicious >= rule.suspicious]
        found[batch.stack.rows] = np.logical_or.reduce(signs)
    return found


def _find_at_schools(dataset: Dataset, rule: ExclusionRule, crowd: Crowd) -> Flags:
    found = np.zeros(dataset.sample.group.size, bool)
    batches, groups = batches_of(dataset), _known_groups(rule.groups, dataset)
    for place, batch in enumerate(batches):
        for group in groups:
            judged = judge_group(dataset, batches, place, group, crowd, rule=rule.school_rule, seed=seed_of(dataset))
            if judged is not None:
                of_group = batch.stack.group == dataset.roster.groups.index(group)
                unusual = np.append(judged.unusual, False)  # the last for those of no school
                found[batch.stack.rows] |= of_group & unusual[batch.stack.school]
    return found


def _known_groups(groups: Sequence[str], dataset: Dataset) -> list[str]:
    return [group for group in groups if group in dataset.roster.groups]
