"""How often the rules are wrong, and how often they find what is there, measured on simulated counties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import AnalysisError
from analysis.quality.contamination import Bot, Coaching, Kind, add_careless, coach, let_in
from analysis.quality.judgement import judge_schools
from analysis.quality.material import SchoolRule
from analysis.quality.persons import judge_persons
from analysis.quality.simulation import County, CountyPlan, dimension_of, simulate_county
from analysis.quality.thresholds import Thresholds


@dataclass(frozen=True)
class Rate:
    """A share (0 to 1) over replications: its mean, its Monte-Carlo standard error, and the cases judged in all.

    `value` is None where no case was judged, `se` where fewer than two replications had one.
    """

    value: float | None
    se: float | None
    n: int


@dataclass(frozen=True)
class RuleQuality:
    """Rates of a rule by what is true of the case.

    rates        : by kind; those of honest kinds are false alarms, the others are power
    signs        : by sign (flag of a form, family of a school), its own rates by kind
    replications : simulated counties
    method       : the rule
    """

    rates: Mapping[str, Rate]
    signs: Mapping[str, Mapping[str, Rate]]
    replications: int
    method: str


def measure_person_rule(
    plan: CountyPlan,
    shares: Mapping[Kind, float],
    *,
    replications: int,
    rng: np.random.Generator,
    thresholds: Thresholds | None = None,
) -> RuleQuality:
    """Share of candidates for exclusion among honest and careless forms.

    Parameters
    ----------
    plan : CountyPlan
    shares : careless forms, see `analysis.quality.contamination.add_careless`
    replications : counties to simulate
    rng : generator
    thresholds : Thresholds

    Returns
    -------
    RuleQuality with the kinds ok and those of `shares`

    Notes
    -----
    The standard error is the standard deviation of the counties' shares over the root of their number: forms of one
    county are not independent.

    Raises
    ------
    AnalysisError
        Fewer than one replication.
    """
    _check(replications)
    found = []
    for stream in rng.spawn(replications):
        county = add_careless(simulate_county(plan, stream), shares, stream)
        judged = judge_persons(
            county.answers,
            reversed_items=plan.reversed_items,
            dimension=dimension_of(plan),
            paradata=county.paradata(),
            thresholds=thresholds,
        )
        kind = np.array(county.kind)
        signs = {"rule": judged.candidate, **judged.flags}
        found.append({name: _by_kind(kind, each) for name, each in signs.items()})
    return _quality(found, "candidates for exclusion")


def measure_school_rule(
    plan: CountyPlan,
    arranged: Coaching | Bot | None,
    *,
    replications: int,
    rng: np.random.Generator,
    rule: SchoolRule | None = None,
) -> RuleQuality:
    """Share of unusual schools among honest, truly good and coached ones.

    Parameters
    ----------
    plan : CountyPlan
    arranged : Coaching or Bot, or None for a county where all is honest
    replications : counties to simulate
    rng : generator
    rule : SchoolRule

    Returns
    -------
    RuleQuality with the kinds honest, good and coached, as far as they occur, and `any_false`: the share of
    counties in which any school that is not coached is called unusual

    Notes
    -----
    Material as Renke has it: whole seconds an item, arrivals of all groups in ten-minute slots, no devices.

    Raises
    ------
    AnalysisError
        Fewer than one replication.
    """
    _check(replications)
    found = []
    for stream in rng.spawn(replications):
        county = simulate_county(plan, stream)
        if isinstance(arranged, Coaching):
            county = coach(county, arranged, stream)
        elif isinstance(arranged, Bot):
            county = let_in(county, arranged, stream)
        judged = judge_schools(county.material(), rng=stream, rule=rule)
        signs = {"rule": judged.unusual, "enrolment": judged.certain}
        signs |= {name: q < judged.rule.q for name, q in judged.q.items()}
        kind = _kinds_of_schools(county)
        found.append({name: _with_any(_by_kind(kind, each), each & ~county.coached) for name, each in signs.items()})
    return _quality(found, "unusual schools")


def _with_any(kinds: dict[str, np.ndarray], false: np.ndarray) -> dict[str, np.ndarray]:
    return {**kinds, "any_false": np.array([bool(false.any())])}


def _quality(found: list[dict[str, dict[str, np.ndarray]]], method: str) -> RuleQuality:
    rates = {name: _rates([each[name] for each in found]) for name in found[0]}
    rule = rates.pop("rule")
    return RuleQuality(rule, MappingProxyType(rates), len(found), method)


def _check(replications: int) -> None:
    if replications < 1:
        raise AnalysisError("measure", "one replication or more", str(replications), "a hundred gives two digits")


def _kinds_of_schools(county: County) -> np.ndarray:
    return np.where(county.coached, "coached", np.where(county.good, "good", "honest"))


def _by_kind(kind: np.ndarray, found: np.ndarray) -> dict[str, np.ndarray]:
    return {str(each): found[kind == each] for each in np.unique(kind)}


def _rates(found: list[dict[str, np.ndarray]]) -> Mapping[str, Rate]:
    names = sorted({name for each in found for name in each})
    return MappingProxyType({name: _rate([each[name] for each in found if name in each]) for name in names})


def _rate(cases: list[np.ndarray]) -> Rate:
    shares = np.array([each.mean() for each in cases])
    error = float(shares.std(ddof=1) / np.sqrt(shares.size)) if shares.size > 1 else None
    return Rate(float(shares.mean()), error, int(sum(each.size for each in cases)))
