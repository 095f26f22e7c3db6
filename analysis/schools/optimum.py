"""The highest point of a likelihood along one scale, found on a grid first so that a second peak is not missed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize

Line = Callable[[float], float]


def highest(height: Line, slope: Line, low: float, high: float, *, points: int = 40) -> float:
    """Where `height` is greatest between `low` and `high`.

    Parameters
    ----------
    height, slope : functions of one number, the second the derivative of the first
    low, high : ends of the search
    points : of the grid that finds the right peak

    Returns
    -------
    float; `low` or `high` itself where the height still rises there.

    Notes
    -----
    The root of the slope is found (Brent) rather than the top of the height, which is flat: a top is only known to
    the square root of the machine's precision.
    """
    grid = np.linspace(low, high, points)
    best = int(np.argmax([height(float(point)) for point in grid]))
    top, before, after = (float(grid[place]) for place in (best, max(best - 1, 0), min(best + 1, points - 1)))
    left, right = (top, after) if slope(top) > 0 else (before, top)
    if not slope(left) > 0 > slope(right):
        return top
    return float(optimize.brentq(slope, left, right, xtol=1e-13, rtol=1e-14))
