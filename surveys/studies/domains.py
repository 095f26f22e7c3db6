"""Urban, town and rural schools, and the stages: what each scores, and whether they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparison import adjust, compare_pairs
from analysis.design import Design
from analysis.estimation import Statistic, estimate
from analysis.frame import Population, Sample
from analysis.scoring import Linearised, linearise
from surveys.groups import GROUPS
from surveys.models import LOCALITIES, STAGES
from surveys.studies.basis import Basis

Plain = dict[str, Any]
Bools = NDArray[np.bool_]
About = tuple[str | None, str | None, str | None]
SIDES: Mapping[str, int] = {"locality": 0, "stage": 1}  # of a stratum such as `urban.primary`
ORDER: Mapping[str, Sequence[str]] = {"locality": LOCALITIES, "stage": STAGES}
LEVEL = 0.95
Cells = frozenset[int]  # schools, of one group


def compare_kinds(basis: Basis) -> list[Plain]:
    """By locality, then by stage: values of all groups of schools together and of each, and their differences."""
    sample = basis.sample
    kinds = {by: _kind_of_schools(sample, side) for by, side in SIDES.items()}
    kept = _keep_people(basis, list(kinds.values()))
    return [_compare(basis, by, of_school, kept) for by, of_school in kinds.items()]


def _kind_of_schools(sample: Sample, side: int) -> NDArray[np.str_]:
    """(S,) the kind of each school; empty where the frame does not know the school, or nobody answered."""
    words = np.array([stratum.split(".")[side] if "." in stratum else "" for stratum in sample.strata])
    found = np.full(len(sample.schools), "", words.dtype)
    at_school = sample.school >= 0
    found[sample.school[at_school]] = words[sample.stratum[at_school]]
    return found


def _keep_people(basis: Basis, kinds: Sequence[NDArray[np.str_]]) -> Bools:
    """(n,) who counts: everybody at a school, but for cells that figures of kinds would let be computed."""
    sample, public = basis.sample, basis.publication
    at_school = sample.school >= 0
    people = np.zeros((len(sample.schools), len(sample.groups)), np.int64)
    np.add.at(people, (sample.school[at_school], sample.group[at_school]), 1)
    kept: Bools = choose_cells(people, ~_open_cells(basis), kinds, smallest=public.smallest)
    told = {each.group for each in public.groups if not each.hidden and not each.bound}
    kept[:, [group not in told for group in sample.groups]] = False
    return np.asarray(at_school & kept[sample.school, sample.group])


def _open_cells(basis: Basis) -> Bools:
    """(S, G) the cells whose own figure is told, at schools whose figure is told."""
    sample, public = basis.sample, basis.publication
    place = {code: row for row, code in enumerate(sample.schools)}
    told = {each.school for each in public.schools if not each.hidden and not each.bound}
    found = np.zeros((len(sample.schools), len(sample.groups)), bool)
    for cell in public.cells:
        if cell.school in told and not cell.hidden and not cell.bound:
            found[place[str(cell.school)], sample.groups.index(str(cell.group))] = True
    return found


def choose_cells(people: NDArray[np.int64], dark: Bools, kinds: Sequence[NDArray[np.str_]], *, smallest: int) -> Bools:
    """The cells that figures of kinds of school may be made of, where schools and groups of the county are shown.

    Parameters
    ----------
    people : (S, G) of each school and group
    dark : (S, G) cells that are not shown
    kinds : for each way of sorting schools, (S,) the kind of each
    smallest : people that a figure must be about

    Returns
    -------
    (S, G) bool

    A cell that is not shown counts where the kind has other such cells of the group with which it cannot be told apart:
    in each kind, between two kinds of which one holds the other, and in what is left out, there are such cells of none,
    or of several schools and enough people. What is left out in the end at most is all that the publication hides.
    """
    kept = people > 0
    for group in range(people.shape[1]):
        hidden = frozenset(np.flatnonzero(dark[:, group] & kept[:, group]).tolist())
        inside = _settle(hidden, people[:, group].tolist(), kinds, smallest)
        kept[list(hidden - inside), group] = False
    return kept


def _settle(hidden: Cells, people: Sequence[int], kinds: Sequence[NDArray[np.str_]], smallest: int) -> Cells:
    inside = frozenset(school for school in hidden if all(of_school[school] for of_school in kinds))
    while inside:
        sets = [each for of_school in kinds for each in _sets(inside, of_school)]
        apart = [one - other for one in sets for other in sets if other < one]
        telling = [each for each in (*sets, *apart) if _tells(each, people, smallest)]
        if not telling and _tells(hidden - inside, people, smallest):
            telling = [min(sets, key=lambda each: sum(people[school] for school in each))]
        if not telling:
            break
        inside = inside.difference(*telling)
    return inside


def _sets(inside: Cells, of_school: NDArray[np.str_]) -> list[Cells]:
    """The schools of each kind among these."""
    return [
        frozenset(school for school in inside if of_school[school] == kind)
        for kind in sorted({str(of_school[school]) for school in inside})
    ]


def _tells(schools: Cells, people: Sequence[int], smallest: int) -> bool:
    """Whether a sum over these schools is about one of them, or about few people."""
    return bool(schools) and (len(schools) == 1 or sum(people[school] for school in schools) < smallest)


def _compare(basis: Basis, by: str, of_school: NDArray[np.str_], kept: Bools) -> Plain:
    sample = basis.sample
    of_person = np.where(sample.school >= 0, of_school[sample.school], "")
    kinds = [kind for kind in ORDER[by] if (of_person == kind).any()]
    members = {kind: kept & (of_person == kind) for kind in kinds}
    parts = {kind: _part(basis, inside) for kind, inside in members.items() if inside.any()}
    groups = [group for group in GROUPS if any((group, None, None) in part.about for part in parts.values())]
    common = _common_groups(parts, groups)
    together = {
        kind: _part(basis, members[kind] & np.isin(sample.group, [sample.groups.index(group) for group in common]))
        for kind, part in parts.items()
        if all((group, None, None) in part.about for group in common)
    }
    families = [_family(together, None, kinds), *(_family(parts, group, kinds) for group in groups)]
    alone = [pair for family in families[1:] for pair in family["pairs"]]  # the groups are one family of tests
    for pair, p in zip(alone, adjust(_ps(alone), "holm").tolist(), strict=True):
        pair["p_holm"] = _plain(p)
    return {"by": by, "groups": common, "families": families}


def _common_groups(parts: Mapping[str, Linearised], groups: Sequence[str]) -> list[str]:
    """The groups that the kind with the most people tells of: kinds are put together of the same groups, or not."""
    if not parts:
        return []
    largest = max(parts.values(), key=lambda part: part.n.max())
    return [group for group in groups if (group, None, None) in largest.about]


def _part(basis: Basis, members: Bools) -> Linearised:
    """The figures of the schools of one kind alone: their strata are no other's, so nothing of the design is lost."""
    sample, rule = basis.sample, basis.rule
    columns = {name: getattr(sample, name)[members] for name in ("group", "school", "stratum", "cluster", "weight")}
    own = replace(sample, answers=np.ascontiguousarray(sample.answers.T[:, members]).T, **columns)
    if rule.denominator == "issued":  # papers are counted by group, not by school
        rule = replace(rule, denominator="valid")
    return linearise(own, rule, population=_population(basis.dataset.roster.population, own))


def _population(people: Population, own: Sample) -> Population:
    here = np.isin(people.school, np.unique(own.school))
    return Population(people.group[here], people.school[here], people.stratum[here], people.size[here])


def _family(parts: Mapping[str, Linearised], group: str | None, kinds: Sequence[str]) -> Plain:
    """The kinds of one group side by side. Their schools are different ones, so nothing is shared but the rule."""
    about = (group, None, None)
    shown = {kind: part for kind, part in parts.items() if about in part.about}
    rows: list[Plain] = [{"kind": kind, "hidden": kind not in shown} for kind in kinds]
    if not shown:
        return {"group": group, "rows": rows, "pairs": []}
    design, statistic = _side_by_side(list(shown.values()), about)
    found = estimate(design, statistic, level=LEVEL, lone="certainty")
    columns = zip(found.value, found.se, found.low, found.high, found.df, strict=True)
    for (kind, part), (value, se, low, high, df) in zip(shown.items(), columns, strict=True):
        n, schools = int(part.n[part.about.index(about)]), int(part.school.size)
        rows[kinds.index(kind)] |= {"n": n, "schools": schools, "df": int(df), **_numbers(df, value, se, low, high)}
    pairs = _pairs(design, statistic, tuple(shown)) if len(shown) > 1 else []
    return {"group": group, "rows": rows, "pairs": pairs}


def _side_by_side(parts: Sequence[Linearised], about: About) -> tuple[Design, Statistic]:
    """One design of all schools, and a column for each part, in which only its own schools have influence."""
    places = [part.about.index(about) for part in parts]
    sizes = [part.school.size for part in parts]
    begins, total = np.cumsum([0, *sizes]), sum(sizes)
    influence, inside = np.zeros((total, len(parts))), np.zeros((total, len(parts)), bool)
    stratum = np.zeros(total, np.int64)
    for column, (part, place) in enumerate(zip(parts, places, strict=True)):
        here = slice(begins[column], begins[column + 1])
        influence[here, column] = part.statistic.influence[:, place]
        inside[here, column] = part.statistic.inside[:, place]
        stratum[here] = part.design.stratum + stratum.max() + 1
    value = np.array([part.statistic.value[place] for part, place in zip(parts, places, strict=True)])
    return Design(stratum, np.arange(total), np.ones(total)), Statistic(value, influence, inside, "kinds of school")


def _pairs(design: Design, statistic: Statistic, kinds: Sequence[str]) -> list[Plain]:
    found = compare_pairs(design, statistic, level=LEVEL, lone="certainty")
    columns = (found.value, found.se, found.low, found.high, found.p, found.p_holm)
    names = ("value", "se", "low", "high", "p", "p_holm")
    return [
        {
            "first": kinds[int(one)],
            "second": kinds[int(other)],
            **dict(zip(names, (_plain(float(column[place])) for column in columns), strict=True)),
        }
        for place, (one, other) in enumerate(zip(found.first, found.second, strict=True))
    ]


def _numbers(df: int, value: float, se: float, low: float, high: float) -> Plain:
    sure = df > 0
    return {
        "value": _plain(value),
        "se": _plain(se) if sure else None,
        "low": _plain(max(0.0, low)) if np.isfinite(low) else None,
        "high": _plain(min(100.0, high)) if np.isfinite(high) else None,
    }


def _ps(pairs: Sequence[Plain]) -> NDArray[np.float64]:
    return np.array([np.nan if pair["p"] is None else pair["p"] for pair in pairs], float)


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
