"""A mixed model with a random school: what answers have in common because they come from one school."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked
from analysis.results import Notice
from analysis.schools.inputs import Fault, Floats, at, columns, not_positions, refuse, too_few
from analysis.schools.optimum import highest
from analysis.schools.rates import without_answers

Likelihood = Literal["reml", "ml"]


@dataclass(frozen=True)
class MixedModel:
    """A linear model with a random intercept for each of J schools.

    value     : (k,) fixed effects, intercept first
    se        : (k,) their standard errors
    between   : variance of the school effects
    within    : variance of answers within a school
    icc       : between / (between + within)
    effect    : (J,) predicted school effects (BLUP); 0 for a school without answers
    effect_se : (J,) their conditional standard deviations, given the estimated parameters
    loglik    : the log-likelihood that was maximised
    n         : (J,) answers of each school
    method    : likelihood and model
    notices   : `no_variance_between`, `schools_without_answers`
    """

    value: Floats
    se: Floats
    between: float
    within: float
    icc: float
    effect: Floats
    effect_se: Floats
    loglik: float
    n: NDArray[np.int64]
    method: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class _Sums:
    """All that the likelihood needs of [x, y]: cross-products within schools, means by school (J, k + 1), counts."""

    within: Floats
    mean: Floats
    n: NDArray[np.int64]


@dataclass(frozen=True)
class _Profile:
    """The likelihood at one T / S: beta, (X'V^-1 X)^-1 for V = I + T / S J, the weighted sum of squares."""

    beta: Floats
    inverse: Floats
    squares: float
    residual: Floats  # (J,) sums by school


@checked
def mixed_model(
    values: ArrayLike,
    school: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    schools: int | None = None,
    likelihood: Likelihood = "reml",
) -> MixedModel:
    """Random-intercept model by (restricted) maximum likelihood.

    Parameters
    ----------
    values : (n,) float, scores; NaN is no valid answer
    school : (n,) int, position of the school, -1 for people of no school
    covariates : (n, k) float, without the intercept; rows with a NaN are left out
    schools : J, how many schools there are; None is the highest position plus 1
    likelihood : `reml` (default) or `ml`

    Returns
    -------
    MixedModel

    Notes
    -----
    y_ij = x_ij'beta + u_i + e_ij, u_i ~ N(0, T), e_ij ~ N(0, S). The likelihood is profiled to one number, T / S, and
    needs only sums by school: a million answers cost as much as their sums. BLUP
    u_i = n_i T / (n_i T + S) (mean residual of school i). Unweighted: survey weights have no agreed place in this
    likelihood, and design-based figures are elsewhere. Where T = 0 all effects are 0, with a Notice.

    Raises
    ------
    AnalysisError
        Shapes, infinite values, fewer than two schools, one answer in every school, answers that do not differ within
        any school, covariates that repeat each other.

    References
    ----------
    Laird & Ware 1982, Biometrics 38:963. Bates et al. 2015, Journal of Statistical Software 67(1).
    """
    y, place, x, size = _rows(values, school, covariates, schools, likelihood)
    middle = float(y.mean())
    sums = _sums(np.column_stack([x, y - middle]), place, size)
    refuse("mixed_model", "answers that differ within schools", _nothing_left(sums, float(np.sum((y - middle) ** 2))))
    freedom = y.size - (x.shape[1] if likelihood == "reml" else 0)
    ratio = _variance_ratio(sums, freedom, likelihood)
    fit = _profile(ratio, sums)
    within = fit.squares / freedom
    factor = ratio / (1 + ratio * sums.n)
    beta = fit.beta.copy()
    beta[0] += middle
    alike = Notice("no_variance_between", {"value": "county"})
    return MixedModel(
        value=beta,
        se=np.sqrt(within * np.diag(fit.inverse)),
        between=ratio * within,
        within=within,
        icc=ratio / (1 + ratio),
        effect=factor * fit.residual + 0.0,  # no -0.0 where there is no variance
        effect_se=np.sqrt(within * factor),
        loglik=_height(ratio, sums, freedom, likelihood) - freedom / 2 * (1 + math.log(2 * math.pi / freedom)),
        n=sums.n,
        method=f"random intercept, {likelihood.upper()}",
        notices=(*without_answers(sums.n == 0), *((alike,) if ratio == 0 else ())),
    )


def _rows(
    values: ArrayLike, school: ArrayLike, covariates: ArrayLike | None, schools: int | None, likelihood: str
) -> tuple[Floats, NDArray[np.int64], Floats, int]:
    y, place = columns("mixed_model", values=values, school=school)
    given = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, float)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or given.shape[0] != y.size:
        refuse("mixed_model", f"covariates ({y.size}, k)", [Fault(f"shape {given.shape}")])
    size = int(np.max(place, initial=-1, where=np.isfinite(place))) + 1 if schools is None else schools
    wrong = not_positions(place, size)
    faults = at(np.isinf(y), "infinite value") + at(np.any(np.isinf(given), axis=1), "infinite covariate")
    faults += at(wrong, f"no position of a school, -1 to {size - 1},")
    if likelihood not in ("reml", "ml"):
        faults.append(Fault(f"likelihood {likelihood!r}", "reml or ml"))
    inside = np.isfinite(y) & np.all(np.isfinite(given), axis=1) & ~wrong & (place >= 0)
    x = np.column_stack([np.ones(int(inside.sum())), given[inside]])
    at_school = place[inside].astype(np.int64)
    refuse("mixed_model", "answers that differ within two schools or more", faults + _spread(y[inside], at_school, x))
    return y[inside], at_school, x, size


def _spread(y: Floats, school: NDArray[np.int64], x: Floats) -> list[Fault]:
    """Why the two variances could not be told apart."""
    n = np.bincount(school, minlength=1)
    faults = too_few(int(np.sum(n > 0)), 2)
    if n.max() < 2:
        return [*faults, Fault("one answer in every school", "what is school and what is person cannot be told apart")]
    scale = np.max(np.abs(x), axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(x / scale) < x.shape[1]:
        faults.append(Fault("covariates that repeat each other or the intercept", "leave one of them out"))
    return faults


def _sums(table: Floats, school: NDArray[np.int64], size: int) -> _Sums:
    n = np.bincount(school, minlength=size)
    total = np.column_stack([np.bincount(school, column, size) for column in table.T])
    mean = np.asarray(total / np.maximum(n, 1)[:, None], float)
    away = table - mean[school]
    return _Sums(away.T @ away, mean, n)


def _nothing_left(sums: _Sums, total: float) -> list[Fault]:
    """A fault where schools and covariates leave no difference between answers."""
    beta = np.linalg.lstsq(sums.within[:-1, :-1], sums.within[:-1, -1], rcond=1e-10)[0]
    left = sums.within[-1, -1] - sums.within[:-1, -1] @ beta
    hint = "there is nothing to model: show the schools' values"
    return [] if left > 1e-12 * total else [Fault("answers that schools and covariates explain entirely", hint)]


def _profile(ratio: float, sums: _Sums) -> _Profile:
    weight = sums.n / (1 + ratio * sums.n)
    gram = sums.within + (sums.mean.T * weight) @ sums.mean
    inverse = np.asarray(np.linalg.inv(gram[:-1, :-1]), float)
    beta = inverse @ gram[:-1, -1]
    squares = float(gram[-1, -1] - gram[:-1, -1] @ beta)
    return _Profile(beta, inverse, squares, sums.n * (sums.mean[:, -1] - sums.mean[:, :-1] @ beta))


def _height(ratio: float, sums: _Sums, freedom: int, likelihood: str) -> float:
    """The profiled log-likelihood, up to a constant."""
    fit = _profile(ratio, sums)
    value = -freedom * math.log(fit.squares) - float(np.sum(np.log1p(ratio * sums.n)))
    return (value + (float(np.linalg.slogdet(fit.inverse)[1]) if likelihood == "reml" else 0.0)) / 2


def _slope(ratio: float, sums: _Sums, freedom: int, likelihood: str) -> float:
    """Its derivative by the ratio."""
    fit = _profile(ratio, sums)
    shrink = 1 / (1 + ratio * sums.n)
    value = freedom / fit.squares * float(np.sum((shrink * fit.residual) ** 2)) - float(sums.n @ shrink)
    if likelihood == "reml":
        x = sums.mean[:, :-1] * sums.n[:, None]
        value += float(np.sum(fit.inverse * ((x.T * shrink**2) @ x)))
    return value / 2


def _variance_ratio(sums: _Sums, freedom: int, likelihood: str) -> float:
    low, high = math.log(1e-9), math.log(1e7)
    found = math.exp(
        highest(
            lambda t: _height(math.exp(t), sums, freedom, likelihood),
            lambda t: _slope(math.exp(t), sums, freedom, likelihood),
            low,
            high,
            points=60,
        )
    )
    better = _height(found, sums, freedom, likelihood) > _height(0.0, sums, freedom, likelihood)
    return found if better and found > 1.001 * math.exp(low) else 0.0
