"""One sampling rule as it is written down: how many are asked, of which groups, where, and how they are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from surveys.instruments.model import Text

SizeBy = Literal["rate", "bands", "fixed", "classes", "everyone"]
Rounding = Literal["up", "half_up"]
Localities = Literal["residents", "population", "none"]
LAST_GRADE = 12
Step = tuple[float, int]  # up to here, so many answers; the last ends at infinity


@dataclass(frozen=True)
class Size:
    """How many answers are wanted.

    by       `rate`: of the county's residents, with floor and cap; `bands`: by its residents; `fixed`: so many of each
             group; `classes`: so many of each school, by its classes per grade; `everyone`: all are invited
    floor    for counties with fewer residents than `floor_under`
    bands    residents fewer than, answers of the county
    answers  by group, where they are fixed
    steps    classes per grade up to, answers of each group at the school
    """

    by: SizeBy
    rate: float = 0.0
    floor: int = 0
    floor_under: float = inf
    cap: float = inf
    bands: tuple[Step, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def needs_residents(self) -> bool:
        return self.by in ("rate", "bands")


@dataclass(frozen=True)
class GradeBand:
    """Grades from `first` to `last`; `id` is how plans name the band."""

    first: int
    last: int

    @property
    def id(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Grades:
    """Which grades are asked, and the bands that get about as many answers each. Pupils only, or parents too."""

    first: int = 1
    last: int = LAST_GRADE
    bands: tuple[GradeBand, ...] = ()
    groups: tuple[str, ...] = ("student",)

    @property
    def are_limited(self) -> bool:
        """Whether the rule says which grades it means."""
        return (self.first, self.last) != (1, LAST_GRADE)


@dataclass(frozen=True)
class Schools:
    """All schools, or some that are drawn in each stratum with chances in proportion to their people.

    `number` is of all schools that are drawn, `share` that of each stratum; a drawn rule has one of them.
    """

    draw: Literal["all", "pps"] = "all"
    number: int | None = None
    share: float | None = None


@dataclass(frozen=True)
class SamplingRule:
    """A whole rule.

    groups     who is asked; None: the groups of the campaign
    shares     least share of the answers by group; what they leave is split evenly among the others
    returns    least share of valid answers among those who were invited, where the rule names one
    invite     how many are invited for each answer that is wanted
    localities what the shares of urban, town and rural answers follow
    people     `systematic`: as many as are invited, at equal distances along the class lists; `everyone` of the school
    """

    name: str
    title: Text
    source: Text
    size: Size
    groups: tuple[str, ...] | None
    shares: Mapping[str, float]
    rounding: Rounding
    returns: float | None
    invite: float
    grades: Grades
    localities: Localities
    schools: Schools
    people: Literal["systematic", "everyone"]
