"""The proportional-odds logit for ordered answers, with weights."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy import special

from analysis.arguments import checked
from analysis.design import Design, Floats, Integers
from analysis.errors import AnalysisError
from analysis.models.model import Fit, Model, Rows, finish, select
from analysis.variance import Lone

MOST = 100  # iterations
ENOUGH = 1e-18  # Newton decrement, relative to the rows
FAR = 1e3  # a coefficient, in standard deviations of its column, that runs away
Errors = Literal["design", "model"]


@checked
def ordinal(
    design: Design,
    outcome: Floats,
    columns: Floats,
    names: Sequence[str],
    *,
    level: float = 0.95,
    lone: Lone = "error",
    errors: Errors = "design",
) -> Model:
    """Ordered answers by a common slope: log odds of a better answer.

    Parameters
    ----------
    design : Design
    outcome : (n,) float, ordered codes; NaN outside the domain
    columns : (n, p) float, NaN where missing; rows that lack anything are outside the domain
    names : p names
    level, lone : as in `analysis.estimation.estimate`
    errors : `design`, the sandwich; `model`, the inverse information, for unweighted independent rows only

    Returns
    -------
    Model: p slopes, then the cut points between neighbouring codes that occur

    Notes
    -----
    P(Y <= j) = 1 / (1 + exp(x'b - c_j)); maximises sum w log P(Y = y) by Newton steps, halved while they do not help
    (the likelihood is concave; McCullagh 1980, JRSS-B 42:109). V = I^-1 V(scores) I^-1. `statsmodels` OrderedModel
    takes no weights. df = clusters - strata - p.

    Raises
    ------
    AnalysisError
        As `linear`; one code only; slopes that run away because a column separates the codes.

    Notices
    -------
    too_few_clusters (df).
    """
    codes, place = np.unique(np.asarray(outcome, float), return_inverse=True)
    if np.isinf(codes).any():
        raise AnalysisError("ordinal", "codes that are finite", f"{int(np.isinf(outcome).sum())} infinite")
    codes = codes[np.isfinite(codes)]
    if codes.size < 2:
        raise AnalysisError("ordinal", "an outcome with two or more codes", f"{codes.tolist()}")
    position = np.where(np.isfinite(outcome), place, np.nan)
    rows = select("ordinal", design, position, columns, names, codes.size - 1)
    used, y = np.unique(rows.outcome, return_inverse=True)
    if used.size < 2:
        raise AnalysisError("ordinal", "two or more codes in the complete rows", f"only {codes[int(used[0])]:g}")
    labels = [f"{codes[int(code)]:g}" for code in used]
    cuts = tuple(f"{low}|{high}" for low, high in itertools.pairwise(labels))
    fit = _newton(rows, y, used.size, (*names, *cuts))
    found = finish(design, rows, fit, level=level, lone=lone)
    return found if errors == "design" else _model_based(found, fit)


def _newton(rows: Rows, y: Integers, codes: int, names: tuple[str, ...]) -> Fit:
    middle, scale = rows.columns.mean(axis=0), rows.columns.std(axis=0)
    likelihood = _Likelihood((rows.columns - middle) / scale, y, codes, rows.weight / rows.weight.mean())
    value, step = likelihood.start(), 0
    best = likelihood.value(value)
    while True:
        score, information = likelihood.derivatives(value)
        gradient = score.sum(axis=0)
        move = np.linalg.solve(information, gradient)
        if gradient @ move < ENOUGH * y.size:
            break
        step += 1
        if step > MOST or np.abs(value[: middle.size]).max(initial=0) > FAR:
            hint = "leave columns out or merge answers that only a few gave"
            raise AnalysisError("ordinal", "slopes that settle", f"none for {', '.join(names[: middle.size])}", hint)
        value, best = likelihood.climb(value, move, best)
    back = _unscale(middle, scale, codes - 1)
    return Fit(
        names,
        middle.size,
        back @ value,
        score @ np.linalg.inv(back) * rows.weight.mean(),
        np.linalg.inv(back).T @ information @ np.linalg.inv(back) * rows.weight.mean(),
        step,
        -2 * best,
        "proportional-odds logit",
    )


def _unscale(middle: Floats, scale: Floats, cuts: int) -> Floats:
    """The matrix from slopes and cut points of standardised columns to those of the columns themselves."""
    back = np.eye(middle.size + cuts)
    back[: middle.size, : middle.size] = np.diag(1 / scale)
    back[middle.size :, : middle.size] = middle / scale
    return back


class _Likelihood:
    """Weighted log-likelihood of slopes and cut points, with its derivatives."""

    def __init__(self, columns: Floats, y: Integers, codes: int, weight: Floats) -> None:
        self.columns, self.y, self.codes, self.weight = columns, y, codes, weight
        edges = np.eye(codes + 1)[:, 1:codes]  # the first and the last edge lie at infinity
        self.upper = np.hstack([-columns, edges[y + 1]])
        self.lower = np.hstack([-columns, edges[y]])

    def start(self) -> Floats:
        share = np.bincount(self.y, weights=self.weight, minlength=self.codes)
        cut = special.logit(np.cumsum(share)[:-1] / share.sum())
        return np.concatenate([np.zeros(self.columns.shape[1]), cut])

    def edges(self, value: Floats) -> tuple[Floats, Floats]:
        """P(Y <= y) and P(Y < y) on the logit scale."""
        top, bottom = self.upper @ value, self.lower @ value
        return np.where(self.y == self.codes - 1, np.inf, top), np.where(self.y == 0, -np.inf, bottom)

    def probability(self, value: Floats) -> tuple[Floats, Floats, Floats]:
        top, bottom = self.edges(value)
        high, low = special.expit(top), special.expit(bottom)
        flip = bottom > 0  # far to the right differences of survivors keep their digits
        return high, low, np.where(flip, special.expit(-bottom) - special.expit(-top), high - low)

    def value(self, value: Floats) -> float:
        each = self.probability(value)[2]
        return float(self.weight @ np.log(each)) if (each > 0).all() else -np.inf

    def derivatives(self, value: Floats) -> tuple[Floats, Floats]:
        """Scores (n, p), and the information (p, p)."""
        high, low, each = self.probability(value)
        top, bottom = high * (1 - high), low * (1 - low)
        a, b = top / each, -bottom / each
        score = (self.upper * a[:, None] + self.lower * b[:, None]) * self.weight[:, None]
        parts = (
            (self.upper, self.upper, top * (1 - 2 * high) / each - a**2),
            (self.lower, self.lower, -bottom * (1 - 2 * low) / each - b**2),
            (self.upper, self.lower, -a * b),
            (self.lower, self.upper, -a * b),
        )
        information = -sum(left.T @ (right * (self.weight * each)[:, None]) for left, right, each in parts)
        return score, np.asarray(information)

    def climb(self, value: Floats, move: Floats, best: float) -> tuple[Floats, float]:
        """The longest of the halved steps that does not go down."""
        for _ in range(60):
            found = self.value(value + move)
            if found >= best - 1e-12 * abs(best):
                return value + move, found
            move = move / 2
        return value, best


def _model_based(found: Model, fit: Fit) -> Model:
    spread = np.asarray(np.linalg.inv(fit.information), float)
    se = np.sqrt(np.diag(spread))
    half = special.ndtri(0.5 + found.level / 2) * se
    return replace(
        found,
        covariance=spread,
        se=se,
        t=fit.value / se,
        p=2 * special.ndtr(-np.abs(fit.value / se)),
        low=fit.value - half,
        high=fit.value + half,
        method=f"{fit.method}; model-based",
        interval="wald-z",
    )
