"""Whether a correlation matrix has anything for factors to explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.arguments import checked
from analysis.reliability.rows import Floats, complete_rows, correlation_of
from analysis.results import HypothesisTest


@dataclass(frozen=True)
class Adequacy:
    """The Kaiser-Meyer-Olkin measure; from 0 to 1; from 0.8 on "meritorious" in Kaiser's words.

    value   : of all items together; None where no two items are correlated at all
    by_item : (k,) of each; NaN where an item is correlated with no other
    n       : complete rows
    dropped : rows left out because an answer was missing
    """

    value: float | None
    by_item: Floats
    n: int
    dropped: int


@checked
def sampling_adequacy(answers: ArrayLike) -> Adequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing

    Returns
    -------
    Adequacy

    Notes
    -----
    sum r^2 / (sum r^2 + sum q^2) over the pairs, r their correlation, q their partial correlation given all other
    items, from the inverse of the correlation matrix. With two items it is always 1/2.

    Raises
    ------
    AnalysisError
        Fewer than two items, fewer rows than items, a constant item, a singular correlation matrix.

    References
    ----------
    Kaiser 1974, Psychometrika 39:31.
    """
    rows = complete_rows("sampling_adequacy", answers)
    correlation, _ = correlation_of("sampling_adequacy", rows)
    inverse = np.linalg.inv(correlation)
    scale = 1 / np.sqrt(np.diag(inverse))
    common, partial = np.square(correlation), np.square(inverse * np.outer(scale, scale))
    np.fill_diagonal(common, 0.0)
    np.fill_diagonal(partial, 0.0)
    both = common + partial
    by_item = common.sum(axis=0) / np.where(both.sum(axis=0) > 0, both.sum(axis=0), np.nan)
    value = float(common.sum() / both.sum()) if both.sum() > 0 else None
    return Adequacy(value, by_item, rows.answers.shape[0], rows.dropped)


@checked
def bartlett(answers: ArrayLike) -> HypothesisTest:
    """Bartlett's test that no two items are correlated.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing

    Returns
    -------
    HypothesisTest, a chi-square with k (k - 1) / 2 degrees of freedom; n counts complete rows

    Notes
    -----
    -(n - 1 - (2 k + 5) / 6) log |R|. Independent people, normal answers. With hundreds of people it is nearly always
    significant, and says little.

    Raises
    ------
    AnalysisError
        As `sampling_adequacy`.

    References
    ----------
    Bartlett 1950, British Journal of Psychology (Statistical Section) 3:77.
    """
    rows = complete_rows("bartlett", answers)
    correlation, _ = correlation_of("bartlett", rows)
    n, k = rows.answers.shape
    statistic = max(0.0, -(n - 1 - (2 * k + 5) / 6) * float(np.linalg.slogdet(correlation)[1]))
    df = k * (k - 1) // 2
    p = float(stats.chi2.sf(statistic, df))
    return HypothesisTest(statistic, df, None, p, n, float(n), "Bartlett's test of sphericity")
