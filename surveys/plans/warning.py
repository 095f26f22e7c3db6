"""What whoever reads a plan must know beside its numbers: what the county cannot give, and who is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.results import Notice
from surveys.models.regions import LOCALITIES
from surveys.plans.buying import Bought
from surveys.plans.dividing import Division, Schools, order_of
from surveys.plans.facts import Facts


def notices_of(
    facts: Facts, divisions: Sequence[Division], schools: Schools, deffs: Mapping[str, float], bought: Bought
) -> tuple[Notice, ...]:
    """In the order in which they matter."""
    return (
        *(notice for each in divisions for notice in _of_shortfall(facts, each)),
        *_of_rule(facts),
        *(notice for each in divisions for notice in _of_left_out(each)),
        *_of_schools(facts, schools),
        *_of_precision(facts, divisions, deffs, bought),
    )


def _of_shortfall(facts: Facts, division: Division) -> Iterator[Notice]:
    group, people = division.group, facts.people(division.group)
    lacking = division.asked - division.quota
    if not lacking:
        return
    if not people:
        yield Notice("plan_group_missing", {"group": group, "asked": division.asked})
    elif facts.rule.size.by == "classes":
        short = sum(line.shortfall > 0 for line in division.strata)
        yield Notice("plan_schools_short", {"group": group, "strata": short, "lacking": lacking})
    elif division.asked > people:
        yield Notice("plan_group_too_small", {"group": group, "asked": division.asked, "people": people})
    else:
        yield from _of_strata(division)


def _of_strata(division: Division) -> Iterator[Notice]:
    for line in division.strata:
        if line.stratum in LOCALITIES:
            yield Notice("plan_empty_stratum", {"group": division.group, "locality": line.stratum, "asked": line.asked})
        elif line.stratum == "":
            yield Notice("plan_empty_band", {"group": division.group, "asked": line.asked})
        elif line.shortfall > 0:
            params = {"group": division.group, "stratum": line.stratum, "asked": line.asked, "people": line.quota}
            yield Notice("plan_stratum_short", params)


def _of_rule(facts: Facts) -> Iterator[Notice]:
    for group in sorted(facts.papers - set(facts.groups)):
        yield Notice("plan_group_not_asked", {"group": group})
    if facts.rule.localities == "residents" and not facts.given.localities:
        yield Notice("plan_localities_unknown", {})
    for group in facts.groups:
        if facts.wants_bands(group) and not facts.has_bands(group) and facts.people(group):
            yield Notice("plan_bands_without_lists", {"group": group})


def _of_left_out(division: Division) -> Iterator[Notice]:
    """People whom no answer is wanted of cannot be drawn, and nobody speaks for them."""
    out = [cell for cell in division.cells if not cell.quota]
    if out and division.quota:
        people = sum(cell.population for cell in out)
        yield Notice("plan_left_out", {"group": division.group, "places": len(out), "people": people})


def _of_schools(facts: Facts, schools: Schools) -> Iterator[Notice]:
    for stratum in sorted(facts.schools, key=order_of):
        there = len(facts.schools[stratum])
        if there == 1:
            yield Notice("plan_lone_school", {"stratum": stratum})
        elif schools.number.get(stratum) == 1:
            yield Notice("plan_single_draw", {"stratum": stratum, "schools": there})
    wanted, there = facts.rule.schools.number, sum(len(codes) for codes in facts.schools.values())
    if wanted is not None and wanted > there:
        yield Notice("plan_all_schools", {"asked": wanted, "schools": there})


def _of_precision(
    facts: Facts, divisions: Sequence[Division], deffs: Mapping[str, float], bought: Bought
) -> Iterator[Notice]:
    for group in facts.groups:
        if group not in deffs and facts.people(group):
            yield Notice("plan_deff_missing", {"group": group})
    got = {each.group for each in divisions if each.quota}
    for group, weight in bought.weights.items():
        if weight and group not in got:
            yield Notice("plan_composite_lacks", {"group": group})
