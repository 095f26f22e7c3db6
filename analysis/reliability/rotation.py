"""Turning factors so that each item belongs to few of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
STEPS = 5000


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
    sum over the columns of the variance of the squared loadings is made largest. Each step takes T = U V' from the
    singular value decomposition U D V' of the criterion's slope, until T stays where it is.

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
    length = np.sqrt(np.square(table).sum(axis=1))
    rows = table / np.where(length > 0, length, 1.0)[:, None]
    turn = np.eye(table.shape[1])
    for _ in range(STEPS):
        turned = rows @ turn
        left, _size, right = np.linalg.svd(rows.T @ (turned**3 - turned * np.square(turned).mean(axis=0)))
        before, turn = turn, left @ right
        if np.abs(turn - before).max() < 1e-10:
            return np.asarray(table @ turn)
    raise AnalysisError("varimax", f"a rotation after {STEPS} steps", "none", "two factors are alike: take fewer")
