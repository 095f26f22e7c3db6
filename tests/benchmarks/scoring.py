"""Scoring in memory: from answers against one plain numpy pass over them, and from counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from analysis.counting import Counts, count_answers
from analysis.frame import MISSING, Sample
from analysis.rule import ItemRule, ScoringRule
from analysis.scoring import Figures, figures, score
from tests.benchmarks.children import Child, peak_of
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import FULL, Size
from tests.benchmarks.workplace import SEED, Workplace

ROWS, MANY = 1_000_000, 10_000_000
ITEMS, GROUPS, SCHOOLS, STRATA = 20, 7, 200, 12
CODES = np.array([MISSING, 1, 2, 3, 4, 5, 9], np.uint8)
CHANCES = (0.03, 0.02, 0.04, 0.1, 0.33, 0.44, 0.04)
WIDTH = 10  # codes of an item, as the plain pass lays them out
CLOSE = 1e-9
ROOM = 2048  # MiB for ten million rows
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
DID = f"{ITEMS} items, {GROUPS} groups, {SCHOOLS} schools in {STRATA} strata"
PASS = "np.bincount of cell x code with weights, column by column"


@dataclass(frozen=True)
class Task:
    """What is done in how many rows, and how often; `work` is a function of the number of rows."""

    name: str
    did: str
    work: Callable[[int], Measure]
    rows: int
    rounds: int


def run(size: Size, _place: Workplace) -> Iterator[Finding]:
    every = "every item x group and composite with its error, every school x item"
    tasks = [
        Task("scoring", f"{ROWS:,} answers with weights of persons, {DID}: {every}", do_figures, ROWS, size.rounds),
        Task("scoring words", "the same answers: intervals, verdicts, lines of schools", do_score, ROWS, size.rounds),
        Task("scoring counts", f"the same from counts, 100 times ({DID})", do_counted, ROWS, size.rounds),
    ]
    if size == FULL:
        tasks.append(Task("scoring many", f"{MANY:,} answers, the same", do_figures, MANY, 2))
    with one_core():
        for task in tasks:
            yield _compare(task)


@contextmanager
def one_core() -> Iterator[None]:
    """Children use one core for linear algebra, as the pass does."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _compare(task: Task) -> Finding:
    with Child(do_pass) as bare, Child(task.work) as ours:
        for child in (bare, ours):
            child.run(task.rows)
        found = alternate(lambda: bare.run(task.rows), lambda: ours.run(task.rows), task.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    return Finding(
        name=task.name,
        did=task.did,
        yardstick=f"{PASS}, over {task.rows:,} answers",
        unit=" s",
        comparison=found,
        peak=peak,
        checked=f"rates and numbers are those of the pass to {CLOSE:g}"
        + (f"; never over {ROOM} MiB" if task.rows == MANY else ""),
    )


# In children


def do_pass(rows: int) -> Measure:
    return timed(partial(plain_pass, make_sample(rows)))


def do_figures(rows: int) -> Measure:
    sample, kept = make_sample(rows), []
    measure = timed(lambda: kept.append(figures(sample, RULE)))
    _check(sample, kept[0])
    return measure


def do_score(rows: int) -> Measure:
    sample = make_sample(rows)
    return timed(lambda: score(sample, RULE))


def do_counted(rows: int) -> Measure:
    """A hundred times, since once is hardly to be measured."""
    counts, weight = make_counts(rows)
    measure = timed(lambda: [figures(counts, RULE, weight=weight) for _ in range(100)])
    return Measure(measure.value / 100, measure.cpu / 100)


@cache
def make_sample(rows: int) -> Sample:
    rng = np.random.default_rng(SEED)
    school = rng.integers(0, SCHOOLS, rows)
    answers = np.empty((rows, ITEMS), np.uint8)
    for begin in range(0, rows, ROWS):
        part = answers[begin : begin + ROWS]
        part[:] = CODES[np.searchsorted(np.cumsum(CHANCES), rng.random(part.shape, np.float32)).clip(max=6)]
    return Sample(
        answers=answers,
        items=tuple(f"q{item}" for item in range(ITEMS)),
        group=rng.integers(0, GROUPS, rows),
        groups=tuple(f"g{group}" for group in range(GROUPS)),
        school=school,
        schools=tuple(f"s{number}" for number in range(SCHOOLS)),
        stratum=school % STRATA,
        strata=tuple(f"h{stratum}" for stratum in range(STRATA)),
        cluster=school,
        weight=rng.uniform(0.5, 3, rows),
    )


@cache
def make_counts(rows: int) -> tuple[Counts, NDArray[np.float64]]:
    """Counts, and a weight for each cell; the check is against the answers with the same weights."""
    sample = make_sample(rows)
    counts = count_answers(sample)
    of_cell = np.zeros((SCHOOLS, GROUPS))
    of_cell[counts.school, counts.group] = np.random.default_rng(SEED).uniform(0.5, 3, counts.people.size)
    weight = of_cell[counts.school, counts.group]
    weighted = replace(sample, weight=of_cell[sample.school, sample.group])
    _check(weighted, figures(counts, RULE, weight=weight))
    return counts, weight


def _rule() -> ScoringRule:
    """Top two of five, five dimensions of four items, fixed weights of groups."""
    worth = np.full(256, np.nan)
    worth[1:6] = (0, 0, 0, 100, 100)
    items = tuple(ItemRule(f"q{item}", f"d{item // 4}", worth, frozenset({4, 5})) for item in range(ITEMS))
    return ScoringRule(
        name="benchmark",
        version=1,
        measure="share",
        items=items,
        unit="item",
        dimension_weight={f"d{number}": 1.0 for number in range(5)},
        grouping="fixed",
        group_weight={f"g{group}": 1.0 + group for group in range(GROUPS)},
        denominator="valid",
        decimals=2,
        threshold=85.0,
        comparison=">=",
    )


RULE = _rule()


def plain_pass(sample: Sample) -> list[NDArray[np.float64]]:
    """Weighted counts of each item's codes by school x group: the least that any of this can take."""
    cell = sample.school * GROUPS + sample.group
    size = SCHOOLS * GROUPS * WIDTH
    return [
        np.bincount(cell * WIDTH + sample.answers[:, item], weights=sample.weight, minlength=size)
        for item in range(ITEMS)
    ]


def _check(sample: Sample, found: Figures) -> None:
    """Rates of groups and schools against the pass, numbers of people against the matrix; and the memory."""
    table = np.stack(plain_pass(sample)).reshape(ITEMS, SCHOOLS, GROUPS, WIDTH)
    for places, shown in ((1, found.value[:, :ITEMS]), (2, found.school_items.value)):
        sums = table.sum(axis=places)
        rate = 100 * sums[:, :, 4:6].sum(axis=2) / sums[:, :, 1:6].sum(axis=2)
        if not np.all(np.abs(rate.T - shown) < CLOSE):
            raise SystemExit("the pass and the figures disagree about a rate")
    valid = (sample.answers != MISSING).sum(axis=0) - (sample.answers == CODES[-1]).sum(axis=0)
    if not np.array_equal(valid, found.pooled_n[:ITEMS]):
        raise SystemExit("the pass and the figures disagree about how many answered")
    if sample.group.size == MANY and peak_of(os.getpid()) > ROOM:
        raise SystemExit(f"more than {ROOM} MiB")
