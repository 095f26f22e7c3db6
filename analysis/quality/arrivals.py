"""When answers arrived, by school, and whether too many came at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import checked, settle
from analysis.errors import AnalysisError
from analysis.quality.forms import Floats, Integers

MOST = 100_000_000  # arrivals that are kept one by one


@dataclass(frozen=True)
class Arrivals:
    """m arrivals, joined to no answer.

    school     : (m,) int, position of the school
    moment     : (m,) float, seconds since the opening, 0 or more; the start of the slot where only slots are known
    resolution : seconds of a slot; 0 where moments are exact

    Raises
    ------
    AnalysisError
        Listing what is wrong with the columns.
    """

    school: Integers
    moment: Floats
    resolution: float = 0.0

    def __post_init__(self) -> None:
        settle(self, globals())
        problems = []
        if np.ndim(self.school) != 1 or np.shape(self.school) != np.shape(self.moment):
            problems.append(f"school has shape {np.shape(self.school)}, moment {np.shape(self.moment)}")
        elif np.size(self.school):
            if np.min(self.school) < 0:
                problems.append("negative positions of schools")
            if not np.all(np.isfinite(self.moment) & (self.moment >= 0)):
                problems.append("moments negative or not finite")
        if not (np.isfinite(self.resolution) and self.resolution >= 0):
            problems.append(f"resolution {self.resolution}")
        if problems:
            raise AnalysisError(
                "Arrivals", "a school and a moment for each arrival", "; ".join(problems), "count from the opening"
            )


@checked
def arrivals_of_slots(counts: ArrayLike, *, seconds: float = 600.0) -> Arrivals:
    """Arrivals from a table of counts per school and slot.

    Parameters
    ----------
    counts : (S, T) int, 0 or more, slots in the order of time and without gaps
    seconds : length of a slot

    Returns
    -------
    Arrivals

    Raises
    ------
    AnalysisError
        Not a table, counts that are negative or not whole, a slot without length.
    """
    table = np.asarray(counts, float)
    whole = table.ndim == 2 and bool(np.all(np.isfinite(table) & (table >= 0) & (table == np.rint(table))))
    if not whole or not 0 < seconds < np.inf or table.sum() > MOST:
        raise AnalysisError(
            "arrivals_of_slots",
            f"whole counts (S, T) of 0 or more, {MOST:,} in all at most, and a slot over 0 seconds",
            f"shape {table.shape}, slot {seconds}" + ("" if whole else ", other counts"),
            "one row for each school, one column for each slot, empty slots as 0",
        )
    school, slot = np.nonzero(table)
    times = table[school, slot].astype(np.int64)
    return Arrivals(np.repeat(school, times), np.repeat(slot * seconds, times), seconds)


@checked
def largest_window(moments: ArrayLike, width: float) -> int:
    """Largest number of arrivals with a moment in [t, t + width), whatever t.

    Parameters
    ----------
    moments : (m,) float
    width : of the window, in the unit of the moments, over 0

    Returns
    -------
    int; 0 where nothing arrived

    Raises
    ------
    AnalysisError
        A width that is not over 0.

    References
    ----------
    Naus 1965, Journal of the American Statistical Association 60:532.
    """
    if not width > 0:
        raise AnalysisError("largest_window", "a width over 0", str(width), "give the window in seconds")
    column = np.asarray(moments, float)
    if column.ndim != 1 or not np.all(np.isfinite(column)):
        raise AnalysisError("largest_window", "finite moments (m,)", f"shape {column.shape}", "leave out the unknown")
    return int(largest_windows(column[None, :], width)[0]) if column.size else 0


def largest_windows(moments: Floats, width: float) -> Integers:
    """The same for each row of a table of moments (B, m), m > 0: (B,)."""
    ordered = np.sort(moments, axis=1)
    largest = np.ones(len(ordered), np.int64)
    for more in range(1, ordered.shape[1]):
        within = (ordered[:, more:] - ordered[:, :-more] < width).any(axis=1)
        if not within.any():
            break
        largest[within] = more + 1
    return largest


def county_profile(moments: Floats, hour: float = 3600.0) -> tuple[Floats, Floats]:
    """When arrivals come, as a broken line: edges of the hours (k,) and the share that came by then (k,)."""
    last = int(moments.max() // hour) + 1
    counts = np.bincount((moments // hour).astype(np.int64), minlength=last)
    share = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    return np.asarray(np.arange(last + 1) * hour, np.float64), share.astype(np.float64)


def draw_moments(
    profile: tuple[Floats, Floats], shape: tuple[int, int], resolution: float, rng: np.random.Generator
) -> Floats:
    """Moments of arrivals that follow a profile independently of one another: (B, m)."""
    edges, share = profile
    moments = np.interp(np.sort(rng.random(shape), axis=1), share, edges)
    return moments // resolution * resolution if resolution > 0 else moments
