"""Turning factors so that each item belongs to few of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
ROUNDS = 1000
STILL = 1e-10  # radians; turns smaller than this are no turns
FLAT = 1e-13  # rows have length 1 or less: what is left of their criterion is rounding error


@checked
def varimax(loadings: Floats) -> Floats:
    """Kaiser-normalised varimax.

    Parameters
    ----------
    loadings : (k, m) float

    Returns
    -------
    (k, m) float, L T with T orthogonal; columns and signs in no particular order. Communalities do not change.

    Notes
    -----
    Each row is first scaled to length 1 (Kaiser), so that items with small communalities count as much as others; then
    the sum over the columns of the variance of the squared loadings is made largest. Two columns at a time are turned
    by the angle that is best for them, which has a closed form, until no pair turns any more.

    Raises
    ------
    AnalysisError
        Not a finite table of at least as many items as factors; no convergence.

    References
    ----------
    Kaiser 1958, Psychometrika 23:187.
    """
    table = np.asarray(loadings, float)
    if table.ndim != 2 or not 1 <= table.shape[1] <= table.shape[0] or not np.isfinite(table).all():
        raise AnalysisError("varimax", "finite loadings (k, m), m at most k", f"an array of shape {table.shape}")
    length = np.sqrt(np.square(table).sum(axis=1, keepdims=True))
    turned = table / np.where(length > 0, length, 1.0)
    for _ in range(ROUNDS):
        angles = [_turn(turned, pair) for pair in combinations(range(table.shape[1]), 2)]
        if max(map(abs, angles), default=0.0) < STILL:
            return np.asarray(turned * length)
    raise AnalysisError("varimax", f"a rotation after {ROUNDS} rounds", "none", "two factors are alike: take fewer")


def _turn(loadings: Floats, pair: tuple[int, int]) -> float:
    """Turn two columns in place by their best angle, and give that angle."""
    x, y = loadings[:, pair].T
    u, v = x**2 - y**2, 2 * x * y
    across = 2 * (np.sum(u * v) - u.sum() * v.sum() / u.size)
    along = np.sum(u**2 - v**2) - (u.sum() ** 2 - v.sum() ** 2) / u.size
    if np.hypot(across, along) < FLAT * u.size:
        return 0.0  # every angle is as good
    angle = float(np.arctan2(across, along)) / 4
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    loadings[:, pair] = loadings[:, pair] @ turn
    return angle
