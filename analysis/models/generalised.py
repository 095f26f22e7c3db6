"""Linear and logistic regression: statsmodels finds the coefficients, the design gives their errors."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.arguments import checked
from analysis.design import Design, Floats
from analysis.errors import AnalysisError
from analysis.models.model import Fit, Model, Rows, finish, select
from analysis.variance import Lone

INTERCEPT = "(Intercept)"
MOST = 100  # iterations


@checked
def linear(
    design: Design,
    outcome: Floats,
    columns: Floats,
    names: Sequence[str],
    *,
    level: float = 0.95,
    lone: Lone = "error",
) -> Model:
    """Weighted least squares with an intercept.

    Parameters
    ----------
    design : Design
    outcome : (n,) float, NaN outside the domain
    columns : (n, p) float, NaN where missing; rows that lack anything are outside the domain
    names : p names
    level, lone : as in `analysis.estimation.estimate`

    Returns
    -------
    Model, intercept first

    Notes
    -----
    Solves sum w x (y - x'b) = 0; V = I^-1 V(sum w x (y - x'b)) I^-1, I = sum w x x' (Binder 1983, International
    Statistical Review 51:279). df = clusters - strata - p, as R's `svyglm`.

    Raises
    ------
    AnalysisError
        Shapes, too few complete rows, columns that do not vary or follow from others (named), lone clusters.

    Notices
    -------
    too_few_clusters (df).
    """
    rows = select("linear", design, outcome, columns, names, 1)
    fit = _fit(rows, names, "linear")
    return finish(design, rows, fit, level=level, lone=lone)


@checked
def logistic(
    design: Design,
    outcome: Floats,
    columns: Floats,
    names: Sequence[str],
    *,
    level: float = 0.95,
    lone: Lone = "error",
) -> Model:
    """Weighted logistic regression with an intercept; `outcome` is 0 or 1 (or a share between). See `linear`.

    Parameters
    ----------
    design, columns, names, level, lone : as in `linear`
    outcome : (n,) float, 0 or 1, or between; NaN where missing

    Returns
    -------
    Model

    Notes
    -----
    log(m / (1 - m)) = x'b; solves sum w x (y - m) = 0; I = sum w m (1 - m) x x'.

    Raises
    ------
    AnalysisError
        As `linear`; outcomes outside 0 to 1 or all alike; columns that separate the outcomes perfectly.
    """
    rows = select("logistic", design, outcome, columns, names, 1)
    if rows.outcome.min() < 0 or rows.outcome.max() > 1:
        got = f"{rows.outcome.min():g} to {rows.outcome.max():g}"
        raise AnalysisError("logistic", "an outcome from 0 to 1", got)
    if np.ptp(rows.outcome) == 0:
        raise AnalysisError("logistic", "an outcome that varies", f"everywhere {rows.outcome[0]:g}")
    fit = _fit(rows, names, "logistic")
    return finish(design, rows, fit, level=level, lone=lone)


def _fit(rows: Rows, names: Sequence[str], where: str) -> Fit:
    matrix = np.column_stack([np.ones(rows.outcome.size), rows.columns])
    weight = rows.weight / rows.weight.mean()
    found = _solve(rows.outcome, matrix, weight, names, where)
    fitted = found.fittedvalues
    spread = np.ones(fitted.size) if where == "linear" else fitted * (1 - fitted)
    information = matrix.T @ (matrix * (rows.weight * spread)[:, None])
    if not found.converged or np.linalg.cond(information / np.trace(information)) > 1e14:
        raise _separated(where, names)
    score = matrix * (rows.weight * (rows.outcome - fitted))[:, None]
    iterations = int(found.fit_history["iteration"])
    return Fit(
        (INTERCEPT, *names), len(names), found.params, score, information, iterations, float(found.deviance), where
    )


def _solve(outcome: Floats, matrix: Floats, weight: Floats, names: Sequence[str], where: str) -> Any:
    # read when it is needed, as decision 0011 says: it brings pandas along
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    family = families.Gaussian() if where == "linear" else families.Binomial()
    runs_away = (PerfectSeparationWarning, ConvergenceWarning, RuntimeWarning)  # coefficients that grow for ever
    with warnings.catch_warnings(), np.errstate(over="warn", invalid="warn", divide="warn"):
        for kind in runs_away:
            warnings.simplefilter("error", kind)
        try:  # var_weights: freq_weights would take them for head-counts
            return GLM(outcome, matrix, family=family, var_weights=weight).fit(maxiter=MOST, tol=1e-12)
        except (*runs_away, np.linalg.LinAlgError) as problem:
            raise _separated(where, names) from problem


def _separated(where: str, names: Sequence[str]) -> AnalysisError:
    hint = "leave columns out or merge categories that only one outcome has"
    return AnalysisError(where, "coefficients that settle", f"none for {', '.join(names)}", hint)
