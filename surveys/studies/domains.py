"""Urban, town and rural schools, and the stages: what each scores, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparison import adjust, compare_pairs
from analysis.design import Design
from analysis.estimation import Statistic, estimate
from analysis.frame import Population, Sample
from analysis.scoring import Linearised, linearise
from surveys.groups import GROUPS
from surveys.hiding import SMALLEST
from surveys.studies.basis import Basis

Plain = dict[str, Any]
Bools = NDArray[np.bool_]
SIDES = {"locality": 0, "stage": 1}  # of a stratum such as `urban.primary`
LEVEL = 0.95
Place = tuple[str, str]  # kind of school, group; "" for all groups together


@dataclass(frozen=True)
class Cell:
    """The people of a kind of school: all of them, and those of schools that must not be shown."""

    n: int
    dark: int

    @property
    def telling(self) -> bool:
        """Whether something about a few people could be read or reckoned from it."""
        return 0 < self.n < SMALLEST or 0 < self.dark < SMALLEST


def compare_kinds(basis: Basis) -> list[Plain]:
    """By locality, then by stage: values of all groups of schools together and of each, and their differences."""
    return [_compare(basis, by) for by in SIDES]


def _compare(basis: Basis, by: str) -> Plain:
    kinds = _kinds_of(basis.sample, SIDES[by])
    parts = {kind: _part(basis, members) for kind, members in kinds.items()}
    hidden = hide_kinds(_cells(basis, kinds))
    groups = [None, *(group for group in GROUPS if any((group, None, None) in part.about for part in parts.values()))]
    families = [_family(parts, group, hidden) for group in groups]
    alone = [pair for family in families[1:] for pair in family["pairs"]]  # each group: one family of all groups
    for pair, p in zip(alone, adjust(_ps(alone), "holm").tolist(), strict=True):
        pair["p_holm"] = _plain(p)
    return {"by": by, "families": families}


def _kinds_of(sample: Sample, side: int) -> dict[str, Bools]:
    """(n,) people of the schools of each kind; who belongs to no school, or to none of the frame, is in none."""
    words = [stratum.split(".")[side] if "." in stratum else "" for stratum in sample.strata]
    of = np.array([*words])[sample.stratum]
    at_school = (sample.school >= 0) & (of != "")
    return {
        word: at_school & (of == word) for word in dict.fromkeys(words) if word and (at_school & (of == word)).any()
    }


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


def _cells(basis: Basis, kinds: Mapping[str, Bools]) -> dict[Place, Cell]:
    sample, public = basis.sample, basis.publication
    dark = {(str(each.school), each.group or "") for each in (*public.schools, *public.cells) if each.hidden}
    found: dict[Place, Cell] = {}
    for kind, members in kinds.items():
        for group in ("", *sample.groups):
            inside = members if not group else members & (sample.group == sample.groups.index(group))
            by_school = np.bincount(sample.school[inside], minlength=len(sample.schools)).tolist()
            hidden = sum(n for code, n in zip(sample.schools, by_school, strict=True) if (code, group) in dark)
            found[kind, group] = Cell(int(inside.sum()), hidden)
    return found


def hide_kinds(cells: Mapping[Place, Cell]) -> set[Place]:
    """The cells to hide where the county's figures of each group, and those of the other schools, are shown.

    First every cell that tells of few people; then, while all that is hidden on a line is still so little, the next.
    """
    hidden = {place for place, cell in cells.items() if cell.telling}
    while True:
        more = hidden | {place for line in _lines(cells) for place in _hide_more(line, hidden)}
        if more == hidden:
            return hidden
        hidden = more


def _lines(cells: Mapping[Place, Cell]) -> Iterator[dict[Place, Cell]]:
    """Kinds of one group, which add up to the county's; groups of one kind, which add up to the kind's."""
    for group in dict.fromkeys(group for _, group in cells):
        yield {place: cell for place, cell in cells.items() if place[1] == group}
    for kind in dict.fromkeys(kind for kind, _ in cells):
        yield {place: cell for place, cell in cells.items() if place[0] == kind and place[1]}


def _hide_more(line: Mapping[Place, Cell], hidden: set[Place]) -> set[Place]:
    out = {place for place in line if place in hidden}
    rest = sorted((place for place in line if place not in out and line[place].n), key=lambda place: line[place].n)
    rest.sort(key=lambda place: line[place].dark == 0)  # what is dark already hides best
    while rest and Cell(sum(line[each].n for each in out), sum(line[each].dark for each in out)).telling:
        out.add(rest.pop(0))
    return out


def _family(parts: Mapping[str, Linearised], group: str | None, hidden: set[Place]) -> Plain:
    """The kinds of one group side by side. Their schools are different ones, so nothing is shared but the rule."""
    about = (group, None, None)
    there = {kind: part for kind, part in parts.items() if about in part.about}
    shown = {kind: part for kind, part in there.items() if (kind, group or "") not in hidden}
    rows = [{"kind": kind, "hidden": True} for kind in there if kind not in shown]
    pairs: list[Plain] = []
    if shown:
        design, statistic = _side_by_side(list(shown.values()), about)
        found = estimate(design, statistic, level=LEVEL, lone="certainty")
        columns = zip(shown, found.value, found.se, found.low, found.high, found.df, strict=True)
        people = [int(part.n[part.about.index(about)]) for part in shown.values()]
        rows += [
            {"kind": kind, "hidden": False, "n": n, "df": int(df), **_numbers(df, value, se, low, high)}
            for (kind, value, se, low, high, df), n in zip(columns, people, strict=True)
        ]
        pairs = _pairs(design, statistic, tuple(shown)) if len(shown) > 1 else []
    order = list(parts)
    return {"group": group, "rows": sorted(rows, key=lambda row: order.index(row["kind"])), "pairs": pairs}


def _side_by_side(
    parts: Sequence[Linearised], about: tuple[str | None, str | None, str | None]
) -> tuple[Design, Statistic]:
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
