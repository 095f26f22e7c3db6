"""The answers and the design, as arrays. Made in one place (`surveys.datasets`), read by all of `analysis`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = 0  # the question was on the paper and was left blank
NOT_ASKED = 255  # the question was not on this respondent's paper


@dataclass(frozen=True)
class Sample:
    """n people by J items.

    answers : (n, J) uint8, option codes 1..254, MISSING or NOT_ASKED
    items   : J item ids
    group   : (n,) int, position in `groups`
    school  : (n,) int, position in `schools`, -1 where the person belongs to no school
    stratum : (n,) int, position in `strata`
    cluster : (n,) int, the primary sampling unit: a school, or the person where there is no school;
              a cluster lies in one stratum
    weight  : (n,) float, final weights, > 0
    """

    answers: NDArray[np.uint8]
    items: tuple[str, ...]
    group: NDArray[np.int64]
    groups: tuple[str, ...]
    school: NDArray[np.int64]
    schools: tuple[str, ...]
    stratum: NDArray[np.int64]
    strata: tuple[str, ...]
    cluster: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """The frame as arrays: one entry per cell, a school x group, or a group of the county (`school` -1).

    Positions refer to the same `groups`, `schools` and `strata` as the Sample's. `size` is in people.
    """

    group: NDArray[np.int64]
    school: NDArray[np.int64]
    stratum: NDArray[np.int64]
    size: NDArray[np.int64]
