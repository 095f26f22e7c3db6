"""What the comments of one group say more often than those of the others: counted by comments, not by words.

A comment has a word or has it not, however often: who writes a word ten times counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.arguments import checked
from analysis.comparison import adjust
from analysis.errors import AnalysisError
from analysis.limits import Limits, t_quantile

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
PRIOR = 20.0  # comments that the prior weighs: as many as a group needs to be heard on its own
LEVEL = 0.95


@dataclass(frozen=True)
class Wording:
    """W words in the n comments of a group, against the `n_rest` of the rest.

    share, low, high : (W,) the part of the group's comments that have the word, with its Wilson interval at `level`
    share_rest       : (W,) the part of the rest
    log_odds         : (W,) the log-odds ratio, shrunk by the prior: above 0 where the group has the word more often
    se               : (W,) its standard error
    z                : (W,) log_odds / se
    p                : (W,) two-sided, by the normal distribution
    adjusted         : (W,) Benjamini-Hochberg adjusted p over all `tests`
    more             : (W,) adjusted <= 1 - level, and more often than in the rest
    tests            : words that were looked at, at least W
    prior            : comments that the prior weighs
    """

    share: Floats
    low: Floats
    high: Floats
    share_rest: Floats
    log_odds: Floats
    se: Floats
    z: Floats
    p: Floats
    adjusted: Floats
    more: Flags
    n: int
    n_rest: int
    tests: int
    prior: float
    level: float
    method: str


@checked
def compare_words(
    have: Integers,
    rest: Integers,
    n: int,
    n_rest: int,
    *,
    tests: int | None = None,
    prior: float = PRIOR,
    level: float = LEVEL,
) -> Wording:
    """How much more often a group's comments have each word than the comments of the rest.

    Parameters
    ----------
    have : (W,) int, comments of the group that have the word, 0 to n
    rest : (W,) int, comments of the rest that have it, 0 to n_rest
    n, n_rest : comments of the group and of the rest, 1 or more
    tests : words that were looked at, W or more; None for W. Those that are not among `have` count in the correction
        as tests that found nothing
    prior : comments that the prior weighs, above 0
    level : of confidence; 1 - level is the share of false findings that is accepted on average

    Returns
    -------
    Wording

    Notes
    -----
    Pooled share q_w = (y_w + x_w) / (n + m), with y_w of n comments here and x_w of m in the rest; a_w = prior q_w.

    d_w = log((y_w + a_w) / (n - y_w + prior - a_w)) - log((x_w + a_w) / (m - x_w + prior - a_w))

    Var d_w = 1 / (y_w + a_w) + 1 / (n - y_w + prior - a_w) + 1 / (x_w + a_w) + 1 / (m - x_w + prior - a_w)

    That is the log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi & Quinn for counts of comments
    instead of words. A comment has a word or not, so that each word has a Dirichlet of two categories; and the two
    terms of the variance that they leave out are kept, since a word may stand in half of all comments. Their z is d /
    sqrt Var d: rare words have large d and small z, words that everybody uses have small both. A word that none or all
    comments have has d = 0.

    Shares have Wilson's interval: (y + t^2 / 2 -+ t sqrt(y (n - y) / n + t^2 / 4)) / (n + t^2), t the normal quantile.

    Comments count as independent and as a draw from what such people write. They are not weighted, and those who
    write one are not a sample of those who were asked: numbers are about who wrote.

    Raises
    ------
    AnalysisError
        Shapes; counts below 0 or above n; no comments; fewer tests than words; a prior or level out of range.

    References
    ----------
    Monroe, Colaresi & Quinn 2008, Political Analysis 16:372. Wilson 1927, JASA 22:209. Benjamini & Hochberg 1995,
    JRSS-B 57:289.
    """
    looked = have.size if tests is None else tests
    _refuse(have, rest, n, n_rest, looked, prior, level)
    pooled = prior * (have + rest) / (n + n_rest)
    odds, variance = _log_odds(have + pooled, n + prior)
    odds_rest, variance_rest = _log_odds(rest + pooled, n_rest + prior)
    inside = (have + rest > 0) & (have + rest < n + n_rest)
    difference, se = np.where(inside, odds - odds_rest, 0.0), np.sqrt(variance + variance_rest)
    z = difference / se
    p = 2 * special.ndtr(-np.abs(z))
    adjusted = adjust(np.concatenate([p, np.ones(looked - have.size)]), "benjamini-hochberg")[: have.size]
    low, high = wilson_of_counts(have, n, level=level)
    return Wording(
        have / n, low, high, rest / n_rest, difference, se, z, p, adjusted, (adjusted <= 1 - level) & (z > 0),
        n, n_rest, looked, prior, level,
        "log-odds ratio with informative Dirichlet prior on counts of comments, Benjamini-Hochberg; Wilson",
    )  # fmt: skip


@checked
def wilson_of_counts(have: Integers, n: int, *, level: float = LEVEL) -> Limits:
    """Wilson's interval of the shares have / n of a simple random sample; defined for none and for all, too.

    Parameters
    ----------
    have : (W,) int, 0 to n
    n : 1 or more
    level : of confidence, between 0 and 1

    Returns
    -------
    low, high : (W,) float, 0 to 1

    Raises
    ------
    AnalysisError
        Counts outside 0 to n, n under 1, a level outside 0 to 1.

    References
    ----------
    Wilson 1927, JASA 22:209.
    """
    if n < 1 or have.ndim != 1 or np.any((have < 0) | (have > n)):
        raise AnalysisError("wilson_of_counts", "counts (W,) from 0 to n, n of 1 or more", f"{have.shape} of n {n}")
    t = float(t_quantile(np.inf, level))
    middle, half = have + t**2 / 2, t * np.sqrt(have * (n - have) / n + t**2 / 4)
    return np.maximum((middle - half) / (n + t**2), 0.0), np.minimum((middle + half) / (n + t**2), 1.0)


def _log_odds(have: Floats, n: float) -> tuple[Floats, Floats]:
    """The logarithm of have / (n - have), and its variance. What no comment has, or all, is not compared."""
    yes, no = np.where(have > 0, have, 0.5), np.where(have < n, n - have, 0.5)
    return np.log(yes / no), 1 / yes + 1 / no


def _refuse(have: Integers, rest: Integers, n: int, n_rest: int, tests: int, prior: float, level: float) -> None:
    problems = []
    if have.ndim != 1 or have.shape != rest.shape:
        problems.append(f"shapes {have.shape} and {rest.shape}")
    if n < 1 or n_rest < 1:
        problems.append(f"{n} and {n_rest} comments")
    problems += [
        f"{name} outside 0 to {most}"
        for name, each, most in (("have", have, n), ("rest", rest, n_rest))
        if np.any((each < 0) | (each > most))
    ]
    if tests < have.size:
        problems.append(f"{tests} tests of {have.size} words")
    if not 0 < prior < np.inf:
        problems.append(f"prior {prior}")
    if not 0 < level < 1:
        problems.append(f"level {level}")
    if problems:
        expected = "counts (W,) of words in 1 comment or more, a prior above 0, a level between 0 and 1"
        raise AnalysisError("compare_words", expected, "; ".join(problems))
