"""A funnel plot in numbers: which schools lie further from the rest than size and the usual differences explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.arguments import checked
from analysis.results import Notice
from analysis.schools.inputs import Fault, Floats, at, counts, level_faults, refuse
from analysis.schools.rates import without_answers


@dataclass(frozen=True)
class Funnel:
    """J schools against a common rate.

    value      : (J,) rates y / n; NaN where a school has no answers
    n          : (J,) answers, or effective answers
    target     : the rate they are held against
    se         : (J,) sqrt(target (1 - target) / n)
    z          : (J,) (value - target) / se; NaN where not defined
    dispersion : phi, mean square of the winsorised z; None where z is not defined
    between    : tau^2, variance between schools beyond chance
    z_adjusted : (J,) (value - target) / sqrt(se^2 + tau^2)
    p          : (J,) two-sided, from z_adjusted
    schools    : schools with answers
    method
    notices    : `schools_without_answers`, `answers_all_alike`
    """

    value: Floats
    n: Floats
    target: float
    se: Floats
    z: Floats
    dispersion: float | None
    between: float
    z_adjusted: Floats
    p: Floats
    schools: int
    method: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class FunnelLimits:
    """Lines to draw: between `low` and `high` lies what is expected of a school of size n.

    n         : (G,) grid of sizes
    level     : (L,) e.g. 0.95 and 0.998
    low, high : (L, G), cut at 0 and 1; NaN where nothing varies
    """

    n: Floats
    level: tuple[float, ...]
    low: Floats
    high: Floats


@checked
def funnel(satisfied: ArrayLike, n: ArrayLike, *, target: float | None = None, tails: float = 0.1) -> Funnel:
    """Standardised distances from a common rate, allowing for the differences that schools usually have.

    Parameters
    ----------
    satisfied : (J,) float, satisfied answers; with weights the effective count n_eff p
    n : (J,) float, answers, or n_eff; 0 is a school without answers
    target : the common rate, 0 to 1; None is sum y / sum n
    tails : share of the z at each end that is pulled in (winsorised) before phi is taken

    Returns
    -------
    Funnel

    Notes
    -----
    z_j = (p_j - P) / s_j, s_j = sqrt(P (1 - P) / n_j). z is winsorised at its `tails` and 1 - `tails` quantiles
    (linear between order statistics), so that the outliers that are looked for do not widen the funnel.
    phi = mean z_w^2. tau^2 = max(0, (J phi - (J - 1)) / (sum w - sum w^2 / sum w)), w = 1 / s^2 (additive, as in
    DerSimonian & Laird). z_adj = (p_j - P) / sqrt(s_j^2 + tau^2). Normal approximation: doubtful where n P (1 - P) is
    under 5.

    Raises
    ------
    AnalysisError
        Counts as in `beta_binomial`; a target that is not inside 0 to 1, tails not in 0 to 0.5.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24:1185. DerSimonian & Laird 1986, Controlled Clinical Trials 7:177.
    """
    y, size = counts("funnel", satisfied, n)
    faults = [Fault(f"tails {tails}", "a share such as 0.1")] if not 0 <= tails < 0.5 else []
    if target is not None and not 0 < target < 1:
        faults.append(Fault(f"target {target}", "a share inside 0 to 1, 0.85 for 85%"))
    refuse("funnel", "a target and tails that are shares", faults)
    seen = size > 0
    common = float(y.sum() / size.sum()) if target is None else float(target)
    places = np.where(seen, size, np.nan)
    rate, se = y / places, np.sqrt(common * (1 - common) / places)
    notices = without_answers(~seen)
    if not 0 < common < 1:
        nothing, alike = np.full(size.shape, np.nan), Notice("answers_all_alike", {"value": common})
        return _funnel(rate, size, common, se, nothing, None, 0.0, (*notices, alike))
    z = (rate - common) / se
    dispersion = _dispersion(z[seen], tails)
    return _funnel(rate, size, common, se, z, dispersion, _between(dispersion, se[seen]), notices)


def _funnel(
    rate: Floats, n: Floats, target: float, se: Floats, z: Floats, dispersion: float | None, between: float,
    notices: tuple[Notice, ...],
) -> Funnel:  # fmt: skip
    adjusted = z if dispersion is None else (rate - target) / np.sqrt(se**2 + between)
    p = 2 * special.ndtr(-np.abs(adjusted))
    method = "funnel with additive over-dispersion"
    schools = int(np.sum(n > 0))
    return Funnel(rate, n, target, se, z, dispersion, between, adjusted, p, schools, method, notices)


def _dispersion(z: Floats, tails: float) -> float:
    low, high = np.quantile(z, [tails, 1 - tails])
    return float(np.mean(np.clip(z, low, high) ** 2))


def _between(dispersion: float, se: Floats) -> float:
    weight = 1 / se**2
    excess = se.size * dispersion - (se.size - 1)
    return max(0.0, float(excess / (weight.sum() - weight @ weight / weight.sum())))


@checked
def funnel_limits(
    found: Funnel, n: ArrayLike, *, levels: Sequence[float] = (0.95, 0.998), dispersed: bool = True
) -> FunnelLimits:
    """The lines of a funnel plot over a grid of school sizes.

    Parameters
    ----------
    found : Funnel
    n : (G,) float, > 0, sizes at which to draw
    levels : of the lines; 95% and 99.8% by custom
    dispersed : whether the usual differences between schools widen the lines (as in `z_adjusted`)

    Returns
    -------
    FunnelLimits

    Notes
    -----
    P -+ z sqrt(P (1 - P) / n + tau^2), cut at 0 and 1. A school is outside a line exactly where its z_adjusted is.

    Raises
    ------
    AnalysisError
        Sizes not positive and finite, levels outside 0 to 1.
    """
    grid = np.atleast_1d(np.asarray(n, float))
    faults = at(~(np.isfinite(grid) & (grid > 0)).ravel(), "size not positive and finite")
    faults += [fault for level in levels for fault in level_faults(level)]
    if grid.ndim != 1:
        faults.append(Fault(f"n of shape {grid.shape}", "one row of sizes"))
    refuse("funnel_limits", "sizes > 0 and levels between 0 and 1", faults)
    middle, tau2 = found.target, found.between if dispersed else 0.0
    spread = np.sqrt(middle * (1 - middle) / grid + tau2)
    spread = np.where(spread > 0, spread, np.nan)
    half = special.ndtri(0.5 + np.asarray(levels, float) / 2)[:, None] * spread
    return FunnelLimits(grid, tuple(levels), np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0))
