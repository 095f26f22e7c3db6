"""The score of a county: groups, dimensions, items, the composite beside the pooled figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.design import Clusters, Design, number_clusters
from analysis.errors import AnalysisError
from analysis.frame import Population, Sample
from analysis.results import Estimate, Notice
from analysis.rule import ScoringRule
from analysis.scoring.domain import COMBINED, Domain, combine_domains, estimate_domain, estimates
from analysis.scoring.headcount import HeadCounts, count_heads
from analysis.scoring.plan import Plan, make_plan
from analysis.scoring.result import Score, ScoreRow
from analysis.scoring.schools import school_rows
from analysis.scoring.tally import Tally, make_cells, tally
from analysis.scoring.verdicts import decide, find_band, reaches
from analysis.strata import collapse
from analysis.variance import lone_strata

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _County:
    """Everything between the sums and the Score."""

    sample: Sample
    plan: Plan
    sums: Tally
    clusters: Clusters
    heads: HeadCounts
    domains: tuple[Domain, ...]
    pooled: Domain
    whole: Domain
    weight: Floats  # (G,) of the groups, as used for the composite, sums to 1
    level: float


def score(
    sample: Sample,
    rule: ScoringRule,
    *,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
    level: float = 0.95,
) -> Score:
    """Score a county by one scorecard.

    Parameters
    ----------
    sample : Sample
        n people by J items, with their design and final weights; `groups` names every group that is surveyed
    rule : ScoringRule
        values of the options (0 to 100), what is counted, how items, dimensions and groups are put together
    population : Population, optional
        people of the frame; needed by the denominator `roster`, else only for the return rate
    issued : mapping of group to head-count, optional
        questionnaires given out; needed by the denominator `issued`, else only for the return rate
    level : float
        of the intervals

    Returns
    -------
    Score
        values, standard errors and limits from 0 to 100, shares of "don't know" and of blanks from 0 to 1

    Notes
    -----
    Per group g and item j the Hájek ratio p_gj = sum w m y / sum w m; per group the index sum_j c_gj p_gj with
    weights rescaled over what the group was asked; the composite sum_g W_g sum_j c_gj p_gj. Its variance is that of
    the totals of the influence values z_k = sum_j W_g c_gj w m (y - p_gj) / sum w m over schools within strata, so
    items and groups of one school are correlated as they are. Units `answer` and `respondent` have ratios of their own.
    Denominators `issued` and `roster`: everybody counts once (weights are not used), an answer without a value counts
    0, and the mean over the r who answered is multiplied by the return rate r / H, taken as known.
    Strata with one cluster are merged with their neighbour (`analysis.strata.collapse`; `strata` should stand in an
    order in which neighbours are alike) and a notice says so. Intervals: `analysis.intervals.choose`.
    Assumes people answer independently of what they would say, within the cells that the weights adjust for.

    Raises
    ------
    AnalysisError
        An empty sample, shapes, codes that an item does not have, a cluster in two strata, a missing head-count.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling. Korn & Graubard 1998, Survey Methodology 24:193. Kish 1965, Survey Sampling.
    """
    _check(sample)
    plan = make_plan(sample, rule)
    heads = count_heads(sample, rule, population, issued)
    weight = np.ones(sample.group.size) if plan.head_count else np.asarray(sample.weight, float)
    clusters, merged = _clusters(sample)
    sums = tally(sample, plan, make_cells(sample, clusters, weight))
    county = _estimate(sample, plan, sums, clusters, heads, level)
    return _finish(county, population, merged)


def _check(sample: Sample) -> None:
    n = sample.group.size
    problems = [] if n else ["no answers"]
    if sample.answers.shape != (n, len(sample.items)):
        problems.append(f"answers {sample.answers.shape} for {n} people and {len(sample.items)} items")
    if sample.answers.dtype != np.uint8:
        problems.append(f"answers of type {sample.answers.dtype} instead of uint8")
    ranges = (("group", len(sample.groups), 0), ("school", len(sample.schools), -1), ("stratum", len(sample.strata), 0))
    for name, size, least in ranges:
        values = getattr(sample, name)
        if values.shape != (n,):
            problems.append(f"{name} {values.shape} for {n} people")
        elif n and (values.min() < least or values.max() >= size):
            problems.append(f"{name} outside {least} to {size - 1}")
    if problems:
        raise AnalysisError("score", "a sample whose arrays and names fit together", "; ".join(problems))


def _clusters(sample: Sample) -> tuple[Clusters, tuple[Notice, ...]]:
    """The clusters, lone strata merged, and what was merged."""
    design = Design(sample.stratum, sample.cluster, np.asarray(sample.weight, float))
    clusters = number_clusters(design)
    alone = lone_strata(clusters)
    if not alone.any() or clusters.stratum.size == 1:
        return clusters, ()
    merged = collapse(sample.stratum, sample.cluster, kind=_kinds(sample))
    notices = []
    for stratum in clusters.label[alone].tolist():
        target = merged[np.argmax(sample.stratum == stratum)]
        others = np.unique(sample.stratum[merged == target]).tolist()
        names = [sample.strata[other] for other in others if other != stratum]
        notices.append(Notice("lone_stratum", {"stratum": sample.strata[stratum], "joined": names}))
    return number_clusters(replace(design, stratum=merged)), tuple(notices)


def _kinds(sample: Sample) -> NDArray[np.int64]:
    """1 for strata that have people of schools, else 0."""
    with_school = np.zeros(len(sample.strata), np.int64)
    with_school[sample.stratum[sample.school >= 0]] = 1
    return np.asarray(with_school[sample.stratum])


def _estimate(sample: Sample, plan: Plan, sums: Tally, clusters: Clusters, heads: HeadCounts, level: float) -> _County:
    domains = tuple(estimate_domain(plan, sums, clusters, group) for group in range(len(sample.groups)))
    pooled = estimate_domain(plan, sums, clusters, None)
    weight = _group_weights(sample, plan, sums, domains)
    if plan.rule.grouping == "pooled":
        whole = pooled
    else:
        scaled = [_times(domain, heads.factor[group]) for group, domain in enumerate(domains)]
        whole = combine_domains(scaled, weight.tolist(), clusters)
    return _County(sample, plan, sums, clusters, heads, domains, pooled, whole, weight, level)


def _times(domain: Domain, factor: float) -> Domain:
    if factor == 1:
        return domain
    return replace(
        domain, value=domain.value * factor, totals=domain.totals * factor, single=np.zeros(domain.single.size, bool)
    )


def _group_weights(sample: Sample, plan: Plan, sums: Tally, domains: tuple[Domain, ...]) -> Floats:
    """(G,) weights as used: of groups that have an index, summing to 1."""
    rule = plan.rule
    if rule.grouping == "pooled":
        of_place = np.bincount(sums.cells.place_group, weights=sums.total[:, -1], minlength=len(sample.groups))
        weight = np.asarray(of_place, float)
    elif rule.grouping == "equal":
        weight = np.ones(len(sample.groups))
    else:
        weight = np.array([rule.group_weight.get(group, 0.0) for group in sample.groups])
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise AnalysisError("score", "group weights of 0 or more", str(dict(rule.group_weight)))
    weight = weight * np.array([bool(np.isfinite(domain.value[-1])) for domain in domains])
    total = weight.sum()
    return np.asarray(weight / total if total > 0 else weight)


def _finish(county: _County, population: Population | None, merged: tuple[Notice, ...]) -> Score:
    rule, sample = county.plan.rule, county.sample
    pooled = estimates(county.pooled, county.clusters, county.level, factor=county.heads.factor_pooled)
    whole = pooled
    if rule.grouping != "pooled":
        whole = estimates(county.whole, county.clusters, county.level, method=COMBINED)
    composite = whole[-1]
    missing = _missing_groups(county, population)
    rows = (
        *_county_rows(county, whole),
        *_group_rows(county),
        *school_rows(sample, county.plan, county.sums, population, county.level),
    )
    return Score(
        rule=rule.name,
        version=rule.version,
        level=county.level,
        composite=composite,
        pooled=pooled[-1],
        verdict=decide(composite, rule.threshold, rule.comparison),
        verdict_pooled=decide(pooled[-1], rule.threshold, rule.comparison),
        reached=None if composite.value is None else reaches(composite.value, rule.threshold, rule.comparison),
        threshold=rule.threshold,
        comparison=rule.comparison,
        band=find_band(composite.value, rule),
        group_weight={group: float(w) for group, w in zip(sample.groups, county.weight, strict=True) if w > 0},
        missing_groups=missing,
        comparable=not missing,
        rows=rows,
        notices=(*merged, *_notices(county, missing, composite)),
    )


def _missing_groups(county: _County, population: Population | None) -> tuple[str, ...]:
    """Groups that have a weight, or people in the frame, and no valid answer."""
    rule, sample = county.plan.rule, county.sample
    there = {group for group, domain in zip(sample.groups, county.domains, strict=True) if domain.n[-1] > 0}
    if rule.grouping in ("fixed", "quota"):
        wanted = [group for group, weight in rule.group_weight.items() if weight > 0]
    elif population is None:
        wanted = list(sample.groups)
    else:
        wanted = [name for group, name in enumerate(sample.groups) if population.size[population.group == group].sum()]
    return tuple(group for group in wanted if group not in there)


def _county_rows(county: _County, whole: tuple[Estimate, ...]) -> Iterator[ScoreRow]:
    """Dimensions and items over all groups."""
    items = county.plan.items
    for place, dimension in enumerate(county.plan.dimensions):
        yield ScoreRow(None, None, dimension, None, whole[items + place], None, None)
    everywhere = np.ones(county.sums.cells.place_group.size, bool)
    yield from _item_rows(county, None, whole, everywhere)


def _group_rows(county: _County) -> Iterator[ScoreRow]:
    """Each group: its index, its dimensions, its items."""
    plan, sums = county.plan, county.sums
    for group, (name, domain) in enumerate(zip(county.sample.groups, county.domains, strict=True)):
        here = sums.cells.place_group == group
        own = estimates(domain, county.clusters, county.level, factor=county.heads.factor[group])
        asked, dont_know, missing = _asked(sums, here)
        total = asked.sum()
        shares = (float(dont_know.sum() / total), float(missing.sum() / total)) if total > 0 else (None, None)
        yield ScoreRow(name, None, None, None, own[-1], *shares)
        for place, dimension in enumerate(plan.dimensions):
            if (asked[plan.share[place] > 0] > 0).any():
                yield ScoreRow(name, None, dimension, None, own[plan.items + place], None, None)
        yield from _item_rows(county, name, own, here)


def _item_rows(
    county: _County, group: str | None, found: tuple[Estimate, ...], here: NDArray[np.bool_]
) -> Iterator[ScoreRow]:
    asked, dont_know, missing = _asked(county.sums, here)
    for place, item in enumerate(county.plan.rule.items):
        if asked[place] > 0:
            shares = float(dont_know[place] / asked[place]), float(missing[place] / asked[place])
            yield ScoreRow(group, None, None, item.item, found[place], *shares)


def _asked(sums: Tally, here: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Weighted numbers by item (J,): asked, "don't know", blank."""
    asked, dont_know, missing = (table[here].sum(axis=0) for table in (sums.asked, sums.dont_know, sums.missing))
    return asked, dont_know, missing


def _notices(county: _County, missing: tuple[str, ...], composite: Estimate) -> Iterator[Notice]:
    rule, sample = county.plan.rule, county.sample
    yield from (Notice("missing_group", {"group": group}) for group in missing)
    for group, domain in zip(sample.groups, county.domains, strict=True):
        if rule.grouping in ("fixed", "quota") and domain.n[-1] > 0 and not rule.group_weight.get(group, 0):
            yield Notice("group_without_weight", {"group": group})
    yield from _silent_items(county)
    if composite.value is not None and composite.low is None:
        yield Notice("no_interval", {"df": composite.df})
    yield from county.heads.notices
    answered = {group: int(domain.n[-1]) for group, domain in zip(sample.groups, county.domains, strict=True)}
    yield from county.heads.check_return(answered, rule.least_return)


def _silent_items(county: _County) -> Iterator[Notice]:
    """Items that a group was asked, that count, and that nobody of it answered with a value."""
    plan, sums = county.plan, county.sums
    for group, domain in enumerate(county.domains):
        asked = sums.asked[sums.cells.place_group == group].sum(axis=0) > 0
        for item in np.flatnonzero(asked & (domain.n[: plan.items] == 0) & (plan.share[-1] > 0)):
            names = {"group": county.sample.groups[group], "item": plan.rule.items[item].item}
            yield Notice("item_without_valid_answers", names)
