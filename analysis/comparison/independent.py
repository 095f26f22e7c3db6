"""Estimates from samples that share nothing, such as those of different counties, against one of them or all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis import intervals
from analysis.arguments import checked
from analysis.comparison.pairs import adjust
from analysis.design import Floats
from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Departures:
    """How far each of k estimates lies from what it is compared with, in the unit of the estimates.

    value     : (k,) float, the estimate minus the reference; 0 for the reference itself
    se        : (k,) float; NaN where it is not defined
    low, high : (k,) float, each at `level` by itself
    df        : (k,) float, Satterthwaite's
    p         : (k,) float, two-sided, of one by itself; NaN for the reference itself
    p_holm    : (k,) float, Holm: the chance of any false difference among all
    p_bh      : (k,) float, Benjamini-Hochberg: the expected share of false differences among those shown
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    df: Floats
    p: Floats
    p_holm: Floats
    p_bh: Floats
    level: float


@checked
def compare_independent(
    value: ArrayLike, se: ArrayLike, df: ArrayLike, *, against: int | None = None, level: float = 0.95
) -> Departures:
    """Each of k independent estimates against their mean, or against one of them.

    Parameters
    ----------
    value : (k,) float, k at least 2
    se : (k,) float, above 0, in the unit of `value`
    df : (k,) float, 1 or more, degrees of freedom of each
    against : position of the reference; None: the mean of all k, each counting once
    level : of each interval by itself

    Returns
    -------
    Departures

    Notes
    -----
    d = C r with the contrasts C = I - 1/k, or I less the column of the reference. As nothing is shared, var(d_i) =
    sum_j C_ij^2 s_j^2: the mean holds the estimate itself, which is accounted for. t = d / se with Satterthwaite's
    degrees of freedom, (sum_j a_j)^2 / sum_j (a_j^2 / nu_j), a_j = C_ij^2 s_j^2.

    Raises
    ------
    AnalysisError
        Shapes, fewer than two, errors that are not above 0, degrees of freedom under 1, a position that is none.

    References
    ----------
    Satterthwaite 1946, Biometrics Bulletin 2:110. Holm 1979. Benjamini & Hochberg 1995, JRSS-B 57:289.
    """
    values, errors, degrees = (np.asarray(each, float) for each in (value, se, df))
    _check(values, errors, degrees, against)
    contrast = _contrasts(values.size, against)
    parts = contrast**2 * errors**2
    variance = parts.sum(axis=1)
    itself = variance == 0
    spread = np.where(itself, np.nan, np.sqrt(variance))
    nu = np.where(itself, np.nan, variance**2 / np.where(itself, 1.0, (parts**2 / degrees).sum(axis=1)))
    departure = contrast @ values
    p = np.asarray(2 * stats.t.sf(np.abs(departure) / spread, nu))
    low, high = intervals.wald(departure, spread, nu, level)
    return Departures(
        value=departure,
        se=spread,
        low=low,
        high=high,
        df=nu,
        p=p,
        p_holm=adjust(p, "holm"),
        p_bh=adjust(p, "benjamini-hochberg"),
        level=level,
    )


def _contrasts(size: int, against: int | None) -> NDArray[np.float64]:
    reference = np.full((size, size), 1 / size) if against is None else np.zeros((size, size))
    if against is not None:
        reference[:, against] = 1.0
    return np.eye(size) - reference


def _check(value: Floats, se: Floats, df: Floats, against: int | None) -> None:
    shapes = {each.shape for each in (value, se, df)}
    if len(shapes) > 1 or value.ndim != 1 or value.size < 2:
        raise AnalysisError("compare_independent", "value, se, df (k,) with k of 2 or more", f"shapes {sorted(shapes)}")
    if not np.isfinite(value).all() or not np.all((se > 0) & np.isfinite(se)) or not np.all(df >= 1):
        raise AnalysisError("compare_independent", "finite values, se above 0, df of 1 or more", "others")
    if against is not None and not 0 <= against < value.size:
        raise AnalysisError("compare_independent", f"a position from 0 to {value.size - 1}", str(against))
