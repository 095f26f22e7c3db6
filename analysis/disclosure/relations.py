"""Between what a hidden figure must lie, given the figures it goes into."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from analysis.arguments import checked
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


@checked
def find_ranges(
    low: ArrayLike,
    high: ArrayLike,
    weight: ArrayLike,
    total_low: ArrayLike,
    total_high: ArrayLike,
    *,
    wanted: ArrayLike,
) -> tuple[Floats, Floats]:
    """The least and the most of some of k figures.

    Parameters
    ----------
    low, high : (k,) float, what is known of each figure by itself: how it was rounded, or 0 to 100 where it is hidden
    weight : (e, k) float, with which the figures go into each of e totals
    total_low, total_high : (e,) float, what is known of the totals
    wanted : (m,) positions of the figures that are asked for

    Returns
    -------
    (m,), (m,) float

    Notes
    -----
    min and max of x_i over all x with low <= x <= high and total_low <= weight x <= total_high, by linear programmes
    (`scipy.optimize.linprog`, HiGHS), two for each figure that is asked for.

    Raises
    ------
    AnalysisError
        Shapes that do not fit, figures that cannot all be true.

    References
    ----------
    Hundepool et al. 2012, Statistical Disclosure Control.
    """
    low, high = np.atleast_1d(np.asarray(low, float)), np.atleast_1d(np.asarray(high, float))
    matrix = np.atleast_2d(np.asarray(weight, float))
    least, most = np.atleast_1d(np.asarray(total_low, float)), np.atleast_1d(np.asarray(total_high, float))
    if low.shape != high.shape or matrix.shape != (least.size, low.size) or least.shape != most.shape:
        raise AnalysisError("find_ranges", "k figures and (e, k) weights of e totals", f"weights {matrix.shape}")
    places = np.atleast_1d(np.asarray(wanted, np.int64))
    numbers = (low, high, matrix, least, most)
    fits = places.ndim == 1 and not np.any((places < 0) | (places >= low.size))
    if not fits or not all(np.isfinite(each).all() for each in numbers):
        raise AnalysisError("find_ranges", "finite numbers, and positions of figures", "others")
    bounds, both = np.column_stack([low, high]), np.concatenate([matrix, -matrix])
    ends = np.concatenate([most, -least])
    found = np.zeros((places.size, 2))
    for at, place in enumerate(places.tolist()):
        for side, sign in enumerate((1.0, -1.0)):
            aim = np.zeros(low.size)
            aim[place] = sign
            outcome = linprog(aim, A_ub=both, b_ub=ends, bounds=bounds.tolist(), method="highs")
            if outcome.status != 0 or outcome.x is None:
                raise AnalysisError("find_ranges", "figures that can all be true", str(outcome.message))
            found[at, side] = float(outcome.x[place])
    return found[:, 0], found[:, 1]
