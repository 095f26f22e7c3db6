"""The figures of a score with the influence of every cluster on them: what comparing figures needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import Statistic
from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring.cells import cells_of_sample
from analysis.scoring.county import County, county_of_sample
from analysis.scoring.domain import Domains, scaled
from analysis.scoring.persons import Persons
from analysis.scoring.plan import Plan

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
About = tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class Linearised:
    """k figures of a score over the R clusters of its sample: schools, and people who belong to none.

    about     : (k,) group, dimension and item of each figure; all None is the composite, without a group it is the
                groups put together
    design    : Design of R rows, one for each cluster, strata merged as for the score
    statistic : Statistic of k over the same rows; values from 0 to 100
    school    : (R,) position in the sample's schools, -1 for a person without one
    stratum   : (R,) position in the sample's strata, before any was merged
    n         : (k,) people with a valid answer
    """

    about: tuple[About, ...]
    design: Design
    statistic: Statistic
    school: Integers
    stratum: Integers
    n: Integers


def linearise(
    sample: Sample,
    rule: ScoringRule,
    *,
    population: Population | None = None,
    issued: Mapping[str, int] | None = None,
) -> Linearised:
    """Every figure of `score` that is about the county, with its influence values by cluster.

    Parameters
    ----------
    sample, rule, population, issued : as for `score`

    Returns
    -------
    Linearised
        of the composite, its dimensions and items, and those of each group; what has no valid answer is left out

    Notes
    -----
    With z_ik the influence total of cluster i on figure k, the covariance of the figures is that of the totals
    within strata (`analysis.variance.covariance`), and the standard errors are those of `score`. Differences of
    figures, of domains or of campaigns follow from the same z.

    Raises
    ------
    AnalysisError
        As `score`.

    References
    ----------
    Binder 1983, International Statistical Review 51:279.
    """
    county = county_of_sample(sample, rule, population, issued, detail=False)
    rows = _rows(county, sample)
    groups = scaled(county.groups, county.heads.factor)
    blocks = list(_of_groups(county, groups, rows))
    blocks.append(_of_whole(county, groups, rows, blocks))
    value = np.concatenate([each.value for each in blocks])
    known = np.isfinite(value)
    influence = np.hstack([each.influence for each in blocks])[:, known]
    inside = np.hstack([each.inside for each in blocks])[:, known]
    about = tuple(name for name, there in zip(_names(county), known.tolist(), strict=True) if there)
    return Linearised(
        about=about,
        design=Design(rows.stratum, np.arange(rows.stratum.size), np.ones(rows.stratum.size)),
        statistic=Statistic(value[known], influence, inside, "figures of a score"),
        school=sample.school[rows.person],
        stratum=sample.stratum[rows.person],
        n=np.concatenate([each.n for each in blocks])[known].astype(np.int64),
    )


@dataclass(frozen=True)
class _Rows:
    """R rows: first the entries that are one cluster, then the m people of the entries that are several.

    entry   : (R - m,) of the county's cells
    person  : (R,) somebody of the cluster
    stratum : (R,) after merging
    columns, inside, group : (m, K'), (m, K'), (m,) of the people, see `_columns`
    """

    entry: Integers
    person: Integers
    stratum: Integers
    columns: Floats
    inside: Floats
    group: Integers


@dataclass(frozen=True)
class _Block:
    """E figures: values (E,), influence and inside (R, E), people (E,)."""

    value: Floats
    influence: Floats
    inside: Bools
    n: Floats


def _rows(county: County, sample: Sample) -> _Rows:
    cells = county.cells
    of_person = cells_of_sample(sample)[1]
    entry_of = cells.cluster[of_person]
    someone = np.zeros(cells.size.size, np.int64)
    someone[entry_of] = np.arange(entry_of.size)
    single = np.flatnonzero(cells.size == 1)
    people = np.flatnonzero(cells.size[entry_of] > 1)
    entry = np.concatenate([single, entry_of[people]])
    columns, inside = _columns(county.tally.persons, people)
    return _Rows(
        entry=entry[: single.size],
        person=np.concatenate([someone[single], people]),
        stratum=cells.stratum[entry],
        columns=columns,
        inside=inside,
        group=sample.group[people],
    )


def _columns(persons: Persons | None, people: Integers) -> tuple[Floats, Floats]:
    """(m, K') weighted values of people's columns, and their weights where they count."""
    if persons is None or not people.size:
        return np.zeros((0, 0)), np.zeros((0, 0))
    value, inside = persons.columns(people)
    weight = persons.weight[people, None]
    return value * weight, inside * weight


def _of_groups(county: County, groups: Domains, rows: _Rows) -> Iterator[_Block]:
    for group in range(groups.value.shape[0]):
        yield _block(county.plan, groups.some(slice(group, group + 1)), rows, rows.group == group)


def _of_whole(county: County, groups: Domains, rows: _Rows, blocks: Sequence[_Block]) -> _Block:
    """The groups put together as the composite is."""
    if county.plan.rule.grouping == "pooled":
        pooled = scaled(county.pooled, np.array([county.heads.factor_pooled]))
        return _block(county.plan, pooled, rows, np.ones(rows.group.size, bool))
    share = county.weight[:, None] * np.isfinite(groups.value)
    total = share.sum(axis=0)
    share /= np.where(total > 0, total, 1.0)
    parts = [np.where(own > 0, own * each.influence, 0.0) for own, each in zip(share, blocks, strict=True)]
    inside = [(own > 0) & each.inside for own, each in zip(share, blocks, strict=True)]
    return _Block(county.whole.value[0], np.sum(parts, axis=0), np.any(inside, axis=0), county.whole.n[0])


def _block(plan: Plan, domain: Domains, rows: _Rows, people: Bools) -> _Block:
    """One domain, of whose people without a school `people` (m,) belong to it."""
    top = domain.totals[0, rows.entry]
    present = np.broadcast_to(domain.present[0, rows.entry] > 0, top.shape)
    if domain.parts is None or not people.size:
        return _Block(domain.value[0], top, np.array(present), domain.n[0])
    worth, given = domain.parts[0]
    bottom = (rows.columns @ worth.T - rows.inside @ given.T) * people[:, None]
    inside = _members(plan, rows.inside > 0) & people[:, None]
    return _Block(domain.value[0], np.vstack([top, bottom]), np.vstack([present, inside]), domain.n[0])


def _members(plan: Plan, inside: Bools) -> Bools:
    """(m, E) whether people count in each item, and in each set of items."""
    if plan.own:
        return inside
    return np.hstack([inside, inside.astype(float) @ (plan.share > 0).T.astype(float) > 0])


def _names(county: County) -> Iterator[About]:
    """The figures in the order of the blocks."""
    plan = county.plan
    for group in (*county.names.groups, None):
        yield from ((group, None, each.item) for each in plan.rule.items)
        yield from ((group, dimension, None) for dimension in plan.dimensions)
        yield group, None, None
