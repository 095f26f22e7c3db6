"""Looking for signs of carelessness and arrangement, and keeping what was found: evidence, and never a verdict.

What a look sees is plain data:

recipe   the limits, the seed, digests of the forms and arrivals, the code version: with them the look gives the same
signs    every sign with its method, its threshold and how often it is wrong in simulated honest counties
groups   of each group: forms, how many have each flag, how many are candidates; who was told, which phones came again
cells    of each group at each school: forms, certain signs, candidates; None where few people could be recognised
schools  of each group, paper and school with enough forms: each kind of evidence with what was seen and expected, p, q
notices  what could not be judged

No row of it is about one form: whom a flag marks can be looked up nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from analysis.quality import Family, SchoolQuality, SchoolRule, Thresholds
from analysis.quality.signs import SIGNS, false_alarm, state_threshold
from surveys import VERSION, trail
from surveys.campaigns import get_campaign
from surveys.datasets import NO_SCHOOL, Dataset, load_dataset
from surveys.errors import SurveyError
from surveys.groups import SCHOOL_GROUPS
from surveys.hiding import SMALLEST
from surveys.holding import hold_campaign
from surveys.honesty.cells import count_cells, count_group
from surveys.honesty.excluding import seed_of
from surveys.honesty.judging import Batch, Crowd, batches_of, judge_batch, judge_group, load_crowd
from surveys.honesty.model import EvidenceView
from surveys.honesty.reading import find_evidence
from surveys.models import EvidenceRun

Plain = dict[str, Any]
LOOKED = "evidence.looked"
RULES = ("candidate", "unusual")  # what signs add up to has a rate of its own


@dataclass(frozen=True)
class Sight:
    """What a look saw, before it is kept."""

    campaign_id: int
    campaign: str
    data_digest: str
    recipe: Plain
    result: Plain


def look(session: Session, *, name: str, now: datetime, most: int | None = None) -> Sight:
    """Look at all answers of the closed campaign. It only reads, and takes a second for a thousand forms.

    `most` forms are looked at where somebody waits for a page. Raises SurveyError(`evidence.not_closed`,
    `evidence.too_many`, `evidence.impossible`, `score.no_responses`).
    """
    campaign = get_campaign(session, name=name, now=now)
    if campaign.state != "closed":
        raise SurveyError("evidence.not_closed", "conflict")
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    crowd, forms = load_crowd(session, campaign_id=campaign.id), dataset.sample.group.size
    if forms == 0:
        raise SurveyError("score.no_responses", "conflict", name=name)
    if most is not None and forms > most:
        raise SurveyError("evidence.too_many", "conflict", forms=forms, most=most, name=name)
    recipe = _recipe(dataset, crowd)
    try:
        result = judge(dataset, crowd, recipe["seed"])
    except AnalysisError as error:
        raise SurveyError("evidence.impossible", "conflict", where=error.where, expected=error.expected) from error
    return Sight(campaign.id, campaign.name, dataset.digest, recipe, result)


def keep(session: Session, *, sight: Sight, now: datetime, by: str) -> EvidenceView:
    """Keep what a look saw. What the same forms gave before is kept already, and is given back."""
    about: Plain = {"campaign_id": sight.campaign_id, "name": sight.campaign, "recipe": sight.recipe}
    hold_campaign(session, campaign_id=sight.campaign_id)
    kept = find_evidence(session, **about)
    if kept is not None:
        return kept
    runs = select(func.max(EvidenceRun.number)).where(EvidenceRun.campaign_id == sight.campaign_id)
    number = (session.scalar(runs) or 0) + 1
    trail.record(session, campaign_id=sight.campaign_id, now=now, by=by, action=LOOKED, number=number)
    session.add(
        EvidenceRun(
            campaign_id=sight.campaign_id,
            number=number,
            made_at=now,
            data_digest=sight.data_digest,
            code_version=VERSION,
            recipe=sight.recipe,
            result=sight.result,
        )
    )
    session.flush()
    made = find_evidence(session, **about)
    if made is None:
        raise LookupError("the run that was just added")
    return made


def judge(dataset: Dataset, crowd: Crowd, seed: int) -> Plain:
    """What there is to see. Pure: the same forms, arrivals and seed give the same."""
    batches, roster, rule = batches_of(dataset), dataset.roster, SchoolRule()
    judged = [judge_batch(batch, roster, Thresholds()) for batch in batches]
    places = [(group, place) for place, group in enumerate(roster.groups) if _answered(batches, place)]
    result: Plain = {"signs": list(_signs(rule)), "groups": [], "cells": [], "schools": [], "notices": []}
    for batch, found in zip(batches, judged, strict=True):
        result["notices"] += [{"paper": batch.stack.version.name, **asdict(notice)} for notice in found.notices]
    for group, place in places:
        result["groups"].append(count_group(group, place, batches, judged))
        if group in SCHOOL_GROUPS:
            result["cells"] += count_cells(group, place, roster, batches, judged)
            for at, batch in enumerate(batches):
                seen = judge_group(dataset, batches, at, group, crowd, rule=rule, seed=seed)
                result["schools"] += [] if seen is None else _schools(dataset, group, place, batch, seen, rule)
    return result


def _answered(batches: Sequence[Batch], place: int) -> bool:
    return any((batch.stack.group == place).any() for batch in batches)


def _recipe(dataset: Dataset, crowd: Crowd) -> Plain:
    return {
        "forms_digest": dataset.forms_digest,
        "arrivals_digest": crowd.digest,
        "seed": seed_of(dataset),
        "thresholds": asdict(Thresholds()),
        "school_rule": asdict(SchoolRule()),
        "code_version": VERSION,
    }


def _signs(rule: SchoolRule) -> Iterator[Plain]:
    """Each sign as the registry has it, then what they add up to."""
    for name, sign in SIGNS.items():
        threshold = state_threshold(name, thresholds=Thresholds(), rule=rule)
        about = {"level": sign.level, "kind": sign.kind, "counts_as": sign.counts_as, "method": sign.method}
        yield {"sign": name, **about, "threshold": threshold, "reference": sign.reference, **_alarm(name)}
    for name in RULES:
        yield {"sign": name, "level": "rule", **_alarm(name)}


def _alarm(name: str) -> Plain:
    """How often honest forms (schools) show the sign in simulated counties, and in the county where most do."""
    found = false_alarm(name)
    if found is None:
        return {"rate": None}
    return {"rate": found.rate, "rate_se": found.se, "rate_n": found.n, "worst": found.worst}


def _schools(
    dataset: Dataset, group: str, place: int, batch: Batch, seen: SchoolQuality, rule: SchoolRule
) -> Iterator[Plain]:
    """A row for each school that has enough forms of the group on this paper."""
    roster, stack = dataset.roster, batch.stack
    own = (stack.group == place) & (stack.school != NO_SCHOOL)
    forms = np.bincount(stack.school[own], minlength=len(roster.school_ids))
    told = np.bincount(stack.school[own], np.nan_to_num(batch.sheets.told[own]), minlength=len(roster.school_ids))
    for at in np.flatnonzero(forms >= rule.least):
        named = {**seen.families, **seen.beside}
        families = [found for name in named if (found := _family(named[name], seen, int(at), rule)) is not None]
        if told[at] < SMALLEST:
            families = [_bare(each) if each["family"] == "told" else each for each in families]
        yield {
            "group": group,
            "paper": stack.version.name,
            "school": roster.school_codes[at],
            "forms": int(forms[at]),
            "unusual": bool(seen.unusual[at]),
            "overfull": bool(seen.certain[at]),
            "kinds": int(seen.count[at]),
            "families": families,
        }


def _family(family: Family, seen: SchoolQuality, at: int, rule: SchoolRule) -> Plain | None:
    """One kind of evidence about one school; None where it could not be judged."""
    p, q = float(family.p[at]), float(seen.q[family.name][at])
    if not isfinite(p):
        return None
    observed, expected = (_numbers(each[at]) for each in (family.observed, family.expected))
    return {
        "family": family.name,
        "counts": family.name not in seen.beside,
        "stands_out": q < rule.q,
        "p": p,
        "q": q,
        "figures": [
            {"figure": name, "observed": was, "expected": usual}
            for name, was, usual in zip(family.figures, observed, expected, strict=True)
        ],
    }


def _bare(family: Plain) -> Plain:
    """A family without its figures: few people are behind them."""
    return {**family, "figures": [{**each, "observed": None, "expected": None} for each in family["figures"]]}


def _numbers(values: np.ndarray) -> list[float | None]:
    return [value if isfinite(value) else None for value in values.tolist()]
