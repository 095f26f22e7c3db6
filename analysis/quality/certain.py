"""The certain signals alone, for a million forms within a second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError
from analysis.frame import MISSING, NOT_ASKED
from analysis.quality.forms import Flags, check_column
from analysis.quality.thresholds import Thresholds

_ONE = np.uint8(1)


def find_certain(
    answers: NDArray[np.uint8],
    *,
    reversed_items: Sequence[int] = (),
    seconds: ArrayLike | None = None,
    thresholds: Thresholds | None = None,
) -> dict[str, Flags]:
    """Forms that were answered too fast to be read, or that contradict themselves throughout.

    Parameters
    ----------
    answers : (n, J) uint8, option codes of one scale; 0 and 255 are no answer
    reversed_items : columns worded the other way round
    seconds : (n,) seconds per item, NaN where unknown; None where nobody measured
    thresholds : Thresholds, of which `certain_seconds` and `fewest_answers` count

    Returns
    -------
    (n,) bool for each of `speed_certain` and `identical_reversed`

    Notes
    -----
    These flags of `analysis.quality.persons.judge_persons`, the only certain ones where no device and no instructed
    item is known, without its other indices: seconds < certain_seconds; at least `fewest_answers` answers, all the
    same, to items of both directions.

    Raises
    ------
    AnalysisError
        Answers that are no table of bytes, reversed items that are not there, seconds that do not fit.

    References
    ----------
    Huang et al. 2012, Journal of Business and Psychology 27:99; Curran 2016, Journal of Experimental Social
    Psychology 66:4.
    """
    limits = thresholds or Thresholds()
    table = np.asarray(answers)
    wrong = [item for item in reversed_items if table.ndim == 2 and not 0 <= item < table.shape[1]]
    problems = [] if table.ndim == 2 and table.dtype == np.uint8 else [f"answers {table.shape} of type {table.dtype}"]
    problems += [f"reversed items {wrong}"] if wrong else []
    problems += check_column("seconds", seconds, len(table)) if not problems else []
    if problems:
        raise AnalysisError("find_certain", "a table of bytes and what fits it", "; ".join(problems))
    known = np.full(len(table), np.nan) if seconds is None else np.asarray(seconds, float)
    return {
        "speed_certain": known < limits.certain_seconds,
        "identical_reversed": _contradicts_itself(table, reversed_items, limits.fewest_answers),
    }


def _contradicts_itself(table: NDArray[np.uint8], reversed_items: Sequence[int], fewest: int) -> Flags:
    """(n,) enough answers, all the same, to items of both directions."""
    turned = np.zeros(table.shape[1], bool)
    turned[list(reversed_items)] = True
    found = np.zeros(len(table), bool)
    if turned.any() and not turned.all():
        same = np.flatnonzero(_says_one_thing(table))  # few: all else is looked up for these alone
        chosen = table[same]
        valid = (chosen != MISSING) & (chosen != NOT_ASKED)
        both = valid[:, turned].any(axis=1) & valid[:, ~turned].any(axis=1)
        found[same] = both & (valid.sum(axis=1) >= fewest)
    return found


def _says_one_thing(table: NDArray[np.uint8]) -> Flags:
    """(n,) all answers are one code. In a byte, 0 less one and 255 and one are beyond every code at the other end."""
    lowest, highest = (table - _ONE).min(axis=1), (table + _ONE).max(axis=1)
    return np.asarray(lowest + _ONE == highest - _ONE)
