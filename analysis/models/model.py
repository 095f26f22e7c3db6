"""A fitted model, and how its errors follow from the scores of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

from analysis import intervals
from analysis.arguments import checked
from analysis.design import Design, Floats, Integers, number_clusters, sum_by
from analysis.errors import AnalysisError
from analysis.estimation import Statistic, kish_size
from analysis.results import HypothesisTest, Notice
from analysis.variance import Lone, covariance, degrees_of_freedom

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Model:
    """p coefficients with design-based errors.

    names      : p names; of an ordinal model the slopes, then the cut points ("1|2", ...)
    value, se, t, p, low, high : (p,) coefficient, error, t statistic, two-sided probability, Wald-t limits
    covariance : (p, p)
    df         : residual degrees of freedom: of the design, minus the slopes
    n, n_eff   : rows used, and Kish's effective size of them
    statistic  : the coefficients as a Statistic of all rows, to be combined with others
    deviance   : minus twice the log-likelihood with weights scaled to mean 1 (linear: weighted sum of squares)
    """

    names: tuple[str, ...]
    value: Floats
    covariance: Floats
    se: Floats
    t: Floats
    p: Floats
    low: Floats
    high: Floats
    df: int
    n: int
    n_eff: float
    level: float
    method: str
    interval: str
    iterations: int
    deviance: float
    statistic: Statistic
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Fit:
    """What fitting hands on: `score` (m, p) of the m rows used, times their weights, and the information (p, p)."""

    names: tuple[str, ...]
    slopes: int
    value: Floats
    score: Floats
    information: Floats
    iterations: int
    deviance: float
    method: str


@dataclass(frozen=True)
class Rows:
    """The rows that have everything: which they are, and their outcome, columns and weights."""

    inside: Flags
    outcome: Floats
    columns: Floats
    weight: Floats


@checked
def dummies(category: Integers, labels: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Columns of 0 and 1 for all labels but the first.

    Parameters
    ----------
    category : (n,) int, position in `labels`; below 0 missing
    labels : names of the categories, the first one the reference

    Returns
    -------
    (n, len(labels) - 1) float, NaN where missing; the names of the columns

    Raises
    ------
    AnalysisError
        Categories beyond the labels, or not in one column.
    """
    if category.ndim != 1 or np.max(category, initial=-1) >= len(labels):
        got = f"shape {category.shape}, up to {int(np.max(category, initial=-1))}"
        raise AnalysisError("dummies", f"(n,) categories below {len(labels)}", got)
    columns = (category[:, None] == np.arange(1, len(labels))).astype(float)
    columns[category < 0] = np.nan
    return columns, tuple(labels[1:])


def select(where: str, design: Design, outcome: Floats, columns: Floats, names: Sequence[str], own: int) -> Rows:
    """The complete rows, checked; `own` is the number of parameters that the model adds (intercept, cut points)."""
    outcome, columns = np.asarray(outcome, float), np.asarray(columns, float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    rows = design.weight.size
    problems = []
    if outcome.shape != (rows,):
        problems.append(f"outcome {outcome.shape} for {rows} rows")
    if columns.ndim != 2 or columns.shape[0] != rows or columns.shape[-1] != len(names):
        problems.append(f"columns {columns.shape} for {rows} rows and {len(names)} names")
    if not problems and (np.isinf(outcome).any() or np.isinf(columns).any()):
        problems.append("infinite values")
    if problems:
        raise AnalysisError(where, "an outcome (n,), columns (n, p) and p names", "; ".join(problems))
    inside = np.isfinite(outcome) & np.isfinite(columns).all(axis=1)
    if int(inside.sum()) <= columns.shape[1] + own:
        got = f"{int(inside.sum())} complete rows for {columns.shape[1] + own} parameters"
        raise AnalysisError(where, "more complete rows than parameters", got, "leave columns out")
    _check_rank(where, columns[inside], names)
    return Rows(inside, outcome[inside], columns[inside], design.weight[inside])


def _check_rank(where: str, columns: Floats, names: Sequence[str]) -> None:
    """Columns that follow from the ones before them and the intercept."""
    if not columns.shape[1]:
        return
    centred = columns - columns.mean(axis=0)
    scale = np.sqrt(np.square(columns).sum(axis=0))
    _, triangle, order = linalg.qr(centred / np.where(scale > 0, scale, 1), mode="economic", pivoting=True)
    weak = np.abs(np.diag(triangle)) < 1e-9
    if weak.any():
        found = ", ".join(sorted(names[place] for place in order[: weak.size][weak]))
        raise AnalysisError(where, "columns that differ from each other and vary", f"not so: {found}", "leave them out")


def finish(design: Design, rows: Rows, fit: Fit, *, level: float, lone: Lone) -> Model:
    """Errors from the scores: V = I^-1 V(scores) I^-1 with the design's own variance of totals.

    Rows that are not used have influence 0: their clusters still count.
    """
    influence = np.zeros((design.weight.size, fit.value.size))
    influence[rows.inside] = np.linalg.solve(fit.information, fit.score.T).T
    inside = np.repeat(rows.inside[:, None], fit.value.size, axis=1)
    spread = covariance(design, influence, lone=lone, inside=inside)
    df = _residual_df(design, rows.inside, fit.slopes)
    se = np.sqrt(np.diag(spread))
    known = (df >= 1) & (se > 0)
    t = np.where(known, fit.value / np.where(se > 0, se, 1), np.nan)
    low, high = intervals.wald(fit.value, np.where(known, se, np.nan), df, level)
    return Model(
        names=fit.names,
        value=fit.value,
        covariance=spread,
        se=se,
        t=t,
        p=2 * stats.t.sf(np.abs(t), max(df, 1)),
        low=low,
        high=high,
        df=df,
        n=rows.outcome.size,
        n_eff=float(kish_size(design.weight, inside[:, :1])[0]),
        level=level,
        method=f"{fit.method}; design-based sandwich",
        interval="wald-t" if df >= 1 else "none",
        iterations=fit.iterations,
        deviance=fit.deviance,
        statistic=Statistic(fit.value, influence, inside, fit.method),
        notices=() if df >= 1 else (Notice("too_few_clusters", {"df": df}),),
    )


def _residual_df(design: Design, inside: Flags, slopes: int) -> int:
    clusters = number_clusters(design)
    present = sum_by(clusters.row, inside[:, None].astype(float), clusters.stratum.size) > 0
    return int(degrees_of_freedom(clusters, present)[0]) - slopes


@checked
def wald_test(model: Model, names: Sequence[str]) -> HypothesisTest:
    """Whether several coefficients are all 0.

    Parameters
    ----------
    model : Model
    names : of the coefficients

    Returns
    -------
    HypothesisTest, F = b' V^-1 b / q with q and the model's residual degrees of freedom

    Raises
    ------
    AnalysisError
        Names that the model does not have, too few clusters for so many coefficients.
    """
    unknown = [name for name in names if name not in model.names]
    if unknown or not names:
        raise AnalysisError("wald_test", f"some of {', '.join(model.names)}", ", ".join(unknown) or "none")
    at = [model.names.index(name) for name in names]
    part = model.covariance[np.ix_(at, at)]
    if model.df < 1 or np.linalg.matrix_rank(part, hermitian=True) < len(at):
        raise AnalysisError("wald_test", "more clusters than coefficients tested", f"{model.df} degrees of freedom")
    value = model.value[at]
    statistic = float(value @ np.linalg.solve(part, value)) / len(at)
    p = float(stats.f.sf(statistic, len(at), model.df))
    return HypothesisTest(statistic, len(at), model.df, p, model.n, model.n_eff, "Wald F, design-based")
