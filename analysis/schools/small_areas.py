"""Fay-Herriot: a school's own figure, weighed against what schools of its kind have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.arguments import checked
from analysis.results import Notice
from analysis.schools.inputs import Fault, Floats, Truths, at, columns, level_faults, refuse
from analysis.schools.optimum import highest
from analysis.schools.rates import without_answers

Likelihood = Literal["reml", "ml"]


@dataclass(frozen=True)
class FayHerriot:
    """Stabilised figures of J schools.

    value      : (J,) EBLUP, gamma direct + (1 - gamma) synthetic
    se         : (J,) square root of the mean squared error
    low, high  : (J,) value -+ z se
    gamma      : (J,) weight of the school's own figure, 0 to 1
    synthetic  : (J,) x'beta, what schools of this kind have
    beta       : (k,) intercept first; beta_se (k,) its standard errors
    between    : A, variance between schools that the covariates do not explain
    loglik     : ordinary log-likelihood at the estimates, whichever was maximised
    n          : schools with a figure of their own
    level, method, interval
    notices    : `no_variance_between`, `schools_without_answers`
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    gamma: Floats
    synthetic: Floats
    beta: Floats
    beta_se: Floats
    between: float
    loglik: float
    n: int
    level: float
    method: str
    interval: str
    notices: tuple[Notice, ...] = ()

    @property
    def mse(self) -> Floats:
        """(J,) mean squared errors."""
        return np.asarray(self.se**2)


@dataclass(frozen=True)
class _Regression:
    """Generalised least squares at one A: v = 1 / (A + D), beta, (X'VX)^-1, residuals."""

    v: Floats
    beta: Floats
    inverse: Floats
    residual: Floats


@checked
def fay_herriot(
    direct: ArrayLike,
    variance: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    likelihood: Likelihood = "reml",
    level: float = 0.95,
) -> FayHerriot:
    """Empirical best linear unbiased prediction of school figures under the area-level model.

    Parameters
    ----------
    direct : (J,) float, each school's own estimate; NaN where it has none (its value is then the synthetic one)
    variance : (J,) float, > 0, its sampling variance, taken as known; see `smoothed_variances`
    covariates : (J, k) float, known for every school, without the intercept; None for the intercept alone
    likelihood : `reml` (default) or `ml`
    level : of the interval

    Returns
    -------
    FayHerriot

    Notes
    -----
    direct_j = x_j'beta + v_j + e_j, v_j ~ N(0, A), e_j ~ N(0, D_j). A maximises the (restricted) likelihood over
    A >= 0. gamma_j = A / (A + D_j). MSE = g1 + g2 + 2 g3 with
    g1 = gamma D, g2 = (1 - gamma)^2 x'(X'V^-1 X)^-1 x, g3 = D^2 / (A + D)^3 * 2 / sum (A + D)^-2; under ML minus
    b (1 - gamma)^2 for the bias b of A. Where A = 0 every school gets its synthetic value, with a Notice, and the MSE
    is rough. Normal errors are assumed, and variances that are known.

    Raises
    ------
    AnalysisError
        Shapes, variances not positive, values not finite, covariates that repeat each other, fewer schools than
        coefficients plus one.

    References
    ----------
    Fay & Herriot 1979, JASA 74:269. Prasad & Rao 1990, JASA 85:163. Datta & Lahiri 2000, Statistica Sinica 10:613.
    Rao & Molina 2015, Small Area Estimation.
    """
    y, d, x = _checked(direct, variance, covariates, likelihood, level)
    known = ~np.isnan(y)
    between = _variance_between(y[known], d[known], x[known], likelihood)
    fit = _regress(between, y[known], d[known], x[known])
    synthetic = x @ fit.beta
    gamma = between / (between + d)
    value = np.where(known, synthetic + gamma * (np.nan_to_num(y) - synthetic), synthetic)
    se = np.sqrt(_mse(between, gamma, fit, d, x, x[known], likelihood))
    half = float(special.ndtri(0.5 + level / 2)) * se
    empty = Notice("no_variance_between", {"value": "synthetic"})
    return FayHerriot(
        value=value,
        se=se,
        low=value - half,
        high=value + half,
        gamma=gamma,
        synthetic=synthetic,
        beta=fit.beta,
        beta_se=np.sqrt(np.diag(fit.inverse)),
        between=between,
        loglik=float(np.sum(np.log(fit.v / (2 * math.pi)) - fit.v * fit.residual**2) / 2),
        n=int(known.sum()),
        level=level,
        method=f"Fay-Herriot, {likelihood.upper()}, MSE after Prasad & Rao",
        interval="normal",
        notices=(*without_answers(~known), *((empty,) if between == 0 else ())),
    )


def _checked(
    direct: ArrayLike, variance: ArrayLike, covariates: ArrayLike | None, likelihood: str, level: float
) -> tuple[Floats, Floats, Floats]:
    y, d = columns("fay_herriot", direct=direct, variance=variance)
    given = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, float)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or given.shape[0] != y.size:
        refuse("fay_herriot", f"covariates ({y.size}, k)", [Fault(f"shape {given.shape}")])
    x = np.column_stack([np.ones(y.size), given])
    known = ~np.isnan(y)
    faults = at(np.isinf(y), "infinite direct value")
    hint = "a school whose answers are all alike has none of its own: take smoothed_variances"
    faults += at(known & ~(np.isfinite(d) & (d > 0)), "variance not positive and finite", hint)
    faults += at(~np.all(np.isfinite(x), axis=1), "covariate missing or infinite", "leave the school out or fill it in")
    if likelihood not in ("reml", "ml"):
        faults.append(Fault(f"likelihood {likelihood!r}", "reml or ml"))
    faults += level_faults(level) or _rank_faults(x, known)
    refuse("fay_herriot", "direct values with variances > 0 and covariates of full rank", faults)
    return y, np.where(known, d, np.inf), x


def _rank_faults(x: Floats, known: Truths) -> list[Fault]:
    count, k = int(known.sum()), x.shape[1]
    if count <= k:
        return [Fault(f"{count} schools with a value for {k} coefficients", "fewer covariates or more schools")]
    if np.all(np.isfinite(x)):
        scale = np.max(np.abs(x[known]), axis=0)
        if np.any(scale == 0) or np.linalg.matrix_rank(x[known] / scale) < k:
            return [Fault("covariates that repeat each other or the intercept", "leave one of them out")]
    return []


def _regress(between: float, y: Floats, d: Floats, x: Floats) -> _Regression:
    v = 1 / (between + d)
    q, r = np.linalg.qr(np.sqrt(v)[:, None] * x)
    beta = np.linalg.solve(r, q.T @ (np.sqrt(v) * y))
    root = np.linalg.inv(r)
    return _Regression(v, beta, root @ root.T, y - x @ beta)


def _variance_between(y: Floats, d: Floats, x: Floats, likelihood: Likelihood) -> float:
    """A >= 0 that maximises the likelihood, searched on the scale of log A."""
    restricted = likelihood == "reml"

    def height(between: float) -> float:
        fit = _regress(between, y, d, x)
        value = float(np.sum(np.log(fit.v) - fit.v * fit.residual**2))
        return value + (float(np.linalg.slogdet(fit.inverse)[1]) if restricted else 0.0)

    def slope(between: float) -> float:
        fit = _regress(between, y, d, x)
        trace = np.sum(fit.inverse * ((x.T * fit.v**2) @ x)) if restricted else 0.0
        return float(np.sum((fit.v * fit.residual) ** 2) - np.sum(fit.v) + trace)

    low, high = math.log(1e-8 * float(d.min())), math.log(100 * (float(np.var(y)) + float(d.max())))
    found = math.exp(highest(lambda t: height(math.exp(t)), lambda t: slope(math.exp(t)), low, high, points=60))
    return found if found > 1.001 * math.exp(low) and height(found) > height(0.0) else 0.0


def _mse(
    between: float, gamma: Floats, fit: _Regression, d: Floats, x: Floats, known: Floats, likelihood: Likelihood
) -> Floats:
    """g1 + g2 + 2 g3, and under ML what the bias of A takes from g1; d is infinite where there is no direct value."""
    rest = 1 - gamma
    information = np.sum(fit.v**2)
    g1 = between * rest
    g2 = rest**2 * np.sum((x @ fit.inverse) * x, axis=1)
    g3 = rest**2 / (between + d) * 2 / information
    if likelihood == "reml":
        return np.asarray(g1 + g2 + 2 * g3)
    bias = -np.sum(fit.inverse * ((known.T * fit.v**2) @ known)) / information
    return np.asarray(g1 + g2 + 2 * g3 - bias * rest**2)
