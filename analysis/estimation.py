"""Ratios and means from weighted rows, with the influence value of every row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Clusters, Design, Lone, covariance, degrees_of_freedom, number_clusters, sum_by
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ratios:
    """k ratios of weighted totals over the same n rows.

    value     : (k,) the ratios; NaN where the denominator is 0
    influence : (n, k) what each row adds, already times its weight; 0 outside the domain
    n         : (k,) rows in the domain
    n_eff     : (k,) Kish's (sum w)^2 / sum w^2 over them; NaN where there are none
    df        : (k,) clusters minus strata that have a row in the domain
    """

    value: Floats
    influence: Floats
    n: NDArray[np.int64]
    n_eff: Floats
    df: NDArray[np.int64]


def ratio(design: Design, numerator: Floats, denominator: Floats) -> Ratios:
    """Hájek ratios of weighted totals, sum w y / sum w x.

    Parameters
    ----------
    design : Design
    numerator : (n, k) float, y; NaN where the row lies outside the domain of ratio k
    denominator : (n, k) float, x; NaN likewise

    Returns
    -------
    Ratios

    Notes
    -----
    z_i = w_i (y_i - r x_i) / sum w x in the domain, 0 outside: the table is never filtered, so that every sampled
    cluster counts. Linearised; poor where the denominator's own coefficient of variation is large.

    Raises
    ------
    AnalysisError
        Shapes that do not fit.

    References
    ----------
    Binder 1983, International Statistical Review 51:279. Särndal, Swensson & Wretman 1992, Model Assisted Survey
    Sampling. Kish 1965, Survey Sampling.
    """
    numerator, denominator = np.atleast_2d(numerator.T).T, np.atleast_2d(denominator.T).T
    if numerator.shape != denominator.shape or numerator.shape[0] != design.weight.size:
        expected = f"numerator and denominator ({design.weight.size}, k)"
        raise AnalysisError("ratio", expected, f"{numerator.shape} and {denominator.shape}")
    inside = np.isfinite(numerator) & np.isfinite(denominator)
    y, x = np.where(inside, numerator, 0.0), np.where(inside, denominator, 0.0)
    weight = design.weight[:, None]
    base = np.sum(weight * x, axis=0)
    safe = np.where(base == 0, np.nan, base)
    value = np.sum(weight * y, axis=0) / safe
    influence = np.nan_to_num(weight * (y - value * x) / safe)
    present = _present(number_clusters(design), inside)
    return Ratios(
        value,
        influence,
        inside.sum(axis=0),
        kish_size(design.weight, inside),
        degrees_of_freedom(number_clusters(design), present),
    )


def mean(design: Design, values: Floats) -> Ratios:
    """Weighted means of the columns of `values` (n, k); NaN lies outside the domain. See `ratio`."""
    values = np.atleast_2d(values.T).T
    return ratio(design, values, np.where(np.isfinite(values), 1.0, np.nan))


def combine(design: Design, ratios: Ratios, coefficients: Floats, *, lone: Lone = "error") -> tuple[Floats, Floats]:
    """Linear combinations of ratios with their full covariance.

    Parameters
    ----------
    design : Design
    ratios : Ratios, k of them
    coefficients : (m, k) float; a ratio that is not defined must have coefficient 0
    lone : see `analysis.design.covariance`

    Returns
    -------
    value (m,), covariance (m, m)

    Notes
    -----
    theta = C r, V(theta) = C V(r) C': groups that answer in the same school are correlated, and this keeps it.

    Raises
    ------
    AnalysisError
        Shapes, or a coefficient on a ratio that is not defined.
    """
    coefficients = np.atleast_2d(coefficients)
    if coefficients.shape[1] != ratios.value.size:
        raise AnalysisError("combine", f"coefficients (m, {ratios.value.size})", f"shape {coefficients.shape}")
    undefined = np.isnan(ratios.value)
    if np.any(coefficients[:, undefined] != 0):
        raise AnalysisError(
            "combine",
            "coefficient 0 where a ratio is not defined",
            "another",
            "rescale the other coefficients and say that the figure is not comparable",
        )
    value = coefficients @ np.where(undefined, 0.0, ratios.value)
    return value, covariance(design, ratios.influence @ coefficients.T, lone=lone)


def kish_size(weight: Floats, inside: NDArray[np.bool_]) -> Floats:
    """(sum w)^2 / sum w^2 over the rows inside each domain: (k,); NaN where there are none (Kish 1965)."""
    total, squares = weight @ inside, np.square(weight) @ inside
    return np.asarray(total**2 / np.where(squares == 0, np.nan, squares))


def _present(clusters: Clusters, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return sum_by(clusters.row, inside.astype(float), clusters.stratum.size) > 0
