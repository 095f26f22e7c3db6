"""From what a rule asks of a group to quotas: grade bands, localities, stages, schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.inclusion import proportional_to_size
from analysis.planning import apportion, spread
from surveys.models.regions import LOCALITIES, STAGES
from surveys.plans.facts import Facts, Unit
from surveys.plans.model import CellLine, StratumLine
from surveys.plans.selection import invited_at
from surveys.plans.sizing import ask_units

LEAST_SCHOOLS = 2  # of a stratum, from which its variance can be estimated
Share = Mapping[str, int]  # answers by stratum; by locality where there is nobody


@dataclass(frozen=True)
class Division:
    """One group, divided. `asked`, `strata` and `expected` are answers that the rule asks, and those it can get."""

    group: str
    strata: tuple[StratumLine, ...]
    cells: tuple[CellLine, ...]
    invited: int

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.strata)

    @property
    def quota(self) -> int:
        return sum(line.quota for line in self.strata)


@dataclass(frozen=True)
class Schools:
    """Which schools are drawn: how many of each stratum, and the chance of each; all are where `number` is empty."""

    number: Mapping[str, int]
    chance: Mapping[str, float]

    def of(self, unit: Unit) -> float:
        return self.chance.get(unit.cell.school_code or "", 1.0)


def count_schools(facts: Facts) -> Schools:
    """How many schools of each stratum a rule draws, by the number or the share that it names."""
    rule, strata = facts.rule.schools, sorted(facts.schools, key=order_of)
    if rule.draw == "all":
        return Schools({}, {})
    sizes = [len(facts.schools[stratum]) for stratum in strata]
    if rule.share is not None:
        number = [min(size, max(LEAST_SCHOOLS, int(np.ceil(round(rule.share * size, 6))))) for size in sizes]
    else:
        total = min(rule.number or 0, sum(sizes))
        least = LEAST_SCHOOLS if total >= sum(min(size, LEAST_SCHOOLS) for size in sizes) else 1
        number = spread(total, sizes, least).tolist()
    drawn = dict(zip(strata, number, strict=True))
    return Schools(drawn, _chances(facts, drawn))


def _chances(facts: Facts, drawn: Mapping[str, int]) -> Mapping[str, float]:
    """In proportion to all the people of a school who are asked, of whatever group, as they are drawn."""
    people: dict[str, dict[str, int]] = {stratum: {} for stratum in drawn}
    for unit in (unit for units in facts.units.values() for unit in units):
        if unit.cell.school_code is not None:
            schools = people[unit.cell.stratum]
            schools[unit.cell.school_code] = schools.get(unit.cell.school_code, 0) + unit.population
    found: dict[str, float] = {}
    for stratum, schools in people.items():
        size, wanted = np.array(list(schools.values()), float), drawn[stratum]
        chance = proportional_to_size(size, wanted).probability if wanted < size.size else np.ones(size.size)
        found.update(zip(schools, chance.tolist(), strict=True))
    return found


def divide(facts: Facts, group: str, asked: int | None, schools: Schools) -> Division:
    """Divide what is asked of a group; `asked` is None for rules that ask it of each school."""
    return _Divider(facts, group, asked, schools).made


class _Divider:
    def __init__(self, facts: Facts, group: str, asked: int | None, schools: Schools) -> None:
        self._facts, self._group, self._schools = facts, group, schools
        self._units = facts.units[group]
        self._asked = asked

    @property
    def made(self) -> Division:
        shares = self._by_stratum
        cells = self._cells()
        strata = tuple(self._line(stratum, cells) for stratum in sorted(shares, key=order_of))
        chances = [self._schools.of(unit) for unit in self._units]
        invited = sum(chance * cell.invited for chance, cell in zip(chances, cells, strict=True))
        return Division(self._group, strata, cells, int(np.ceil(round(invited, 6))))

    @cached_property
    def _shares(self) -> Mapping[str, Share]:
        """What is asked of each band in each stratum."""
        if self._asked is None:
            found: dict[str, dict[str, int]] = {"": {}}
            for unit, asked in zip(self._units, ask_units(self._facts, self._units), strict=True):
                found[""][unit.cell.stratum] = found[""].get(unit.cell.stratum, 0) + asked
            return found
        bands = [band.id for band in self._facts.rule.grades.bands] if self._facts.has_bands(self._group) else [""]
        parts = apportion(self._asked, np.ones(len(bands))).asked.tolist()
        return {
            band: _among_strata(self._facts, part, [unit for unit in self._units if unit.band == band])
            for band, part in zip(bands, parts, strict=True)
        }

    @cached_property
    def _by_stratum(self) -> Share:
        found: dict[str, int] = {}
        for share in self._shares.values():
            for stratum, asked in share.items():
                found[stratum] = found.get(stratum, 0) + asked
        return found

    def _line(self, stratum: str, cells: Sequence[CellLine]) -> StratumLine:
        here = [at for at, unit in enumerate(self._units) if unit.cell.stratum == stratum]
        asked = self._by_stratum[stratum]
        got = sum(self._schools.of(self._units[at]) * cells[at].quota for at in here)
        codes = {cells[at].school_code for at in here}
        people = sum(self._units[at].population for at in here)
        quota = min(asked, int(np.floor(round(got, 6))))
        drawn = min(self._schools.number.get(stratum, len(codes)), len(codes))
        return StratumLine(self._group, stratum, len(codes), drawn, people, asked, quota)

    def _cells(self) -> tuple[CellLine, ...]:
        quotas = [0] * len(self._units)
        if self._asked is None:
            for at, asked in enumerate(ask_units(self._facts, self._units)):
                quotas[at] = asked
        else:
            for band, share in self._shares.items():
                for stratum, asked in share.items():
                    self._among_schools(band, stratum, asked, quotas)
        rule = self._facts.rule
        return tuple(
            _cell_line(unit, min(quota, unit.population), rule.invite, rule.people == "everyone")
            for unit, quota in zip(self._units, quotas, strict=True)
        )

    def _among_schools(self, band: str, stratum: str, asked: int, quotas: list[int]) -> None:
        """All schools in proportion to their people; or of each that is drawn the same, since large ones are likelier.

        A stratum in which the group has people at fewer schools than are drawn asks them at those.
        """
        here = [at for at, unit in enumerate(self._units) if (unit.cell.stratum, unit.band) == (stratum, band)]
        if not here:
            return
        if stratum in self._schools.number:
            expected = sum(self._schools.of(self._units[at]) for at in here)
            each = int(np.ceil(round(asked / expected, 6)))
            parts = [each] * len(here)
        else:
            parts = apportion(asked, [self._units[at].population for at in here]).asked.tolist()
        for at, part in zip(here, parts, strict=True):
            quotas[at] = part


def _among_strata(facts: Facts, asked: int, units: Sequence[Unit]) -> Share:
    """By locality first, where the rule has shares for them; then in proportion to people."""
    people: dict[str, int] = {}
    for unit in units:
        people[unit.cell.stratum] = people.get(unit.cell.stratum, 0) + unit.population
    at_schools = all(unit.cell.locality is not None for unit in units)
    if not people:
        return {"": asked} if asked else {}
    if facts.rule.localities == "none" or not at_schools:
        return dict(zip(people, apportion(asked, list(people.values())).asked.tolist(), strict=True))
    found: dict[str, int] = {}
    for locality, part in zip(LOCALITIES, _among_localities(facts, asked, people), strict=True):
        strata = [stratum for stratum in people if stratum.startswith(f"{locality}.")]
        if strata:
            parts = apportion(part, [people[stratum] for stratum in strata]).asked.tolist()
            found.update(zip(strata, parts, strict=True))
        elif part:
            found[locality] = part
    return found


def _among_localities(facts: Facts, asked: int, people: Mapping[str, int]) -> list[int]:
    weights = [
        sum(count for stratum, count in people.items() if stratum.startswith(f"{locality}.")) for locality in LOCALITIES
    ]
    if facts.rule.localities == "residents" and facts.given.localities:
        weights = [facts.given.localities[locality] for locality in LOCALITIES]
    parts: list[int] = apportion(asked, weights).asked.tolist()
    return parts


def _cell_line(unit: Unit, quota: int, invite: float, everyone: bool) -> CellLine:
    cell = unit.cell
    invited = invited_at(unit.population, quota, invite=invite, everyone=everyone)
    place = (cell.group, cell.school_id, cell.school_code, cell.school_name, cell.stratum, unit.band)
    return CellLine(*place, unit.population, quota, invited)


def order_of(stratum: str) -> tuple[int, int, str]:
    """Urban, town, rural, each with its stages in their order; then the county."""
    locality, _, stage = stratum.partition(".")
    places = LOCALITIES.index(locality) if locality in LOCALITIES else len(LOCALITIES)
    return places, STAGES.index(stage) if stage in STAGES else -1, stratum
