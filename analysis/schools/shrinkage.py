"""Beta-binomial empirical Bayes: a small school's rate is pulled towards the county's, a large one's hardly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.arguments import checked
from analysis.results import Notice
from analysis.schools.counting import BetaFit, fit_beta, log_choose
from analysis.schools.inputs import Fault, Floats, counts, refuse
from analysis.schools.rates import without_answers


@dataclass(frozen=True)
class BetaBinomial:
    """Stabilised rates of J schools.

    value         : (J,) posterior means, 0 to 1
    se            : (J,) posterior standard deviations; NaN where there is no posterior of the school's own
    low, high     : (J,) equal-tailed limits; NaN where `interval` is `none`
    raw           : (J,) y / n; NaN where a school has no answers
    n             : (J,) answers, or effective answers
    alpha, beta   : (J,) parameters of the posterior, y + mu M and n - y + (1 - mu) M; NaN where there is none
    mu            : the mean that schools are pulled to
    concentration : M, how many answers the pull is worth; infinite where schools show no variance, 0 where each
                    school is all satisfied or all dissatisfied
    loglik        : beta-binomial log-likelihood, with the binomial coefficients
    interval      : `beta`; `exact-county` where M is infinite; `none` where M is 0
    level, method
    notices       : `no_variance_between`, `schools_all_or_nothing`, `schools_without_answers`
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    raw: Floats
    n: Floats
    alpha: Floats
    beta: Floats
    mu: float
    concentration: float
    loglik: float
    level: float
    method: str
    interval: str
    notices: tuple[Notice, ...] = ()

    @property
    def intraclass(self) -> float:
        """1 / (1 + M), the correlation of two answers of one school under the model."""
        return 1 / (1 + self.concentration)


@checked
def beta_binomial(satisfied: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> BetaBinomial:
    """Stabilised rates by beta-binomial empirical Bayes.

    Parameters
    ----------
    satisfied : (J,) float, y, satisfied answers of each school; with weights the effective count n_eff p
    n : (J,) float, answers; with weights Kish's n_eff. 0 is a school without answers
    level : of the interval

    Returns
    -------
    BetaBinomial

    Notes
    -----
    y_j ~ Binomial(n_j, p_j), p_j ~ Beta(mu M, (1 - mu) M). mu and M maximise the likelihood, with gamma functions in
    place of factorials where counts are fractional. Posterior Beta(y_j + mu M, n_j - y_j + (1 - mu) M), mean
    (y_j + mu M) / (n_j + M). The limits take mu and M as known: with few schools they are somewhat too narrow.
    Without variance between schools M is infinite: every school has the county's rate, with the county's
    Clopper-Pearson limits and a Notice. Schools count as exchangeable; where their kind matters use `fay_herriot`.

    Raises
    ------
    AnalysisError
        Shapes, counts that are negative, not finite or more than n, fewer than two schools with answers, no school
        with more than one answer.

    References
    ----------
    Rao & Molina 2015, Small Area Estimation. Clopper & Pearson 1934, Biometrika 26:404.
    """
    y, size = counts("beta_binomial", satisfied, n, level=level)
    seen = size > 0
    if size.max() <= 1:
        hint = "variation between schools cannot be told from chance: join schools, or show the county's rate"
        refuse("beta_binomial", "a school with two answers", [Fault("one answer in every school", hint)])
    raw = np.where(seen, y / np.where(seen, size, 1.0), np.nan)
    fit = _fit(y[seen], size[seen])
    if math.isinf(fit.concentration):
        found = _county(fit.mu, size, level)
    else:
        found = _pulled(fit, y, size, level) if fit.concentration > 0 else _all_or_nothing(fit.mu, raw)
    return BetaBinomial(
        value=found.value,
        se=found.se,
        low=found.low,
        high=found.high,
        raw=raw,
        n=size,
        alpha=found.alpha,
        beta=found.beta,
        mu=fit.mu,
        concentration=fit.concentration,
        loglik=fit.loglik,
        level=level,
        method="beta-binomial empirical Bayes, maximum likelihood",
        interval=found.interval,
        notices=(*without_answers(~seen), *found.notices),
    )


@dataclass(frozen=True)
class _Posterior:
    """What is said of each school, (J,) each."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    alpha: Floats
    beta: Floats
    interval: str
    notices: tuple[Notice, ...] = ()


def _fit(y: Floats, n: Floats) -> BetaFit:
    none, every = y == 0, y == n
    if none.all() or every.all():
        return BetaFit(float(every[0]), math.inf, log_choose(y, n))
    if np.all(none | every):
        mu = float(np.mean(every))
        return BetaFit(mu, 0.0, float(np.sum(np.where(every, math.log(mu), math.log1p(-mu)))))
    return fit_beta(y, n)


def _pulled(fit: BetaFit, y: Floats, n: Floats, level: float) -> _Posterior:
    mu, m = fit.mu, fit.concentration
    alpha, beta = y + mu * m, n - y + (1 - mu) * m
    both, tail = alpha + beta, (1 - level) / 2
    se = np.sqrt(alpha * beta / (both + 1)) / both
    low, high = (np.asarray(cut(alpha, beta, tail), float) for cut in (special.betaincinv, special.betainccinv))
    return _Posterior(alpha / both, se, low, high, alpha, beta, "beta")


def _county(mu: float, n: Floats, level: float) -> _Posterior:
    low, high = _clopper_pearson(mu, float(n.sum()), level)
    value, nothing = np.full(n.shape, mu), np.full(n.shape, np.nan)
    limits = np.full(n.shape, low), np.full(n.shape, high)
    notice = Notice("no_variance_between", {"value": "county"})
    return _Posterior(value, nothing, *limits, nothing, nothing, "exact-county", (notice,))


def _all_or_nothing(mu: float, raw: Floats) -> _Posterior:
    seen, nothing = np.isfinite(raw), np.full(raw.shape, np.nan)
    notice = Notice("schools_all_or_nothing", {"schools": int(seen.sum())})
    value = np.where(seen, raw, mu)
    return _Posterior(value, nothing, nothing, nothing, nothing, nothing, "none", (notice,))


def _clopper_pearson(rate: float, n: float, level: float) -> tuple[float, float]:
    tail, yes, no = (1 - level) / 2, rate * n, (1 - rate) * n
    low = float(special.betaincinv(yes, no + 1, tail)) if yes > 0 else 0.0
    return low, float(special.betainccinv(yes + 1, no, tail)) if no > 0 else 1.0
