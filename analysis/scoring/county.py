"""A county between the sums and the words: groups, everybody, and the composite of the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts
from analysis.errors import AnalysisError
from analysis.frame import Named, Population, Sample, check_places
from analysis.results import Notice
from analysis.rule import ScoringRule
from analysis.scoring.cells import Cells, cells_of_counts, cells_of_sample
from analysis.scoring.checks import check_counts, check_sample
from analysis.scoring.domain import (
    Domains,
    Sizes,
    Spread,
    Sums,
    combine_domains,
    estimate_domains,
    scaled,
    sizes_of,
    sums_of,
)
from analysis.scoring.headcount import HeadCounts, count_heads
from analysis.scoring.plan import Plan, make_plan
from analysis.scoring.tally import Tally, tally_counts, tally_sample
from analysis.scoring.variance import spread_by_group

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class County:
    """Everything between the sums and the Score.

    domains : the groups, and everybody
    whole  : the groups put together
    weight : (G,) of the groups, as used for the composite, sums to 1
    merged : strata that had one cluster
    """

    names: Named
    plan: Plan
    tally: Tally
    cells: Cells
    sums: Sums
    sizes: Sizes
    spread: Spread
    heads: HeadCounts
    domains: Domains
    whole: Domains
    weight: Floats
    merged: tuple[Notice, ...]

    @property
    def groups(self) -> Domains:
        return self.domains.some(slice(len(self.names.groups)))

    @property
    def pooled(self) -> Domains:
        return self.domains.some(slice(len(self.names.groups), None))


def county_of_sample(
    sample: Sample,
    rule: ScoringRule,
    population: Population | None,
    issued: Mapping[str, int] | None,
    *,
    detail: bool = True,
) -> County:
    """Of people. `detail`: also what effective sizes, errors of schools and shares need."""
    check_sample(sample)
    plan = make_plan(sample, rule)
    cells, row, merged = cells_of_sample(sample)
    heads = _heads(sample, cells, rule, population, issued)
    tally = tally_sample(sample, plan, cells, row, detail=detail)
    return _estimate(sample, tally, heads, merged)


def county_of_counts(
    counts: Counts,
    rule: ScoringRule,
    weight: Floats,
    population: Population | None,
    issued: Mapping[str, int] | None,
    *,
    detail: bool = True,
) -> County:
    """Of counts, where every person of a cell weighs `weight` (C,)."""
    weight = np.asarray(weight, float)
    check_counts(counts, weight)
    if not counts.people.all():
        counts, weight = _without_nobody(counts, weight)
    plan = make_plan(counts, rule)
    cells, merged = cells_of_counts(counts)
    heads = _heads(counts, cells, rule, population, issued)
    return _estimate(counts, tally_counts(counts, plan, cells, weight, detail=detail), heads, merged)


def _without_nobody(counts: Counts, weight: Floats) -> tuple[Counts, Floats]:
    """Only cells with people: a school where nobody answered is no cluster of the sample."""
    kept = np.flatnonzero(counts.people)
    columns = {name: getattr(counts, name)[kept] for name in ("group", "school", "stratum", "people", "table")}
    pairs = {new: counts.pairs[old] for new, old in enumerate(kept.tolist()) if old in counts.pairs}
    return replace(counts, pairs=pairs, **columns), weight[kept]


def _heads(
    names: Named, cells: Cells, rule: ScoringRule, population: Population | None, issued: Mapping[str, int] | None
) -> HeadCounts:
    if population is not None:
        check_places("score", names, population)
    answers = np.bincount(cells.group, weights=cells.people, minlength=len(names.groups)).astype(np.int64)
    return count_heads(names, answers, rule, population, issued)


def _estimate(names: Named, tally: Tally, heads: HeadCounts, merged: tuple[Notice, ...]) -> County:
    cells, sizes, spread, count = tally.cells, sizes_of(tally), spread_by_group(tally), len(names.groups)
    sums = sums_of(tally, count)
    domains = estimate_domains(tally, sums, sizes, spread)
    groups, whole = domains.some(slice(count)), domains.some(slice(count, None))
    weight = _group_weights(names, tally, sizes, groups)
    if tally.plan.rule.grouping != "pooled":
        whole = combine_domains(scaled(groups, heads.factor), weight, spread, cells)
    return County(names, tally.plan, tally, cells, sums, sizes, spread, heads, domains, whole, weight, merged)


def _group_weights(names: Named, tally: Tally, sizes: Sizes, groups: Domains) -> Floats:
    """(G,) weights as used: of groups that have an index, summing to 1."""
    rule = tally.plan.rule
    if rule.grouping == "pooled" and sizes.total is not None:
        of_group = np.bincount(tally.cells.place_group, weights=sizes.total[:, -1], minlength=len(names.groups))
        weight = np.asarray(of_group, float)
    elif rule.grouping == "equal":
        weight = np.ones(len(names.groups))
    else:
        weight = np.array([rule.group_weight.get(group, 0.0) for group in names.groups])
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise AnalysisError("score", "group weights of 0 or more", str(dict(rule.group_weight)))
    weight = weight * np.isfinite(groups.value[:, -1])
    total = weight.sum()
    return np.asarray(weight / total if total > 0 else weight)
