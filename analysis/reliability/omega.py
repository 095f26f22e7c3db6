"""McDonald's omega: how much of a sum of items is one factor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.reliability.factors import heywood, maximum_likelihood
from analysis.reliability.rows import Floats, complete_rows, correlation_of
from analysis.results import Notice


@dataclass(frozen=True)
class Omega:
    """Omega total of k items; a number without unit, from 0 to 1.

    value       : of the sum of the items as they are
    standardised: of the sum of the standardised items
    loadings    : (k,) standardised, on the one factor
    uniqueness  : (k,) share of an item's variance that the factor does not explain
    n, n_eff    : complete rows, and Kish's effective number of them
    dropped     : rows left out because an answer was missing
    """

    value: float
    standardised: float
    loadings: Floats
    uniqueness: Floats
    n: int
    n_eff: float
    dropped: int
    method: str
    notices: tuple[Notice, ...] = ()


@checked
def omega(answers: ArrayLike, *, weight: ArrayLike | None = None) -> Omega:
    """Omega total from one factor by maximum likelihood.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing; k at least 3; reversed items already turned (`recode_reversed`)
    weight : (n,) survey weights, 0 or more; None: every row counts alike

    Returns
    -------
    Omega

    Notes
    -----
    (sum l)^2 / ((sum l)^2 + sum psi), l the loadings and psi the uniquenesses; for the raw sum l_j s_j and
    psi_j s_j^2, s_j the standard deviation of item j. One factor is supposed, not tested: see `factor_analysis`. No
    closed interval exists; replicate weights give one. An item that loads against the others gives a notice.

    Raises
    ------
    AnalysisError
        Fewer than three items, fewer rows than items, a constant item, a singular correlation matrix, no
        convergence, infinite answers, bad weights.

    References
    ----------
    McDonald 1999, Test Theory. Flora 2020, Advances in Methods and Practices in Psychological Science 3:484.
    """
    rows = complete_rows("omega", answers, weight, items=3)
    correlation, spread = correlation_of("omega", rows)
    found = maximum_likelihood(correlation, 1)
    loadings = found.loadings[:, 0]
    against = np.flatnonzero(loadings < 0)
    return Omega(
        value=omega_of(loadings * spread, found.uniqueness * spread**2),
        standardised=omega_of(loadings, found.uniqueness),
        loadings=loadings,
        uniqueness=found.uniqueness,
        n=rows.answers.shape[0],
        n_eff=rows.n_eff,
        dropped=rows.dropped,
        method="omega of the weighted correlations" if rows.weighted else "omega",
        notices=heywood(found.uniqueness)
        + tuple(Notice("item_against_the_rest", {"item": int(at), "loading": float(loadings[at])}) for at in against),
    )


@checked
def omega_of(loadings: Floats, uniqueness: Floats) -> float:
    """(sum l)^2 / ((sum l)^2 + sum psi), from loadings (k,) and uniquenesses (k,) in one unit.

    Parameters
    ----------
    loadings, uniqueness : (k,) float

    Returns
    -------
    float, at most 1

    Raises
    ------
    AnalysisError
        Shapes, values that are not finite, a negative uniqueness, nothing but zeros.
    """
    common, own = np.asarray(loadings, float), np.asarray(uniqueness, float)
    fits = common.ndim == 1 and common.shape == own.shape and bool(np.isfinite(common).all() and np.isfinite(own).all())
    if not fits or (own < 0).any() or not (common.sum() ** 2 + own.sum() > 0):
        got = f"shapes {common.shape} and {own.shape}, or values out of range"
        raise AnalysisError("omega_of", "k loadings and k uniquenesses of 0 or more", got)
    true = float(common.sum() ** 2)
    return true / (true + float(own.sum()))
