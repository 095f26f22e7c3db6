"""Intervals for a mean or a proportion on the scale of 0 to 1, from a design-based standard error.

All functions take arrays (or numbers) that broadcast, and give (low, high); NaN where the interval is not defined, and
where a value, an error or a size is NaN. Negative or infinite ones, and shares outside 0 to 1, are an AnalysisError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import elementwise

from analysis.arguments import checked, together
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
FAR = 36.0  # a logit beyond which a share is 0 or 1 in floating point
ROUNDING = 1e-12  # a share this far beyond 0 or 1 is 0 or 1
TINY = 1e-300  # keeps the Beta quantile defined on the side whose limit is the end of the scale


@checked
def t_quantile(df: ArrayLike, level: float) -> Floats:
    """The two-sided quantile of Student's t, (k,); NaN where df is under 1."""
    if not 0 < level < 1:
        raise AnalysisError("interval", "a level between 0 and 1", str(level))
    df = np.asarray(df, float)
    if not df.size:
        return df
    known, place = np.unique(np.where(df >= 1, df, np.nan), return_inverse=True)
    return np.asarray(special.stdtrit(known, 0.5 + level / 2)[place].reshape(df.shape))


@checked
def wald(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """value -+ t(df) se. Symmetric; may leave the scale, and covers too little near 0 and 1."""
    value, se, df = _given("wald", value=value, se=se, df=df)
    half = t_quantile(df, level) * se
    return value - half, value + half


@checked
def logit(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """expit(logit(p) -+ t(df) se / (p (1 - p))); not defined at 0 and 1 nor where se is 0.

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193.
    """
    p, se, df = _inside("logit", value, se, df)
    middle, half = special.logit(p), t_quantile(df, level) * se / (p * (1 - p))
    return special.expit(middle - half), special.expit(middle + half)


@checked
def wilson(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """Score interval with n* = p (1 - p) / se^2 and t(df); not defined at 0 and 1 nor where se is 0."""
    p, se, df = _inside("wilson", value, se, df)
    size, t = p * (1 - p) / se**2, t_quantile(df, level)
    middle = (p + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * np.sqrt(p * (1 - p) / size + t**2 / (4 * size**2))
    return middle - half, middle + half


@checked
def arcsine(value: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """sin^2(arcsin(sqrt p) -+ t(df) se / (2 sqrt(p (1 - p)))); not defined at 0 and 1 nor where se is 0."""
    p, se, df = _inside("arcsine", value, se, df)
    middle, half = np.arcsin(np.sqrt(p)), t_quantile(df, level) * se / (2 * np.sqrt(p * (1 - p)))
    return np.sin(np.maximum(middle - half, 0)) ** 2, np.sin(np.minimum(middle + half, np.pi / 2)) ** 2


@checked
def likelihood(value: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95) -> Limits:
    """All q with 2 n* (p log(p / q) + (1 - p) log((1 - p) / (1 - q))) <= t(df)^2, n* = p (1 - p) / se^2 (n - 1) / n.

    Notes
    -----
    A binomial likelihood whose size is scaled to the variance of the design (Rao & Scott 1984, Annals of Statistics
    12:46). Not defined at 0 and 1 nor where se is 0.
    """
    value, se, n, df = _given("likelihood", share=value, se=se, n=n, df=df)
    p, se, df = _inside("likelihood", value, se, df)
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

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193; the cap as in Parker et al. 2017, NCHS Vital and Health
    Statistics 2(175).
    """
    p, se, n, df = _given("korn_graubard", share=value, se=se, n=n, df=df)
    p = np.where((p > 0) & (p < 1), p, np.nan)
    with np.errstate(divide="ignore", over="ignore"):
        size = p * (1 - p) / se**2 * _ratio(n, df, level)
    return _beta_limits(p, np.minimum(n, size) if cap else size, level)


@checked
def exact(value: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95, *, deff: ArrayLike = 1.0) -> Limits:
    """Clopper-Pearson limits where everybody answered alike (value 0 or 1); not defined elsewhere or where df is 0.

    n* = min(n, n (t_{n-1} / t_df)^2 / deff). The design effect cannot be estimated here: give one borrowed from the
    other items of the group.
    """
    p, n, df, deff = _given("exact", share=value, n=n, df=df, deff=deff)
    p = np.where((p == 0) | (p == 1), p, np.nan)
    return _beta_limits(p, np.minimum(n, n * _ratio(n, df, level) / deff), level)


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
    """
    value, se, n, n_eff, freedom, effect = _given("choose", share=value, se=se, n=n, n_eff=n_eff, df=df, deff=deff)
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


def _given(where: str, **columns: ArrayLike) -> tuple[Floats, ...]:
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


def _inside(where: str, value: ArrayLike, se: ArrayLike, df: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Share, error and degrees of freedom; NaN where an interval around the share is not defined."""
    p, se, df = _given(where, share=value, se=se, df=df)
    inside = (p > 0) & (p < 1) & (se > 0)
    return np.where(inside, p, np.nan), np.where(inside, se, np.nan), df


def _ratio(n: Floats, df: ArrayLike, level: float) -> Floats:
    return np.asarray((t_quantile(n - 1, level) / t_quantile(df, level)) ** 2)


def _beta_limits(p: Floats, size: Floats, level: float) -> Limits:
    tail = (1 - level) / 2
    p, size = np.broadcast_arrays(p, size)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    known = np.isfinite(p) & np.isfinite(size) & (size > 0)
    yes, no = (size * p)[known], (size * (1 - p))[known]
    low[known] = np.where(yes > 0, special.betaincinv(np.maximum(yes, TINY), no + 1, tail), 0.0)
    high[known] = np.where(no > 0, special.betaincinv(yes + 1, np.maximum(no, TINY), 1 - tail), 1.0)
    return low, high
