"""The tables beside the data: the scorecard laid out code by code, groups with their head-counts, weights by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frame import MISSING
from analysis.rule import ItemRule, ScoringRule
from surveys.datasets import NO_SCHOOL, Roster
from surveys.exports.model import Dictionary
from surveys.exports.words import BLANK, NOT_ASKED, code_of, label_of

Row = Sequence[object]
FACTORS = ("base", "nonresponse", "calibration", "trimming")


def as_csv(head: Row, rows: Iterable[Row]) -> bytes:
    """UTF-8 with line feeds; nothing for what is not defined."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode()


def value_rows(rule: ScoringRule, dictionary: Dictionary) -> Iterator[Row]:
    """What each answer to each scored item is worth; an empty value leaves numerator and denominator.

    An item of papers that nobody filled in is in no column: a line without a code says that the scorecard has it.
    """
    columns: dict[str, list[str]] = {}
    for variable in dictionary.items:
        columns.setdefault(variable.item or "", []).append(variable.name)
    for item in rule.items:
        weight = None if item.dimension is None else rule.dimension_weight.get(item.dimension, 0.0)
        about = (item.dimension, int(item.overall), item.weight, weight)
        for column in columns.get(item.item, ()):
            for code, value in _worth(item):
                yield (item.item, column, *about, code, value, int(value is not None))
        if item.item not in columns:
            yield (item.item, None, *about, None, None, 0)


VALUES = (
    "item", "column", "dimension", "overall", "item_weight", "dimension_weight", "code", "value", "counts",
)  # fmt: skip


def _worth(item: ItemRule) -> Iterator[tuple[int, float | None]]:
    """By code of the file: all options, then what stands for no answer."""
    known = set(np.flatnonzero(np.isfinite(item.values)).tolist()) | item.positive | item.dont_know
    codes = known if item.codes is None else item.codes
    for code in (*sorted(codes - {MISSING}), MISSING):
        value = float(item.values[code])
        yield (BLANK if code == MISSING else code), (value if np.isfinite(value) else None)
    yield NOT_ASKED, None


GROUPS = ("code", "group", "name_zh", "name_en", "rule_weight", "head_count")


def group_rows(rule: ScoringRule, roster: Roster, issued: Mapping[str, int]) -> Iterator[Row]:
    """Every group of the survey: its weight by the rule, and the people against whom its answers are counted."""
    counts = {"valid": {}, "issued": issued, "roster": roster.by_group}[rule.denominator]
    for group in roster.groups:
        label = label_of("groups", group)
        weight = rule.group_weight.get(group, 0.0) if rule.grouping in ("fixed", "quota") else None
        heads = None if rule.denominator == "valid" else counts.get(group, 0)
        yield code_of("groups", group), group, label["zh-CN"], label["en"], weight, heads


WEIGHTS = (
    "group", "cluster", "stratum", "population", "responses", "base_weight", "nonresponse_factor", "calibration_factor",
    "trimming_factor", "final_weight",
)  # fmt: skip


def weight_rows(roster: Roster, plain: Mapping[str, Any] | None, numbers: NDArray[np.int64]) -> Iterator[Row]:
    """Each group at each school of the frame and of the answers, schools by their numbers; none for the county."""
    at = {code: place for place, code in enumerate(roster.school_codes)} | {None: NO_SCHOOL}
    cells = {} if plain is None else {(each["group"], at[each["school"]]): each for each in plain["cells"]}
    people = roster.population
    places = zip(people.group.tolist(), people.school.tolist(), strict=True)
    known = {
        (roster.groups[group], school): int(size)
        for (group, school), size in zip(places, people.size.tolist(), strict=True)
    }
    silent = {"responses": None if plain is None else 0, "final": None, **dict.fromkeys(FACTORS)}
    rows = [_cell(roster, place, known.get(place), cells.get(place, silent), numbers) for place in {**known, **cells}]
    return iter(sorted(rows, key=lambda row: (row[0], row[1] or 0)))


def _cell(
    roster: Roster,
    place: tuple[str, int],
    population: int | None,
    cell: Mapping[str, Any],
    numbers: NDArray[np.int64],
) -> tuple[Any, ...]:
    group, school = place
    (stratum,) = roster.strata_of(np.array([roster.groups.index(group)]), np.array([school])).tolist()
    cluster = None if school == NO_SCHOOL else int(numbers[school])
    about = (code_of("groups", group), cluster, stratum + 1, population)
    return (*about, cell["responses"], *(cell.get(name, 1.0) for name in FACTORS), cell["final"])


def setting_rows(rule: ScoringRule, about: Mapping[str, Any], *, level: float, schools: int) -> Iterator[Row]:
    """What the scripts ask for, by name. `schools`: clusters up to this number are schools, others persons."""
    yield from about.items()
    yield "unit", rule.unit
    yield "measure", rule.measure
    yield "grouping", rule.grouping
    yield "denominator", rule.denominator
    yield "by_dimension", int(rule.by_dimension)
    yield "respondent_threshold", rule.respondent_threshold
    yield "respondent_minimum", rule.respondent_minimum
    yield "decimals", rule.decimals
    yield "threshold", rule.threshold
    yield "comparison", rule.comparison
    yield "level", level
    yield "schools", schools
