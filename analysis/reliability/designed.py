"""Cronbach's alpha with an error that knows who was drawn from where."""

from __future__ import annotations

import numpy as np

from analysis import intervals
from analysis.arguments import checked
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, estimate
from analysis.reliability.rows import complete_rows, covariance_of
from analysis.results import Estimate
from analysis.variance import Lone

CERTAIN = 1e-9  # what is left of 1 - alpha where all items say the same


@checked
def design_alpha(design: Design, answers: Floats, *, level: float = 0.95, lone: Lone = "error") -> Estimate:
    """Cronbach's alpha of the weighted covariance, with a linearised error.

    Parameters
    ----------
    design : Design
    answers : (n, k) float, NaN where missing; only complete rows count
    level : of confidence
    lone : see `analysis.variance.covariance`

    Returns
    -------
    Estimate; without error and interval where alpha is 1 or the design has no degrees of freedom

    Notes
    -----
    alpha = k / (k - 1) (1 - A / B), A the sum of the variances of the items and B the variance of their sum. Both are
    weighted means of squares a_i, b_i of centred rows, so that the influence of row i on alpha is
    - k / (k - 1) w_i / sum w ((a_i - A) / B - A (b_i - B) / B^2); that of the centring vanishes. Limits are made for
    log(1 - alpha), whose distribution is nearly symmetric (Bonett 2002), with Student's t.

    Raises
    ------
    AnalysisError
        As `analysis.reliability.alpha`; a sum of the items that does not vary.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Bonett 2002, Journal of Educational and Behavioral
    Statistics 27:335.
    """
    rows = complete_rows("design_alpha", answers, design.weight)
    k = rows.answers.shape[1]
    covariance = covariance_of(rows)
    parts, whole = float(np.trace(covariance)), float(covariance.sum())
    if not whole > CERTAIN * parts:
        raise AnalysisError("design_alpha", "items whose sum varies", "a sum that does not", "turn reversed items")
    scale = k / (k - 1)
    value = scale * (1 - parts / whole)
    centred = rows.answers - np.average(rows.answers, axis=0, weights=rows.weight)
    own, total = np.square(centred).sum(axis=1) - parts, np.square(centred.sum(axis=1)) - whole
    influence = np.zeros((design.weight.size, 1))
    influence[rows.kept, 0] = -scale * rows.weight / rows.weight.sum() * (own / whole - parts * total / whole**2)
    statistic = Statistic(np.array([value]), influence, rows.kept[:, None], "alpha")
    found = estimate(design, statistic, level=level, lone=lone)
    return _estimate(value, float(found.se[0]), int(found.df[0]), rows.answers.shape[0], rows.n_eff, level)


def _estimate(value: float, se: float, df: int, n: int, n_eff: float, level: float) -> Estimate:
    known = df >= 1 and se > 0 and 1 - value > CERTAIN
    low = high = None
    if known:
        ends = intervals.wald(np.log(1 - value), se / (1 - value), df, level)
        high, low = (float(1 - np.exp(end)) for end in ends)
    return Estimate(
        value=value,
        se=se if known else None,
        low=low,
        high=high,
        n=n,
        n_eff=n_eff,
        df=df,
        level=level,
        method="alpha of the weighted covariance; linearised, clusters within strata",
        interval="log-t" if known else "none",
    )
