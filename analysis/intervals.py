"""Intervals for a mean or a proportion on the scale of 0 to 1, from a design-based standard error.

All functions take arrays (or numbers) that broadcast, and give (low, high); NaN where the interval is not defined, and
where a value, an error or a size is NaN. Negative or infinite ones, and shares outside 0 to 1, are an AnalysisError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import elementwise

from analysis.arguments import checked
from analysis.errors import AnalysisError
from analysis.limits import Floats, Limits, beta_limits, given, inside, size_ratio
from analysis.limits import t_quantile as t_quantile

FAR = 36.0  # a logit beyond which a share is 0 or 1 in floating point


@checked
def wald(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """value -+ t(df) se. Symmetric; may leave the scale, and covers too little near 0 and 1.

    Parameters
    ----------
    value : (k,) or number
    se : (k,) or number, 0 or more, on the same scale
    df : (k,) or number, degrees of freedom of the design
    level : of confidence, between 0 and 1

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        Shapes, a level outside 0 to 1, negative errors, infinite values.
    """
    value, se, df = given("wald", value=value, se=se, df=df)
    half = t_quantile(df, level) * se
    return value - half, value + half


@checked
def logit(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """expit(logit(p) -+ t(df) se / (p (1 - p))); not defined at 0 and 1 nor where se is 0.

    Parameters
    ----------
    value, se, df, level : as in `wald`, the value from 0 to 1

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1.

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193.
    """
    p, se, df = inside("logit", value, se, df)
    middle, half = special.logit(p), t_quantile(df, level) * se / (p * (1 - p))
    return special.expit(middle - half), special.expit(middle + half)


@checked
def wilson(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """Score interval with n* = p (1 - p) / se^2 and t(df); not defined at 0 and 1 nor where se is 0.

    Parameters
    ----------
    value, se, df, level : as in `wald`, the value from 0 to 1

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1.
    """
    p, se, df = inside("wilson", value, se, df)
    size, t = p * (1 - p) / se**2, t_quantile(df, level)
    middle = (p + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * np.sqrt(p * (1 - p) / size + t**2 / (4 * size**2))
    return middle - half, middle + half


@checked
def arcsine(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """sin^2(arcsin(sqrt p) -+ t(df) se / (2 sqrt(p (1 - p)))); not defined at 0 and 1 nor where se is 0.

    Parameters
    ----------
    value, se, df, level : as in `wald`, the value from 0 to 1

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1.
    """
    p, se, df = inside("arcsine", value, se, df)
    middle, half = np.arcsin(np.sqrt(p)), t_quantile(df, level) * se / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(middle - half, 0)) ** 2, np.sin(np.minimum(middle + half, np.pi / 2)) ** 2


@checked
def likelihood(value: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """All q with 2 n* (p log(p / q) + (1 - p) log((1 - p) / (1 - q))) <= t(df)^2, n* = p (1 - p) / se^2 (n - 1) / n.

    Parameters
    ----------
    value, se, df, level : as in `wald`, the value from 0 to 1
    n : (k,) or number, people with a valid answer

    Returns
    -------
    low, high : (k,), NaN where not defined

    Notes
    -----
    A binomial likelihood whose size is scaled to the variance of the design (Rao & Scott 1984, Annals of Statistics
    12:46). Not defined at 0 and 1 nor where se is 0.

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1.
    """
    value, se, n, df = given("likelihood", share=value, se=se, n=n, df=df)
    p, se, df = inside("likelihood", value, se, df)
    size, t = p * (1 - p) / se**2 * (1 - 1 / np.where(n > 1, n, np.nan)), t_quantile(df, level)

    def excess(x: Floats, p: Floats, size: Floats, t: Floats) -> Floats:
        q = special.expit(x)
        return np.asarray(2 * size * (special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q)) - t**2)

    middle = special.logit(p)
    found = [
        elementwise.find_root(excess, (np.minimum(middle, end), np.maximum(middle, end)), args=(p, size, t)).x
        for end in (-FAR, FAR)
    ]
    return special.expit(found[0]), special.expit(found[1])


@checked
def korn_graubard(
    value: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95, *, cap: bool = True
) -> Limits:
    """Clopper-Pearson limits with an effective size that never exceeds n.

    n* = min(n, p (1 - p) / se^2 (t_{n-1} / t_df)^2); limits are Beta quantiles with (n* p, n* (1 - p) + 1) and
    (n* p + 1, n* (1 - p)). Not defined at 0 and 1 (see `exact`) nor where df is 0. Without `cap` n* may exceed n.

    Parameters
    ----------
    value, se, df, level : as in `wald`, the value from 0 to 1
    n : (k,) or number, people with a valid answer
    cap : whether n* may not exceed n

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1.

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193; the cap as in Parker et al. 2017, NCHS Vital and Health
    Statistics 2(175).
    """
    p, se, n, df = given("korn_graubard", share=value, se=se, n=n, df=df)
    p = np.where((p > 0) & (p < 1), p, np.nan)
    with np.errstate(divide="ignore", over="ignore"):
        size = p * (1 - p) / se**2 * size_ratio(n, df, level)
    return beta_limits(p, np.minimum(n, size) if cap else size, level)


@checked
def exact(value: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95, *, deff: ArrayLike = 1.0) -> Limits:
    """Clopper-Pearson limits where everybody answered alike (value 0 or 1); not defined elsewhere or where df is 0.

    n* = min(n, n (t_{n-1} / t_df)^2 / deff). The design effect cannot be estimated here: give one borrowed from the
    other items of the group.

    Parameters
    ----------
    value : (k,) or number, 0 to 1
    n : (k,) or number, people with a valid answer
    df : (k,) or number, degrees of freedom of the design
    level : of confidence, between 0 and 1
    deff : (k,) or number, above 0, the design effect lent

    Returns
    -------
    low, high : (k,), NaN where not defined

    Raises
    ------
    AnalysisError
        As `wald`; a value outside 0 to 1. A deff that is not above 0.
    """
    p, n, df, deff = given("exact", share=value, n=n, df=df, deff=deff)
    p = np.where((p == 0) | (p == 1), p, np.nan)
    return beta_limits(p, np.minimum(n, n * size_ratio(n, df, level) / deff), level)


@checked
def choose(
    value: Floats,
    se: Floats,
    n: Floats,
    n_eff: Floats,
    df: NDArray[np.int64],
    single: NDArray[np.bool_],
    *,
    deff: ArrayLike = 1.0,
    level: float = 0.95,
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """The interval that fits each of k estimates on the scale of 0 to 1, and its name.

    Parameters
    ----------
    value, se : (k,) float, NaN where not defined
    n : (k,) people with a valid answer
    n_eff : (k,) Kish's effective size
    df : (k,) degrees of freedom
    single : (k,) bool, True for one proportion, False for a mean or a combination
    deff : the design effect to lend to `exact`
    level : of confidence

    Returns
    -------
    low (k,), high (k,), names (k,)

    Notes
    -----
    `exact` at 0 and 1 (for a combination with its effective size as n); else `korn-graubard` for one proportion and
    `logit-t` for everything else; `none` where df is 0, or where a mean inside the scale has no spread at all
    between clusters: an interval of zero width would claim certainty.

    Raises
    ------
    AnalysisError
        As the intervals; a `single` of another shape.
    """
    value, se, n, n_eff, freedom, effect = given("choose", share=value, se=se, n=n, n_eff=n_eff, df=df, deff=deff)
    if single.shape != value.shape:
        raise AnalysisError("choose", f"{value.shape} of `single`", f"shape {single.shape}")
    edge = (value == 0) | (value == 1)
    low, high, names = np.full(value.shape, np.nan), np.full(value.shape, np.nan), np.full(value.shape, "none", object)
    size = np.where(single, n, np.fmin(n, n_eff))
    defined = np.isfinite(value) & (freedom >= 1)
    for where, name in ((~single & ~edge, "logit-t"), (single & ~edge, "korn-graubard"), (edge, "exact")):
        at = defined & where
        if name == "logit-t":
            limits = logit(value[at], se[at], freedom[at], level)
        elif name == "korn-graubard":
            limits = korn_graubard(value[at], se[at], n[at], freedom[at], level)
        else:
            limits = exact(value[at], size[at], freedom[at], level, deff=effect[at])
        low[at], high[at] = limits
        names[at] = np.where(np.isnan(limits[0]), "none", name)
    return low, high, tuple(names.tolist())
