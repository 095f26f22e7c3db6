"""The rows that a reliability figure rests on: complete, counted, and free of what no figure can be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import checked
from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
SINGULAR = 1e-10  # an eigenvalue of a correlation matrix under this is rounding error, not information


@dataclass(frozen=True)
class Complete:
    """Rows with an answer to every item and a weight above 0.

    answers : (n, k) float
    weight  : (n,) float, 1 where none were given
    kept    : (m,) bool, which of the rows given these are
    dropped : rows left out because an answer was missing; rows of weight 0 are not counted among them
    weighted: whether weights were given
    """

    answers: Floats
    weight: Floats
    kept: NDArray[np.bool_]
    dropped: int
    weighted: bool

    @property
    def n_eff(self) -> float:
        """Kish's (sum w)^2 / sum w^2."""
        return float(self.weight.sum() ** 2 / np.square(self.weight).sum())

    @property
    def constant(self) -> NDArray[np.int64]:
        """Positions of the items that everybody answered alike."""
        return np.flatnonzero(np.ptp(self.answers, axis=0) == 0)


def complete_rows(where: str, answers: ArrayLike, weight: ArrayLike | None = None, *, items: int = 2) -> Complete:
    """Keep the complete rows, or say everything that is wrong with them.

    Parameters
    ----------
    where : name of the figure, for the message
    answers : (m, k) numbers, NaN where an answer is missing
    weight : (m,) survey weights, 0 or more; None: all 1
    items : smallest k

    Returns
    -------
    Complete

    Notes
    -----
    The complete-row rule: a row with a missing answer to any of the k items is left out, and counted. All figures of
    a scale then rest on the same people.

    Raises
    ------
    AnalysisError
        Shapes, infinite answers, weights that are negative, not finite or all 0, fewer than `items` items, fewer
        complete rows than items, all answers equal.
    """
    table = np.asarray(answers, float)
    mass = np.ones(table.shape[:1]) if weight is None else np.asarray(weight, float)
    _refuse(where, _shape_problems(table, mass, items), "give one row per person and one column per item")
    _refuse(where, _value_problems(table, mass), "use NaN for a missing answer; weights are 0 or more and finite")
    there, used = np.isfinite(table).all(axis=1), mass > 0
    kept = there & used
    found = Complete(table[kept], mass[kept], kept, int(np.sum(used & ~there)), weight is not None)
    _refuse(where, _content_problems(found), "take items that more people answered, or merge groups")
    return found


@checked
def recode_reversed(answers: ArrayLike, items: Sequence[int], *, low: float, high: float) -> Floats:
    """Turn items that are worded in reverse, so that a high answer means the same everywhere.

    Parameters
    ----------
    answers : (n, k) numbers, NaN where missing
    items : positions of the reversed items
    low, high : the ends of the answer scale, for instance 1 and 5 (of the scale, not of the answers that occur)

    Returns
    -------
    (n, k) float; x becomes low + high - x in the reversed items

    Raises
    ------
    AnalysisError
        Positions that do not exist, ends that are not in order, answers of a reversed item outside them.
    """
    table = np.array(answers, float)
    if table.ndim != 2:
        raise AnalysisError("recode_reversed", "answers (n, k)", f"shape {table.shape}")
    at = np.asarray(list(items), np.int64)
    problems = [] if low < high else [f"a scale from {low} to {high}"]
    strange = at[(at < 0) | (at >= table.shape[1])]
    problems += [f"items {strange.tolist()} of {table.shape[1]}"] if strange.size else []
    if not problems:
        outside = int(np.sum((table[:, at] < low) | (table[:, at] > high)))
        problems += [f"{outside} answers outside {low} to {high}"] if outside else []
    _refuse("recode_reversed", problems, "turn don't-know and other codes into NaN first")
    table[:, at] = low + high - table[:, at]
    return table


def covariance_of(rows: Complete) -> Floats:
    """The (weighted) covariance matrix with divisor sum w, (k, k)."""
    centred = rows.answers - np.average(rows.answers, axis=0, weights=rows.weight)
    return np.asarray((centred * rows.weight[:, None]).T @ centred / rows.weight.sum())


def correlation_of(where: str, rows: Complete) -> tuple[Floats, Floats]:
    """The correlation matrix (k, k) and the standard deviations (k,); every item must vary and add something."""
    if rows.constant.size:
        expected, hint = "items that vary", "leave these items out"
        raise AnalysisError(where, expected, f"items {rows.constant.tolist()} that everybody answered alike", hint)
    covariance = covariance_of(rows)
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return refuse_singular(where, correlation), spread


def refuse_singular(where: str, correlation: Floats) -> Floats:
    """The matrix itself, unless an item is a sum of others."""
    least = float(np.linalg.eigvalsh(correlation)[0])
    if least < SINGULAR:
        hint = "an item repeats others: leave it out, or take more people"
        raise AnalysisError(where, "a correlation matrix of full rank", f"smallest eigenvalue {least:.1e}", hint)
    return correlation


def _refuse(where: str, problems: list[str], hint: str) -> None:
    if problems:
        raise AnalysisError(where, "answers (n, k) to two or more items", "; ".join(problems), hint)


def _shape_problems(table: Floats, mass: Floats, items: int) -> list[str]:
    problems = []
    if table.ndim != 2:
        problems.append(f"answers of shape {table.shape}")
    elif table.shape[1] < items:
        problems.append(f"{table.shape[1]} items where {items} are needed")
    if table.ndim and mass.shape != table.shape[:1]:
        problems.append(f"weights of shape {mass.shape} for {table.shape[0]} rows")
    return problems


def _value_problems(table: Floats, mass: Floats) -> list[str]:
    problems = []
    if np.isinf(table).any():
        problems.append(f"{int(np.isinf(table).sum())} infinite answers")
    bad = ~np.isfinite(mass) | (mass < 0)
    if bad.any():
        problems.append(f"{int(bad.sum())} weights negative or not finite")
    elif mass.size and not (mass > 0).any():
        problems.append("weights that are all 0")
    return problems


def _content_problems(rows: Complete) -> list[str]:
    n, k = rows.answers.shape
    if n < max(k, 2):
        return [f"{n} complete rows for {k} items ({rows.dropped} rows had a missing answer)"]
    return ["all answers equal"] if rows.constant.size == k else []
