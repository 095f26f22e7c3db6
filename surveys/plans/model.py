"""A plan as others read it: what is asked of each group, stratum and school, and what that buys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analysis.results import Notice
from surveys.sampling.model import SamplingRule

ASSUMED_DEFF = 2.0
ASSUMED_SHARE = 0.85
POWER = 0.8


@dataclass(frozen=True)
class Given:
    """What a rule is given beside the frame. Residents that are not given are those of the county, as it is known.

    `localities` are residents by locality. The design effect is assumed, or that of an `earlier` campaign (its name).
    """

    residents: int | None = None
    localities: Mapping[str, int] = field(default_factory=dict)
    deff: float | None = None
    earlier: str | None = None


@dataclass(frozen=True)
class CellLine:
    """One group, or one band of its grades, at a school or in the county.

    `quota` is of answers, `invited` how many people are asked for them; both are of a school that is drawn.
    """

    group: str
    school_id: int | None
    school_code: str | None
    school_name: str | None
    stratum: str
    band: str
    population: int
    quota: int
    invited: int


@dataclass(frozen=True)
class StratumLine:
    """One group in the schools of one locality and stage. `drawn` of the `schools` with people of it will be asked.

    `asked` is what the rule asks for, `quota` what there are people for.
    """

    group: str
    stratum: str
    schools: int
    drawn: int
    population: int
    asked: int
    quota: int

    @property
    def shortfall(self) -> int:
        return self.asked - self.quota


@dataclass(frozen=True)
class GroupLine:
    """One group. `half_width` (0 to 1) is of its own interval; None where it has no answers."""

    group: str
    population: int
    asked: int
    quota: int
    invited: int
    deff: float
    half_width: float | None

    @property
    def shortfall(self) -> int:
        return self.asked - self.quota


@dataclass(frozen=True)
class Proposal:
    """What a rule makes of a campaign's frame. Nothing of it is stored.

    residents  that the size follows from; None where it does not
    half_width of the composite, 0 to 1; None where a group that counts is not asked
    shows      the least true share that is found to reach `line` with probability POWER; None where none is
    draw_schools how many schools are drawn by stratum; empty where all are asked
    """

    rule: SamplingRule
    rule_number: int
    given: Given
    residents: int | None
    groups: tuple[GroupLine, ...]
    strata: tuple[StratumLine, ...]
    cells: tuple[CellLine, ...]
    half_width: float | None
    shows: float | None
    line: float
    draw_schools: Mapping[str, int]
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class PlanView:
    """A plan that was made, with what it said when it was made. `seed` and `drawn_at` are empty until the draw."""

    number: int
    made_at: datetime
    drawn_at: datetime | None
    seed: int | None
    digest: str | None
    proposal: Proposal
