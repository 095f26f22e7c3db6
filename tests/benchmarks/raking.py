"""Raking a million rows to three margins, against adding the weights up by each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Margin, rake
from tests.benchmarks.children import Child
from tests.benchmarks.findings import Finding
from tests.benchmarks.rounds import Measure, alternate, timed
from tests.benchmarks.size import Size
from tests.benchmarks.workplace import SEED, Workplace

CATEGORIES = (7, 12, 40)  # groups, townships, an age by sex by area table
CLOSE = 1e-10


def run(size: Size, _place: Workplace) -> Iterator[Finding]:
    rows = size.stored
    with Child(do_sums) as bare, Child(do_rake) as ours:
        for child in (bare, ours):
            child.run(rows)
        found = alternate(lambda: bare.run(rows), lambda: ours.run(rows), size.rounds)
        peak = {"ours": ours.peak, "yardstick": bare.peak}
    yield Finding(
        name="raking",
        did=f"{rows:,} rows to three margins of {', '.join(map(str, CATEGORIES))} categories",
        yardstick="one numpy pass: the weights added up by each of the three",
        unit=" s",
        comparison=found,
        peak=peak,
        checked=_check(rows),
    )


# In children


def do_sums(rows: int) -> Measure:
    start, margins = make_rows(rows)
    return timed(lambda: [np.bincount(margin.category, weights=start) for margin in margins])


def do_rake(rows: int) -> Measure:
    start, margins = make_rows(rows)
    return timed(lambda: rake(start, margins))


@cache
def make_rows(rows: int) -> tuple[NDArray[np.float64], tuple[Margin, ...]]:
    """Weights, and margins that some other weights of the same rows have."""
    rng = np.random.default_rng(SEED)
    categories = [rng.choice(size, rows, p=rng.dirichlet(np.full(size, 5.0))) for size in CATEGORIES]
    people = np.ones(rows)
    for category, size in zip(categories, CATEGORIES, strict=True):
        people *= rng.uniform(0.6, 1.6, size)[category]
    totals = [np.bincount(category, weights=people) for category in categories]
    names = ("group", "township", "table")
    return rng.uniform(1, 5, rows), tuple(map(Margin, names, categories, totals))


def _check(rows: int) -> str:
    start, margins = make_rows(rows)
    found = rake(start, margins)
    far = max(
        np.max(np.abs(np.bincount(margin.category, weights=found.weight) / margin.total - 1)) for margin in margins
    )
    if far > CLOSE:
        raise SystemExit(f"a margin is {far:.2g} off")
    return f"every total met to {CLOSE:g}, in {found.iterations} rounds; Kish's effect {found.deff_after:.2f}"
