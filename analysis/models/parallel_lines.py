"""Whether one slope does for all answers of an ordinal model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from analysis.arguments import checked
from analysis.comparison.wald import check_freedom, quadratic
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.estimation import combine, join
from analysis.models.generalised import logistic
from analysis.results import HypothesisTest
from analysis.variance import Lone, covariance


@checked
def parallel_lines(
    design: Design, outcome: Floats, columns: Floats, names: Sequence[str], *, lone: Lone = "error"
) -> HypothesisTest:
    """Test the supposition of `ordinal` that the slopes are the same wherever the answers are cut.

    Parameters
    ----------
    design, outcome, columns, names, lone : as in `analysis.models.ordinal`; an outcome of three codes or more

    Returns
    -------
    HypothesisTest, F with (codes - 2) p degrees of freedom and the residual ones of the design less those

    Notes
    -----
    A logistic regression of "above c" for every cut c, all by the same rows, with their joint design-based
    covariance; then a Wald test that the slopes of all cuts are those of the first (Brant 1990, with a survey's
    covariance in place of the model's). With many people it is nearly always significant: look at the slopes.

    Raises
    ------
    AnalysisError
        As `analysis.models.logistic`; two codes only; too few clusters for so many differences.

    References
    ----------
    Brant 1990, Biometrics 46:1171.
    """
    outcome = np.asarray(outcome, float)
    complete = np.isfinite(outcome) & np.isfinite(columns).all(axis=1)
    codes = np.unique(outcome[complete])
    if codes.size < 3:
        raise AnalysisError("parallel_lines", "an outcome of three or more codes", str(codes.size))
    above = [np.where(complete, outcome > code, np.nan) for code in codes[:-1]]
    models = [logistic(design, each, columns, names, lone=lone) for each in above]
    ndf = len(names) * (codes.size - 2)
    ddf = models[0].df - ndf
    check_freedom("parallel_lines", ddf)
    joined = join(*(each.statistic for each in models))
    found = combine(joined, _contrasts(len(names), codes.size - 1))
    spread = covariance(design, found.influence, lone=lone, inside=complete[:, None])
    full = models[0].df
    statistic = quadratic("parallel_lines", found.value, spread) / ndf * ddf / full
    p = float(stats.f.sf(statistic, ndf, ddf))
    return HypothesisTest(statistic, ndf, ddf, p, models[0].n, models[0].n_eff, "Brant's Wald F, design-based")


def _contrasts(slopes: int, cuts: int) -> Floats:
    """Of coefficients cut by cut, each with its intercept first: every later slope minus that of the first cut."""
    size = slopes + 1
    lines = np.zeros(((cuts - 1) * slopes, cuts * size))
    for cut in range(1, cuts):
        for slope in range(slopes):
            row = (cut - 1) * slopes + slope
            lines[row, cut * size + 1 + slope], lines[row, 1 + slope] = 1.0, -1.0
    return lines
