"""What unequal weights cost, in general and for one variable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from analysis.arguments import checked
from analysis.calibration.margins import Floats
from analysis.calibration.result import Calibrated
from analysis.errors import AnalysisError
from analysis.weighting import kish_deff


@dataclass(frozen=True)
class WeightSummary:
    """n weights in a few numbers.

    n, total   : rows, and the sum of their weights
    least, middle, most : smallest, median and largest weight
    cv         : standard deviation (divisor n) over mean
    deff, n_eff: Kish's design effect 1 + cv^2, and n over it
    largest    : share of the total that the largest weight has
    top        : share of the total that the heaviest hundredth of the rows has (one row at least)
    ratio      : largest over median
    """

    n: int
    total: float
    least: float
    middle: float
    most: float
    cv: float
    deff: float
    n_eff: float
    largest: float
    top: float
    ratio: float


@dataclass(frozen=True)
class ModelDeff:
    """Design effect of unequal weights for the total of one variable, under a model of it.

    value   : variance over that of a simple random sample with replacement of the same size
    simple  : the same if residuals and weights are unrelated
    kish    : the same if the variable and the weights are unrelated, 1 + cv^2
    n, method
    """

    value: float
    simple: float
    kish: float
    n: int
    method: str


@checked
def summarize_weights(weight: Floats) -> WeightSummary:
    """Least, middle, largest, spread and concentration of weights (n,), all > 0 and finite.

    Parameters
    ----------
    weight : (n,) float, positive

    Returns
    -------
    WeightSummary

    Raises
    ------
    AnalysisError
        No weights, or some not above 0 or not finite.

    References
    ----------
    Kish 1965, Survey Sampling.
    """
    weight = _weights("summarize_weights", weight)
    deff, total, heaviest = kish_deff(weight), float(weight.sum()), max(weight.size // 100, 1)
    middle, most = float(np.median(weight)), float(weight.max())
    return WeightSummary(
        n=weight.size,
        total=total,
        least=float(weight.min()),
        middle=middle,
        most=most,
        cv=float(np.sqrt(max(deff - 1, 0.0))),
        deff=deff,
        n_eff=weight.size / deff,
        largest=most / total,
        top=float(np.sort(weight)[-heaviest:].sum()) / total,
        ratio=most / middle,
    )


@checked
def spencer_deff(weight: Floats, values: Floats, probability: Floats | None = None) -> ModelDeff:
    """Spencer's design effect of a total, where the variable may go with the chance of selection.

    Parameters
    ----------
    weight : (n,) float, > 0
    values : (n,) float, the variable y
    probability : (n,) float, > 0, chance of the row in a single draw; None: 1 / (n w)

    Returns
    -------
    ModelDeff

    Notes
    -----
    Weighted regression y = a + b p + e; s^2 the weighted variance of y with n / (n - 1), r the weighted correlation of
    y and p, K Kish's effect. simple = K (1 - r^2) + (K - 1) a^2 / s^2, Spencer's approximation;
    value = (n sum w^2 (a + e)^2 / (sum w)^2 - a^2) / s^2, without it, where the weighted mean of a + e is a. For a
    total (not a mean) of one stage drawn with unequal chances and replacement.

    Raises
    ------
    AnalysisError
        Lengths, weights or chances not above 0, values not finite or all equal.

    References
    ----------
    Spencer 2000, Survey Methodology 26:137.
    """
    weight, values = _with_values("spencer_deff", weight, values)
    chance = 1 / (weight.size * weight) if probability is None else _weights("spencer_deff", probability)
    if chance.shape != weight.shape:
        raise AnalysisError("spencer_deff", f"{weight.size} chances", f"{chance.size}")
    table = np.column_stack([np.ones(weight.size), chance / chance.mean()])
    slope = _regress(table, weight, values)
    rest = values - table @ slope
    return _model_deff(weight, values, slope[0] + rest, f"Spencer, y on the chance of selection, n = {weight.size}")


@checked
def calibration_deff(result: Calibrated, values: Floats) -> ModelDeff:
    """Henry and Valliant's design effect of a total with calibrated weights: what calibration does not explain of y.

    Parameters
    ----------
    result : Calibrated, with weights above 0
    values : (n,) float, the variable y

    Returns
    -------
    ModelDeff; below 1 where the gain from the auxiliaries outweighs the loss from unequal weights

    Notes
    -----
    u is the residual of y on the auxiliaries, regressed with the starting weights, and ubar its weighted mean (0 where
    the margins fix the size of the population). value = (n sum w^2 u^2 / (sum w)^2 - ubar^2) / s^2, with the
    calibrated weights; simple = K s_u^2 / s^2 + (K - 1) ubar^2 / s^2. One stage, with replacement: clusters add theirs
    (`Estimates.deff` has everything together).

    Raises
    ------
    AnalysisError
        Lengths, weights not above 0, values not finite or all equal.

    References
    ----------
    Henry & Valliant 2015, Survey Methodology 41:315.
    """
    weight, values = _with_values("calibration_deff", result.weight, values)
    rest = values - np.asarray(result.auxiliary @ _regress(result.auxiliary, result.start, values))
    return _model_deff(weight, values, rest, f"Henry-Valliant, {result.method}, n = {weight.size}")


def _model_deff(weight: Floats, values: Floats, rest: Floats, method: str) -> ModelDeff:
    n, total, kish = weight.size, weight.sum(), kish_deff(weight)
    centre = float(weight @ rest / total)
    spread = _variance(weight, values)
    full = n * (np.square(weight) @ np.square(rest)) / total**2 - centre**2
    simple = kish * _variance(weight, rest) + (kish - 1) * centre**2
    return ModelDeff(float(full / spread), float(simple / spread), kish, n, method)


def _variance(weight: Floats, values: Floats) -> float:
    n, total = weight.size, weight.sum()
    return float(n / (n - 1) * (weight @ np.square(values - weight @ values / total)) / total)


def _regress(table: Floats | sparse.csr_array, weight: Floats, values: Floats) -> Floats:
    """Weighted least squares; the shortest solution where columns are collinear."""
    weighted = table.multiply(weight[:, None]).tocsr() if sparse.issparse(table) else table * weight[:, None]
    inner = weighted.T @ table
    inner = np.asarray(inner.todense() if sparse.issparse(inner) else inner)
    size = np.sqrt(np.where(np.diag(inner) > 0, np.diag(inner), 1.0))
    return np.asarray(linalg.pinvh(inner / np.outer(size, size)) @ (weighted.T @ values / size) / size)


def _weights(where: str, weight: Floats) -> Floats:
    weight = np.asarray(weight, float)
    if weight.ndim != 1 or not weight.size or not (weight.min() > 0 and np.isfinite(weight.max())):
        bad = int(np.sum(~(weight > 0) | ~np.isfinite(weight)))
        raise AnalysisError(where, "numbers above 0", f"{bad} others in shape {weight.shape}")
    return weight


def _with_values(where: str, weight: Floats, values: Floats) -> tuple[Floats, Floats]:
    weight, values = _weights(where, weight), np.asarray(values, float)
    if values.shape != weight.shape:
        raise AnalysisError(where, f"{weight.size} values", f"shape {values.shape}")
    if not np.all(np.isfinite(values)):
        hint = "leave rows without a valid value out of both"
        raise AnalysisError(where, "finite values", f"{int(np.sum(~np.isfinite(values)))} others", hint)
    if np.ptp(values) == 0:
        raise AnalysisError(where, "values that differ", f"all {values[0]:g}", "the design effect is not defined")
    return weight, values
