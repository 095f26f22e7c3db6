"""Many schools tested at once: which findings stay when the number of tests is counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.arguments import checked
from analysis.schools.inputs import Floats, Truths, at, columns, level_faults, refuse


@dataclass(frozen=True)
class Discoveries:
    """Findings among J tests.

    p        : (J,) as given; NaN where a school had no test
    adjusted : (J,) Benjamini-Hochberg adjusted p; NaN likewise
    found    : (J,) adjusted <= level
    n        : tests that counted
    level    : share of false findings that is accepted on average
    method
    """

    p: Floats
    adjusted: Floats
    found: Truths
    n: int
    level: float
    method: str


@checked
def discoveries(p: ArrayLike, *, level: float = 0.05) -> Discoveries:
    """Control the false discovery rate over schools.

    Parameters
    ----------
    p : (J,) float, two-sided p-values, e.g. `Funnel.p`; NaN where a school has none, which then does not count
    level : share of false findings among the findings that is accepted on average

    Returns
    -------
    Discoveries

    Notes
    -----
    Sorted upwards, adjusted p_(i) = min over k >= i of min(1, p_(k) J / k). Valid for independent and for positively
    dependent tests.

    Raises
    ------
    AnalysisError
        Shape, p outside 0 to 1, a level outside 0 to 1.

    References
    ----------
    Benjamini & Hochberg 1995, JRSS-B 57:289.
    """
    (given,) = columns("discoveries", p=p)
    tested = ~np.isnan(given)
    faults = at(tested & ~((given >= 0) & (given <= 1)), "p outside 0 to 1") + level_faults(level)
    refuse("discoveries", "p-values and a level between 0 and 1", faults)
    adjusted = np.full(given.shape, np.nan)
    if tested.any():
        adjusted[tested] = stats.false_discovery_control(given[tested], method="bh")
    found = np.where(tested, adjusted, 1.0) <= level
    return Discoveries(given, adjusted, found, int(tested.sum()), level, "Benjamini-Hochberg")
