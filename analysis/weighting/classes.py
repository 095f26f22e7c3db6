"""Classes of people who answer alike, and what unequal weights cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.design import number
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def kish_deff(weight: Floats) -> float:
    """Kish's design effect of unequal weights, n sum w^2 / (sum w)^2 = 1 + CV^2(w) (Kish 1965)."""
    weight = np.asarray(weight, float)
    if not weight.size or not np.all(weight > 0):
        raise AnalysisError("kish_deff", "positive weights", f"{int(np.sum(~(weight > 0)))} of {weight.size} others")
    return float(weight.size * np.square(weight).sum() / weight.sum() ** 2)


def class_factors(invited: Floats, responded: Floats, classes: Integers) -> Floats:
    """Weighting-class adjustment: invited / responded within each class.

    Parameters
    ----------
    invited, responded : (m,) counts of cells
    classes : (m,) int, the class of each cell

    Returns
    -------
    (m,) factor of the cell's class; NaN where nobody of the class responded

    Raises
    ------
    AnalysisError
        More responded than were invited in a class: the roster is wrong.
    """
    _, place = number(classes)
    asked, came = np.bincount(place, weights=invited), np.bincount(place, weights=responded)
    if np.any(came > asked):
        raise AnalysisError(
            "class_factors",
            "no more responses than invitations in a class",
            f"more in {int(np.sum(came > asked))} classes",
            "the roster is wrong",
        )
    return np.asarray((asked / np.where(came > 0, came, np.nan))[place])
