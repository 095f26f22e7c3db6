"""What estimation hands on: frozen, and carrying how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Notice:
    """Something the reader of a number must know: a stable code, translated at the doors, and its particulars."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class Estimate:
    """One number with its uncertainty.

    `value`, `se`, `low` and `high` share one unit (scores: 0 to 100). A bound that is not defined is None, and so
    is `value` where nothing was valid. `n` counts the people with a valid answer, `n_eff` is Kish's (sum w)^2 /
    sum w^2 over them, `df` the design's degrees of freedom, `method` names the estimator and variance, `interval`
    the interval (`none` where there is none).
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    n_eff: float | None
    df: int
    level: float
    method: str
    interval: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Estimates:
    """k numbers with their full covariance, all in one unit.

    value       : (k,) float
    covariance  : (k, k) float
    low, high   : (k,) float, both NaN exactly where `interval` says `none`, one of them where it says `one-sided`
    interval    : k names of intervals
    n           : (k,) int, rows with a valid value
    n_eff       : (k,) float, Kish's (sum w)^2 / sum w^2 over them
    df          : (k,) int, degrees of freedom of the design
    deff        : (k,) float, variance over that of a simple random sample of n without replacement from N = sum w;
                  NaN where the values do not vary
    deff_replace: (k,) float, the same with replacement
    level       : of confidence
    method      : the estimator and its variance
    notices     : what the reader must know
    """

    value: NDArray[np.float64]
    covariance: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    interval: tuple[str, ...]
    n: NDArray[np.int64]
    n_eff: NDArray[np.float64]
    df: NDArray[np.int64]
    deff: NDArray[np.float64]
    deff_replace: NDArray[np.float64]
    level: float
    method: str
    notices: tuple[Notice, ...] = ()

    @property
    def se(self) -> NDArray[np.float64]:
        """(k,) standard errors."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class HypothesisTest:
    """A statistic and how surprising it would be if nothing were going on.

    statistic : F, t or chi-square, as `method` says
    ndf, ddf  : numerator and denominator degrees of freedom; ddf None for a chi-square
    p         : two-sided or upper-tail probability
    value, se : the difference tested, with its error; None where the test is not about one number
    low, high : its limits at `level`, `interval` their name; None and `none` likewise
    n         : rows used; n_eff Kish's effective size of them
    """

    statistic: float
    ndf: float
    ddf: float | None
    p: float
    n: int
    n_eff: float
    method: str
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    interval: str = "none"
    notices: tuple[Notice, ...] = ()
