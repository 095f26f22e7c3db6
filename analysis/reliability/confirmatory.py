"""Confirmatory factor analysis: each item belongs to one factor, the factors are correlated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.reliability.factors import LEAST, heywood, refuse_unsettled
from analysis.reliability.rows import Floats, complete_rows, correlation_of
from analysis.results import HypothesisTest, Notice

CLOSE = 0.999  # correlations of factors are kept inside it; beyond it two factors are one
FAR = 1e10  # what the discrepancy counts as where the implied matrix is no covariance matrix


@dataclass(frozen=True)
class Confirmatory:
    """A fixed simple structure of k items and m factors.

    loadings   : (k,) standardised, of each item on its factor
    uniqueness : (k,) share of an item's variance that its factor does not explain
    correlation: (m, m) of the factors
    test       : chi-square of "the structure holds", n times the minimum; None without degrees of freedom
    cfi, tli   : comparative fit and Tucker-Lewis index; None where they are not defined
    rmsea      : root mean square error of approximation; None without degrees of freedom
    srmr       : root mean square of the residual correlations
    df         : k (k + 1) / 2 - 2 k - m (m - 1) / 2
    n          : complete rows; dropped: rows left out because an answer was missing
    """

    loadings: Floats
    uniqueness: Floats
    correlation: Floats
    test: HypothesisTest | None
    cfi: float | None
    tli: float | None
    rmsea: float | None
    srmr: float
    df: int
    n: int
    dropped: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Structure:
    """Which factor each item belongs to, (k,), and the pairs of factors, two arrays (m (m - 1) / 2,)."""

    factor: NDArray[np.int64]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]

    @property
    def factors(self) -> int:
        return int(self.factor.max()) + 1

    @property
    def df(self) -> int:
        k = self.factor.size
        return k * (k + 1) // 2 - 2 * k - self.pairs[0].size


@checked
def confirmatory(answers: ArrayLike, factor: Sequence[int]) -> Confirmatory:
    """Fit a fixed simple structure with correlated factors by maximum likelihood.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing
    factor : (k,) position of each item's factor, 0 to m - 1; at least two items each, three where there is one factor

    Returns
    -------
    Confirmatory

    Notes
    -----
    Sigma = L Phi L' + Psi minimises log |Sigma| + tr(R Sigma^-1) - log |R| - k. The structure does not depend on the
    items' units, so that correlations give the same fit and the standardised loadings at once. With X = n times the
    minimum, d its degrees of freedom, and X0, d0 those of uncorrelated items: CFI = 1 - max(X - d, 0) /
    max(X - d, X0 - d0, 0), TLI = 1 - (X - d) d0 / ((X0 - d0) d), RMSEA = sqrt(max(X - d, 0) / (d n)); SRMR is taken
    over k (k + 1) / 2 entries. Independent people and normal answers are supposed; no weights.

    Raises
    ------
    AnalysisError
        A structure that cannot be identified, fewer rows than items, a constant item, a singular correlation matrix,
        no convergence, infinite answers.

    References
    ----------
    Jöreskog 1969, Psychometrika 34:183. Bentler 1990, Psychological Bulletin 107:238. Hu & Bentler 1999, Structural
    Equation Modeling 6:1.
    """
    rows = complete_rows("confirmatory", answers)
    structure = _structure(np.asarray(list(factor)), rows.answers.shape[1])
    correlation, _ = correlation_of("confirmatory", rows)
    found, minimum = _fit(correlation, structure)
    loadings, uniqueness, phi = _unpack(found, structure)
    sign = np.where(np.bincount(structure.factor, loadings) < 0, -1.0, 1.0)
    implied = _implied(loadings, uniqueness, phi, structure)
    n, k = rows.answers.shape
    cfi, tli, rmsea = _indices(n * minimum, structure.df, -n * float(np.linalg.slogdet(correlation)[1]), k, n)
    phi = phi * np.outer(sign, sign)
    return Confirmatory(
        loadings=loadings * sign[structure.factor],
        uniqueness=uniqueness,
        correlation=phi,
        test=_test(n * minimum, structure.df, n),
        cfi=cfi,
        tli=tli,
        rmsea=rmsea,
        srmr=float(np.sqrt(np.mean(np.square(correlation - implied)[np.tril_indices(k)]))),
        df=structure.df,
        n=n,
        dropped=rows.dropped,
        notices=heywood(uniqueness) + _alike(phi),
    )


def _structure(factor: NDArray[np.int64], k: int) -> Structure:
    hint = "two or more items for each factor, three or more where there is one"
    if factor.shape != (k,) or factor.dtype.kind not in "iu" or factor.min() < 0:
        got = f"{factor.tolist()} for {k} items"
        raise AnalysisError("confirmatory", "for each item the position of its factor", got, hint)
    counts = np.bincount(factor)
    lower, upper = np.triu_indices(counts.size, 1)
    found = Structure(factor, (lower, upper))
    if counts.min() < 2 or found.df < 0:
        raise AnalysisError("confirmatory", "enough items for each factor", f"{counts.tolist()} items", hint)
    return found


def _fit(correlation: Floats, structure: Structure) -> tuple[Floats, float]:
    k, pairs = structure.factor.size, structure.pairs[0].size
    low = np.concatenate((np.full(k, -2.0), np.full(k, np.log(LEAST)), np.full(pairs, -CLOSE)))
    high = np.concatenate((np.full(k, 2.0), np.full(k, np.log(2.0)), np.full(pairs, CLOSE)))
    found = optimize.minimize(
        _discrepancy,
        _start(correlation, structure),
        args=(correlation, structure),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"ftol": 0.0, "gtol": 1e-9, "maxiter": 5000, "maxfun": 100_000},
    )
    refuse_unsettled("confirmatory", found.x, found.jac, (low, high))
    return found.x, max(0.0, float(found.fun))


def _start(correlation: Floats, structure: Structure) -> Floats:
    """Loadings of 0.7, with the sign of each item's correlation with its own factor's first component."""
    loadings = np.full(structure.factor.size, 0.7)
    for at in range(structure.factors):
        own = np.flatnonzero(structure.factor == at)
        first = np.linalg.eigh(correlation[np.ix_(own, own)])[1][:, -1]
        loadings[own] = np.where(first * np.sign(first.sum() or 1.0) < 0, -0.7, 0.7)
    return np.concatenate((loadings, np.full(structure.factor.size, np.log(0.51)), np.zeros(structure.pairs[0].size)))


def _unpack(point: Floats, structure: Structure) -> tuple[Floats, Floats, Floats]:
    """Loadings, uniquenesses (kept as logarithms, so that small ones are well scaled), correlations of the factors."""
    k = structure.factor.size
    phi = np.eye(structure.factors)
    phi[structure.pairs] = phi[structure.pairs[::-1]] = point[2 * k :]
    return point[:k], np.exp(point[k : 2 * k]), phi


def _implied(loadings: Floats, uniqueness: Floats, phi: Floats, structure: Structure) -> Floats:
    common = phi[np.ix_(structure.factor, structure.factor)] * np.outer(loadings, loadings)
    return np.asarray(common + np.diag(uniqueness))


def _discrepancy(point: Floats, correlation: Floats, structure: Structure) -> tuple[float, Floats]:
    loadings, uniqueness, phi = _unpack(point, structure)
    implied = _implied(loadings, uniqueness, phi, structure)
    if np.linalg.eigvalsh(implied)[0] <= 0:
        return FAR, np.zeros_like(point)
    inverse = np.linalg.inv(implied)
    value = (
        np.linalg.slogdet(implied)[1]
        + np.sum(correlation * inverse)
        - np.linalg.slogdet(correlation)[1]
        - loadings.size
    )
    slope = inverse @ (implied - correlation) @ inverse
    belongs = np.eye(structure.factors)[structure.factor] * loadings[:, None]
    by_loading = 2 * (slope @ belongs @ phi)[np.arange(loadings.size), structure.factor]
    by_pair = 2 * (belongs.T @ slope @ belongs)[structure.pairs]
    return float(value), np.concatenate((by_loading, np.diag(slope) * uniqueness, by_pair))


def _test(statistic: float, df: int, n: int) -> HypothesisTest | None:
    if df < 1:
        return None
    return HypothesisTest(statistic, df, None, float(stats.chi2.sf(statistic, df)), n, float(n), "chi-square, ml")


def _indices(
    statistic: float, df: int, base: float, items: int, n: int
) -> tuple[float | None, float | None, float | None]:
    """CFI, TLI and RMSEA."""
    excess, base_df = max(statistic - df, 0.0), items * (items - 1) // 2
    worst = max(excess, base - base_df)
    cfi = 1 - excess / worst if worst > 0 else None
    if df < 1:
        return cfi, None, None
    tli = 1 - (statistic - df) * base_df / ((base - base_df) * df) if base != base_df else None
    return cfi, tli, float(np.sqrt(excess / (df * n)))


def _alike(phi: Floats) -> tuple[Notice, ...]:
    """A notice for every pair of factors that the items do not tell apart."""
    pairs = np.argwhere(np.triu(np.abs(phi) >= CLOSE, 1)).tolist()
    return tuple(Notice("factors_alike", {"factors": (one, other)}) for one, other in pairs)
