"""Classes of people who answer alike, and what unequal weights cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.arguments import checked
from analysis.design import number, some
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@checked
def kish_deff(weight: Floats) -> float:
    """Kish's design effect of unequal weights.

    Parameters
    ----------
    weight : (n,) float, > 0 and finite

    Returns
    -------
    n sum w^2 / (sum w)^2 = 1 + CV^2(w): by how much the weights alone widen the variance of a mean

    Raises
    ------
    AnalysisError
        No weights, or some that are not positive and finite.

    References
    ----------
    Kish 1965, Survey Sampling.
    """
    bad = ~(np.isfinite(weight) & (weight > 0))
    if weight.ndim != 1 or not weight.size or bad.any():
        got = f"shape {weight.shape}, {int(bad.sum())} others"
        raise AnalysisError("kish_deff", "weights (n,), positive and finite", got, "leave out who has no weight")
    return float(weight.size * np.square(weight).sum() / weight.sum() ** 2)


@checked
def class_factors(invited: Floats, responded: Floats, classes: Integers) -> Floats:
    """Weighting-class adjustment: invited / responded within each class.

    Parameters
    ----------
    invited, responded : (m,) counts of cells, 0 or more
    classes : (m,) int, 0 or more, the class of each cell

    Returns
    -------
    (m,) factor of the cell's class; NaN in a class where nobody responded, which no factor can represent: merge it

    Notes
    -----
    Non-response is taken as unrelated to the answer within a class (Oh & Scheuren 1983).

    Raises
    ------
    AnalysisError
        Shapes, negative counts, a class in which more responded than were invited (the roster is wrong).
    """
    shapes = {invited.shape, responded.shape, classes.shape}
    if len(shapes) > 1 or invited.ndim != 1 or not invited.size:
        raise AnalysisError("class_factors", "counts and classes (m,)", str(sorted(shapes)))
    if not (np.all(invited >= 0) and np.all(responded >= 0) and np.all(np.isfinite(invited + responded))):
        raise AnalysisError("class_factors", "counts of 0 or more", "negative or not finite ones")
    if classes.min() < 0:
        raise AnalysisError("class_factors", "classes of 0 or more", str(int(classes.min())))
    label, place = number(classes)
    asked, came = np.bincount(place, weights=invited), np.bincount(place, weights=responded)
    many = np.flatnonzero(came > asked)
    if many.size:
        got, hint = f"more in class {some(label[many])}", "the roster is wrong"
        raise AnalysisError("class_factors", "no more responses than invitations in a class", got, hint)
    return np.asarray(np.divide(asked, came, out=np.full(asked.size, np.nan), where=came > 0)[place])
