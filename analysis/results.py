"""What estimation hands on: frozen, and carrying how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
