"""What a score would be if those who did not answer were so much less, or more, satisfied than those who did."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.uncertainty import Bounds

Floats = NDArray[np.float64]


@checked
def falls(bounds: Bounds, gap: ArrayLike) -> Floats:
    """How far each group falls if its silent are less satisfied by a gap.

    Parameters
    ----------
    bounds : Bounds of G groups, see `analysis.uncertainty.nonresponse_bounds`
    gap : (m,) how much less satisfied the silent are than those who answered, -1 to 1; negative: more satisfied

    Returns
    -------
    (m, G) float, how much lower the share of the whole group is than that of those who answered; negative: higher;
    NaN where nobody answered

    Notes
    -----
    The silent of a group of whom p are satisfied among those who answered have p - d, but no less than 0 and no more
    than 1, so the group falls by

        (1 - R) (p - clip(p - d, 0, 1))

    which is (1 - R) d until the scale ends. A gap of 0 is a fall of exactly 0. A composite falls by the weighted sum.

    Raises
    ------
    AnalysisError
        Gaps outside -1 to 1.
    """
    d = np.atleast_1d(np.asarray(gap, float))
    if d.ndim != 1 or not np.all(np.abs(d) <= 1):
        raise AnalysisError("falls", "gaps (m,) from -1 to 1", str(d.tolist()))
    left = np.clip(bounds.value - d[:, None], 0.0, 1.0)
    fall = (1 - bounds.response_rate) * (bounds.value - left)
    return np.asarray(np.where(d[:, None] == 0, 0.0 * bounds.value, fall))


@checked
def crossing(bounds: Bounds, weight: ArrayLike, distance: float) -> float | None:
    """The gap at which a composite has fallen by a distance, the same gap in all groups.

    Parameters
    ----------
    bounds : Bounds of G groups that answered
    weight : (G,) W_g, 0 or more; 0 leaves a group as it is. They need not sum to 1: what is not in them stays
    distance : how far the composite is above its line; negative: below it

    Returns
    -------
    The gap, or None where not even the worst (or best) case takes the composite that far. Where the composite cannot
    fall and is on its line, 0.

    Notes
    -----
    The fall of the composite is a rising line with bends where the silent of a group are at an end of the scale; the
    gap is read off between two bends. Before the first bend it is `CompositeBounds.tipping_gap`.

    Raises
    ------
    AnalysisError
        Weights that do not fit the groups or are negative, a group with a weight that did not answer.
    """
    w = np.atleast_1d(np.asarray(weight, float))
    if w.shape != bounds.value.shape or not np.all(w >= 0) or np.isnan(bounds.value[w > 0]).any():
        expected = f"{bounds.value.size} weights of 0 or more, of groups that answered"
        raise AnalysisError("crossing", expected, str(w.tolist()))
    p = bounds.value[w > 0]
    bends = np.unique(np.concatenate([[-1.0, 0.0, 1.0], p, p - 1]))
    fall = np.nan_to_num(falls(bounds, bends)) @ w
    if not fall[0] <= distance <= fall[-1]:
        return None
    return _read_off(bends, fall, distance)


def _read_off(bends: Floats, fall: Floats, distance: float) -> float:
    """Where a line through (0, 0) that rises, and is level at its ends, is at `distance`, as near to 0 as can be."""
    side = np.sign(distance)
    way = bends * side >= 0
    steps, climbed = np.sort(bends[way] * side), np.sort(fall[way] * side)
    rising = np.diff(climbed, prepend=-np.inf) > 0
    return float(side * np.interp(distance * side, climbed[rising], steps[rising]))
