"""How many answers a rule asks: of the county, of each group, of a school."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from analysis.planning import SizeRule, quotas, rule_size
from surveys.frames.classes import SchoolClass
from surveys.plans.facts import Facts, Unit
from surveys.sampling.model import SamplingRule


def size_of(facts: Facts) -> int:
    """Answers of the county, from its residents."""
    return int(rule_size(_size_rule(facts.rule), facts.residents or 0)[0])


def ask_groups(facts: Facts) -> Mapping[str, int]:
    """Answers of each group, for rules that say so much of a group; the others say it of each school."""
    if facts.rule.size.by == "fixed":
        return {group: facts.rule.size.answers[group] for group in facts.groups}
    made = quotas(_size_rule(facts.rule), size_of(facts), facts.groups)
    return dict(zip(made.group, made.n.tolist(), strict=True))


def ask_units(facts: Facts, units: Sequence[Unit]) -> list[int]:
    """Answers of each unit, for rules that go by classes or ask everyone."""
    if facts.rule.size.by == "classes":
        return [_by_classes(facts.rule, facts.classes.get(unit.cell.school_code, ())) for unit in units]
    return [_returned(unit.population, facts.rule.returns or 1) for unit in units]


def _by_classes(rule: SamplingRule, classes: Sequence[SchoolClass]) -> int:
    """By the mean number of classes in a grade, of the grades that have any."""
    per_grade = len(classes) / max(1, len({each.grade for each in classes}))
    return next(answers for limit, answers in rule.size.steps if per_grade <= limit)


def _returned(people: int, returns: float) -> int:
    return math.ceil(round(people * returns, 6))


def _size_rule(rule: SamplingRule) -> SizeRule:
    size = rule.size
    return SizeRule(
        rule.name,
        rate=size.rate,
        floor=size.floor,
        floor_under=size.floor_under,
        cap=size.cap,
        bands=size.bands,
        shares=rule.shares,
        returns=rule.returns,
        rounding=rule.rounding,
    )
