"""What all intervals are made of: quantiles, checked columns, Beta limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.arguments import checked, together
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
ROUNDING = 1e-12  # a share this far beyond 0 or 1 is 0 or 1
TINY = 1e-300  # keeps the Beta quantile defined on the side whose limit is the end of the scale


@checked
def t_quantile(df: ArrayLike, level: float) -> Floats:
    """The two-sided quantile of Student's t, (k,); NaN where df is under 1.

    Parameters
    ----------
    df : (k,) or number
    level : of confidence

    Returns
    -------
    (k,) float

    Raises
    ------
    AnalysisError
        A level outside 0 to 1.
    """
    if not 0 < level < 1:
        raise AnalysisError("interval", "a level between 0 and 1", str(level))
    df = np.asarray(df, float)
    if not df.size:
        return df
    known, place = np.unique(np.where(df >= 1, df, np.nan), return_inverse=True)
    return np.asarray(special.stdtrit(known, 0.5 + level / 2)[place].reshape(df.shape))


def given(where: str, **columns: ArrayLike) -> tuple[Floats, ...]:
    """Columns in one shape; NaN stands for what is not defined, and goes through."""
    found = dict(zip(columns, together(where, **columns), strict=True))
    problems = [f"{name} infinite" for name, each in found.items() if name != "df" and np.isinf(each).any()]
    problems += [f"{name} below 0" for name in ("se", "n", "n_eff") if name in found and np.any(found[name] < 0)]
    if np.any(found.get("deff", np.ones(1)) <= 0):
        problems.append("deff not above 0")
    if "share" in found:
        if np.any((found["share"] < -ROUNDING) | (found["share"] > 1 + ROUNDING)):
            problems.append("a value outside 0 to 1")
        found["share"] = np.clip(found["share"], 0.0, 1.0)
    if problems:
        raise AnalysisError(
            where, "values, errors and sizes of an estimate", "; ".join(problems), "use NaN for unknown"
        )
    return tuple(found.values())


def inside(where: str, value: ArrayLike, se: ArrayLike, df: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Share, error and degrees of freedom; NaN where an interval around the share is not defined."""
    p, se, df = given(where, share=value, se=se, df=df)
    within = (p > 0) & (p < 1) & (se > 0)
    return np.where(within, p, np.nan), np.where(within, se, np.nan), df


def size_ratio(n: Floats, df: ArrayLike, level: float) -> Floats:
    """(t_{n-1} / t_df)^2: what few schools cost beside many people."""
    return np.asarray((t_quantile(n - 1, level) / t_quantile(df, level)) ** 2)


def beta_limits(p: Floats, size: Floats, level: float) -> Limits:
    """Clopper-Pearson limits of a share p of `size` people, whole or not."""
    tail = (1 - level) / 2
    p, size = np.broadcast_arrays(p, size)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    known = np.isfinite(p) & np.isfinite(size) & (size > 0)
    yes, no = (size * p)[known], (size * (1 - p))[known]
    low[known] = np.where(yes > 0, special.betaincinv(np.maximum(yes, TINY), no + 1, tail), 0.0)
    high[known] = np.where(no > 0, special.betaincinv(yes + 1, np.maximum(no, TINY), 1 - tail), 1.0)
    return low, high
