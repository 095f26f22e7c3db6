"""Official sample sizes: rules as data, and what they ask of each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, settle
from analysis.errors import AnalysisError
from analysis.planning.sizes import NEAR, round_up
from analysis.results import Notice

Integers = NDArray[np.int64]
Rounding = Literal["up", "half_up"]


@dataclass(frozen=True)
class SizeRule:
    """How many people a county must ask, by its residents.

    name    : under which the rule is known
    rate    : answers per resident (0.0015 is 1.5 per mille); not used where there are bands
    floor   : least number of answers
    floor_under : the floor is for counties with fewer residents than this; infinite: for all
    cap     : largest number of answers
    bands   : (residents fewer than, answers), ascending, the last infinite: they take the place of rate, floor and cap
    shares  : least share of answers by group; what they leave is split evenly among the groups without one
    returns : least share of valid answers among the forms given out, for the record
    rounding : of sizes and quotas; no source says how, and up is the side on which nobody can object
    """

    name: str
    rate: float = 0.0
    floor: int = 0
    floor_under: float = np.inf
    cap: float = np.inf
    bands: tuple[tuple[float, int], ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    returns: float | None = None
    rounding: Rounding = "up"

    def __post_init__(self) -> None:
        settle(self, globals())
        if not all(isinstance(band, tuple) and len(band) == 2 for band in self.bands):
            raise AnalysisError("SizeRule", "bands of (residents, size)", f"{self.bands!r:.60}")
        problems = [f"share of {group} is {share}" for group, share in self.shares.items() if not 0 <= share <= 1]
        if sum(self.shares.values()) > 1 + 1e-9:
            problems.append(f"shares sum to {sum(self.shares.values()):g}")
        if not self.bands and not 0 < self.rate <= 1:
            problems.append(f"rate {self.rate}")
        if not 0 <= self.floor <= self.cap:
            problems.append(f"floor {self.floor}, cap {self.cap}")
        limits = [limit for limit, _ in self.bands]
        if limits and (limits != sorted(set(limits)) or not np.isinf(limits[-1])):
            problems.append(f"bands end at {limits}")
        if self.returns is not None and not 0 < self.returns <= 1:
            problems.append(f"returns {self.returns}")
        if problems:
            hint = "shares from 0 to 1 that sum to 1 at most, a rate above 0 or bands up to infinity"
            raise AnalysisError(f"SizeRule {self.name}", "a rule that can be followed", "; ".join(problems), hint)


COMPULSORY_2012 = SizeRule(
    "1.5 per mille, 600 under 400,000", rate=0.0015, floor=600, floor_under=400_000, shares={"parent": 0.5}, returns=0.7
)
COMPULSORY_2024 = SizeRule("1.5 per mille", rate=0.0015, shares={"parent": 0.5})
PRESCHOOL_2022 = SizeRule(
    "bands of 200 to 1,000",
    bands=((200_000, 200), (400_000, 300), (600_000, 500), (800_000, 700), (1_000_000, 900), (np.inf, 1000)),
    # The scheme gives deputies and committee members one share of 5 % together.
    shares={"parent": 0.7, "teacher": 0.2, "principal": 0.05, "npc_deputy": 0.025, "cppcc_member": 0.025},
)
PRESCHOOL_2024 = SizeRule(
    "1.5 per mille, 300 under 200,000", rate=0.0015, floor=300, floor_under=200_000, shares={"parent": 0.5}
)


@dataclass(frozen=True)
class Quotas:
    """Answers that a rule asks of each of G groups.

    group     : G names
    n         : (G,) int, answers to reach, never more than there are people
    shortfall : (G,) int, answers that the rule asks for and the group has not people enough to give
    asked     : answers that the rule asks for in all
    notices   : group_too_small (group, asked, people)
    """

    group: tuple[str, ...]
    n: Integers
    shortfall: Integers
    asked: int
    notices: tuple[Notice, ...] = ()


@checked
def rule_size(rule: SizeRule, residents: ArrayLike) -> Integers:
    """Answers that the rule asks of counties with so many residents: (k,) int.

    Parameters
    ----------
    rule : SizeRule
    residents : (k,) people of each county

    Returns
    -------
    (k,) int, people to ask

    Notes
    -----
    rate x residents, rounded as the rule says, not under the floor where it applies nor over the cap; or the answers of
    the band.

    Raises
    ------
    AnalysisError
        Residents that are not positive and finite.
    """
    people = np.atleast_1d(np.asarray(residents, float))
    if not np.all((people > 0) & np.isfinite(people)):
        raise AnalysisError("rule_size", "residents above 0", str(people[~(people > 0) | ~np.isfinite(people)][:5]))
    if rule.bands:
        limits, sizes = zip(*rule.bands, strict=True)
        return np.asarray(np.array(sizes, np.int64)[np.searchsorted(limits, people, side="right")])
    floor = np.where(people < rule.floor_under, rule.floor, 0)
    return _round(rule, np.clip(rule.rate * people, floor, np.maximum(floor, rule.cap)))


@checked
def quotas(rule: SizeRule, n: int, groups: Sequence[str], population: ArrayLike | None = None) -> Quotas:
    """Share n answers among groups as the rule says.

    Parameters
    ----------
    rule : SizeRule
    n : answers in all, such as from `rule_size`
    groups : the groups that are asked; a share of the rule's for a group that is not among them is split evenly too
    population : (G,) people of each group, where known

    Returns
    -------
    Quotas

    Notes
    -----
    Groups with a share get it, rounded as the rule says. The rest is split evenly among the others, rounded too (or,
    where every group has a share, in proportion to the shares): where the rule rounds up the quotas may sum to a little
    more than n.
    Where a group has fewer people its quota is all of them; what is missing is reported, not given to others, since
    more answers of another group do not replace it.

    Raises
    ------
    AnalysisError
        No groups, names twice, fewer answers than groups, populations that do not fit.
    """
    names = tuple(groups)
    problems = []
    if not names or len(set(names)) < len(names):
        problems.append(f"groups {names}")
    if n < max(1, len(names)):
        problems.append(f"{n} answers for {len(names)} groups")
    people = np.full(len(names), np.inf) if population is None else np.asarray(population, float)
    if people.shape != (len(names),) or not np.all(people >= 0):
        problems.append(f"population {people!r:.60}")
    if problems:
        raise AnalysisError("quotas", "groups named once, and answers and people for each", "; ".join(problems))
    asked = _round(rule, n * _shares(rule, names))
    reached = np.minimum(asked, np.floor(people)).astype(np.int64)
    notices = tuple(
        Notice("group_too_small", {"group": names[g], "asked": int(asked[g]), "people": int(reached[g])})
        for g in np.flatnonzero(reached < asked)
    )
    return Quotas(names, reached, asked - reached, int(n), notices)


def _round(rule: SizeRule, value: NDArray[np.float64]) -> Integers:
    """Halves up as they are written: what is a half but for binary fractions is one."""
    return round_up(value if rule.rounding == "up" else np.floor(value + 0.5 + NEAR * np.maximum(1, value)))


def _shares(rule: SizeRule, names: tuple[str, ...]) -> NDArray[np.float64]:
    given = np.array([rule.shares.get(name, np.nan) for name in names])
    free, taken = np.isnan(given), float(np.nansum(given))
    if free.any():
        return np.where(free, (1 - taken) / int(free.sum()), given)
    return given / taken
