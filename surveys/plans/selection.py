"""From a plan, the lists and a seed to who is asked. Pure: the same arguments give the same draw on every machine.

Nothing goes by ids or by the order of rows: strata stand in the order of their names, places in that of school codes,
groups and bands, and each takes one number from the generator, whether it needs one or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.drawing import systematic_by_size, systematic_start
from analysis.inclusion import proportional_to_size
from analysis.results import Notice
from surveys.documents import digest_of
from surveys.errors import Problem, SurveyError
from surveys.groups import GROUPS


@dataclass(frozen=True)
class Place:
    """A group at a school or in the county, where a plan wants answers.

    `pupils` are the positions of the class lists in the grades that are asked, 0 without such lists; `listed` those of
    the list that is drawn from: `pupils`, or one for each of the population.
    """

    group: str
    school_code: str | None
    band: str
    stratum: str
    population: int
    quota: int
    pupils: int
    listed: int

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.school_code, self.group, self.band)))


@dataclass(frozen=True)
class Basis:
    """All that a draw follows from besides the seed.

    `schools` is how many are drawn by stratum, where not all are; `invite` how many people for each answer wanted;
    `everyone`: all people of the places are asked. `source` says what it was read from, for the digest.
    """

    places: tuple[Place, ...]
    schools: Mapping[str, int]
    invite: float
    everyone: bool
    source: Mapping[str, str]


@dataclass(frozen=True)
class Drawn:
    """What a draw makes of one place. `start` is None where nobody is invited."""

    place: Place
    school_chance: float
    person_chance: float
    invited: int
    start: float | None


def order_of(place: Place) -> tuple[bool, str, int, str]:
    """Schools by their codes, then the county; groups as they are always shown."""
    return place.school_code is None, place.school_code or "", GROUPS.index(place.group), place.band


def invited_at(population: int, quota: int, *, invite: float, everyone: bool) -> int:
    """How many are invited at a place that was drawn."""
    return population if everyone else min(_wanted(quota, invite), population)


def draw_all(basis: Basis, seed: int) -> tuple[Drawn, ...]:
    """The draw. Raises SurveyError(`draw.impossible`) with every problem."""
    problems = tuple(_problems(basis))
    if problems:
        raise SurveyError("draw.impossible", "conflict", problems)
    rng = np.random.Generator(np.random.PCG64(seed))
    chances = _draw_schools(basis, rng)
    return tuple(_draw_people(basis, place, chances.get(place.school_code), rng) for place in basis.places)


def digest_draw(basis: Basis, seed: int, drawn: Iterable[Drawn]) -> str:
    """SHA-256 of everything that was drawn, and of what it was drawn from. Chances count to twelve digits."""
    rows = [
        [
            *(each.place.school_code, each.place.group, each.place.band, each.place.stratum),
            *(each.place.population, each.place.quota, each.place.listed, each.invited),
            *(None if number is None else f"{number:.12g}" for number in numbers_of(each)),
        ]
        for each in drawn
    ]
    schools = dict(sorted(basis.schools.items()))
    return digest_of({"seed": seed, "source": dict(basis.source), "schools": schools, "places": rows})


def numbers_of(drawn: Drawn) -> tuple[float | None, ...]:
    return drawn.school_chance, drawn.person_chance, drawn.start


def notices_of(basis: Basis, drawn: Sequence[Drawn]) -> tuple[Notice, ...]:
    """What whoever draws must know: schools without a rival, lists that are short, lists that contradict the frame."""
    found = []
    sizes = _sizes(basis.places)
    for stratum in sorted(basis.schools):
        if len(sizes[stratum]) == 1:
            found.append(Notice("draw_lone_school", {"stratum": stratum}))
    for group in GROUPS:
        here = [each for each in drawn if each.place.group == group and each.invited]
        lacking = [_wanted(each.place.quota, basis.invite) - each.invited for each in here]
        lacking = [number for number in lacking if number > 0 and not basis.everyone]
        if lacking:
            found.append(Notice("draw_short_list", {"group": group, "places": len(lacking), "lacking": sum(lacking)}))
        unlisted = sum(0 < each.place.pupils != each.place.listed for each in here)
        if unlisted:
            found.append(Notice("draw_lists_differ", {"group": group, "places": unlisted}))
    return tuple(found)


def _problems(basis: Basis) -> Iterator[Problem]:
    if not any(place.population and (basis.everyone or place.quota) for place in basis.places):
        yield Problem("draw.nobody")
    for place in basis.places:
        if place.quota > place.population:
            params = {"population": place.population}
            yield Problem("draw.more_than_people", path=place.name, value=str(place.quota), params=params)
    sizes = _sizes(basis.places)
    for stratum, number in basis.schools.items():
        there = len(sizes.get(stratum, ()))
        if not there:
            yield Problem("draw.empty_stratum", path=stratum, value=str(number))
        elif not 1 <= number <= there:
            yield Problem("draw.schools_of_stratum", path=stratum, value=str(number), params={"there": there})


def _sizes(places: Iterable[Place]) -> Mapping[str, Mapping[str, int]]:
    """By stratum, the measure of size of each school with people: all its people whom the plan asks, of all groups."""
    sizes: dict[str, dict[str, int]] = {}
    for place in places:
        if place.school_code is not None and place.population:
            schools = sizes.setdefault(place.stratum, {})
            schools[place.school_code] = schools.get(place.school_code, 0) + place.population
    return sizes


def _draw_schools(basis: Basis, rng: np.random.Generator) -> dict[str | None, tuple[float, bool]]:
    """The chance of each school, and whether it was drawn: once for all its groups. The county always is."""
    found: dict[str | None, tuple[float, bool]] = {None: (1.0, True)}
    for stratum, schools in sorted(_sizes(basis.places).items()):
        codes = sorted(schools)
        wanted = basis.schools.get(stratum, len(codes))
        size = np.array([schools[code] for code in codes], float)
        chance = proportional_to_size(size, wanted).probability if wanted < size.size else np.ones(size.size)
        taken = systematic_by_size(chance, rng)
        found.update(zip(codes, zip(chance.tolist(), taken.tolist(), strict=True), strict=True))
    return found


def _draw_people(basis: Basis, place: Place, school: tuple[float, bool] | None, rng: np.random.Generator) -> Drawn:
    """So many as are invited, at equal steps. A place that was not drawn keeps the chances that it had."""
    invited = invited_at(place.population, place.quota, invite=basis.invite, everyone=basis.everyone)
    turn = rng.random()
    if school is None or not invited:
        return Drawn(place, school[0] if school else 0.0, 0.0, 0, None)
    chance, taken = school
    if not taken:
        return Drawn(place, chance, invited / place.population, 0, None)
    start = systematic_start(max(place.listed, invited), invited, turn)
    return Drawn(place, chance, invited / place.population, invited, start)


def _wanted(quota: int, invite: float) -> int:
    """Invitations for the answers that are wanted: 10 at 1.2 are 12, not 13 for the twelfth decimal of 1.2."""
    return math.ceil(round(quota * invite, 6))
