"""What stands in the way of a plan: every problem at once, before anything is divided."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from surveys.errors import Problem
from surveys.frames import CellView
from surveys.models.regions import LOCALITIES
from surveys.plans.facts import Facts
from surveys.plans.sizing import size_of
from surveys.regions import MOST_RESIDENTS

MOST_DEFF = 100.0


def problems_of(facts: Facts) -> list[Problem]:
    """Everything that is wrong with what was given, with the frame, and with the rule for this county."""
    given = [*_residents(facts), *_localities(facts), *_deff(facts)]
    frame = [*_nobody(facts), *_classes_missing(facts), *_contradictions(facts)]
    return [*given, *frame, *(() if given or frame else _rule(facts))]


def _residents(facts: Facts) -> Iterator[Problem]:
    if facts.residents is None:
        if facts.rule.size.needs_residents:
            yield Problem("plan.residents_missing", field="residents")
    elif not 1 <= facts.residents <= MOST_RESIDENTS:
        yield Problem("plan.residents_wrong", field="residents", value=str(facts.residents))


def _localities(facts: Facts) -> Iterator[Problem]:
    given = facts.given.localities
    if not given:
        return
    for locality in LOCALITIES:
        if locality not in given:
            yield Problem("plan.locality_missing", field=locality)
        elif not 0 <= given[locality] <= MOST_RESIDENTS:
            yield Problem("plan.residents_wrong", field=locality, value=str(given[locality]))
    if set(given) == set(LOCALITIES) and facts.residents is not None and sum(given.values()) != facts.residents:
        value = " + ".join(str(given[locality]) for locality in LOCALITIES)
        params = {"sum": sum(given.values()), "residents": facts.residents}
        yield Problem("plan.residents_contradict", field="residents", value=value, params=params)


def _deff(facts: Facts) -> Iterator[Problem]:
    deff = facts.given.deff
    if deff is None:
        return
    if facts.given.earlier is not None:
        yield Problem("plan.deff_twice", field="deff", value=facts.given.earlier)
    if not (math.isfinite(deff) and 1 <= deff <= MOST_DEFF):
        yield Problem("plan.deff_wrong", field="deff", value=f"{deff:g}", params={"most": f"{MOST_DEFF:g}"})


def _nobody(facts: Facts) -> Iterator[Problem]:
    if not any(facts.people(group) for group in facts.groups):
        yield Problem("plan.nobody", value=", ".join(facts.groups))


def _at_schools(facts: Facts, group: str) -> Sequence[CellView]:
    return [cell for cell in facts.cells if cell.group == group and cell.school_code is not None]


def _classes_missing(facts: Facts) -> Iterator[Problem]:
    """A size by classes cannot be guessed from pupils."""
    if facts.rule.size.by != "classes":
        return
    lacking = {
        (cell.school_code or "", cell.school_name or "")
        for group in facts.groups
        for cell in _at_schools(facts, group)
        if cell.population and not facts.classes.get(cell.school_code)
    }
    for code, name in sorted(lacking):
        yield Problem("plan.classes_missing", field=code, value=name)


def _contradictions(facts: Facts) -> Iterator[Problem]:
    """Counts of one school that cannot all be right."""
    pupils = {cell.school_code: cell.population for cell in _at_schools(facts, "student")}
    if "student" in facts.groups:
        for cell in _at_schools(facts, "student"):
            yield from _against_lists(facts, cell)
    if "parent" in facts.groups:
        for cell in _at_schools(facts, "parent"):
            listed = sum(each.pupils for each in facts.classes.get(cell.school_code, ()))
            there = max(pupils.get(cell.school_code, 0), listed)
            if there and not cell.population:
                yield Problem("plan.parents_missing", field=cell.school_code, value="0", params={"pupils": there})


def _against_lists(facts: Facts, cell: CellView) -> Iterator[Problem]:
    """The class lists of the grades that are asked have as many pupils as the frame; of all grades, no fewer."""
    classes, grades = facts.classes.get(cell.school_code, ()), facts.rule.grades
    if not classes:
        return
    limited = grades.are_limited and "student" in grades.groups
    within = [each.pupils for each in classes if not limited or grades.first <= each.grade <= grades.last]
    listed = sum(within)
    if listed < cell.population or (limited and listed > cell.population):
        params = {"listed": listed, "first": grades.first, "last": grades.last}
        code = "plan.lists_contradict" if limited else "plan.lists_short"
        yield Problem(code, field=cell.school_code, value=str(cell.population), params=params)


def _rule(facts: Facts) -> Iterator[Problem]:
    if facts.rule.size.needs_residents:
        answers = size_of(facts)
        if answers < len(facts.groups):
            params = {"groups": len(facts.groups)}
            yield Problem("plan.too_few_answers", field="residents", value=str(answers), params=params)
    number, strata = facts.rule.schools.number, len(facts.schools)
    if number is not None and number < strata:
        yield Problem("plan.too_few_schools", value=str(number), params={"strata": strata})
