"""How much schools really differ: the coefficient of variation without chance, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.schools.inputs import Fault, Floats, level_faults, refuse
from analysis.schools.variation import Variation, corrected_variation


@dataclass(frozen=True)
class Spread:
    """What schools differ in, and what of it is chance.

    variation  : Variation, size-weighted and noise-corrected
    deviation  : sqrt(variance), in the unit of the values
    chance     : noise / observed, at most 1; None where all values are alike
    low, high  : limits of the coefficient of variation; None where it is not defined
    replicates : sets of schools that were drawn
    level, method
    """

    variation: Variation
    deviation: float
    chance: float | None
    low: float | None
    high: float | None
    replicates: int
    level: float
    method: str


@checked
def spread_of_schools(
    value: ArrayLike,
    variance: ArrayLike,
    size: ArrayLike,
    rng: np.random.Generator,
    *,
    replicates: int = 2000,
    level: float = 0.95,
) -> Spread:
    """The noise-corrected coefficient of variation with an interval from drawing schools anew.

    Parameters
    ----------
    value : (J,) float, 0 or more, one figure per school
    variance : (J,) its sampling variance
    size : (J,) people enrolled, > 0
    rng : the generator
    replicates : sets of schools to draw
    level : of the interval

    Returns
    -------
    Spread

    Notes
    -----
    Each replicate draws J - 1 of the J schools with replacement (Rao & Wu), each with its size, value and variance,
    and computes the corrected coefficient again; a school that was drawn twice counts twice with one error. Limits
    are the quantiles (1 - level) / 2 and 1 - (1 - level) / 2 over the replicates. They speak of schools as examples
    of a process; the coefficient of few schools is drawn to 0 and its interval is somewhat too narrow.

    Raises
    ------
    AnalysisError
        As `corrected_variation`; values that are missing, fewer than two replicates, a level outside 0 to 1.

    References
    ----------
    Rao & Wu 1988, JASA 83:231.
    """
    found = corrected_variation(value, variance, size)
    x, v, people = (np.asarray(column, float) for column in (value, variance, size))
    faults = [Fault("values that are missing", "leave such schools out")] if np.isnan(x).any() else []
    faults += [Fault(f"{replicates} replicates", "2000 give steady limits")] if replicates < 2 else []
    refuse("spread_of_schools", "values of all schools, replicates and a level", faults + level_faults(level))
    tail = (1 - level) / 2
    drawn = _replicates(x, v, people, rng, replicates)
    drawn = drawn[np.isfinite(drawn)]
    defined = found.value is not None and drawn.size > 0
    low, high = np.quantile(drawn, [tail, 1 - tail]).tolist() if defined else (None, None)
    return Spread(
        variation=found,
        deviation=float(np.sqrt(found.variance)),
        chance=min(1.0, found.noise / found.observed) if found.observed > 0 else None,
        low=low,
        high=high,
        replicates=replicates,
        level=level,
        method=f"{found.method}; limits from schools drawn with replacement",
    )


def _replicates(x: Floats, v: Floats, size: Floats, rng: np.random.Generator, replicates: int) -> Floats:
    """(R,) the coefficient in each set of schools; NaN where its mean is 0."""
    drawn = rng.multinomial(x.size - 1, np.full(x.size, 1 / x.size), size=replicates) * size
    share = drawn / drawn.sum(axis=1, keepdims=True)
    middle = share @ x
    observed = np.sum(share * (x - middle[:, None]) ** 2, axis=1)
    noise = (share * (1 - share)) @ v
    return np.asarray(np.sqrt(np.maximum(observed - noise, 0.0)) / np.where(middle == 0, np.nan, middle))
