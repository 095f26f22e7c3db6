"""Unusual schools: two independent kinds of evidence beyond what the school's own level explains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy import stats

from analysis.arguments import checked
from analysis.quality.ceiling import judge_ceiling
from analysis.quality.duplicates import close_share, closest, find_shared, judge_copies
from analysis.quality.families import (
    Draft,
    Family,
    finish,
    judge_bursts,
    judge_comments,
    judge_level,
    judge_pace,
    judge_uniformity,
    tail_among_schools,
)
from analysis.quality.forms import Flags, Floats, Forms, Integers, person_means, read_forms
from analysis.quality.level import make_pool
from analysis.quality.material import SchoolMaterial, SchoolRule, check_material, column_of, places
from analysis.quality.schools import SchoolIndices, measure_schools
from analysis.quality.shares import judge_funnel, judge_share
from analysis.results import Notice

KINDS = {  # of each family: families of one kind have honest causes in common, and are never two reasons
    "uniformity": "sameness",
    "ceiling": "sameness",
    "copies": "sameness",
    "burst": "room",
    "repeats": "room",
    "pace": "pace",
    "level": "level",
    "told": "told",
    "comments": "comments",
}


@dataclass(frozen=True)
class Evidence:
    """One figure of one school that stands out: what was seen, what was to be expected, how surprising it is."""

    school: int
    family: str
    figure: str
    observed: float
    expected: float
    p: float | None
    q: float | None


@dataclass(frozen=True)
class SchoolQuality:
    """What was found in S schools. An unusual pattern asks for a look; it proves nothing and removes nobody.

    indices  : SchoolIndices of the judged group
    families : by name, each family of evidence
    beside   : by name, what is shown and never counted: the funnel
    closeness: (S,) share of forms that have 90% of the answers in common with another; an index, never counted
    q        : by name, (S,) p adjusted over the schools (Benjamini-Hochberg), NaN where not judged
    count    : (S,) int, kinds of evidence (see `KINDS`) with q under the rule's
    certain  : (S,) bool, more answers than people
    unusual  : (S,) bool, certain, or enough kinds of evidence
    evidence : the figures of all unusual schools
    rule, n, method, notices
    """

    indices: SchoolIndices
    families: Mapping[str, Family]
    beside: Mapping[str, Family]
    closeness: Floats
    q: Mapping[str, Floats]
    count: Integers
    certain: Flags
    unusual: Flags
    evidence: tuple[Evidence, ...]
    rule: SchoolRule
    n: int
    method: str
    notices: tuple[Notice, ...]


@checked
def judge_schools(
    material: SchoolMaterial, *, rng: np.random.Generator, rule: SchoolRule | None = None
) -> SchoolQuality:
    """Schools whose answers look arranged, judged against what their own level explains.

    Parameters
    ----------
    material : SchoolMaterial
    rng : generator; the same seed gives the same result
    rule : SchoolRule

    Returns
    -------
    SchoolQuality

    Notes
    -----
    Families, as far as the material goes: `uniformity` (most frequent form, entropy, variance of person means, given
    the school's mean), `ceiling` (best answers throughout in more forms than the others lead one to expect) and
    `copies` (a form that too many gave), which are one kind; `burst` (arrivals at once) and `repeats` (devices that
    come again), one kind too, as a room of computers gives both; `pace` (fast and even); `level` (judged group high
    while the compared one is not); `told` (people who say that they were told how to answer); `comments` (the same
    text again). Each gives one p for each school; q by Benjamini and Hochberg over the schools. A school is unusual
    with `families` kinds under `q`, or with more answers than people. A high score is no evidence. One kind alone - a
    computer room, a class that reads the questions aloud - is none either. Assumes that most schools are honest.

    Raises
    ------
    AnalysisError
        Listing everything that is wrong with the material.

    References
    ----------
    Jacob & Levitt 2003, Quarterly Journal of Economics 118:843. Wollack & Cizek 2017, Handbook of Quantitative
    Methods for Detecting Cheating on Tests. Benjamini & Hochberg 1995, JRSS-B 57:289.
    """
    chosen = rule or SchoolRule()
    forms = read_forms(
        material.answers, reversed_items=material.reversed_items, scale=material.scale, where="judge_schools"
    )
    check_material(material, forms)
    own = places(material, forms, material.judged)
    families = _judge(material, forms, own, chosen, rng)
    beside = judge_funnel(forms, own, material.schools, chosen.least)
    q = {family.name: _adjust(family.p) for family in (*families, beside)}
    count = _count_kinds({family.name: q[family.name] for family in families}, chosen.q)
    seconds = column_of(material.seconds, forms.count.size)
    indices = measure_schools(forms, own, material.schools, seconds, material.arrivals)
    enrolled = column_of(material.enrolled, material.schools)
    certain = indices.n > enrolled
    unusual = certain | (count >= chosen.families)
    return SchoolQuality(
        indices=indices,
        families=MappingProxyType({family.name: family for family in families}),
        beside=MappingProxyType({beside.name: beside}),
        closeness=close_share(closest(forms, own, material.schools), own, material.schools),
        q=MappingProxyType(q),
        count=count,
        certain=certain,
        unusual=unusual,
        evidence=_evidence(families, q, unusual, chosen.q) + _overfull(indices, enrolled, certain),
        rule=chosen,
        n=int(indices.n.sum()),
        method=f"{chosen.families} kinds of evidence at q < {chosen.q:g}, or more answers than people",
        notices=_notices(families, indices, chosen),
    )


def _judge(
    material: SchoolMaterial, forms: Forms, own: Integers, rule: SchoolRule, rng: np.random.Generator
) -> tuple[Family, ...]:
    """Every family of evidence that the material allows.

    Only schools that several kinds point to are drawn often enough for a very small p: one kind alone is nothing.
    """
    drafts, families = _drafts(material, forms, own, rule, rng), _formulas(material, forms, own, rule)
    tails = {each.name: tail_among_schools(each.z) for each in drafts} | {each.name: each.p for each in families}
    closer = _count_kinds(tails, rule.q) >= rule.families
    most = max(rule.draws, math.ceil(material.schools / rule.q))
    return (*(finish(each, closer, most=most, enough=rule.enough) for each in drafts), *families)


def _count_kinds(tails: Mapping[str, Floats], limit: float) -> Integers:
    """(S,) kinds of evidence of which any family is under the limit; NaN is not."""
    kinds = [[tail < limit for name, tail in tails.items() if KINDS[name] == kind] for kind in set(KINDS.values())]
    return np.asarray(np.sum([np.any(each, axis=0) for each in kinds if each], axis=0), np.int64)


def _drafts(
    material: SchoolMaterial, forms: Forms, own: Integers, rule: SchoolRule, rng: np.random.Generator
) -> list[Draft]:
    """What is judged by drawing; each school and family draws from a stream of its own."""
    schools = material.schools
    streams = [tuple(rng.spawn(schools)) for _ in range(4)]
    pool = make_pool(forms, own)
    drafts = [
        judge_uniformity(pool, schools, rule.least, rule.draws, streams[0]),
        judge_ceiling(pool.mean, pool.school, schools, rule.least, rule.draws, streams[3], best=forms.high),
    ]
    if material.arrivals is not None:
        drafts.append(judge_bursts(material.arrivals, schools, rule.least, rule.draws, streams[1]))
    if material.seconds is not None:
        seconds = column_of(material.seconds, own.size)
        drafts.append(judge_pace(seconds, own, schools, rule.least, rule.draws, streams[2]))
    return drafts


def _formulas(material: SchoolMaterial, forms: Forms, own: Integers, rule: SchoolRule) -> list[Family]:
    schools = material.schools
    size = np.bincount(own[own >= 0], minlength=schools)
    families = [judge_copies(find_shared(forms, own, schools), size, rule.least)]
    if material.compared is not None:
        compared = places(material, forms, material.compared)
        where = np.maximum(own, compared)
        families.append(judge_level(person_means(forms), where, own >= 0, compared >= 0, schools, rule.least))
    for name, figure, says in (
        ("told", "told_share", material.told),
        ("repeats", "repeat_share", material.repeats),
    ):
        if says is not None:
            families.append(judge_share(name, figure, np.asarray(says, float), own, schools, rule.least))
    if material.comments is not None:
        comments, repeated = (column_of(each, schools) for each in (material.comments, material.repeated))
        families.append(judge_comments(comments, repeated, rule.least))
    return families


def _adjust(p: Floats) -> Floats:
    """Benjamini and Hochberg's q over the schools that were judged."""
    known = ~np.isnan(p)
    q = np.full(p.shape, np.nan)
    if known.any():
        q[known] = stats.false_discovery_control(p[known], method="bh")
    return q


def _evidence(
    families: tuple[Family, ...], q: Mapping[str, Floats], unusual: Flags, limit: float
) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            school=int(school),
            family=family.name,
            figure=figure,
            observed=float(family.observed[school, place]),
            expected=float(family.expected[school, place]),
            p=float(family.p[school]),
            q=float(q[family.name][school]),
        )
        for school in np.flatnonzero(unusual)
        for family in families
        if q[family.name][school] < limit
        for place, figure in enumerate(family.figures)
    )


def _overfull(indices: SchoolIndices, enrolled: Floats, certain: Flags) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(int(school), "enrolment", "n", float(indices.n[school]), float(enrolled[school]), None, None)
        for school in np.flatnonzero(certain)
    )


def _notices(families: tuple[Family, ...], indices: SchoolIndices, rule: SchoolRule) -> tuple[Notice, ...]:
    small = int(np.sum(indices.n < rule.least))
    found = [Notice("quality.small_schools", {"schools": small, "least": rule.least})] if small else []
    kinds = {KINDS[family.name] for family in families}
    if len(kinds) < rule.families:
        found.append(Notice("quality.few_families", {"families": len(kinds), "needed": rule.families}))
    found += [
        Notice("quality.family_not_judged", {"family": family.name}) for family in families if np.isnan(family.p).all()
    ]
    return tuple(found)
