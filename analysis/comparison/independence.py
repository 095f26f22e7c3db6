"""Whether the rows and columns of a table go together, in a sample of clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg, stats

from analysis.arguments import checked
from analysis.comparison.wald import Flags, check_codes, check_freedom, degrees, present_codes, quadratic
from analysis.design import Design, Floats, Integers
from analysis.errors import AnalysisError
from analysis.estimation import kish_size
from analysis.results import HypothesisTest, Notice
from analysis.variance import Lone, covariance

Method = Literal["rao-scott-f", "rao-scott-first", "rao-scott-second", "wald", "adjusted-wald"]
WORDS: dict[Method, str] = {
    "rao-scott-f": "Rao-Scott second-order F",
    "rao-scott-first": "Pearson X2 with first-order Rao-Scott p",
    "rao-scott-second": "second-order Rao-Scott chi-square",
    "wald": "Wald F",
    "adjusted-wald": "adjusted Wald F",
}
NO_SPREAD = 1e-12  # design effects below this are rounding


@dataclass(frozen=True)
class _Table:
    """cell: (n,) position in `share.ravel()`, -1 outside; share: (r, c) weighted shares that sum to 1; asked: (n, 1)
    rows of the domain, with or without an answer; size: of X2."""

    cell: Integers
    share: Floats
    inside: Flags
    asked: Flags
    size: int
    notices: tuple[Notice, ...]


@checked
def independence(
    design: Design,
    row: Integers,
    column: Integers,
    *,
    method: Method = "rao-scott-f",
    asked: Flags | None = None,
    lone: Lone = "error",
) -> HypothesisTest:
    """Test whether the categories of the rows and of the columns of a table are independent.

    Parameters
    ----------
    design : Design
    row, column : (n,) int, categories from 0; below 0 outside the domain or without a valid answer
    method :
        `rao-scott-f`, second-order correction, referred to F (the one to use);
        `rao-scott-first`, the uncorrected Pearson X2 as statistic, with the p of X2 over the mean design effect;
        `rao-scott-second`, X2 scaled and referred to chi-square with fractional degrees of freedom;
        `wald`, differences from independence weighed by their own covariance;
        `adjusted-wald`, the same with the degrees of freedom that estimating the covariance costs
    asked : (n,) bool, the rows of the domain with or without valid answers, or None for those with valid answers.
        R's svychisq scales X2 to the number of these rows and counts their clusters: the statistic of
        `rao-scott-first` grows with them, a p changes only where a cluster has no valid answer at all
    lone : see `analysis.variance.covariance`

    Returns
    -------
    HypothesisTest; `n` counts rows with both categories

    Notes
    -----
    P = weighted shares of the cells, X2 = n sum (p_rc - p_r p_c)^2 / (p_r p_c), n the rows used (or asked). With C =
    contrasts of interaction (orthogonal to rows and columns), D = diag(P) as observed and V = covariance of the
    shares, Delta = (C' D^-1 C / n)^-1 (C' D^-1 V D^-1 C). With t1 = tr Delta, t2 = tr Delta^2, k = (r - 1)(c - 1)
    and nu the design's degrees of freedom in the domain:

    F = X2 / t1 with t1^2 / t2 and nu t1^2 / t2 degrees of freedom; first order: P(chi2_k > X2 k / t1); second
    order: X2 t1 / t2 with t1^2 / t2. Wald: Y = N (p_rc - p_r p_c), Q = Y' V_Y^-1 Y, F = Q / k with k and nu; adjusted
    Q (nu - k + 1) / (nu k) with k and nu - k + 1.

    Rows outside the domain count as influence 0: clusters with nobody inside are still clusters. A category that has
    nobody is left out. An empty cell is kept in X2; it adds nothing to Delta (D^-1 is 0 there). The Wald tests are
    too liberal where nu is not much larger than k.

    Raises
    ------
    AnalysisError
        Codes that do not fit; fewer than two categories in rows or columns; no degrees of freedom; a table with so
        many empty cells that Delta does not exist; cells that do not vary between clusters; for Wald fewer clusters
        than differences.

    Notices
    -------
    empty_category (rows, columns); empty_cells (count).

    References
    ----------
    Rao & Scott 1984, Annals of Statistics 12:46. Koch, Freeman & Freeman 1975, International Statistical Review
    43:59. Thomas & Rao 1987, JASA 82:630.
    """
    table = _table(design, row, column, asked)
    k = (table.share.shape[0] - 1) * (table.share.shape[1] - 1)
    nu = int(degrees(design, table.asked)[0])
    check_freedom("independence", nu)
    if method in ("wald", "adjusted-wald"):
        found = _wald(design, table, lone, nu, k, adjusted=method == "adjusted-wald")
    else:
        found = _rao_scott(design, table, lone, nu, k, method)
    return HypothesisTest(
        *found,
        n=int(table.inside.sum()),
        n_eff=float(kish_size(design.weight, table.inside[:, None])[0]),
        method=f"{WORDS[method]}, {table.share.shape[0]} x {table.share.shape[1]} table",
        notices=table.notices,
    )


Found = tuple[float, float, float | None, float]  # statistic, ndf, ddf, p


def _table(design: Design, row: Integers, column: Integers, asked: Flags | None) -> _Table:
    check_codes("independence", design, row=row, column=column)
    inside = np.asarray((row >= 0) & (column >= 0))
    if asked is not None and (np.shape(asked) != inside.shape or asked.dtype != bool or np.any(inside & ~asked)):
        hint = "leave `asked` out where only valid answers count"
        raise AnalysisError("independence", "asked, (n,) bool, true for all valid rows", "another", hint)
    domain = inside if asked is None else asked
    rows, at_row, no_row = present_codes(row, inside)
    columns, at_column, no_column = present_codes(column, inside)
    if rows.size < 2 or columns.size < 2:
        got = f"{rows.size} x {columns.size} categories that anybody has"
        raise AnalysisError("independence", "2 or more categories each way", got, "there is nothing to compare")
    cell = np.where(inside, at_row * columns.size + at_column, -1)
    total = np.bincount(cell[inside], design.weight[inside], minlength=rows.size * columns.size)
    notices = []
    if no_row or no_column:
        notices.append(Notice("empty_category", {"rows": no_row, "columns": no_column}))
    if np.any(total == 0):
        notices.append(Notice("empty_cells", {"count": int(np.sum(total == 0))}))
    return _Table(
        cell,
        (total / total.sum()).reshape(rows.size, columns.size),
        inside,
        domain[:, None],
        int(domain.sum()),
        tuple(notices),
    )


def _interaction(share: Floats) -> Floats:
    """(r c, k) contrasts of interaction, of unit length and orthogonal."""
    return np.asarray(np.kron(linalg.helmert(share.shape[0]), linalg.helmert(share.shape[1])).T)


def _rao_scott(design: Design, table: _Table, lone: Lone, nu: int, k: int, method: Method) -> Found:
    deff = _design_effects(design, table, lone)
    first, second = float(deff.sum()), float(np.square(deff).sum())
    independent = np.outer(table.share.sum(axis=1), table.share.sum(axis=0))
    pearson = float(table.size * np.sum(np.square(table.share - independent) / independent))
    ndf = first**2 / second
    if method == "rao-scott-first":
        return pearson, k, None, float(stats.chi2.sf(pearson * k / first, k))
    if method == "rao-scott-second":
        scaled = pearson * first / second
        return scaled, ndf, None, float(stats.chi2.sf(scaled, ndf))
    return pearson / first, ndf, ndf * nu, float(stats.f.sf(pearson / first, ndf, ndf * nu))


def _design_effects(design: Design, table: _Table, lone: Lone) -> Floats:
    """The eigenvalues of Delta: (k,)."""
    share, contrast = table.share.ravel(), _interaction(table.share)
    scaled = np.zeros_like(contrast)
    scaled[share > 0] = contrast[share > 0] / share[share > 0, None]
    simple = scaled.T @ contrast / table.size
    size = linalg.eigvalsh(simple)
    if size[0] <= 1e-12 * size[-1]:
        got = f"{int(np.sum(share == 0))} empty of {share.size}"
        raise AnalysisError("independence", "a table that most cells of are filled", got, "merge categories")
    centred = scaled - share @ scaled
    weight = np.where(table.inside, design.weight, 0.0)
    spread = covariance(design, (weight / weight.sum())[:, None] * centred[table.cell], lone=lone, inside=table.asked)
    deff = np.asarray(linalg.eigh(spread, simple, eigvals_only=True))
    if deff.sum() <= NO_SPREAD:
        hint = "every cluster gives the same table, or all clusters of the population were asked"
        raise AnalysisError("independence", "cells that vary between clusters", "no variance", hint)
    return deff


def _wald(design: Design, table: _Table, lone: Lone, nu: int, k: int, *, adjusted: bool) -> Found:
    ddf = nu - k + 1 if adjusted else nu
    check_freedom("independence", ddf)
    share, contrast = table.share, _interaction(table.share)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    slope = np.kron(np.eye(rows.size) - rows, np.eye(columns.size) - columns) @ contrast
    weight = np.where(table.inside, design.weight, 0.0)
    weight = weight / weight.sum()
    spread = covariance(design, weight[:, None] * slope[table.cell], lone=lone, inside=table.asked)
    difference = (share - np.outer(rows, columns)).ravel() @ contrast
    statistic = quadratic("independence", difference, spread) * ddf / (nu * k)
    return statistic, k, ddf, float(stats.f.sf(statistic, k, ddf))
