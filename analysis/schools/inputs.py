"""What is wrong with what was given: every fault is found before anything is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Fault:
    """What came, and what to do about it."""

    got: str
    hint: str = ""


def refuse(where: str, expected: str, faults: Iterable[Fault]) -> None:
    """Raise one AnalysisError that names all faults; nothing where there are none."""
    faults = tuple(faults)
    if faults:
        hints = dict.fromkeys(fault.hint for fault in faults if fault.hint)
        raise AnalysisError(where, expected, "; ".join(fault.got for fault in faults), "; ".join(hints))


def columns(where: str, **given: ArrayLike) -> tuple[Floats, ...]:
    """The given columns as float arrays (J,) of one length; an AnalysisError where they are not."""
    arrays = {name: np.asarray(column, float) for name, column in given.items()}
    faults = [Fault(f"{name} of shape {array.shape}") for name, array in arrays.items() if array.ndim != 1]
    if not faults and len({array.size for array in arrays.values()}) > 1:
        faults = [Fault("lengths " + ", ".join(f"{name} {array.size}" for name, array in arrays.items()))]
    refuse(where, "one number for each school in every column", faults)
    return tuple(arrays.values())


def at(bad: Truths, what: str, hint: str = "") -> list[Fault]:
    """A fault that says `what` and where, if it is anywhere."""
    places = np.flatnonzero(bad)
    if not places.size:
        return []
    more = f" and {places.size - 5} more" if places.size > 5 else ""
    return [Fault(f"{what} at position {', '.join(map(str, places[:5]))}{more}", hint)]


def too_few(count: int, least: int, what: str = "schools") -> list[Fault]:
    """A fault where fewer than `least` are left."""
    hint = f"variation between schools needs at least {least} of them: show the one value as it is"
    return [Fault(f"{count} {what} with answers", hint)] if count < least else []


def not_positions(place: Floats, size: int) -> Truths:
    """(n,) where `place` is no whole number from -1 (no school) to size - 1."""
    whole = np.isfinite(place) & (place == np.round(place))
    return np.asarray(~whole | (place < -1) | (place >= size))


def level_faults(level: float) -> list[Fault]:
    """A fault where `level` is no share between 0 and 1."""
    return [] if 0 < level < 1 else [Fault(f"level {level}", "give the level as a share, 0.95 for 95%")]


def counts(
    where: str, satisfied: ArrayLike, n: ArrayLike, *, least: int = 2, level: float = 0.95
) -> tuple[Floats, ...]:
    """Satisfied answers and answers by school (J,), checked; both may be fractional.

    A school with n = 0 passes: it says nothing. Rounding beyond 0 or n by a part in 10^9 is taken back.
    """
    y, n = columns(where, satisfied=satisfied, n=n)
    with np.errstate(invalid="ignore"):
        slack = 1e-9 * np.maximum(n, 1.0)
        faults = (
            at(~np.isfinite(n) | (n < 0), "n negative or not finite", "give the number of valid answers of each school")
            + at(
                ~np.isfinite(y) | (y < -slack), "satisfied negative or not finite", "give 0 where nobody was satisfied"
            )
            + at(y > n + slack, "more satisfied than n", "satisfied is a count, not a percentage of 100")
            + too_few(int(np.sum(n > 0)), least)
            + level_faults(level)
        )
    refuse(where, "0 <= satisfied <= n for two schools or more", faults)
    return np.clip(y, 0.0, n), n
