"""What a sample can show about a line: how likely which verdict is, and how many answers a verdict takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from analysis.arguments import checked, together
from analysis.errors import AnalysisError
from analysis.intervals import t_quantile
from analysis.planning.sizes import normal_quantile, require

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Kind = Literal["wilson", "korn-graubard"]
REACH = 12.0  # standard deviations either side that are summed
HALVINGS = 48
MOST = 10_000_000  # answers beyond which no size is looked for


@dataclass(frozen=True)
class Evidence:
    """Probabilities, before a round, of what it will say; (k,) each.

    point    : the observed share reaches the line
    met      : the lower limit reaches it
    open     : the interval holds it: not enough evidence
    not_met  : the upper limit is under it
    interval : `wilson` or `korn-graubard`
    level    : of confidence
    """

    point: Floats
    met: Floats
    open: Floats
    not_met: Floats
    interval: str
    level: float


@dataclass(frozen=True)
class Power:
    """The fewest answers with which a true share is found to meet the line often enough.

    n     : answers
    power : probability of `met` with n answers
    """

    n: int
    power: float


@dataclass(frozen=True)
class _Verdict:
    """How limits are compared with a line."""

    line: float
    df: float | None
    level: float
    interval: Kind

    @property
    def quantile(self) -> float:
        """t, or z where the variance counts as known."""
        return normal_quantile(self.level) if self.df is None else float(t_quantile(self.df, self.level))


@checked
def evidence(
    share: ArrayLike,
    n: ArrayLike,
    *,
    deff: ArrayLike = 1.0,
    df: float | None = None,
    line: float = 0.85,
    level: float = 0.95,
    interval: Kind = "wilson",
) -> Evidence:
    """Operating characteristics of the line: what a round of n answers will say of a true share.

    Parameters
    ----------
    share : (k,) true proportion, inside 0 to 1
    n : (k,) valid answers, whole, 2 or more
    deff : (k,) design effect, from 1 to less than n
    df : degrees of freedom with which the design will estimate its variance (schools minus strata), 1 or more; None:
        the design effect is taken as known and the quantile is the normal's
    line : to be reached, inside 0 to 1
    level : of confidence
    interval : `wilson`, the score interval with t(df); `korn-graubard`, capped at n

    Returns
    -------
    Evidence

    Notes
    -----
    The number of positive answers is binomial; with a design effect beta-binomial with correlation
    (deff - 1) / (n - 1), which has the variance n p (1 - p) deff. All of them within 12 standard deviations are summed,
    nothing is simulated. For each, a largest design effect c is found with which the limit still clears the line:

        Wilson          c = n (p - L)^2 / (t^2 L (1 - L))
        Korn-Graubard   c = n (t_{n-1} / t_df)^2 / n', n' the size at which the Beta limit is L; 0 where n' > n

    and the design's own estimate, taken as deff chi^2_df / df, stays under it with probability chi^2_df(df c / deff).
    Where everybody answers alike both use the exact limit with the design effect lent. Independence of estimate and
    variance is assumed; strong weights or few schools make the tails heavier than this.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.

    References
    ----------
    Korn & Graubard 1998, Survey Methodology 24:193. Wilson 1927, JASA 22:209.
    """
    p, size, effect = np.atleast_1d(*together("evidence", share=share, n=n, deff=deff))
    _check(p, size, effect, df, line, interval)
    verdict = _Verdict(line, df, level, interval)
    rows = np.array([_one(*each, verdict) for each in zip(p.flat, size.flat, effect.flat, strict=True)])
    point, met, not_met = rows.T.reshape(3, *p.shape)
    return Evidence(point, met, np.maximum(0.0, 1 - met - not_met), not_met, interval, level)


@checked
def least_share(
    n_eff: ArrayLike,
    *,
    line: float = 0.85,
    df: float | None = None,
    level: float = 0.95,
    interval: Kind = "wilson",
) -> Floats:
    """The least observed share whose lower limit reaches the line: (k,); NaN where not even 1 would.

    Parameters
    ----------
    n_eff : (k,) effective number of answers, n / deff, above 0
    line, level, interval : as in `evidence`
    df : as in `evidence`; of no effect on Korn-Graubard, whose n_eff already contains the ratio of the quantiles

    Returns
    -------
    (k,) float, 0 to 1; NaN where not even 1 would

    Returns
    -------
    (k,) float, 0 to 1; NaN where not even 1 would

    Notes
    -----
    Wilson: L + t sqrt(L (1 - L) / n_eff). Korn-Graubard: the p at which the Beta quantile with (n_eff p,
    n_eff (1 - p) + 1) is L. Observed shares come in steps of
    1 / n, so the next step up is meant.

    Raises
    ------
    AnalysisError
        Everything that is outside its range.
    """
    size = np.atleast_1d(np.asarray(n_eff, float))
    require("least_share", effective_sizes_positive_and_finite=(size > 0) & np.isfinite(size), **_settings(df, line))
    verdict = _Verdict(line, df, level, _known(interval))
    if interval == "wilson":
        least = line + verdict.quantile * np.sqrt(line * (1 - line) / size)
        return np.asarray(np.where(least <= 1, least, np.nan))
    low, high = np.full(size.shape, line), np.ones(size.shape)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        clears = _clears(size, middle, verdict)
        low, high = np.where(clears, low, middle), np.where(clears, middle, high)
    return np.asarray(np.where(_clears(size, high, verdict), high, np.nan))


@checked
def size_for_power(
    share: float,
    power: float = 0.8,
    *,
    deff: float = 1.0,
    df: float | None = None,
    line: float = 0.85,
    level: float = 0.95,
    interval: Kind = "wilson",
) -> Power:
    """The fewest answers with which a county of this true share is found to meet the line so often.

    Parameters
    ----------
    share : true proportion, above the line and under 1
    power : wanted probability of `met`, inside 0 to 1
    deff, df, line, level, interval : as in `evidence`

    Returns
    -------
    Power

    Notes
    -----
    Because counts are whole the probability goes up in teeth as n grows. The n given is the first from which on it
    stays at the wanted one (looked at over 2 / (share - line) further answers, 400 at most; a tooth is not longer).
    The design effect is held fixed: with the same schools and more answers in each it would grow.

    Raises
    ------
    AnalysisError
        A share that does not exceed the line (no number of answers will do), anything outside its range, more than
        ten million answers.
    """
    require(
        "size_for_power",
        "a share at or under the line meets it only by luck",
        share_above_the_line_and_under_1=line < share < 1,
        power_inside_0_to_1=0 < power < 1,
        deff_of_1_or_more_and_under_10_000_000=1 <= deff < MOST,
        **_settings(df, line),
    )
    verdict = _Verdict(line, df, level, _known(interval))
    low = high = max(2, int(np.floor(deff)) + 1)
    while _met(share, high, deff, verdict) < power:
        low, high = high, high * 2
        if high > MOST:
            raise AnalysisError("size_for_power", f"a size under {MOST:,}", "more", "the share is too near the line")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _met(share, middle, deff, verdict) >= power else (middle, high)
    return _past_the_teeth(share, high, deff, verdict, power)


def _past_the_teeth(share: float, start: int, deff: float, verdict: _Verdict, power: float) -> Power:
    first, at, tooth = start, start, min(400, int(np.ceil(2 / (share - verdict.line))))
    while at - first < tooth:
        at += 1
        if _met(share, at, deff, verdict) < power:
            first = at + 1
    return Power(first, _met(share, first, deff, verdict))


def _met(share: float, n: int, deff: float, verdict: _Verdict) -> float:
    count, probability = _counts(share, n, deff)
    return min(1.0, float(probability @ _certainty(count / n, n, deff, verdict)))


def _one(share: float, n: float, deff: float, verdict: _Verdict) -> tuple[float, float, float]:
    """P(point >= line), P(met), P(not met)."""
    count, probability = _counts(share, n, deff)
    point = float(probability[count >= n * verdict.line - 1e-9].sum())
    above = _certainty(count / n, n, deff, verdict)
    under = _certainty(1 - count / n, n, deff, replace(verdict, line=1 - verdict.line))
    return min(1.0, point), min(1.0, float(probability @ above)), min(1.0, float(probability @ under))


def _counts(share: float, n: float, deff: float) -> tuple[Floats, Floats]:
    reach = REACH * np.sqrt(n * share * (1 - share) * deff) + 2
    count = np.arange(max(0.0, np.floor(n * share - reach)), min(n, np.ceil(n * share + reach)) + 1)
    if deff - 1 < 1e-6:  # so near 1 the beta-binomial loses digits and is the binomial
        return count, np.asarray(stats.binom.pmf(count, n, share))
    spread = (n - 1) / (deff - 1) - 1
    return count, np.asarray(stats.betabinom.pmf(count, n, share * spread, (1 - share) * spread))


def _certainty(observed: Floats, n: float, deff: float, verdict: _Verdict) -> Floats:
    """Probability, given what was observed, that the estimated variance lets the lower limit reach the line."""
    inside = (observed > verdict.line) & (observed < 1)
    certain = np.zeros(observed.shape)
    everybody = observed == 1
    certain[everybody] = _beta_largest_deff(observed[everybody], n, verdict) >= deff
    largest = (_wilson_largest_deff if verdict.interval == "wilson" else _beta_largest_deff)(
        observed[inside], n, verdict
    )
    if verdict.df is None:
        certain[inside] = largest >= deff
    else:
        certain[inside] = special.chdtr(verdict.df, verdict.df * largest / deff)
    return certain


def _wilson_largest_deff(observed: Floats, n: float, verdict: _Verdict) -> Floats:
    """The largest design effect with which the score interval of each observed share stays over the line."""
    line = verdict.line
    return np.asarray(n * (observed - line) ** 2 / (verdict.quantile**2 * line * (1 - line)))


def _beta_largest_deff(observed: Floats, n: float, verdict: _Verdict) -> Floats:
    """The same for the Beta limit; 0 where it does not even with n."""
    low, high = np.full(observed.shape, 1e-6), np.full(observed.shape, float(n))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        clears = _clears(middle, observed, verdict)
        low, high = np.where(clears, low, middle), np.where(clears, middle, high)
    ratio = 1.0 if verdict.df is None else (float(t_quantile(n - 1, verdict.level)) / verdict.quantile) ** 2
    return np.asarray(np.where(_clears(high, observed, verdict), n * ratio / high, 0.0))


def _clears(size: Floats, share: Floats, verdict: _Verdict) -> NDArray[np.bool_]:
    """Whether the Beta limit of these shares of this effective size reaches the line."""
    return np.asarray(special.betainc(size * share, size * (1 - share) + 1, verdict.line) <= (1 - verdict.level) / 2)


def _known(interval: str) -> Kind:
    if interval == "wilson":
        return "wilson"
    if interval == "korn-graubard":
        return "korn-graubard"
    raise AnalysisError("planning", "interval wilson or korn-graubard", str(interval))


def _settings(df: float | None, line: float) -> dict[str, bool]:
    return {"df_of_1_or_more": df is None or df >= 1, "line_inside_0_to_1": 0 < line < 1}


def _check(p: Floats, n: Floats, deff: Floats, df: float | None, line: float, interval: str) -> None:
    _known(interval)
    require(
        "evidence",
        share_inside_0_to_1=(p > 0) & (p < 1),
        n_whole_and_2_or_more=np.isfinite(n) & (n >= 2) & (n == np.round(n)),
        n_of_1_000_000_000_at_most=n <= 1e9,
        deff_from_1_to_less_than_n=(deff >= 1) & (deff < n),
        **_settings(df, line),
    )
