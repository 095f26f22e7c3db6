"""Exploratory factor analysis: maximum likelihood for k factors, least squares for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.reliability.rotation import varimax
from analysis.reliability.rows import Complete, Floats, complete_rows, correlation_of, refuse_singular
from analysis.results import HypothesisTest, Notice

LEAST = 0.005  # smallest uniqueness tried: at 0 the likelihood has no limit
FLAT = 1e-6  # a gradient under this is a minimum


@dataclass(frozen=True)
class Factors:
    """m factors behind k items.

    loadings   : (k, m) correlations of the items with the factors; standardised
    uniqueness : (k,) share of an item's variance that no factor explains
    test       : chi-square of "m factors are enough"; None without degrees of freedom, with weights, for `minres`
    eigenvalues: (k,) of the correlation matrix, falling
    df         : (k - m)^2 / 2 - (k + m) / 2
    n, n_eff   : complete rows, and Kish's effective number of them
    dropped    : rows left out because an answer was missing
    """

    loadings: Floats
    uniqueness: Floats
    test: HypothesisTest | None
    eigenvalues: Floats
    df: int
    n: int
    n_eff: float
    dropped: int
    method: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Extraction:
    """What a correlation matrix says about m factors, before rotation.

    loadings  : (k, m) columns by falling strength, each with a sum that is not negative
    uniqueness: (k,)
    minimum   : of the discrepancy log |Sigma| + tr(R Sigma^-1) - log |R| - k
    """

    loadings: Floats
    uniqueness: Floats
    minimum: float


@checked
def factor_analysis(answers: ArrayLike, factors: int, *, weight: ArrayLike | None = None) -> Factors:
    """Maximum likelihood factor analysis, rotated by Kaiser-normalised varimax.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing
    factors : m, at least 1
    weight : (n,) survey weights, 0 or more; None: every row counts alike

    Returns
    -------
    Factors, its columns ordered by the item that loads highest on them

    Notes
    -----
    R = L L' + Psi, fitted to the correlations of the complete rows. chi-square = (n - 1 - (2 k + 5) / 6 - 2 m / 3)
    times the minimum of the discrepancy (Bartlett's correction). It supposes independent people and normal answers:
    with weights no test is given, with five answer categories read the test as a hint. A uniqueness at its bound of
    0.005 (a Heywood case) gives the notice `heywood`.

    Raises
    ------
    AnalysisError
        Too many factors for k items, fewer rows than items, a constant item, a singular correlation matrix, no
        convergence, infinite answers, bad weights.

    References
    ----------
    Jöreskog 1967, Psychometrika 32:443. Bartlett 1950, British Journal of Psychology (Statistical Section) 3:77.
    Kaiser 1958, Psychometrika 23:187.
    """
    rows = complete_rows("factor_analysis", answers, weight)
    correlation, _ = correlation_of("factor_analysis", rows)
    found = maximum_likelihood(correlation, factors)
    loadings = _by_top_item(varimax(found.loadings)) if factors > 1 else found.loadings
    test = None if rows.weighted else _test(found.minimum, rows, factors)
    return _factors(rows, correlation, loadings, found.uniqueness, test, "ml, varimax" if factors > 1 else "ml")


@checked
def minres(answers: ArrayLike, *, weight: ArrayLike | None = None) -> Factors:
    """One factor by least squares: the loadings that leave the smallest residual correlations.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing; k at least 3
    weight : (n,) survey weights, 0 or more; None: every row counts alike

    Returns
    -------
    Factors, m = 1, without a test

    Notes
    -----
    Minimises sum over i < j of (r_ij - l_i l_j)^2. It supposes no distribution, and gives an answer where maximum
    likelihood has trouble. |l| is at most sqrt(1 - 0.005); at that bound the notice `heywood` is given.

    Raises
    ------
    AnalysisError
        As `factor_analysis`.

    References
    ----------
    Harman & Jones 1966, Psychometrika 31:351.
    """
    rows = complete_rows("minres", answers, weight, items=3)
    correlation, _ = correlation_of("minres", rows)
    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(values[-1]) * 0.9
    most = np.sqrt(1 - LEAST)
    found = optimize.least_squares(
        _residuals,
        np.clip(start, -most, most),
        _residual_slopes,
        args=(correlation,),
        bounds=(-most, most),
        ftol=1e-15,
        xtol=1e-15,
        gtol=1e-12,
        max_nfev=5000,
    )
    refuse_unsettled("minres", found.x, found.grad, (-most + 1e-9, most - 1e-9))
    loadings = _point_up(found.x[:, None])
    return _factors(rows, correlation, loadings, 1 - loadings[:, 0] ** 2, None, "minres")


@checked
def maximum_likelihood(correlation: Floats, factors: int) -> Extraction:
    """Unrotated maximum likelihood factors of a correlation matrix.

    Parameters
    ----------
    correlation : (k, k) of full rank; also a polychoric one
    factors : m, at least 1

    Returns
    -------
    Extraction

    Notes
    -----
    For given Psi the best L has a closed form, from the eigenvalues t of Psi^-1/2 R Psi^-1/2. What is left is a
    function of Psi alone, sum over the k - m smallest of (t - log t - 1), minimised with its gradient under
    0.005 <= psi <= 1.

    Raises
    ------
    AnalysisError
        Fewer than 1 or too many factors, a matrix that is singular or no correlation matrix, no convergence.

    References
    ----------
    Jöreskog 1967, Psychometrika 32:443. Lawley & Maxwell 1971, Factor Analysis as a Statistical Method.
    """
    matrix = _correlation(correlation)
    k = matrix.shape[0]
    most = max((m for m in range(1, k) if degrees_of_freedom(k, m) >= 0), default=0)
    if not 1 <= factors <= most:
        hint = "take fewer factors or more items; one factor needs three items"
        raise AnalysisError("maximum_likelihood", f"1 to {most} factors for {k} items", str(factors), hint)
    start = np.log(np.clip((1 - 0.5 * factors / k) / np.diag(np.linalg.inv(matrix)), LEAST, 1.0))
    low = float(np.log(LEAST))
    found = optimize.minimize(
        _discrepancy,
        start,
        args=(matrix, factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(low, 0.0)] * k,
        options={"ftol": 0.0, "gtol": 1e-10, "maxiter": 5000},
    )
    refuse_unsettled("maximum_likelihood", found.x, found.jac, (low, 0.0))
    uniqueness = np.exp(found.x)
    return Extraction(_loadings(uniqueness, matrix, factors), uniqueness, float(found.fun))


def degrees_of_freedom(items: int, factors: int) -> int:
    """Correlations that are left when m factors of k items are fitted; negative where there are too many."""
    return ((items - factors) ** 2 - items - factors) // 2


def refuse_unsettled(where: str, at: Floats, gradient: Floats, bounds: tuple[Floats | float, Floats | float]) -> None:
    """Raise unless the slope is flat in every direction in which the bounds leave room."""
    low, high = bounds
    slope = np.where((at <= low) & (gradient > 0) | (at >= high) & (gradient < 0), 0.0, gradient)
    steepest = float(np.abs(slope).max())
    if not steepest < FLAT:
        hint = "take fewer factors, or leave out items that nearly repeat others"
        raise AnalysisError(where, f"a minimum with slopes under {FLAT:g}", f"a slope of {steepest:.1e}", hint)


def _factors(
    rows: Complete, correlation: Floats, loadings: Floats, uniqueness: Floats, test: HypothesisTest | None, method: str
) -> Factors:
    return Factors(
        loadings=loadings,
        uniqueness=uniqueness,
        test=test,
        eigenvalues=np.asarray(np.linalg.eigvalsh(correlation)[::-1], float),
        df=degrees_of_freedom(*loadings.shape),
        n=rows.answers.shape[0],
        n_eff=rows.n_eff,
        dropped=rows.dropped,
        method=method,
        notices=heywood(uniqueness),
    )


def heywood(uniqueness: Floats) -> tuple[Notice, ...]:
    """A notice for every item whose uniqueness stopped at its bound."""
    return tuple(Notice("heywood", {"item": int(at)}) for at in np.flatnonzero(uniqueness <= LEAST * (1 + 1e-6)))


def _test(minimum: float, rows: Complete, factors: int) -> HypothesisTest | None:
    n, k = rows.answers.shape
    df = degrees_of_freedom(k, factors)
    if df < 1:
        return None
    statistic = max(0.0, (n - 1 - (2 * k + 5) / 6 - 2 * factors / 3) * minimum)
    p = float(stats.chi2.sf(statistic, df))
    return HypothesisTest(statistic, df, None, p, n, rows.n_eff, "chi-square with Bartlett's correction")


def _correlation(correlation: Floats) -> Floats:
    matrix = np.asarray(correlation, float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] >= 2
    if not (square and np.isfinite(matrix).all() and np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)):
        raise AnalysisError("maximum_likelihood", "a correlation matrix (k, k)", f"an array of shape {matrix.shape}")
    return refuse_singular("maximum_likelihood", matrix)


def _scaled(uniqueness: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, rising, and vectors of Psi^-1/2 R Psi^-1/2."""
    scale = 1 / np.sqrt(uniqueness)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    return values, vectors


def _discrepancy(log_uniqueness: Floats, correlation: Floats, factors: int) -> tuple[float, Floats]:
    """The concentrated discrepancy and its slope in log psi, which is well scaled also where psi is small."""
    values, vectors = _scaled(np.exp(log_uniqueness), correlation)
    small, own = values[:-factors], vectors[:, :-factors]
    return float(np.sum(small - np.log(small) - 1)), np.square(own) @ (1 - small)


def _loadings(uniqueness: Floats, correlation: Floats, factors: int) -> Floats:
    values, vectors = _scaled(uniqueness, correlation)
    size = np.sqrt(np.maximum(values[-factors:] - 1, 0.0))
    loadings = np.sqrt(uniqueness)[:, None] * vectors[:, -factors:] * size
    return _point_up(loadings[:, ::-1])


def _residuals(loadings: Floats, correlation: Floats) -> Floats:
    one, other = np.triu_indices(loadings.size, 1)
    return np.asarray(correlation[one, other] - loadings[one] * loadings[other])


def _residual_slopes(loadings: Floats, correlation: Floats) -> Floats:
    one, other = np.triu_indices(loadings.size, 1)
    slopes, row = np.zeros((one.size, loadings.size)), np.arange(one.size)
    slopes[row, one], slopes[row, other] = -loadings[other], -loadings[one]
    return slopes


def _point_up(loadings: Floats) -> Floats:
    """Every factor pointing the way in which most of its items point: column sums that are not negative."""
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _by_top_item(loadings: Floats) -> Floats:
    """Columns in the order of the items that load highest on them; among equals the stronger factor first."""
    top: NDArray[np.int64] = np.argmax(np.abs(loadings), axis=0)
    order = np.lexsort((-np.square(loadings).sum(axis=0), top))
    return _point_up(loadings[:, order])
