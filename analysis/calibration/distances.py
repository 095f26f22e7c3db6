"""How far weights may go from where they start: the factor as a function of the linear predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Method = Literal["linear", "raking", "logit"]
Bounds = tuple[float, float]
FREE: Bounds = (-np.inf, np.inf)
FURTHEST = 500.0  # exp of more is nearly the largest number there is


@dataclass(frozen=True)
class Distance:
    """A factor g = F(u) with F(0) = 1 and F'(0) = 1.

    value    : F
    slope    : F'
    integral : the integral of F, convex: calibration is its minimum
    steepest : the largest F'; None where there is none
    bounds   : of g
    """

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    integral: Callable[[Floats], Floats]
    steepest: float | None
    bounds: Bounds


def make_distance(method: Method, bounds: Bounds | None) -> Distance:
    """The distance of that name.

    Notes
    -----
    linear: F(u) = 1 + u, cut off at the bounds where there are any. raking: F(u) = exp(u). logit, between L and U:
    F(u) = L + (U - L) p(u), p logistic in A u + log((1 - L) / (U - 1)), A = (U - L) / ((1 - L)(U - 1)).

    References
    ----------
    Deville & Särndal 1992, JASA 87:376.
    """
    low, high = _checked(method, bounds)
    if method == "raking":
        return _exponential()
    return _logistic(low, high) if method == "logit" else _linear(low, high)


def _checked(method: Method, bounds: Bounds | None) -> Bounds:
    if bounds is not None and not (np.size(bounds) == 2 and np.asarray(bounds).dtype.kind in "iuf"):
        raise AnalysisError("calibrate", "two bounds, say (0.3, 3)", f"{bounds!r:.60}")
    low, high = FREE if bounds is None else bounds
    problems = []
    if method not in ("linear", "raking", "logit"):
        problems.append(f"the method {method!r}")
    if not low < 1 < high:
        problems.append(f"bounds {low:g} to {high:g}, which do not hold 1 between them")
    if method == "logit" and not (np.isfinite(low) and np.isfinite(high)):
        problems.append("logit without two finite bounds")
    if method == "raking" and bounds is not None:
        problems.append("raking with bounds")
    if problems:
        hint = "bounds are factors of the starting weight, say 0.3 and 3; raking has none, logit needs both"
        raise AnalysisError("calibrate", "linear, raking, or logit with bounds", "; ".join(problems), hint)
    return float(low), float(high)


def _exponential() -> Distance:
    def value(u: Floats) -> Floats:
        return np.asarray(np.exp(np.minimum(u, FURTHEST)))

    return Distance(value, value, value, None, (0.0, np.inf))


def _linear(low: float, high: float) -> Distance:
    def value(u: Floats) -> Floats:
        return np.clip(1 + u, low, high)

    def slope(u: Floats) -> Floats:
        return np.asarray((1 + u > low) & (1 + u < high), float)

    def integral(u: Floats) -> Floats:
        inner = np.clip(u, low - 1, high - 1)
        return np.asarray(inner + inner**2 / 2 + (1 + inner) * (u - inner))

    return Distance(value, slope, integral, 1.0, (low, high))


def _logistic(low: float, high: float) -> Distance:
    span = high - low
    rate, shift = span / ((1 - low) * (high - 1)), np.log((1 - low) / (high - 1))

    def value(u: Floats) -> Floats:
        return np.asarray(low + span * special.expit(rate * u + shift))

    def slope(u: Floats) -> Floats:
        share = special.expit(rate * u + shift)
        return np.asarray(span * rate * share * (1 - share))

    def integral(u: Floats) -> Floats:
        return np.asarray(low * u + span / rate * np.logaddexp(0.0, rate * u + shift))

    return Distance(value, slope, integral, span * rate / 4, (low, high))
