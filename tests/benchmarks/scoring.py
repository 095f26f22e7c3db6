"""Scoring: the arithmetic against one plain numpy pass."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring import score
from analysis.weighting import frame_weights
from surveys.datasets import load_dataset
from surveys.db import Database
from surveys.models import Campaign
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.versions import get_version
from tests.benchmarks.children import Child
from tests.benchmarks.county import SCHOOLS, make_county
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace

CLOSE = 1e-9
CODES = 256


@dataclass(frozen=True)
class Case:
    """The weighted sample and the rule, as the evaluation hands them to `score`."""

    sample: Sample
    rule: ScoringRule
    population: Population


def run(size: Size, place: Workplace) -> Iterator[Finding]:
    with place.database("sqlite") as database:
        with database.begin() as session:
            campaign_id = make_county(session, size.people).id
        file = place.folder / "case.pickle"
        case = _case(database, campaign_id)
        file.write_bytes(pickle.dumps(case))
        yield _compare_arithmetic(size, file, case)


def _case(database: Database, campaign_id: int) -> Case:
    with database.read() as session:
        data = load_dataset(session, campaign_id=campaign_id)
        card = get_version(session, version_id=session.get_one(Campaign, campaign_id).scorecard_version_id)
    population = data.roster.population
    weights = frame_weights(data.sample, population).final
    rule = compile_rule(card.scorecard, number=card.number, instruments=data.instruments)
    return Case(replace(data.sample, weight=weights), rule, population)


def _compare_arithmetic(size: Size, file: Path, case: Case) -> Finding:
    with Child(do_pass) as bare, Child(do_score) as ours:
        for child in (bare, ours):
            child.run(file)
        found = alternate(lambda: bare.run(file), lambda: ours.run(file), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    return Finding(
        name="scoring",
        did=f"{_words(case)}: every estimate with its standard error, interval and verdict",
        yardstick="one numpy pass over the same matrix: weighted sums of the options' values by column",
        unit=" s",
        comparison=found,
        peak=peak,
        checked=_check(case),
    )


def _words(case: Case) -> str:
    people, items = case.sample.answers.shape
    return f"{people:,} responses, {len(case.sample.groups)} groups, {SCHOOLS} schools, {items} items"


# In children


def do_pass(file: Path) -> Measure:
    case = _load(file)
    return timed(lambda: plain_pass(case))


def do_score(file: Path) -> Measure:
    case = _load(file)
    return timed(lambda: score(case.sample, case.rule, population=case.population))


@cache
def _load(file: Path) -> Case:
    case: Case = pickle.loads(file.read_bytes())
    return case


def plain_pass(case: Case) -> NDArray[np.float64]:
    """(J,) weighted mean of the values of each item's valid answers, by the quickest way that plain numpy has.

    A weighted count of a column's codes, then their values. Looking the value of every answer up and adding those
    takes two to ten times as long, which would flatter us.
    """
    weight, found = case.sample.weight, np.empty(len(case.rule.items))
    for place, each in enumerate(case.rule.items):
        codes = case.sample.answers[:, case.sample.items.index(each.item)]
        counts = np.bincount(codes, weights=weight, minlength=CODES)
        valid = np.isfinite(each.values)
        found[place] = (counts[valid] * each.values[valid]).sum() / counts[valid].sum()
    return found


def _check(case: Case) -> str:
    """Where a group is alone with an item, the score's line for the item is the pass's number."""
    passed = plain_pass(case)
    by_item = {each.item: value for each, value in zip(case.rule.items, passed, strict=True)}
    rows = [row for row in score(case.sample, case.rule).rows if row.item is not None and row.group is not None]
    alone = [row for row in rows if sum(row.item == other.item for other in rows) == 1]
    far = [row.item for row in alone if abs((row.estimate.value or 0) - by_item[row.item or ""]) > CLOSE]
    if far or not alone:
        raise SystemExit(f"the pass and the score disagree about {far}")
    return f"{len(alone)} items that one group answers: the pass and the score agree to {CLOSE}"
