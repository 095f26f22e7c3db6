"""What a number of answers buys: half-widths of groups and composite, and the true share that they can show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from analysis.planning import share_to_show
from analysis.planning.progress import precision
from analysis.planning.sizes import normal_quantile
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import Problem, SurveyError, shorten
from surveys.evaluations import LEVEL, find_evaluation
from surveys.plans.dividing import Division
from surveys.plans.facts import Facts
from surveys.plans.model import ASSUMED_DEFF, ASSUMED_SHARE, POWER
from surveys.scorecards.versions import find_latest

LEAST_EFFECTIVE = 2.0  # answers, under which nothing can be shown


@dataclass(frozen=True)
class Bought:
    """Half-widths from 0 to 1, by group and of the composite; see Proposal. `weights` are those of the composite."""

    group: Mapping[str, float | None]
    composite: float | None
    shows: float | None
    line: float
    weights: Mapping[str, float]


def find_deffs(session: Session, facts: Facts, *, now: datetime) -> tuple[Mapping[str, float], list[Problem]]:
    """The design effect of each group: as given, as in an earlier campaign of the county, or as is usual.

    Groups that the earlier campaign did not ask are not among them.
    """
    earlier, given = facts.given.earlier, facts.given.deff
    if earlier is None:
        return dict.fromkeys(facts.groups, ASSUMED_DEFF if given is None else given), []
    if _find_own(session, earlier, facts.campaign, now) is None:
        return {}, [Problem("plan.earlier_unknown", field="earlier", value=shorten(earlier))]
    found = find_evaluation(session, name=earlier)
    if found is None:
        return {}, [Problem("plan.earlier_unscored", field="earlier", value=earlier)]
    return {row["group"]: deff for row in found.result["groups"] if (deff := _deff(row)) is not None}, []


def _find_own(session: Session, name: str, campaign: CampaignView, now: datetime) -> CampaignView | None:
    """A campaign of the same county; those of others are as unknown as what is not there."""
    try:
        found = get_campaign(session, name=name, now=now)
    except SurveyError:
        return None
    return found if found.county == campaign.county else None


def _deff(row: Mapping[str, Any]) -> float | None:
    """The larger of what unequal weights cost, n / n_eff, and of the variance over that of a simple random sample."""
    n, effective, value, se = row["n"], row["n_eff"], row["value"], row["se"]
    if not n or not effective:
        return None
    found = [1.0, n / effective]
    if se and value and 0 < value < 100:
        found.append(n * se**2 / (value * (100 - value)))
    return float(max(found))


def buy(session: Session, facts: Facts, divisions: Sequence[Division], deffs: Mapping[str, float]) -> Bought:
    """At the share of the line's neighbourhood, with as many answers as the quotas."""
    campaign = facts.campaign
    card = find_latest(session, name=campaign.scorecard, number=campaign.scorecard_number)
    weights = dict(card.scorecard.groups) if card else {}
    line = card.scorecard.threshold / 100 if card else ASSUMED_SHARE
    counted = [weights.get(each.group, 0.0) if weights else 1.0 for each in divisions]
    counted = [weight if each.quota else 0.0 for weight, each in zip(counted, divisions, strict=True)]
    width = precision(
        [each.quota for each in divisions],
        counted if any(counted) else [1.0] * len(divisions),
        share=ASSUMED_SHARE,
        deff=[deffs.get(each.group, ASSUMED_DEFF) for each in divisions],
        population=[facts.people(each.group) for each in divisions],
        level=LEVEL,
    )
    own = {each.group: _known(half) for each, half in zip(divisions, width.group.tolist(), strict=True)}
    composite = _known(width.composite) if any(counted) else None
    return Bought(own, composite, _shows(composite, line), line, weights)


def _shows(half_width: float | None, line: float) -> float | None:
    """Nothing where everybody answers: the true share is then what is seen."""
    if not half_width:
        return None
    effective = ASSUMED_SHARE * (1 - ASSUMED_SHARE) * (normal_quantile(LEVEL) / half_width) ** 2
    if effective < LEAST_EFFECTIVE:
        return None
    return _known(share_to_show(effective, POWER, line=line, level=LEVEL))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
