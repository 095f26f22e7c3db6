"""Figures of schools: which of schools, and of groups at schools, to hide."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Crossed, protect_crossed
from surveys.disclosure.rule import PublicationRule
from surveys.publication.joint import CountyFigures, hide_together
from surveys.publication.model import Figure
from surveys.publication.rounding import ALL, known_range

Place = tuple[str, str | None]  # school; group, or None for all together
Floats = NDArray[np.float64]


def hide_at_schools(
    schools: Sequence[Figure],
    cells: Sequence[Figure],
    *,
    weights: Mapping[str, Any] | None,
    people: Mapping[str, int],
    county: CountyFigures,
    rule: PublicationRule,
) -> set[Place]:
    """The places that must not be shown.

    `weights` are the result's; `people` are those that each group's figure of the county is about, of which some may
    belong to no school. A group that is not shown of the county is not shown of schools.
    """
    names = [str(each.school) for each in schools]
    groups = sorted({str(each.group) for each in cells} | set(people))
    if not names:
        return set()
    hidden = [group for group in groups if group not in county.groups]
    table = _cross(schools, cells, (names, groups), weights=weights, people=people, hidden=hidden, rule=rule)
    made = protect_crossed(
        table,
        smallest=rule.smallest,
        protection=rule.protection,
        fewest=rule.fewest,
        withhold=np.array([group in rule.withhold for group in groups], bool),
        cover=~table.shown_column,
        only_rows=rule.detail != "groups",
    )
    if np.any(table.n[:-1, ~table.shown_column]):
        made = hide_together(table, made, groups, county, rule)
    inside = {(names[row], groups[column]) for row, column in np.argwhere(made.cells).tolist()}
    return inside | {(names[row], None) for row in np.flatnonzero(made.rows).tolist()}


def _cross(
    schools: Sequence[Figure],
    cells: Sequence[Figure],
    names: tuple[Sequence[str], Sequence[str]],
    *,
    weights: Mapping[str, Any] | None,
    people: Mapping[str, int],
    hidden: Collection[str],
    rule: PublicationRule,
) -> Crossed:
    """The table of schools and groups, and a last row for those who belong to no school."""
    row_of, column_of = ({name: place for place, name in enumerate(each)} for each in names)
    shape = len(row_of) + 1, len(column_of)
    n, share = np.zeros(shape, np.int64), np.zeros(shape)
    low, high = np.zeros(shape), np.ones(shape)
    for each in cells:
        place = row_of[str(each.school)], column_of[str(each.group)]
        n[place], share[place], low[place], high[place] = _numbers(each, rule)
    outside = [max(people.get(group, 0) - int(n[:, column].sum()), 0) for group, column in column_of.items()]
    n[-1], share[-1] = outside, 0.5  # what they say is nobody's here: the totals of groups stand for it
    ends = np.array([_numbers(each, rule)[2:] for each in schools] + [(0.0, 1.0)])
    return Crossed(
        n=n,
        weight=_weights(n, row_of, column_of, weights),
        share=share,
        low=low,
        high=high,
        row_low=ends[:, 0],
        row_high=ends[:, 1],
        shown_column=np.array([group not in hidden for group in names[1]], bool),
        loose=np.arange(shape[0]) == shape[0] - 1,
    )


def _numbers(figure: Figure, rule: PublicationRule) -> tuple[int, float, float, float]:
    """People, their share, and between what a reader of the printed figure knows it to lie; from 0 to 1."""
    people = figure.n or 0
    if figure.value is None or not people:
        return people, 0.0, 0.0, 1.0
    low, high = known_range(figure.value, people, rule)
    return people, min(figure.value / ALL, 1.0), low / ALL, high / ALL


def _weights(
    n: NDArray[np.int64],
    row_of: Mapping[str, int],
    column_of: Mapping[str, int],
    weights: Mapping[str, Any] | None,
) -> Floats:
    """What the people of each cell weigh together; each one where nobody was weighted."""
    each = np.ones(n.shape)
    for cell in () if weights is None else weights["cells"]:
        if cell["group"] in column_of:
            each[row_of.get(cell["school"], -1), column_of[cell["group"]]] = cell["final"]
    return np.asarray(n * each)
