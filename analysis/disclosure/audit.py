"""Can a reader work out a hidden count from what is shown?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arguments import checked
from analysis.disclosure.ranges import NEAR, search
from analysis.disclosure.tables import Floats, Integers, Marks, Table
from analysis.errors import AnalysisError

PROTECTION = 5.0  # people either side


@dataclass(frozen=True)
class Audit:
    """What a reader can find out about h hidden cells.

    cell        : (h,) positions of the hidden cells in the table
    value       : (h,) their true counts, people
    low, high   : (h,) the least and the most that each can be, given all that is shown; infinite without an end
    recoverable : (h,) bool, the range is too narrow
    protection  : people either side that a range must leave
    """

    cell: Integers
    value: Integers
    low: Floats
    high: Floats
    recoverable: Marks
    protection: float

    @property
    def safe(self) -> bool:
        """Whether no hidden cell is recoverable."""
        return not bool(self.recoverable.any())

    @property
    def exposed(self) -> Integers:
        """Positions of the recoverable cells."""
        return self.cell[self.recoverable]


@checked
def audit(table: Table, hidden: Marks, *, protection: float = PROTECTION) -> Audit:
    """The range of every hidden cell, as a reader with a computer finds it.

    Parameters
    ----------
    table : Table
        all counts, hidden and shown, with the sums between them
    hidden : (m,) bool, what is not shown
    protection : people either side: a cell is recoverable where its range is narrower than twice this

    Returns
    -------
    Audit

    Notes
    -----
    For each hidden cell x_c, minimum and maximum over all tables with

        margins @ x = 0,  x_i = value_i where shown,  least_i <= x_i <= most_i where hidden

    by linear programmes (`scipy.optimize.linprog`, HiGHS); for whole numbers the ends are rounded inwards. In tables
    of rows and columns where only one side is nested these ends are exact; elsewhere the true range of whole
    numbers may be narrower. A cell is recoverable where high - low < min(2 protection, most - least): what everybody
    knows anyway cannot be hidden.

    It is about counts of people. What shares let one subtract (the satisfied among the hidden) is a table of its own:
    audit it with the same `hidden`.

    Raises
    ------
    AnalysisError
        Marks that do not fit, a protection that is not positive, a programme that cannot be solved.

    References
    ----------
    Cox 1980, JASA 75:377. Hundepool et al. 2012, Statistical Disclosure Control.
    """
    marks = check_marks("hidden", table, hidden)
    enough = wanted_width(table, protection)
    cell = np.flatnonzero(marks)
    found = search(table, marks)
    low, high = np.ceil(found.low[cell] - NEAR) + 0.0, np.floor(found.high[cell] + NEAR)
    return Audit(cell, table.value[cell], low, high, high - low < enough[cell] - NEAR, protection)


def wanted_width(table: Table, protection: float) -> Floats:
    """(m,) how wide the range of a hidden cell must be."""
    if not (np.isfinite(protection) and protection > 0):
        raise AnalysisError("audit", "a protection above 0", str(protection), "5 people either side is usual")
    return np.asarray(np.minimum(2.0 * protection, table.most - table.least))


def check_marks(name: str, table: Table, marks: Marks) -> Marks:
    """The marks as booleans, one for each cell."""
    given = np.asarray(marks)
    if given.shape != table.value.shape or given.dtype != bool:
        raise AnalysisError("audit", f"{name}: {table.value.size} marks", f"{given.dtype} of shape {given.shape}")
    return given
