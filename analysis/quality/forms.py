"""The answers of one paper as numbers: what is valid, what is reversed, which forms are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Forms:
    """n forms of J items.

    raw     : (n, J) float, as answered, 0 where there is no valid answer
    recoded : (n, J) float, reversed items turned round, 0 where there is no valid answer
    valid   : (n, J) bool
    turned  : (J,) bool, the reversed items
    count   : (n,) int, valid answers of each form
    low, high : the ends of the scale
    """

    raw: Floats
    recoded: Floats
    valid: Flags
    turned: Flags
    count: Integers
    low: int
    high: int


def read_forms(
    answers: ArrayLike,
    *,
    reversed_items: Sequence[int] = (),
    scale: tuple[int, int] = (1, 5),
    where: str = "read_forms",
) -> Forms:
    """Check and recode the answers of one paper.

    Parameters
    ----------
    answers : (n, J) option codes; 0, 255 and NaN are no answer (left blank, not asked). Codes such as "don't know"
        must be set to 0 before
    reversed_items : columns worded the other way round
    scale : lowest and highest code
    where : the name that an error gives as its place

    Returns
    -------
    Forms

    Raises
    ------
    AnalysisError
        Everything at once: not a table, no rows, codes that are not whole or lie outside the scale, columns that do
        not exist.
    """
    table = np.asarray(answers, float)
    problems = _problems(table, reversed_items, scale)
    if problems:
        hint = "set 'don't know' and other codes outside the scale to 0; one call per paper"
        raise AnalysisError(where, "a table of answers (n, J) on the scale", "; ".join(problems), hint)
    valid = _is_valid(table)
    raw = np.where(valid, table, 0.0)
    turned = np.zeros(table.shape[1], bool)
    turned[list(reversed_items)] = True
    recoded = np.where(valid & turned, scale[0] + scale[1] - raw, raw)
    return Forms(raw, recoded, valid, turned, valid.sum(axis=1), *scale)


def _is_valid(table: Floats) -> Flags:
    return np.asarray(~(np.isnan(table) | (table == MISSING) | (table == NOT_ASKED)))


def _problems(table: Floats, reversed_items: Sequence[int], scale: tuple[int, int]) -> list[str]:
    if not (isinstance(scale, tuple | list) and len(scale) == 2 and all(isinstance(end, int) for end in scale)):
        return [f"scale {scale!r:.40} instead of its two whole ends"]
    problems = []
    if not MISSING < scale[0] < scale[1] < NOT_ASKED:
        problems.append(f"scale {scale[0]} to {scale[1]}")
    if table.ndim != 2 or 0 in table.shape:
        return [*problems, f"shape {table.shape}"]
    wrong = sorted({item for item in reversed_items if not 0 <= item < table.shape[1]})
    if wrong:
        problems.append(f"reversed items {wrong} of {table.shape[1]} columns")
    given = table[_is_valid(table)]
    outside = given[(given < scale[0]) | (given > scale[1]) | (given != np.rint(given))]
    if outside.size:
        codes = ", ".join(f"{code:g}" for code in np.unique(outside)[:5])
        problems.append(f"{outside.size} answers outside {scale[0]} to {scale[1]} ({codes})")
    return problems


def person_means(forms: Forms) -> Floats:
    """(n,) mean of the recoded valid answers; NaN where there are none."""
    return np.asarray(forms.recoded.sum(axis=1) / np.where(forms.count > 0, forms.count, np.nan))


def number_patterns(forms: Forms) -> Integers:
    """(n,) position of the whole form among the different forms; blanks are part of a form."""
    rows = np.ascontiguousarray(forms.raw.astype(np.uint8))
    keys = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    return np.asarray(np.unique(keys, return_inverse=True)[1], np.int64).ravel()


def check_column(name: str, values: ArrayLike | None, n: int, *, least: float = 0.0, missing: bool = True) -> list[str]:
    """What is wrong with a column of n numbers: its length, its sign, infinities; NaN where that is not allowed."""
    if values is None:
        return []
    column = np.asarray(values, float)
    if column.shape != (n,):
        return [f"{name} has shape {column.shape}, not ({n},)"]
    known = column[~np.isnan(column)]
    problems = []
    if known.size < n and not missing:
        problems.append(f"{name} has {n - known.size} missing values")
    if np.any(np.isinf(known) | (known < least)):
        problems.append(f"{name} has {int(np.sum(np.isinf(known) | (known < least)))} values infinite or under {least}")
    return problems
