"""Schools and the county together, where a group is hidden of the county that has people at schools.

Then totals of schools, of groups, and of everybody bind one another: neither the table of schools alone nor the
figures of the county alone say what can be worked out. It happens in the smallest counties only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import Crossed, Hidden, find_ranges
from surveys.disclosure.rule import PublicationRule
from surveys.publication.rounding import ALL, NEAR, Range

Floats = NDArray[np.float64]
Total = tuple[Mapping[str, float], Range]  # with which weights groups go into it, and between what it is known to lie
SLACK = 1e-6


@dataclass(frozen=True)
class CountyFigures:
    """What is known of the county: each group that is shown, and totals of the groups."""

    groups: Mapping[str, Range]
    totals: Sequence[Total]


def hide_together(
    table: Crossed, made: Hidden, groups: Sequence[str], county: CountyFigures, rule: PublicationRule
) -> Hidden:
    """`made`, or with all totals of schools hidden, or with everything about schools hidden, where it takes that."""
    some, none = table.n > 0, np.zeros_like(made.cells)
    every_row = ~table.loose
    wider = (
        made,
        Hidden(made.cells, every_row, made.secret, none),
        Hidden(some & every_row[:, None], every_row, made.secret, none),
    )
    return next((each for each in wider if not _leaks(table, each, groups, county, rule)), wider[-1])


def _leaks(table: Crossed, made: Hidden, groups: Sequence[str], county: CountyFigures, rule: PublicationRule) -> bool:
    """Whether schools tell more of a secret than the county's figures do by themselves."""
    places, secret = np.argwhere(table.n > 0), made.secret[table.n > 0]
    if not secret.any():
        return False
    n = table.n[table.n > 0]
    wanted = np.minimum(n[secret], rule.fewest) / n[secret] * ALL
    of_county = _of_county(table, places, groups, county)
    of_schools = [_line(table, places, row) for row in np.flatnonzero(~made.rows & ~table.loose).tolist()]
    hidden = (made.cells | table.loose[:, None])[table.n > 0]
    alone = _widths(table, np.ones(n.size, bool), of_county, secret)
    both = _widths(table, hidden, [*of_county, *of_schools], secret)
    return bool(np.any(both < np.minimum(wanted, alone) - SLACK))


def _of_county(
    table: Crossed, places: NDArray[np.int64], groups: Sequence[str], county: CountyFigures
) -> list[tuple[Floats, Range]]:
    """What goes into each figure of the county: weights by cell, and between what it lies."""
    of_group = table.weight.sum(axis=0)
    part = np.divide(table.weight, of_group, out=np.zeros_like(table.weight), where=of_group > 0)
    found = []
    for weights, told in (*(({group: 1.0}, told) for group, told in county.groups.items()), *county.totals):
        share = np.array([weights.get(group, 0.0) for group in groups])
        found.append((np.asarray((part * share)[tuple(places.T)] / max(share.sum(), NEAR)), told))
    return found


def _line(table: Crossed, places: NDArray[np.int64], row: int) -> tuple[Floats, Range]:
    own = np.where(places[:, 0] == row, table.weight[tuple(places.T)], 0.0)
    return own / max(own.sum(), NEAR), (float(table.row_low[row]) * ALL, float(table.row_high[row]) * ALL)


def _widths(
    table: Crossed, unknown: NDArray[np.bool_], sums: Sequence[tuple[Floats, Range]], secret: NDArray[np.bool_]
) -> Floats:
    """How far apart the least and the most of the secrets are, in points."""
    some = table.n > 0
    low, high = find_ranges(
        np.where(unknown, 0.0, table.low[some] * ALL),
        np.where(unknown, ALL, table.high[some] * ALL),
        [weights for weights, _told in sums],
        [told[0] - SLACK for _weights, told in sums],
        [told[1] + SLACK for _weights, told in sums],
        wanted=np.flatnonzero(secret),
    )
    return np.asarray(high - low)
