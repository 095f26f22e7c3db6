"""The reference data of R `survey`, as arrays."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.frame import MISSING, Sample
from analysis.results import Estimate
from analysis.rule import ItemRule, ScoringRule
from analysis.scoring import Score, ScoreRow

HERE = Path(__file__).parent / "reference"
GROUPS = ("student", "parent", "teacher", "principal", "deputy", "cppcc", "public")
GROUP_WEIGHT = {
    "student": 0.3,
    "parent": 0.3,
    "teacher": 0.15,
    "principal": 0.05,
    "deputy": 0.07,
    "cppcc": 0.05,
    "public": 0.08,
}
ITEMS = tuple(f"q{number:02d}" for number in range(1, 14))
DIMENSION = {item: f"D{place // 3 + 1}" for place, item in enumerate(ITEMS[:12])}


@pytest.fixture(scope="session")
def expected() -> dict[str, dict[str, Any]]:
    cases = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case["expected"] for case in cases}


def read(name: str) -> dict[str, list[str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {column: [row[column] for row in rows] for column in rows[0]}


def numbers(column: list[str]) -> np.ndarray:
    return np.array([float(value) if value else np.nan for value in column])


def positions(column: list[str], names: tuple[str, ...] | None = None) -> tuple[np.ndarray, tuple[str, ...]]:
    names = names or tuple(sorted(set(column)))
    at = {name: place for place, name in enumerate(names)}
    return np.array([at[value] for value in column], np.int64), names


@pytest.fixture(scope="session")
def school() -> Sample:
    """school.csv, each psu a cluster and (for the lines of schools) a school."""
    table = read("school.csv")
    answers = np.array([[int(value or MISSING) for value in table[item]] for item in ITEMS], np.uint8).T
    cluster, psus = positions(table["psu"])
    stratum, strata = positions(table["stratum"])
    return Sample(
        answers=np.ascontiguousarray(answers),
        items=ITEMS,
        group=positions(table["grp"], GROUPS)[0],
        groups=GROUPS,
        school=cluster,
        schools=psus,
        stratum=stratum,
        strata=strata,
        cluster=cluster,
        weight=numbers(table["w"]),
    )


def values(points: dict[int, float]) -> np.ndarray:
    table = np.full(256, np.nan)
    for code, worth in points.items():
        table[code] = worth
    return table


SATISFIED = {1: 0.0, 2: 0.0, 3: 0.0, 4: 100.0, 5: 100.0}
QUARTERS = {1: 0.0, 2: 25.0, 3: 50.0, 4: 75.0, 5: 100.0}


def make_rule(points: dict[int, float] | None = None, **changes: Any) -> ScoringRule:
    """The reference's own scheme: top two of five, dimensions of three items, fixed group weights."""
    table = values(SATISFIED if points is None else points)
    settings: dict[str, Any] = {
        "name": "reference",
        "version": 1,
        "measure": "share",
        "unit": "item",
        "grouping": "fixed",
        "items": tuple(
            ItemRule(item, DIMENSION.get(item), table, frozenset({4, 5}), overall=item == "q13") for item in ITEMS
        ),
        "dimension_weight": {f"D{number}": 0.25 for number in range(1, 5)},
        "group_weight": GROUP_WEIGHT,
        "denominator": "valid",
        "decimals": 2,
        "threshold": 85.0,
        "comparison": ">=",
    }
    return ScoringRule(**(settings | changes))


def row_of(scored: Score, **where: str) -> ScoreRow:
    """The one line about exactly this."""
    keys = {name: where.get(name) for name in ("group", "school", "dimension", "item")}
    (found,) = (row for row in scored.rows if all(getattr(row, name) == value for name, value in keys.items()))
    return found


def estimate_of(scored: Score, **where: str) -> Estimate:
    return row_of(scored, **where).estimate
