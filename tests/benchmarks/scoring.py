"""Scoring: the arithmetic against one plain numpy pass, and the whole evaluation from the database."""

from __future__ import annotations

import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete

from analysis.frame import Population, Sample
from analysis.rule import ScoringRule
from analysis.scoring import score
from analysis.weighting import frame_weights
from surveys.datasets import load_dataset
from surveys.db import Database
from surveys.demo.county import CAMPAIGN
from surveys.evaluations import evaluate
from surveys.models import Campaign, Evaluation
from surveys.scorecards.compiling import compile_rule
from surveys.scorecards.versions import get_version
from tests.benchmarks.children import Child
from tests.benchmarks.county import SCHOOLS, make_county
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import Workplace, address_of

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
        url, file = address_of(database), place.folder / "case.pickle"
        case = _case(database, campaign_id)
        file.write_bytes(pickle.dumps(case))
        yield _compare_arithmetic(size, file, case)
        yield _compare_evaluation(size, url, file, case)


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


def _compare_evaluation(size: Size, url: str, file: Path, case: Case) -> Finding:
    with Child(do_read_and_pass) as bare, Child(do_evaluate) as ours:
        bare.run(url, file)
        ours.run(url)
        found = alternate(lambda: bare.run(url, file), lambda: ours.run(url), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    return Finding(
        name="evaluation",
        did=f"{_words(case)}: rows read from SQLite, weighted, scored, kept",
        yardstick="the same rows by plain sqlite3 into matrices, then the same numpy pass",
        unit=" s",
        comparison=found,
        peak=peak,
        checked="kept in the database each time, as a new evaluation",
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


def do_evaluate(url: str) -> Measure:
    database = _database(url)
    found = timed(lambda: _evaluate(database))
    with database.begin() as session:  # else the next one would be this one
        session.execute(delete(Evaluation))
    return found


def _evaluate(database: Database) -> None:
    with database.begin() as session:
        evaluate(session, name=CAMPAIGN, now=datetime.now(UTC))


def do_read_and_pass(url: str, file: Path) -> Measure:
    case = _load(file)
    return timed(lambda: _read_and_pass(url, case))


def _read_and_pass(url: str, case: Case) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    rows = connection.execute('SELECT "group", school_id, version_id, answers FROM responses ORDER BY id').fetchall()
    connection.close()
    papers = defaultdict(list)
    for _, _, version, answers in rows:
        papers[version].append(answers)
    for answers in papers.values():
        np.frombuffer(b"".join(answers), np.uint8).reshape(len(answers), -1)
    plain_pass(case)


@cache
def _load(file: Path) -> Case:
    case: Case = pickle.loads(file.read_bytes())
    return case


@cache
def _database(url: str) -> Database:
    return Database(url)


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
