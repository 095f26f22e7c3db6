"""The beta-binomial likelihood, kept exact where its parameters are large."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from analysis.errors import AnalysisError
from analysis.schools.inputs import Floats
from analysis.schools.optimum import highest

LARGE = 30.0  # from here on Stirling's series is exact to the last digit
FURTHEST = 1e6  # M beyond this many times the largest school differs from no variance by less than a part in a million


@dataclass(frozen=True)
class BetaFit:
    """mu, M (`concentration`) and the log-likelihood there."""

    mu: float
    concentration: float
    loglik: float


def log_rising(a: ArrayLike, k: ArrayLike) -> Floats:
    """log(Gamma(a + k) / Gamma(a)) for a > 0, k >= 0.

    Notes
    -----
    The difference of two log-gammas loses its digits where a is large; there Stirling's series is subtracted term by
    term.
    """
    a, k = np.broadcast_arrays(np.asarray(a, float), np.asarray(k, float))
    big = np.maximum(a, LARGE)
    series = (big + k - 0.5) * np.log1p(k / big) - k + k * np.log(big) + _stirling(big + k) - _stirling(big)
    return np.asarray(np.where(a < LARGE, special.gammaln(a + k) - special.gammaln(a), series))


def _stirling(a: Floats) -> Floats:
    square = 1 / a**2
    return np.asarray((1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / a)


def digamma_rise(a: ArrayLike, k: ArrayLike) -> Floats:
    """digamma(a + k) - digamma(a) for a > 0, k >= 0: the derivative of `log_rising` by a."""
    a, k = np.broadcast_arrays(np.asarray(a, float), np.asarray(k, float))
    big = np.maximum(a, LARGE)
    series = np.log1p(k / big) + k / (2 * big * (big + k)) + _tail(big) - _tail(big + k)
    return np.asarray(np.where(a < LARGE, special.digamma(a + k) - special.digamma(a), series))


def _tail(a: Floats) -> Floats:
    square = 1 / a**2
    return np.asarray(square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240))))


def log_choose(y: Floats, n: Floats) -> float:
    """Sum of the logs of the binomial coefficients; gamma functions stand in where counts are fractional."""
    return float(np.sum(special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)))


def log_likelihood(y: Floats, n: Floats, mu: float, concentration: float) -> float:
    """Beta-binomial log-likelihood without the binomial coefficients; the binomial one where M is infinite."""
    if math.isinf(concentration):
        return float(np.sum(special.xlogy(y, mu) + special.xlog1py(n - y, -mu)))
    yes, no = log_rising(mu * concentration, y), log_rising((1 - mu) * concentration, n - y)
    return float(np.sum(yes + no - log_rising(concentration, n)))


def best_mean(y: Floats, n: Floats, concentration: float) -> float:
    """The mu of the highest likelihood at a given M; the likelihood is concave in mu."""
    sides = np.stack([y, n - y])

    def slope(mu: float) -> float:
        yes, no = digamma_rise(concentration * np.array([[mu], [1 - mu]]), sides).sum(axis=1)
        return float(yes - no)

    ends = 1e-12, 1 - 1e-12
    if not slope(ends[0]) > 0 > slope(ends[1]):
        got = f"{y.sum():g} of {n.sum():g}"
        raise AnalysisError("beta_binomial", "a common rate inside 0 to 1", got, "check the units")
    return float(optimize.brentq(slope, *ends, xtol=1e-14, rtol=1e-14))


def fit_beta(y: Floats, n: Floats) -> BetaFit:
    """Maximise over mu and M; M is infinite where no spread beyond the binomial is seen.

    `y` satisfied of `n` > 0, neither none nor all of them satisfied in all schools together.
    """
    most = math.log(FURTHEST * float(n.max()))

    def height(log_m: float) -> float:
        return log_likelihood(y, n, best_mean(y, n, math.exp(log_m)), math.exp(log_m))

    def slope(log_m: float) -> float:
        m = math.exp(log_m)
        mu = best_mean(y, n, m)
        rise = mu * digamma_rise(mu * m, y) + (1 - mu) * digamma_rise((1 - mu) * m, n - y) - digamma_rise(m, n)
        return float(m * np.sum(rise))

    pooled = float(y.sum() / n.sum())
    none = log_likelihood(y, n, pooled, math.inf)
    found = highest(height, slope, math.log(1e-6), most, points=25)
    constant = log_choose(y, n)
    if found >= most or height(found) <= none:
        return BetaFit(pooled, math.inf, none + constant)
    return BetaFit(best_mean(y, n, math.exp(found)), math.exp(found), height(found) + constant)
