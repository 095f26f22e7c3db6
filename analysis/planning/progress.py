"""How precise a survey will be that is still under way: from numbers of answers alone, never from what was answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked, together
from analysis.planning.sizes import half_width, normal_quantile, require

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Precision:
    """Half-widths of intervals, 0 to 1.

    group     : (G,) of each group's own; NaN where it has no answers
    composite : of the composite; NaN where a group that counts has none
    level     : of confidence
    """

    group: Floats
    composite: float
    level: float


@checked
def precision(
    answers: ArrayLike,
    weight: ArrayLike,
    *,
    share: ArrayLike = 0.85,
    deff: ArrayLike = 1.0,
    population: ArrayLike = np.inf,
    level: float = 0.95,
) -> Precision:
    """Half-widths that these numbers of answers buy, of each group and of the composite.

    Parameters
    ----------
    answers : (G,) n_g, 0 or more
    weight : (G,) W_g, weights of the groups in the composite, 0 or more; they need not sum to 1
    share : (G,) or number, assumed proportion of each group, 0 to 1
    deff : (G,) or number, design effects
    population : (G,) or number, N_g, people of each group; infinite where not known
    level : of confidence

    Returns
    -------
    Precision

    Notes
    -----
    Of a group as `half_width`; of the composite z SE with SE^2 = sum_g W_g^2 p_g (1 - p_g) deff_g (1 / n_g - 1 / N_g),
    the weights scaled to 1, as in `allocate`. Where there are more answers than people the number of people is wrong:
    it is taken as not known, which makes the interval wider.

    Raises
    ------
    AnalysisError
        Everything that is outside its range; weights without a positive sum.

    References
    ----------
    Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
    """
    n, w, p, d, people = np.atleast_1d(
        *together("precision", answers=answers, weight=weight, share=share, deff=deff, population=population)
    )
    require(
        "precision",
        answers_of_0_or_more=(n >= 0) & np.isfinite(n),
        weights_of_0_or_more_with_a_positive_sum=np.all(np.isfinite(w)) and np.all(w >= 0) and w.sum() > 0,
        share_from_0_to_1=(p >= 0) & (p <= 1),
        deff_positive_and_finite=(d > 0) & np.isfinite(d),
        population_of_0_or_more=people >= 0,
    )
    people, asked = np.where(n > people, np.inf, people), np.maximum(n, 1)
    own = half_width(asked, share=p, deff=d, population=np.maximum(people, asked), level=level)
    part = (w / w.sum()) ** 2 * p * (1 - p) * d * np.maximum(0, 1 / asked - 1 / np.maximum(people, asked))
    silent = bool(np.any((n < 1) & (w > 0)))
    whole = np.nan if silent else normal_quantile(level) * np.sqrt(part[w > 0].sum())
    return Precision(np.where(n < 1, np.nan, own), float(whole), level)


@checked
def project(
    answers: ArrayLike, arrived: ArrayLike, *, within: float, left: float, population: ArrayLike = np.inf
) -> Floats:
    """Answers at the end, if they go on coming as they did lately.

    Parameters
    ----------
    answers : (k,) n, so far, 0 or more
    arrived : (k,) a, those of them that came lately, 0 or more
    within : the time in which they came, above 0
    left : the time until the end, 0 or more, in the same unit
    population : (k,) N, people, 0 or more; infinite where not known

    Returns
    -------
    (k,) float
        max(n, min(N, n + a left / within)): no more than there are people, unless there are already

    Raises
    ------
    AnalysisError
        Everything that is outside its range.
    """
    n, came, people = np.atleast_1d(*together("project", answers=answers, arrived=arrived, population=population))
    require(
        "project",
        answers_of_0_or_more=(n >= 0) & np.isfinite(n),
        arrivals_of_0_or_more=(came >= 0) & np.isfinite(came),
        a_time_above_0=np.isfinite(within) and within > 0,
        a_time_left_of_0_or_more=np.isfinite(left) and left >= 0,
        population_of_0_or_more=people >= 0,
    )
    return np.asarray(np.maximum(n, np.minimum(people, n + came * left / within)))
