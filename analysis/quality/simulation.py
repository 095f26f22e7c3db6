"""Honest counties that never were. For measuring rules, not for showing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.errors import AnalysisError
from analysis.quality.arrivals import Arrivals
from analysis.quality.forms import Flags, Floats, Integers
from analysis.quality.material import SchoolMaterial
from analysis.quality.measures import Paradata

STUDENT, PARENT = 0, 1
DAY, HOUR = 86_400.0, 3_600.0
SLOWEST = 60.0  # seconds an item; the cap of the stored bucket


@dataclass(frozen=True)
class CountyPlan:
    """An honest county. Answers 1 to 5 from a one-factor model of ordered categories with school levels.

    schools, parents, students : how many schools, and answers of each group in each
    items      : of the paper
    reversed_items : worded the other way round
    loading    : correlation of the latent answer with the person's opinion
    dimensions : of the paper, equally many items in a row; within, share of what is left of an answer beside the
                 opinion that the items of a dimension have in common
    item_sd    : standard deviation of the items' own popularity, in that of the latent answers
    shares     : of the answers 1 to 5 in an average school: satisfaction has a ceiling
    school_sd  : standard deviation of school levels, in that of the persons within a school
    enthusiasts: share of people who honestly give the best answer throughout; enthusiasts_sd, standard deviation of
                 its logit between schools
    seconds    : median seconds an item; spread, of their logarithm within a school; school_pace, between schools
    days       : length of the fieldwork
    reminded   : share of parents who answer within hours of the school's message
    rooms      : students who sit in the computer room at once
    returned   : share of the enrolled who answer
    told       : share who say that they were told how to answer although nobody did; told_sd, standard deviation of
                 its logit between schools
    shared     : share of parents on a device that answered before (a family, a neighbour)
    evenings   : schools (the last ones) where 70% of the parents honestly answer at a parents' evening, within half an
                 hour and half of them on a computer of the school that others used before
    good       : schools (the first ones) that are truly better, in students' eyes too, by `better`
    """

    schools: int = 40
    parents: int = 60
    students: int = 60
    items: int = 20
    reversed_items: tuple[int, ...] = (6, 13)
    loading: float = 0.75
    dimensions: int = 4
    within: float = 0.3
    item_sd: float = 0.25
    shares: tuple[float, ...] = (0.02, 0.03, 0.10, 0.32, 0.53)
    school_sd: float = 0.3
    enthusiasts: float = 0.06
    enthusiasts_sd: float = 0.3
    seconds: float = 6.5
    spread: float = 0.4
    school_pace: float = 0.08
    days: int = 7
    reminded: float = 0.5
    rooms: int = 40
    returned: float = 0.9
    told: float = 0.03
    told_sd: float = 0.4
    shared: float = 0.03
    evenings: int = 0
    good: int = 0
    better: float = 1.0


@dataclass(frozen=True)
class County:
    """What a simulated county gave, and what is true of it.

    answers (n, J), group (n,), school (n,), seconds (n,) per item, moment (n,) seconds since opening, device (n,)
    told, repeats : (n,) float, 1 or 0: says that they were told how to answer; came from a device that answered before
    kind     : (n,) what the form is: ok, straight, random, speed, copy, coached, stuffed, bot
    enrolled : (S,) parents of each school
    good, coached : (S,) bool; coached is whatever was arranged, a machine too
    """

    plan: CountyPlan
    answers: Integers
    group: Integers
    school: Integers
    seconds: Floats
    moment: Floats
    device: Integers
    told: Floats
    repeats: Floats
    kind: tuple[str, ...]
    enrolled: Floats
    good: Flags
    coached: Flags

    def material(self) -> SchoolMaterial:
        """As Renke has it: whole seconds an item, arrivals of the group in slots of ten minutes, nothing joined."""
        parents = self.group == PARENT
        return SchoolMaterial(
            answers=self.answers,
            school=self.school,
            schools=self.plan.schools,
            reversed_items=self.plan.reversed_items,
            group=self.group,
            judged=PARENT,
            compared=STUDENT,
            seconds=np.minimum(np.floor(self.seconds), SLOWEST),
            arrivals=Arrivals(self.school[parents], self.moment[parents] // 600 * 600, 600.0),
            enrolled=self.enrolled,
            told=self.told,
            repeats=self.repeats,
        )

    def paradata(self) -> Paradata:
        """With devices, as an imported file may have them."""
        return Paradata(
            seconds=np.minimum(np.floor(self.seconds), SLOWEST),
            bucket=1.0,
            device=self.device,
            order=self.moment,
            school=self.school * 2 + self.group,
        )


def simulate_county(plan: CountyPlan, rng: np.random.Generator) -> County:
    """An honest county.

    Parameters
    ----------
    plan : CountyPlan
    rng : generator

    Returns
    -------
    County

    Notes
    -----
    Latent answer = loading (school + person) + sqrt(1 - loading^2) (sqrt(within) view + sqrt(1 - within) noise) +
    item, with a view of the person on each dimension, cut at normal quantiles so that `shares` hold in the county.
    Students come by computer rooms, parents in waves after the school's message and otherwise by the hours of the day.

    Raises
    ------
    AnalysisError
        Numbers of people or shares that make no sense.
    """
    _check(plan)
    size = plan.students + plan.parents
    school = np.repeat(np.arange(plan.schools), size)
    group = np.tile(np.repeat([STUDENT, PARENT], [plan.students, plan.parents]), plan.schools)
    good = np.arange(plan.schools) < plan.good
    level = rng.normal(0, plan.school_sd, plan.schools) + plan.better * good
    pace = rng.normal(0, plan.school_pace, plan.schools)
    n = school.size
    keen = _yes(plan.enthusiasts, plan.enthusiasts_sd, plan, school, rng) > 0
    answers = _answers(plan, level[school] + rng.normal(0, 1, n), keen, rng)
    seconds = plan.seconds * np.exp(pace[school] + rng.normal(0, plan.spread, n))
    moment, repeats = _at_evenings(plan, school, group, _moments(plan, school, group, rng), rng)
    return County(
        plan=plan,
        answers=answers,
        group=group,
        school=school,
        seconds=seconds,
        moment=moment,
        device=np.arange(n),
        told=_yes(plan.told, plan.told_sd, plan, school, rng),
        repeats=repeats,
        kind=("ok",) * n,
        enrolled=np.full(plan.schools, np.ceil(plan.parents / plan.returned)),
        good=good,
        coached=np.zeros(plan.schools, bool),
    )


def _check(plan: CountyPlan) -> None:
    problems = [
        f"{name} {getattr(plan, name)}"
        for name in ("schools", "parents", "items", "dimensions", "days", "rooms")
        if getattr(plan, name) < 1
    ]
    problems += [
        f"{name} {getattr(plan, name)}"
        for name in ("loading", "within", "enthusiasts", "reminded", "told", "shared")
        if not 0 <= getattr(plan, name) <= 1
    ]
    if len(plan.shares) != 5 or min(plan.shares) < 0 or not np.isclose(sum(plan.shares), 1):
        problems.append(f"shares {plan.shares}")
    if not 0 < plan.returned <= 1:
        problems.append(f"returned {plan.returned}")
    if plan.good + plan.evenings > plan.schools or plan.students < 0:
        people = f"{plan.students} students"
        problems.append(f"{plan.good} good schools and {plan.evenings} evenings of {plan.schools}, {people}")
    if problems:
        raise AnalysisError("simulate_county", "a county that can be", "; ".join(problems), "correct each of these")


def dimension_of(plan: CountyPlan) -> Integers:
    """(J,) the dimension of each item."""
    return np.arange(plan.items) * plan.dimensions // plan.items


def _answers(plan: CountyPlan, opinion: Floats, keen: Flags, rng: np.random.Generator) -> Integers:
    view = rng.normal(0, 1, (opinion.size, plan.dimensions))[:, dimension_of(plan)]
    noise = np.sqrt(plan.within) * view
    noise += np.sqrt(1 - plan.within) * rng.normal(0, 1, (opinion.size, plan.items))
    latent = plan.loading * opinion[:, None] + np.sqrt(1 - plan.loading**2) * noise
    latent += rng.normal(0, plan.item_sd, plan.items)
    spread = np.sqrt(1 + (plan.loading * plan.school_sd) ** 2 + plan.item_sd**2)
    cuts = stats.norm.ppf(np.cumsum(plan.shares)[:-1]) * spread
    answers = 1 + np.searchsorted(cuts, latent.ravel()).reshape(latent.shape)
    answers[keen] = 5
    return turn_items(plan, answers)


def turn_items(plan: CountyPlan, answers: Integers) -> Integers:
    """Answers (n, J) with the reversed items turned round."""
    turned = answers.astype(np.int64)
    turned[:, list(plan.reversed_items)] = 6 - turned[:, list(plan.reversed_items)]
    return turned


def at_home(plan: CountyPlan, size: int, rng: np.random.Generator) -> Floats:
    """Moments of people who answer when it suits them: any day, by the hours of the day."""
    hours = rng.choice(
        [7, 8, 12, 13, 17, 18, 19, 20, 21, 22], size, p=[0.05, 0.05, 0.1, 0.05, 0.1, 0.1, 0.15, 0.2, 0.15, 0.05]
    )
    return np.asarray(rng.integers(0, plan.days, size) * DAY + (hours + rng.random(size)) * HOUR)


def _yes(share: float, spread: float, plan: CountyPlan, school: Integers, rng: np.random.Generator) -> Floats:
    """1 for a share of the people, which differs between schools; `spread` is the deviation of its logit."""
    if not 0 < share < 1:
        return np.full(school.size, float(share))
    chance = special.expit(special.logit(share) + rng.normal(0, spread, plan.schools))
    return (rng.random(school.size) < chance[school]).astype(float)


def _at_evenings(
    plan: CountyPlan, school: Integers, group: Integers, moment: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Moments with those of the parents' evenings, and whose device answered before."""
    repeats = rng.random(school.size) < plan.shared * (group == PARENT)
    there = (school >= plan.schools - plan.evenings) & (group == PARENT) & (rng.random(school.size) < 0.7)
    start = rng.integers(0, plan.days, plan.schools) * DAY + 18 * HOUR
    together = start[school] + rng.uniform(0, HOUR / 2, school.size)
    repeats |= there & (rng.random(school.size) < 0.5)
    return np.where(there, together, moment), repeats.astype(float)


def _moments(plan: CountyPlan, school: Integers, group: Integers, rng: np.random.Generator) -> Floats:
    n = school.size
    moment = at_home(plan, n, rng)
    message = rng.integers(0, plan.days, plan.schools) * DAY + rng.uniform(8, 19, plan.schools) * HOUR
    wave = (group == PARENT) & (rng.random(n) < plan.reminded)
    moment[wave] = message[school[wave]] + rng.exponential(3 * HOUR, int(wave.sum()))
    students = np.flatnonzero(group == STUDENT)
    room = np.arange(students.size) // plan.rooms
    lesson = (
        rng.integers(0, plan.days, room.max(initial=0) + 1) * DAY + rng.integers(8, 17, room.max(initial=0) + 1) * HOUR
    )
    moment[students] = lesson[room] + rng.uniform(0, HOUR / 3, students.size)
    return moment
