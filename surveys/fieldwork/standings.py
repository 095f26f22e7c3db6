"""How a place stands while the survey runs: what was issued, opened and completed there, and what is still missing.

All of it are counts. Nothing that was answered is looked at, so that no score can be read from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Base = Literal["issued", "population", ""]


@dataclass(frozen=True)
class Amounts:
    """Counts of a place, or of several together.

    posters, slips : open and personal codes that count; those that were voided are not among them
    opened, completed : pages and answers
    target : answers to reach; None where there is none
    missing : answers still to come. Of several places the sum: what one has too many does not make up for another
    """

    population: int = 0
    posters: int = 0
    slips: int = 0
    opened: int = 0
    completed: int = 0
    target: int | None = None
    missing: int = 0

    @property
    def issued(self) -> int:
        return self.posters + self.slips

    @property
    def base(self) -> Base:
        """What the rate is a share of: slips, where there is nothing else to answer by, else people."""
        if self.slips and not self.posters:
            return "issued"
        return "population" if self.population else ""

    @property
    def rate(self) -> float | None:
        below = {"issued": self.slips, "population": self.population, "": 0}[self.base]
        return self.completed / below if below else None

    @property
    def overfull(self) -> bool:
        """More answers than people: the frame is wrong, or somebody answers more than once."""
        return 0 < self.population < self.completed

    @property
    def reached(self) -> int:
        """Answers towards the target."""
        return (self.target or 0) - self.missing


@dataclass(frozen=True)
class HalfWidths:
    """Of the interval, 0 to 1: now, and at the end if answers go on coming; None where it cannot be said."""

    now: float | None = None
    projected: float | None = None


@dataclass(frozen=True)
class Standing:
    """A group at a school or in the county; without a group all groups, without a school all schools together.

    last_on : the day of the last answer that came to the doors
    still   : it has not reached its target, and nothing came for a day
    few     : so few people that a number says something of one of them
    """

    group: str | None
    school_code: str | None
    school_name: str | None
    amounts: Amounts
    last_on: date | None = None
    still: bool = False
    few: bool = False
    half_widths: HalfWidths = HalfWidths()


@dataclass(frozen=True)
class Arrived:
    """What came in an hour or on a day."""

    begins: datetime
    opened: int
    completed: int


@dataclass(frozen=True)
class Watch:
    """Everything on the cockpit, as it was at `taken_at`.

    places : in the order of school and group; `groups`, `schools` and `total` are their sums
    plan : number of the plan that the targets are from; None where they are the default
    share, deff : what the half-widths assume
    hours : of the last day, without places of few people, whose hours are not known; `days` since it opened
    pace_hours : how long the pace was looked at; None where it is too soon, or no end is known
    """

    taken_at: datetime
    places: tuple[Standing, ...]
    groups: tuple[Standing, ...]
    schools: tuple[Standing, ...]
    total: Standing
    plan: int | None
    share: float
    deff: float
    hours: tuple[Arrived, ...]
    days: tuple[Arrived, ...]
    pace_hours: float | None

    @property
    def still(self) -> tuple[Standing, ...]:
        """Places that stand still, those that miss most first."""
        return tuple(sorted((each for each in self.places if each.still), key=lambda each: -each.amounts.missing))

    @property
    def neediest(self) -> tuple[Standing, ...]:
        """Schools that still miss answers, those that miss most first."""
        missing = (each for each in self.schools if each.amounts.missing)
        return tuple(sorted(missing, key=lambda each: -each.amounts.missing))


def add_amounts(parts: Iterable[Amounts]) -> Amounts:
    """Several places together."""
    listed = list(parts)
    targets = [each.target for each in listed if each.target is not None]
    return Amounts(
        population=sum(each.population for each in listed),
        posters=sum(each.posters for each in listed),
        slips=sum(each.slips for each in listed),
        opened=sum(each.opened for each in listed),
        completed=sum(each.completed for each in listed),
        target=sum(targets) if targets else None,
        missing=sum(each.missing for each in listed),
    )
